"""fhir-in-the-wild, groups 14 to 16: what a Condition states of this patient, and what of none (rules G4, G5, G7c)."""

from __future__ import annotations

import pytest
from fhir_raw import ICD10CM, ITP, SNOMED, coded, condition, holes, notes, read, the_condition

from eligibility.record import Standing
from eligibility.terminology import Mark
from eligibility.when import When

CURRENT, PAST, SUSPECTED, DENIED = Standing.CURRENT, Standing.PAST, Standing.SUSPECTED, Standing.DENIED


def clinical(*codes, system="http://terminology.hl7.org/CodeSystem/condition-clinical"):
    return {"coding": [{"system": system, "code": code} for code in codes]}


@pytest.mark.parametrize(
    "status, standing",
    [
        (clinical("active"), CURRENT),
        (clinical("recurrence"), CURRENT),
        (clinical("relapse"), CURRENT),
        (clinical("inactive"), PAST),
        (clinical("remission"), PAST),
        (clinical("resolved"), PAST),
        (clinical("resolved", "inactive"), PAST),
        (clinical("active", "relapse"), CURRENT),
        (clinical("active", system="http://hl7.org/fhir/condition-clinical"), CURRENT),
        (clinical("resolved", system=""), PAST),
        (clinical("55561003", system=SNOMED), CURRENT),
        (clinical("73425007", system=SNOMED), PAST),
        (clinical("413322009", system=SNOMED), PAST),
        (clinical("277022003", system=SNOMED), PAST),
        (clinical("246455001", system=SNOMED), CURRENT),
        (clinical("263855007", system=SNOMED), CURRENT),
        (clinical("A", "active"), CURRENT),
        ("active", CURRENT),
        ("resolved", PAST),
        (" Active ", CURRENT),
        ({"text": "Active"}, CURRENT),
        ({"text": "Resolved"}, PAST),
        ([clinical("resolved")], PAST),
        ({}, CURRENT),
        ({"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason"}]}, CURRENT),
        (None, CURRENT),
    ],
)
def test_clinical_status_in_every_form_it_takes(status, standing):
    assert the_condition(condition(clinicalStatus=status)).standing is standing


def test_only_resolved_is_resolved():
    assert the_condition(condition(clinicalStatus=clinical("resolved"))).resolved
    assert not the_condition(condition(clinicalStatus=clinical("remission"))).resolved


@pytest.mark.parametrize(
    "odd",
    [
        {"clinicalStatus": clinical("active", "resolved")},
        {"clinicalStatus": clinical("yes")},
        {"clinicalStatus": "on-going"},
        {"verificationStatus": clinical("confirmed", "refuted")},
        {"verificationStatus": clinical("confirmed", "entered-in-error")},
        {"verificationStatus": "definitely"},
    ],
)
def test_a_status_that_cannot_be_read_is_a_hole(odd):
    assert holes(condition(**odd)) == [("conditions", "unreadable-status", "Condition/c1")]
    assert read(condition(**odd)).conditions == ()


@pytest.mark.parametrize(
    "status, standing",
    [
        (clinical("confirmed"), CURRENT),
        (None, CURRENT),
        (clinical("unconfirmed"), SUSPECTED),
        (clinical("provisional"), SUSPECTED),
        (clinical("differential"), SUSPECTED),
        ("provisional", SUSPECTED),
        (clinical("refuted"), DENIED),
        (clinical("415684004", system=SNOMED), SUSPECTED),
    ],
)
def test_verification_decides_before_the_clinical_status(status, standing):
    """One vendor marks refuted and provisional problems `active`."""
    assert the_condition(condition(verificationStatus=status)).standing is standing


@pytest.mark.parametrize("status", [clinical("entered-in-error"), "entered-in-error ", clinical("Entered-In-Error")])
def test_entered_in_error_is_no_fact_and_no_hole(status):
    record = read(condition(verificationStatus=status))
    assert (record.conditions, record.holes) == ((), ())


