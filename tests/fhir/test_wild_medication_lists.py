"""fhir-in-the-wild, group 5: what shows that a medication list is kept, and what it holds only once (rule G7)."""

from __future__ import annotations

import pytest
from fhir_raw import (
    LOINC,
    PREDNISONE,
    SNOMED,
    SUBJECT,
    administration,
    between,
    coded,
    on,
    order,
    quantity,
    read,
    statement,
)

from eligibility.record import Intake, Source

IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
NO_DRUGS, NO_INFORMATION = coded(IPS, "no-known-medications"), coded(IPS, "no-medication-info")


@pytest.mark.parametrize(
    "more, when",
    [
        ({"dateAsserted": "2026-11-01", "effectiveDateTime": "2020"}, on("2026-11-01")),
        ({"effectivePeriod": {"start": "2026-10-30"}}, on("2026-10-30")),
        ({"effectiveDateTime": "2026-10", "status": "completed"}, between("2026-10-01", "2026-10-31")),
        ({"dateAsserted": "2026-11-01", "status": "not-taken"}, on("2026-11-01")),
    ],
)
def test_a_statement_of_any_valid_status_shows_when_the_list_was_kept(more, when):
    assert read(statement(**more)).openers.statements == (when,)


@pytest.mark.parametrize(
    "not_kept",
    [statement(), statement(dateAsserted="2026-12-01"), statement(status="entered-in-error", dateAsserted="2026-11-01"),
     order(authoredOn="2026-11-01"), administration(effectiveDateTime="2026-11-01")],
)  # fmt: skip
def test_orders_and_undated_statements_show_nothing(not_kept):
    openers = read(not_kept).openers
    assert (openers.statements, openers.medication_list) == ((), False)


@pytest.mark.parametrize("status", ["active", "completed", "unknown", "not-taken"])
@pytest.mark.parametrize("code", [NO_DRUGS, coded(SNOMED, "787481004"), {"text": "No known medications"}])
def test_no_known_medications_is_an_answer_whatever_the_status(status, code):
    record = read(statement(status=status, medicationCodeableConcept=code))
    assert (record.exposures, record.holes, record.openers.medication_list) == ((), (), True)


def test_no_known_medications_entered_in_error_says_nothing():
    assert not read(statement(status="entered-in-error", medicationCodeableConcept=NO_DRUGS)).openers.medication_list


@pytest.mark.parametrize("more, told", [({}, None), ({"dateAsserted": "2026-11-01"}, on("2026-11-01"))])
def test_no_information_is_told_with_its_day(more, told):
    record = read(statement(medicationCodeableConcept=NO_INFORMATION, **more))
    assert (record.exposures, record.holes) == ((), ())
    assert record.openers.no_medication_information == (told,)


def kept_list(code, **more):
    return {"resourceType": "List", "id": "l1", "subject": SUBJECT, "status": "current", "mode": "working",
            "code": code, "entry": [{"item": {"reference": "MedicationStatement/s1"}}], **more}  # fmt: skip


NIL = {"emptyReason": coded("http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown")}


@pytest.mark.parametrize(
    "found, opens",
    [
        (kept_list(coded(LOINC, "10160-0")), True),
        (kept_list(coded(LOINC, "29549-3")), True),
        (kept_list({"text": "Medication list"}), True),
        (kept_list(coded(LOINC, "10160-0"), entry=[], **NIL), True),
        (kept_list(coded(LOINC, "10160-0"), entry=[]), True),
        (kept_list(coded(LOINC, "10160-0"), entry=[], emptyReason={"text": "not asked"}), False),
        (kept_list(coded(LOINC, "10160-0"), status="retired"), False),
        (kept_list(coded(LOINC, "10160-0"), status="entered-in-error"), False),
        (kept_list(coded(LOINC, "10160-0"), mode="changes"), False),
        (kept_list(coded(LOINC, "10160-0"), date="2027-01-01"), False),
        (kept_list(coded(LOINC, "11450-4")), False),
    ],
)
def test_a_current_medication_list_opens_its_key(found, opens):
    assert read(found).openers.medication_list is opens


def test_a_current_problem_list_opens_its_key():
    assert read(kept_list(coded(LOINC, "11450-4"))).openers.problem_list


def test_the_same_statement_twice_is_one_and_another_dose_is_another():
    same = [statement(name, effectiveDateTime="2026-10-01") for name in ("b", "a")]
    assert [one.reference for one in read(*same).exposures] == ["MedicationStatement/a"]
    dose = [{"doseAndRate": [{"doseQuantity": quantity(20, "mg")}]}]
    assert len(read(same[0], statement("a", effectiveDateTime="2026-10-01", dosage=dose)).exposures) == 2


DISPENSE = {"resourceType": "MedicationDispense", "id": "d", "status": "completed", "subject": SUBJECT,
            "medicationCodeableConcept": PREDNISONE}  # fmt: skip
A_MONTH = {"whenHandedOver": "2026-11-01T10:00:00Z", "daysSupply": {"value": 30, "unit": "Day", "code": "d"}}


@pytest.mark.parametrize(
    "more, start, end",
    [
        (A_MONTH, "2026-11-01", "2026-11-30"),
        (A_MONTH | {"daysSupply": {"value": 30}}, "2026-11-01", "2026-11-30"),
        (A_MONTH | {"daysSupply": {"value": 2, "unit": "wk"}}, "2026-11-01", "2026-11-14"),
        (A_MONTH | {"daysSupply": {"value": 30, "unit": "tablets"}}, "2026-11-01", None),
        (A_MONTH | {"status": "stopped"}, "2026-11-01", None),
        (A_MONTH | {"status": "in-progress"}, "2026-11-01", None),
        ({"whenPrepared": "2026-10-30"}, "2026-10-30", None),
        ({}, None, None),
    ],
)
def test_a_dispense_tells_how_long_a_drug_may_last_and_no_intake(more, start, end):
    [found] = read(DISPENSE | more).exposures
    days = [when and when.last.isoformat() for when in (found.start, found.end)]
    assert (found.source, found.intake, days) == (Source.DISPENSE, Intake.UNKNOWN, [start, end])


@pytest.mark.parametrize("status", ["cancelled", "declined", "entered-in-error"])
def test_what_was_never_handed_over_is_set_aside(status):
    record = read(DISPENSE | {"status": status})
    assert (record.exposures, record.holes) == ((), ())


@pytest.mark.parametrize("odd", [{"status": "gone"}, {"status": None}, {"medicationCodeableConcept": None}])
def test_a_dispense_that_cannot_be_read_is_a_hole(odd):
    assert [hole.reference for hole in read(DISPENSE | odd).holes] == ["MedicationDispense/d"]
