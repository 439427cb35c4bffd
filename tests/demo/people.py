"""Two small synthetic records for the tests of the demo: enough to page, sort and search."""

from typing import Any

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
LABORATORY = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]
}


def patient(own_id: str, family: str = "Sample", given: str = "Ana") -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": own_id,
        "identifier": [{"system": "https://hospital.example/mrn", "value": f"mrn-{own_id}"}],
        "name": [{"family": family, "given": [given]}],
        "gender": "female",
        "birthDate": "1988-04-02",
    }


def condition(own_id: str, subject: str, code: str = "32273002", text: str = "ITP") -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": own_id,
        "clinicalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
        },
        "code": {"coding": [{"system": SNOMED, "code": code}], "text": text},
        "subject": {"reference": subject},
        "onsetDateTime": "2024-03",
    }


def count(own_id: str, subject: str, when: str | None, value: int = 24, code: str = "777-3") -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": own_id,
        "status": "final",
        "category": [LABORATORY],
        "code": {"coding": [{"system": LOINC, "code": code}], "text": "Platelets"},
        "subject": {"reference": subject},
        **({"effectiveDateTime": when} if when else {}),
        "valueQuantity": {
            "value": value,
            "unit": "10*9/L",
            "system": "http://unitsofmeasure.org",
            "code": "10*9/L",
        },
    }


def ana() -> list[dict[str, Any]]:
    """45 counts, one a day, so that the default page does not hold them; the newest has the highest number."""
    counts = [count(f"plt-{n:02}", "Patient/ana", f"2026-{9 + n // 30:02}-{n % 30 + 1:02}") for n in range(45)]
    return [patient("ana"), condition("itp", "Patient/ana"), *counts]


def ben() -> list[dict[str, Any]]:
    return [patient("ben", "Muñoz", "Ben"), count("ben-1", "Patient/ben", "2026-11-20T08:00:00Z", 210)]


def bundle(resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": own} for own in resources]}
