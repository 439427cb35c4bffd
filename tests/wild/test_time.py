"""Time as records write it: partial, open, with zones, in the future, contradicting, shifted by centuries (G3, G4)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.wild.told import PATIENT, TODAY, Json, bundle, of_p, person, problem

SNOMED, ATC = "http://snomed.info/sct", "http://www.whocc.no/atc"


def told_of(*resources: Json, criterion: str, as_of: date = TODAY, **patient: object) -> str:
    return person(bundle({**PATIENT, **patient}, *resources), as_of=as_of).verdict(criterion)


def splenectomy(**performed: object) -> Json:
    """Whether it was more than six months ago: CM313-I22; the boundary is 21 May 2026."""
    code = {"coding": [{"system": SNOMED, "code": "234319005", "display": "Splenectomy"}]}
    return of_p("Procedure", "s", **{"status": "completed", "code": code, **performed})


@pytest.mark.parametrize(
    "performed, verdict",
    [
        ({"performedDateTime": "2026-05-20"}, "met"),
        ({"performedDateTime": "2026-05-21"}, "not-met"),
        ({"performedDateTime": "2026-05-20T23:59:59.999999+14:00"}, "met"),
        ({"performedDateTime": "2026-05-20T23:59:59-12:00"}, "met"),
        ({"performedDateTime": "2026-05-21T00:00:00Z"}, "not-met"),
        ({"performedDateTime": "2026-05-20T24:00:00"}, "met"),
        ({"performedDateTime": "2026-05-20 08:00"}, "met"),
        ({"performedDateTime": "2026-05"}, "unknown"),
        ({"performedDateTime": "2026-04"}, "met"),
        ({"performedDateTime": "2026"}, "unknown"),
        ({"performedDateTime": "2025"}, "met"),
        ({"performedPeriod": {"start": "2026-05-01", "end": "2026-05-20"}}, "met"),
        ({"performedPeriod": {"start": "2026-05-20", "end": "2026-05-21"}}, "not-met"),
        ({"performedPeriod": {"start": "2026-05-01"}}, "unknown"),
        ({"performedPeriod": {"end": "2026-05-20"}}, "met"),
        ({"performedPeriod": {"start": "2026-08-01"}}, "not-met"),
        ({"performedPeriod": {}}, "unknown"),
        ({"performedAge": {"value": 30, "unit": "years", "code": "a"}}, "met"),
        ({"performedAge": {"value": 45, "unit": "years", "code": "a"}}, "unknown"),
        ({"performedAge": {"value": 46, "unit": "years", "code": "a"}}, "not-met"),
        ({"performedRange": {"low": {"value": 20, "code": "a"}, "high": {"value": 30, "code": "a"}}}, "met"),
        ({"performedString": "about ten years ago"}, "unknown"),
        ({"performedDateTime": "May 2020"}, "unknown"),
        ({"performedDateTime": "2020-02-30"}, "unknown"),
        ({"performedDateTime": "2020-13-01"}, "unknown"),
        ({"performedDateTime": "2027-01-01"}, "unknown"),
        ({"performedDateTime": 20200101}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_a_procedure_more_than_six_months_ago(performed: Json, verdict: str) -> None:
    assert told_of(splenectomy(**performed), criterion="CM313-I22") == verdict


def rituximab(kind: str, **times: object) -> Json:
    code = {"coding": [{"system": ATC, "code": "L01FA01", "display": "rituximab"}]}
    return of_p(kind, "r", **{"status": "completed", "medicationCodeableConcept": code, **times})


@pytest.mark.parametrize(
    "kind, times, verdict",
    [
        ("MedicationAdministration", {"effectiveDateTime": "2026-08-20T22:00:00-11:00"}, "met"),
        ("MedicationAdministration", {"effectiveDateTime": "2026-08-21T00:00:00+14:00"}, "not-met"),
        ("MedicationAdministration", {"effectiveDateTime": "2026-08"}, "unknown"),
        ("MedicationAdministration", {"effectiveDateTime": "2026-07"}, "met"),
        ("MedicationAdministration", {"effectiveDateTime": "2026"}, "unknown"),
        ("MedicationAdministration", {"effectiveDateTime": "2025"}, "met"),
        ("MedicationAdministration", {"effectivePeriod": {"start": "2026-08-20", "end": "2026-08-21"}}, "not-met"),
        ("MedicationAdministration", {"effectivePeriod": {"start": "2026-08-19", "end": "2026-08-20"}}, "met"),
        ("MedicationAdministration", {}, "unknown"),
        ("MedicationStatement", {"effectivePeriod": {"start": "2025-01", "end": "2025-03"}}, "met"),
        ("MedicationStatement", {"effectivePeriod": {"end": "2025-03"}}, "met"),
        ("MedicationStatement", {"effectivePeriod": {"start": "2025-01"}}, "unknown"),
        ("MedicationStatement", {"effectivePeriod": {"start": "2025-01"}, "dateAsserted": "2025-06-01"}, "met"),
        ("MedicationStatement", {"effectivePeriod": {"start": "2026-09-01"}}, "not-met"),
        ("MedicationStatement", {"effectivePeriod": {"start": "2025-06-01", "end": "2025-01-01"}}, "unknown"),
        ("MedicationStatement", {"effectivePeriod": {"start": "2025-06-01", "end": "unknown"}}, "unknown"),
        ("MedicationStatement", {"effectiveDateTime": "2025-06-01"}, "met"),
        ("MedicationStatement", {"dateAsserted": "2026-11-20"}, "unknown"),
        ("MedicationStatement", {"dateAsserted": "2025-11-20"}, "met"),
    ],
)
def test_rituximab_ended_more_than_three_months_ago(kind: str, times: Json, verdict: str) -> None:
    assert told_of(rituximab(kind, **times), criterion="CM313-I21") == verdict


def infarction(**times: object) -> Json:
    """Within six months: CM313-E27; 21 May 2026 is the last day that counts."""
    return problem("mi", "I21.9", "Acute myocardial infarction, unspecified", **times)


@pytest.mark.parametrize(
    "times, verdict",
    [
        ({"onsetDateTime": "2026-05-21"}, "met"),
        ({"onsetDateTime": "2026-05-20"}, "not-met"),
        ({"onsetDateTime": "2026-05"}, "unknown"),
        ({"onsetDateTime": "2026"}, "unknown"),
        ({"onsetDateTime": "2026-06"}, "met"),
        ({"onsetDateTime": "2025"}, "not-met"),
        ({"onsetPeriod": {"start": "2026-06-01"}}, "met"),
        ({"onsetPeriod": {"start": "2026-01-01"}}, "unknown"),
        ({"onsetPeriod": {"end": "2026-01-01"}}, "not-met"),
        ({"onsetAge": {"value": 46, "code": "a"}}, "met"),
        ({"onsetAge": {"value": 44, "code": "a"}}, "not-met"),
        ({"onsetAge": {"value": 45, "code": "a"}}, "unknown"),
        ({"onsetString": "2019"}, "unknown"),
        ({"recordedDate": "2026-11-01"}, "unknown"),
        ({"recordedDate": "2020-11-01"}, "not-met"),
        ({"onsetDateTime": "2027-01-01"}, "unknown"),
        ({"onsetDateTime": "2026-11-01", "recordedDate": "2020-01-01"}, "met"),
        ({}, "unknown"),
    ],
)
def test_an_infarction_within_six_months(times: Json, verdict: str) -> None:
    assert told_of(infarction(**times), criterion="CM313-E27") == verdict


def aspirin(**elements: object) -> Json:
    code = {"coding": [{"system": ATC, "code": "B01AC06", "display": "acetylsalicylic acid"}]}
    said = {"status": "active", "medicationCodeableConcept": code, "dateAsserted": "2026-11-20"}
    return of_p("MedicationStatement", "a", **{**said, **elements})


@pytest.mark.parametrize(
    "elements, verdict",
    [
        ({"effectivePeriod": {"start": "2020"}}, "met"),
        ({"effectivePeriod": {"start": "2020", "end": "2026-11-21"}}, "met"),
        ({"effectivePeriod": {"start": "2020", "end": "2026-11-20"}}, "unknown"),
        ({"effectivePeriod": {"start": "2020", "end": "2026-11"}}, "unknown"),
        ({"effectivePeriod": {"start": "2020", "end": "2027"}}, "met"),
        ({"effectivePeriod": {"start": "2020", "end": "later"}}, "unknown"),
        ({"effectivePeriod": {"start": "2026-12-01"}}, "not-met"),
        ({"effectivePeriod": {"end": "2026-12-01"}}, "met"),
        ({"effectiveDateTime": "2026-01-05T08:00:00.000Z"}, "met"),
        ({"dateAsserted": "2024-01-01"}, "unknown"),
        ({"dateAsserted": "2025-11-21"}, "met"),
        ({"dateAsserted": "2025-11-20"}, "unknown"),
        ({"status": "stopped", "effectivePeriod": {"start": "2020", "end": "2026-10-01"}}, "not-met"),
        ({"status": "completed"}, "not-met"),
        ({"status": "stopped", "effectivePeriod": {"start": "2020", "end": "2027-10-01"}}, "not-met"),
        ({"status": "completed", "effectivePeriod": {"start": "2020", "end": "2027-10-01"}}, "not-met"),
    ],
)
def test_aspirin_that_is_taken_now(elements: Json, verdict: str) -> None:
    assert told_of(aspirin(**elements), criterion="CM313-E34") == verdict


@pytest.mark.parametrize("status", ["stopped", "completed"])
@pytest.mark.parametrize(
    "told, verdict",
    [({"dateAsserted": "2026-11-20"}, "unknown"), ({"dateAsserted": "2025-11-20"}, "not-met"), ({}, "unknown")],
)
def test_what_is_over_ended_before_the_day_on_which_it_was_to_end(status: str, told: Json, verdict: str) -> None:
    """Status and end contradict each other: the drug is not taken now, and when it ended is not told."""
    over = aspirin(status=status, effectivePeriod={"start": "2025-01", "end": "2027-10"}, dateAsserted=None) | told
    folate = aspirin(id="folate", medicationCodeableConcept={"text": "folic acid"})  # so the list is kept
    assert told_of(over, folate, criterion="CART-E04") == verdict


SHIFT = [100, 134, 170]


@pytest.mark.parametrize("years", SHIFT)
def test_a_record_shifted_by_a_century_is_read_as_before_on_its_shifted_day(years: int) -> None:
    def later(text: str) -> str:
        return str(int(text[:4]) + years) + text[4:]

    as_of = date(TODAY.year + years, TODAY.month, TODAY.day)
    born = {"birthDate": later("1980-06-15")}
    for performed, verdict in (("2026-05-20", "met"), ("2026-05-21", "not-met"), ("2026-05", "unknown")):
        spleen = splenectomy(performedDateTime=later(performed))
        assert told_of(spleen, criterion="CM313-I22", as_of=as_of, **born) == verdict
    assert told_of(infarction(onsetDateTime=later("2026-05-21")), criterion="CM313-E27", as_of=as_of, **born) == "met"


@pytest.mark.parametrize("years", SHIFT)
def test_read_on_todays_day_the_same_record_lies_in_the_future(years: int) -> None:
    spleen = splenectomy(performedDateTime=f"{2020 + years}-01-01")
    found = person(bundle({**PATIENT, "birthDate": f"{1980 + years}-06-15"}, spleen))
    assert found.verdicts(("CM313-I22", "CM313-I01")) == {"CM313-I22": "unknown", "CM313-I01": "unknown"}
    assert [note for note in found.notes if "Procedure/s" in note] != []
