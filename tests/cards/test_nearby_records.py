"""What is said where a record lies near and is not used: raw FHIR JSON, and the whole sentence."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from cards.wording.wording import sentence
from cds_service.catalogue import load_catalogue
from cds_service.languages import wording_for
from eligibility.assessment import assess
from eligibility.record import PatientRecord
from tests.reading import record_in

DAY = date(2026, 11, 21)
Json = dict[str, Any]
WHO = {"subject": {"reference": "Patient/p"}}
NOTHING = "Not on record: platelet count"


def count(day: str, value: Any = 24, **more: Any) -> Json:
    number = {"valueQuantity": {"value": value, "unit": "10*9/L"}} if isinstance(value, int | float) else {}
    text = {"valueString": value} if isinstance(value, str) else {}
    code = {"text": "Platelets", "coding": [{"system": "http://loinc.org", "code": "777-3"}]}
    final = {"resourceType": "Observation", "status": "final", "code": code, "effectiveDateTime": day}
    return {**final, **WHO, **number, **text, **more}


def mean_volume(day: str) -> Json:
    """Of the same tube, and no count: its LOINC code stands in no set, its name in none either."""
    code = {"text": "Mean platelet volume", "coding": [{"system": "http://loinc.org", "code": "32623-1"}]}
    return count(day, 11, code=code, valueQuantity={"value": 11, "unit": "fL"})


def rituximab(kind: str, **more: Any) -> Json:
    drug = {"medicationCodeableConcept": {"text": "rituximab"}}
    return {"resourceType": kind, "status": "completed", **WHO, **drug, **more}


def read(*resources: Json) -> PatientRecord:
    patient = {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1980-06-15"}
    entries = [{"resource": {"id": f"r{n}", **resource}} for n, resource in enumerate(resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}, *entries]}
    return record_in(json.dumps(bundle).encode(), DAY)


def because(criterion: str, *resources: Json) -> str:
    catalogue = load_catalogue()
    trial = next(trial for trial in catalogue.trials if criterion.startswith(trial.header.anchor.split("-")[0]))
    return sentence(wording_for(catalogue).because(assess(trial, read(*resources), DAY).result(criterion).finding))


@pytest.mark.rule("G5", "G6")
@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ([count("2026-11-20")], "Platelets 24 ×10⁹/L on 20 Nov 2026, below 30 ×10⁹/L."),
        ([count("2026-11-20", 30)], "Platelets 30 ×10⁹/L on 20 Nov 2026, not below 30 ×10⁹/L."),
        ([count("2026-11-03")], "Platelets 24 ×10⁹/L on 3 Nov 2026 is older than 2 days."),
        (
            [count("2026-11-03"), count("2026-11-21", 18, status="preliminary")],
            "Platelets 24 ×10⁹/L on 3 Nov 2026 is older than 2 days;"
            " preliminary, and not counted: Platelets 18 ×10⁹/L (21 Nov 2026).",
        ),
        (
            [count("2026-11-21", 18, status="preliminary")],
            f"{NOTHING}; preliminary, and not counted: Platelets 18 ×10⁹/L (21 Nov 2026).",
        ),
        (
            [count("2026-11-20"), count("2026-11-21", "clotted")],
            "The latest Platelets cannot be read (clotted, 21 Nov 2026).",
        ),
        (
            [count("2026-11-20"), count("2026-11-21", valueQuantity={"value": 24})],
            "The latest Platelets has no unit that can be used (24, 21 Nov 2026).",
        ),
        (
            [count("2026-11")],
            "Platelets 24 ×10⁹/L between 1 Nov 2026 and 21 Nov 2026: whether that is within 2 days is not settled.",
        ),
        ([count("2026-11-20", status="entered-in-error")], f"{NOTHING}."),
        ([count("2026-11-20", subject={"reference": "Patient/another"})], f"{NOTHING}."),
        ([mean_volume("2026-11-20")], f"{NOTHING}."),
    ],
)
def test_what_is_said_of_the_count(resources: list[Json], said: str) -> None:
    assert because("CM313-I05", *resources) == said


@pytest.mark.rule("G9")
@pytest.mark.parametrize(
    ("resources", "said"),
    [
        (
            [rituximab("MedicationAdministration", effectiveDateTime="2026-09-04")],
            "Rituximab, last on 4 Sep 2026; 3 months will have passed on 5 Dec 2026.",
        ),
        (
            [rituximab("MedicationAdministration", effectiveDateTime="2026-08-20")],
            "Rituximab, last on 20 Aug 2026: more than 3 months before the first dose.",
        ),
        (
            [rituximab("MedicationAdministration", effectiveDateTime="2026-08")],
            "Rituximab, last in Aug 2026: whether that is more than 3 months before the first dose is not settled.",
        ),
        (
            [rituximab("MedicationRequest", intent="order", authoredOn="2026-10-01", status="active")],
            "Rituximab was ordered on 1 Oct 2026, but no dose given is recorded.",
        ),
        (
            [rituximab("MedicationStatement", effectivePeriod={"start": "2026-03-01"}, status="active")],
            "Rituximab since 1 Mar 2026 has no recorded end.",
        ),
    ],
)
def test_what_is_said_of_a_washout(resources: list[Json], said: str) -> None:
    assert because("CM313-I21", *resources) == said


def test_what_was_left_out_is_a_note_and_no_evidence() -> None:
    """Another patient's entry is noted; one entered in error is as if it had never been written."""
    notes = read(count("2026-11-20", subject={"reference": "Patient/another"})).notes
    assert [note.key for note in notes] == ["other-subject"]
    assert read(count("2026-11-20", status="entered-in-error")).notes == ()