@pytest.mark.parametrize("certainty, standing", [("V", SUSPECTED), ("A", DENIED), ("Z", PAST), ("G", CURRENT)])
def test_the_german_certainty_of_a_diagnosis_counts(certainty, standing):
    url = "http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit"
    coding = {"system": "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "code": "D69.3"}
    coding |= {"extension": [{"url": url, "valueCoding": {"code": certainty}}]}
    assert the_condition(condition(code={"coding": [coding]})).standing is standing


@pytest.mark.parametrize(
    "abatement, standing, abated",
    [
        ({"abatementDateTime": "2020-03"}, PAST, True),
        ({"abatementDateTime": "2026-11-21"}, PAST, True),
        ({"abatementDateTime": "2026-11-22"}, CURRENT, False),
        ({"abatementAge": {"value": 12, "code": "a"}}, PAST, True),
        ({"abatementAge": {"value": 90, "code": "a"}}, CURRENT, False),
        ({"abatementPeriod": {"start": "2019", "end": "2020"}}, PAST, True),
        ({"abatementPeriod": {"start": "2019"}}, PAST, True),
        ({"abatementRange": {"high": {"value": 30, "code": "a"}}}, PAST, True),
        ({"abatementString": "in childhood"}, PAST, True),
        ({"abatementString": "not yet"}, CURRENT, False),
        ({"abatementString": "ongoing"}, CURRENT, False),
        ({"abatementBoolean": True}, PAST, True),
        ({"abatementBoolean": False}, CURRENT, False),
        ({}, CURRENT, False),
    ],
)
def test_an_end_in_the_past_makes_an_active_problem_past(abatement, standing, abated):
    found = the_condition(condition(**abatement))
    assert (found.standing, found.abated) == (standing, abated)


def test_an_unreadable_abatement_date_still_says_that_it_ended():
    found = the_condition(condition(abatementDateTime="2020-13-01"))
    assert (found.standing, found.abatement) == (PAST, None)


def test_icd_codes_without_the_dot_and_under_an_oid():
    for system in (
        ICD10CM,
        "urn:oid:2.16.840.1.113883.6.90",
        "URN:OID:2.16.840.1.113883.6.90",
        "2.16.840.1.113883.6.90",
    ):
        assert the_condition(condition(code=coded(system, " D693 "))).hits["VS-ITP"] is Mark.MEMBER


def test_text_alone_is_read():
    found = the_condition(condition(code={"text": "Immune thrombocytopenia"}))
    assert found.hits["VS-ITP"] is Mark.MEMBER
    assert found.label == "Immune thrombocytopenia"


def test_a_zero_width_space_in_a_display_is_not_shown():
    assert the_condition(condition(code={"text": "Immune\u200b thrombocytopenia "})).label == "Immune thrombocytopenia"


@pytest.mark.parametrize("nothing", [None, {}, {"coding": []}, {"coding": [{"system": ICD10CM}]}, {"text": " "}])
def test_a_problem_without_a_name_is_a_hole(nothing):
    assert holes(condition(code=nothing)) == [("conditions", "no-code", "Condition/c1")]


@pytest.mark.parametrize(
    "code", [coded(ICD10CM, "Z80.0"), {"text": "Family history of lung cancer"}, {"text": "FH: leukaemia"}]
)
def test_family_history_is_not_the_patients(code):
    on_list = condition(code=code, category=[coded("", "problem-list-item")])
    record = read(on_list)
    assert (record.conditions, record.holes, record.openers.problem_list) == ((), (), False)
    assert record.family_history


def test_an_unclassified_problem_is_told_and_its_alarm_words_are_kept():
    told = condition(code={"text": "Tumor, probably adenocarcinoma of the lung"})
    found = the_condition(told)
    assert "VS-MALIG" in found.alarms or "VS-MALIG" in found.hits
    plain = condition(code={"text": "Ingrown toenail"})
    assert the_condition(plain).unclassified
    assert the_condition(plain).alarms == frozenset()
    assert notes(plain) == ["unclassified-problem"]


def test_a_refuted_problem_is_neither_told_nor_alarming():
    refuted = condition(code={"text": "Some odd leukaemia"}, verificationStatus="refuted")
    found = the_condition(refuted)
    assert (found.standing, found.alarms, notes(refuted)) == (DENIED, frozenset(), [])


@pytest.mark.parametrize(
    "category, opens",
    [
        ([coded("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item")], True),
        ([coded("http://loinc.org", "11450-4"), coded("urn:local", "problem-list-item")], True),
        (coded("", "problem-list-item"), True),
        ([{"text": "Problem List"}], True),
        ([coded("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis")], False),
        (None, False),
    ],
)
def test_an_item_of_the_problem_list_opens_it_and_an_encounter_diagnosis_does_not(category, opens):
    assert read(condition(category=category)).openers.problem_list is opens


@pytest.mark.parametrize("status, opens", [("refuted", False), ("entered-in-error", False), ("provisional", True)])
def test_only_a_valid_problem_opens_the_list(status, opens):
    item = condition(category=[coded("", "problem-list-item")], verificationStatus=status)
    assert read(item).openers.problem_list is opens


@pytest.mark.parametrize(
    "code",
    [
        coded(SNOMED, "160245001"),
        coded("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "no-known-problems"),
        {"text": "No known problems"},
    ],
)
def test_no_known_problems_is_an_answer_and_no_disease(code):
    record = read(condition(code=code))
    assert (record.conditions, record.holes, record.openers.problem_list) == ((), (), True)
    assert record.openers.references["problem_list"] == ("Condition/c1",)


def test_duplicates_under_two_ids_are_one_problem():
    twice = (condition("a", onsetDateTime="2020"), condition("b", onsetDateTime="2020"))
    assert [one.reference for one in read(*twice).conditions] == ["Condition/a"]
    different = (condition("a", onsetDateTime="2020"), condition("b", onsetDateTime="2021"))
    assert len(read(*different).conditions) == 2


def test_a_restricted_problem_decides_but_its_name_is_in_no_note():
    secret = condition(code={"text": "Some private matter"}, meta={"security": [{"code": "R"}]})
    record = read(secret)
    assert record.conditions[0].restricted
    assert "private" not in repr(record.notes)


def test_the_interval_of_an_onset_is_a_when():
    assert isinstance(the_condition(condition(code=ITP, onsetDateTime="2024-05-06")).onset, When)
