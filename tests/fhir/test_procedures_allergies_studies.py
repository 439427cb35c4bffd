"""What was done, what is not tolerated, which studies, and whether research contact is wanted (G5, G12b)."""

from __future__ import annotations

import pytest
from fhir_raw import (
    SNOMED,
    SUBJECT,
    allergy,
    between,
    coded,
    condition,
    holes,
    notes,
    on,
    procedure,
    read,
    taking_part,
    the_procedure,
)

from eligibility.terminology import Mark

IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

# --- procedures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status, done",
    [("completed", True), ("in-progress", True), ("stopped", True), ("not-done", False), ("unknown", None)],
)
def test_whether_it_was_done(status, done):
    found = the_procedure(procedure(status=status))
    assert found.done is done
    assert found.hits["VS-SPLENECTOMY"] is Mark.MEMBER


@pytest.mark.parametrize("status", ["preparation", "on-hold", "entered-in-error"])
def test_plans_and_errors_are_neither_facts_nor_holes(status):
    record = read(procedure(status=status))
    assert (record.procedures, record.holes, record.openers.procedures) == ((), (), False)


@pytest.mark.parametrize("status, opens", [("completed", True), ("not-done", False), ("unknown", False)])
def test_a_procedure_that_was_done_opens_the_history(status, opens):
    assert read(procedure(status=status)).openers.procedures is opens


@pytest.mark.parametrize(
    "performed, expected",
    [
        ({"performedDateTime": "2018-04-01T10:00:00Z"}, ("2018-04-01", "2018-04-01")),
        ({"performedDateTime": "2018"}, ("2018-01-01", "2018-12-31")),
        ({"performedDateTime": "2026"}, ("2026-01-01", "2026-11-21")),
        ({"performedPeriod": {"start": "2018-04-01", "end": "2018-04-03"}}, ("2018-04-03", "2018-04-03")),
        ({"performedPeriod": {"start": "2026-04-01"}}, ("2026-04-01", "2026-11-21")),
        ({"performedPeriod": {"end": "2018-04"}}, ("2018-04-01", "2018-04-30")),
        ({"performedAge": {"value": 12, "code": "a"}}, ("1992-05-17", "1993-05-16")),
    ],
)
def test_the_day_on_which_it_ended(performed, expected):
    when = the_procedure(procedure(**performed)).performed
    assert when == between(*expected) or (
        when and (when.first, when.last) == (on(expected[0]).first, on(expected[1]).last)
    )


@pytest.mark.parametrize("performed", [{}, {"performedString": "2018"}, {"performedDateTime": "2018-02-30"}])
def test_a_procedure_without_a_readable_day(performed):
    assert the_procedure(procedure(**performed)).performed is None


def test_a_procedure_of_tomorrow_keeps_no_day_and_is_told():
    later = procedure(performedDateTime="2026-11-22")
    assert the_procedure(later).performed is None
    assert notes(later) == ["future-date"]


def test_reasons_and_outcome_of_a_procedure():
    found = the_procedure(
        procedure(reasonCode=[{"text": "Immune thrombocytopenia"}], outcome={"text": "No response"}), condition()
    )
    assert found.reasons[0]["VS-ITP"] is Mark.MEMBER
    assert found.outcomes == {"no-response"}
    assert the_procedure(procedure(outcome=coded(SNOMED, "385671000", "Unsuccessful"))).outcomes == {"no-response"}
    assert the_procedure(procedure(outcome=coded(SNOMED, "385669000", "Successful"))).outcomes == set()


@pytest.mark.parametrize(
    "odd, reason",
    [({"code": None}, "no-code"), ({"status": None}, "unreadable-status"), ({"status": "done"}, "unreadable-status")],
)
def test_procedures_that_are_not_understood(odd, reason):
    assert holes(procedure(**odd)) == [("procedures", reason, "Procedure/p1")]


def test_no_known_procedures_opens_the_history():
    record = read(procedure(code=coded(IPS, "no-known-procedures")))
    assert (record.procedures, record.openers.procedures) == ((), True)


# --- allergies ----------------------------------------------------------------------------------------------------


def the_allergy(**changes):
    [one] = read(allergy(**changes)).allergies
    return one


@pytest.mark.parametrize(
    "more, severe, graded",
    [
        ({"criticality": "high"}, True, True),
        ({"criticality": "low"}, False, True),
        ({"criticality": "unable-to-assess"}, False, False),
        ({"reaction": [{"severity": "mild"}, {"severity": "severe"}]}, True, True),
        ({"reaction": [{"severity": "moderate"}]}, False, True),
        ({"reaction": [{"manifestation": [coded(SNOMED, "39579001", "Anaphylaxis")]}]}, True, True),
        ({"reaction": [{"manifestation": [{"text": "Anaphylactic shock"}]}]}, True, True),
        ({"reaction": [{"manifestation": [{"text": "rash"}]}]}, False, False),
        ({}, False, False),
    ],
)
def test_how_severe_an_allergy_is(more, severe, graded):
    found = the_allergy(**more)
    assert (found.severe, found.graded) == (severe, graded)


