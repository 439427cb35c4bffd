"""FHIR JSON as servers write it, in the fewest words, and the record that the reader makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cds_service.fhir.reader import ResourceIndex, begin
from cds_service.terminology import load_terminology
from eligibility.finding import Reason
from eligibility.record import Condition, Exposure, Observation, PatientRecord, Procedure
from eligibility.terminology import Terminology
from eligibility.when import When

TODAY = date(2026, 11, 21)
SUBJECT = {"reference": "Patient/ines"}
PATIENT = {"resourceType": "Patient", "id": "ines", "birthDate": "1980-05-17", "gender": "female"}

LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
ICD10CM, RXNORM, ATC = (
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://www.whocc.no/atc",
)
ITP = {"coding": [{"system": ICD10CM, "code": "D69.3", "display": "Immune thrombocytopenic purpura"}]}
PLATELETS = {"coding": [{"system": LOINC, "code": "777-3", "display": "Platelets in blood"}]}
PREDNISONE = {
    "coding": [{"system": ATC, "code": "H02AB07", "display": "prednisone"}],
    "text": "Prednisone 20 mg oral tablet",
}
SPLENECTOMY = {"coding": [{"system": SNOMED, "code": "234319005", "display": "Splenectomy"}]}


@cache
def terminology() -> Terminology:
    """The value sets as they are shipped."""
    return load_terminology(Path(__file__).parents[2] / "trials")


def coded(system: str, code: str, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def resource(kind: str, name: str | None, defaults: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults overlaid with changes; a change to None takes the element away."""
    both = {"resourceType": kind, "id": name, "subject": SUBJECT, **defaults, **changes}
    return {key: value for key, value in both.items() if value is not None}


def condition(name: str | None = "c1", **changes: Any) -> dict[str, Any]:
    return resource("Condition", name, {"code": ITP, "clinicalStatus": {"coding": [{"code": "active"}]}}, changes)


def observation(name: str | None = "o1", **changes: Any) -> dict[str, Any]:
    value = {} if any(key.startswith("value") for key in changes) else {"valueQuantity": quantity(24)}
    when = {} if any(key.startswith("effective") for key in changes) else {"effectiveDateTime": "2026-11-12"}
    return resource("Observation", name, {"status": "final", "code": PLATELETS, **value, **when}, changes)


def quantity(value: Any, code: str = "10*9/L", **more: Any) -> dict[str, Any]:
    return {"value": value, "system": UCUM, "code": code, **more}


def statement(name: str | None = "s1", **changes: Any) -> dict[str, Any]:
    drug = {} if "medicationReference" in changes else {"medicationCodeableConcept": PREDNISONE}
    return resource("MedicationStatement", name, {"status": "active", **drug}, changes)


def order(name: str | None = "r1", **changes: Any) -> dict[str, Any]:
    drug = {} if "medicationReference" in changes else {"medicationCodeableConcept": PREDNISONE}
    return resource("MedicationRequest", name, {"status": "active", "intent": "order", **drug}, changes)


def administration(name: str | None = "a1", **changes: Any) -> dict[str, Any]:
    drug = {} if "medicationReference" in changes else {"medicationCodeableConcept": PREDNISONE}
    return resource("MedicationAdministration", name, {"status": "completed", **drug}, changes)


def procedure(name: str | None = "p1", **changes: Any) -> dict[str, Any]:
    return resource("Procedure", name, {"status": "completed", "code": SPLENECTOMY}, changes)


def allergy(name: str | None = "al1", **changes: Any) -> dict[str, Any]:
    penicillin = {"text": "Penicillin"}
    return resource("AllergyIntolerance", name, {"subject": None, "patient": SUBJECT, "code": penicillin}, changes)


def taking_part(name: str | None = "rs1", **changes: Any) -> dict[str, Any]:
    defaults = {"subject": None, "individual": SUBJECT, "status": "on-study", "study": {"display": "NCT01234567"}}
    return resource("ResearchSubject", name, defaults, changes)


def read(*resources: Mapping[str, Any], patient: Mapping[str, Any] | None = PATIENT, **more: Any) -> PatientRecord:
    more.setdefault("as_of", TODAY)
    more.setdefault("forgiven", ())  # a mistake of the reader is raised, so that no test takes it for a hole
    more.setdefault("resolve", ResourceIndex(resources))
    return begin(patient, resources, terminology=terminology(), **more).whole()


def the_condition(*resources: Mapping[str, Any], **more: Any) -> Condition:
    [one] = read(*resources, **more).conditions
    return one


def the_result(*resources: Mapping[str, Any], of: str = "VS-PLT", **more: Any) -> Observation:
    [one] = read(*resources, **more).observations[of]
    return one


def the_exposure(*resources: Mapping[str, Any], **more: Any) -> Exposure:
    [one] = read(*resources, **more).exposures
    return one


def the_procedure(*resources: Mapping[str, Any], **more: Any) -> Procedure:
    [one] = read(*resources, **more).procedures
    return one


def holes(*resources: Mapping[str, Any], **more: Any) -> list[tuple[str, str, str | None]]:
    """Section, reason and reference of each hole."""
    return [(hole.section.value, hole.reason, hole.reference) for hole in read(*resources, **more).holes]


def notes(*resources: Mapping[str, Any], **more: Any) -> list[str]:
    return [note.key for note in read(*resources, **more).notes]


def note(record: PatientRecord, key: str) -> Reason:
    [one] = [note for note in record.notes if note.key == key]
    return one


def day(text: str) -> date:
    return date.fromisoformat(text)


def on(text: str) -> When:
    """The calendar day alone, as a dateTime without a time means it."""
    return When.on(day(text))


def between(first: str, last: str) -> When:
    return When(day(first), day(last))


def medication(name: str | None = "m1", **more: Any) -> dict[str, Any]:
    """The drug itself, as a resource."""
    return {"resourceType": "Medication", "id": name, **more}


def by_reference(
    reference: str = "Medication/m1", make: Callable[..., dict[str, Any]] = statement, **more: Any
) -> dict[str, Any]:
    """A statement, or another thing, whose drug stands elsewhere."""
    return make(medicationReference={"reference": reference}, **more)