@pytest.mark.parametrize("status, confirmed", [("confirmed", True), (None, True), ("unconfirmed", False)])
def test_whether_it_is_confirmed(status, confirmed):
    assert the_allergy(verificationStatus=status and {"coding": [{"code": status}]}).confirmed is confirmed


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_refuted_and_mistaken_allergies_say_nothing(status):
    record = read(allergy(verificationStatus={"coding": [{"code": status}]}))
    assert (record.allergies, record.holes, record.openers.allergies) == ((), (), False)


@pytest.mark.parametrize(
    "code",
    [coded(SNOMED, "716186003"), coded(IPS, "no-known-allergies"), {"text": "No known allergies"}, {"text": "NKDA"}],
)
def test_no_known_allergy_is_an_answer(code):
    record = read(allergy(code=code))
    assert [one.none_known for one in record.allergies] == [True]
    assert record.openers.allergies


def test_an_allergy_opens_its_key_and_no_information_does_not():
    assert read(allergy()).openers.allergies
    record = read(allergy(code=coded(IPS, "no-allergy-info")))
    assert (record.allergies, record.openers.allergies, record.holes) == ((), False, ())


def test_the_same_substance_has_the_same_key():
    assert the_allergy(code={"text": " Penicillin "}).substance == the_allergy(code={"text": "PENICILLIN"}).substance
    assert the_allergy(code={"text": "Penicillin"}).substance != the_allergy(code={"text": "Latex"}).substance


def test_an_allergy_without_a_name_takes_the_substance_of_its_reaction():
    named = {"code": None, "reaction": [{"substance": {"text": "Rituximab"}}]}
    assert the_allergy(**named).hits["VS-RTX"] is Mark.MEMBER
    assert holes(allergy(code=None)) == [("allergies", "no-code", "AllergyIntolerance/al1")]


# --- studies ------------------------------------------------------------------------------------------------------


def the_study(*others, **changes):
    [one] = read(taking_part(**changes), *others).studies
    return one


STUDY = {
    "resourceType": "ResearchStudy",
    "id": "st",
    "title": "A trial of something",
    "identifier": [{"system": "http://clinicaltrials.gov", "value": "nct05694767"}],
}


def test_a_study_is_known_by_every_name_it_has():
    assert "NCT01234567" in the_study(study={"display": "Trial NCT01234567 (phase 2)"}).identifiers
    assert the_study(study={"reference": "ResearchStudy/x"}).identifiers == {"ResearchStudy/x"}
    found = the_study(STUDY, study={"reference": "ResearchStudy/st"})
    assert {"NCT05694767", "ResearchStudy/st"} <= found.identifiers
    assert found.label == "A trial of something"
    assert "NCT05694767" in the_study(study={"identifier": {"value": "NCT05694767"}}).identifiers
    inside = the_study(study={"reference": "#st"}, contained=[STUDY])
    assert "NCT05694767" in inside.identifiers


def test_status_and_time_of_taking_part():
    found = the_study(status="off-study", period={"start": "2025", "end": "2026-10-01"})
    assert (found.status, found.start, found.end) == (
        "off-study",
        between("2025-01-01", "2025-12-31"),
        on("2026-10-01"),
    )
    assert read(taking_part()).openers.studies


@pytest.mark.parametrize(
    "odd, reason",
    [({"status": "joined"}, "unreadable-status"), ({"status": None}, "unreadable-status"), ({"study": {}}, "no-code")],
)  # fmt: skip
def test_taking_part_that_is_not_understood(odd, reason):
    assert holes(taking_part(**odd)) == [("studies", reason, "ResearchSubject/rs1")]


# --- research contact ---------------------------------------------------------------------------------------------


def consent(**changes):
    given = {
        "resourceType": "Consent",
        "id": "co",
        "patient": SUBJECT,
        "status": "active",
        "scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", "research"),
        "provision": {"type": "deny"},
    }
    return given | changes


RESEARCH = [coded("http://terminology.hl7.org/CodeSystem/consentcategorycodes", "research")]
PRIVACY = coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")


@pytest.mark.parametrize(
    "found, silent",
    [
        (consent(), True),
        (consent(scope=PRIVACY, category=RESEARCH), True),
        (consent(scope=PRIVACY, provision={"type": "deny", "purpose": [{"code": "HRESCH"}]}), True),
        (consent(provision={"type": "deny", "period": {"start": "2026-01-01", "end": "2027-01-01"}}), True),
        (consent(provision={"type": "deny", "period": {"end": "2026-01-01"}}), False),
        (consent(provision={"type": "permit"}), False),
        (consent(status="inactive"), False),
        (consent(status="rejected"), False),
        (consent(scope=PRIVACY), False),
        (consent(patient={"reference": "Patient/other"}), False),
    ],
)
def test_a_consent_that_denies_research_is_heard(found, silent):
    assert read(found).no_research_contact is silent


@pytest.mark.parametrize(
    "code, more, silent",
    [
        ({"text": "No research contact"}, {}, True),
        (coded("urn:local", "17", "no research contact"), {}, True),
        ({"text": "No research contact"}, {"status": "inactive"}, False),
        ({"text": "No research contact"}, {"period": {"end": "2020"}}, False),
        ({"text": "Falls risk"}, {}, False),
    ],
)
def test_a_flag_that_says_so_is_heard(code, more, silent):
    flag = {"resourceType": "Flag", "id": "f", "subject": SUBJECT, "status": "active", "code": code, **more}
    assert read(flag).no_research_contact is silent
