"""Decides what the demo chart shows of a record: who it is, the problems, the drugs, the newest results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cds_service.demo.search import find, parse_query
from cds_service.demo.store import FhirStore

Json = dict[str, Any]
_SHOWN = 12
_PLATELETS = "777-3,778-1,26515-7,13056-7,49497-1"
"""What the chart lists as platelet counts; for reading only, the trials have a value set of their own."""


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list of people."""

    id: str
    name: str
    age: str
    born: str
    story: str


@dataclass(frozen=True, slots=True)
class Table:
    """One part of the chart, newest first; `more` is how many rows are not shown."""

    id: str
    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    more: int = 0


def person_of(patient: Json, as_of: date, story: str) -> Person:
    """A Patient as a line: name, age on the day, sex."""
    born = str(patient.get("birthDate", ""))
    age = [words for words in (_age(born, as_of), str(patient.get("gender", ""))) if words]
    dead = ["deceased"] if patient.get("deceasedBoolean") or patient.get("deceasedDateTime") else []
    return Person(patient["id"], name_of(patient), ", ".join([*age, *dead]), born, story)


def name_of(patient: Json) -> str:
    """The first name given: its text, or given names and family name."""
    name: Json = next(iter(patient.get("name", [])), {})
    parts = [*name.get("given", []), name.get("family", "")]
    return str(name.get("text") or " ".join(part for part in parts if part) or f"Patient/{patient['id']}")


def _age(born: str, as_of: date) -> str:
    try:
        day = date.fromisoformat(born)
    except ValueError:
        return ""
    years = as_of.year - day.year - ((as_of.month, as_of.day) < (day.month, day.day))
    return f"{years} years"


def tables(store: FhirStore, patient_id: str) -> list[Table]:
    """The chart of one person."""
    problems = [(_words(own, "code"), _status(own), _when(own)) for own in _of(store, "Condition", patient_id)]
    drugs = [
        (_drug(own, store), _status(own), _when(own), _dose(own))
        for kind in ("MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense")
        for own in _of(store, kind, patient_id)
    ]
    counts = _rows_of_results(_of(store, "Observation", patient_id, ("code", _PLATELETS), ("_sort", "-date")))
    results = _newest(_of(store, "Observation", patient_id, ("_sort", "-date")))
    done = [
        (_words(own, "code"), _status(own), _when(own))
        for own in _of(store, "Procedure", patient_id, ("_sort", "-date"))
    ]
    return [
        Table("problems", "Problems", ("Problem", "Status", "Since"), problems),
        Table("drugs", "Drugs", ("Drug", "Status", "When", "Dose"), drugs),
        Table("counts", "Platelet counts", ("Test", "Result", "Day"), counts[:_SHOWN], max(0, len(counts) - _SHOWN)),
        Table("results", "Newest result of each test", ("Test", "Result", "Day"), _rows_of_results(results)),
        Table("procedures", "Procedures", ("Procedure", "Status", "Day"), done),
    ]


def _of(store: FhirStore, kind: str, patient_id: str, *more: tuple[str, str]) -> list[Json]:
    return find(store.of_type(kind), parse_query(kind, [("patient", patient_id), *more]))


def _rows_of_results(results: Iterable[Json]) -> list[tuple[str, ...]]:
    return [(_words(own, "code"), _value(own), _when(own)) for own in results]


def _newest(results: Iterable[Json]) -> list[Json]:
    """The first of each test, of results that come newest first."""
    first: dict[str, Json] = {}
    for own in results:
        first.setdefault(_words(own, "code"), own)
    return list(first.values())


def _words(resource: Json, element: str) -> str:
    """What a coded element says, in words: its text, else a display, else a code."""
    concept = resource.get(element) or {}
    codings = [part for coding in concept.get("coding", []) for part in (coding.get("display"), coding.get("code"))]
    return str(concept.get("text") or next((part for part in codings if part), "not stated"))


def _drug(resource: Json, store: FhirStore) -> str:
    reference = (resource.get("medicationReference") or {}).get("reference", "")
    kind, _, own_id = str(reference).rpartition("/")
    medication = store.get(kind, own_id)
    return _words(medication, "code") if medication else _words(resource, "medicationCodeableConcept")


def _status(resource: Json) -> str:
    parts = [_words(resource, name) for name in ("clinicalStatus", "verificationStatus") if resource.get(name)]
    return ", ".join(parts) or str(resource.get("status", ""))


_DATES = ("effectiveDateTime", "onsetDateTime", "performedDateTime", "authoredOn", "recordedDate", "dateAsserted")
_PERIODS = ("effectivePeriod", "onsetPeriod", "performedPeriod")


def _when(resource: Json) -> str:
    for name in _PERIODS:
        if name in resource:
            return " to ".join(_day(resource[name].get(end, "…")) for end in ("start", "end"))
    return next((_day(resource[name]) for name in _DATES if name in resource), "not dated")


def _day(text: str) -> str:
    return text[:10]


def _dose(resource: Json) -> str:
    doses: Iterable[Json] = resource.get("dosage") or resource.get("dosageInstruction") or []
    if isinstance(doses, dict):
        doses = [doses]
    return "; ".join(str(dose["text"]) for dose in doses if dose.get("text"))


def _value(resource: Json) -> str:
    if "valueQuantity" in resource:
        quantity = resource["valueQuantity"]
        unit = quantity.get("unit", quantity.get("code", ""))
        said = (quantity.get("comparator", ""), quantity.get("value", ""), unit)
        return " ".join(str(part) for part in said if part != "")
    if "valueCodeableConcept" in resource:
        return _words(resource, "valueCodeableConcept")
    plain = [str(resource[name]) for name in ("valueString", "valueInteger", "valueBoolean") if name in resource]
    parts = [f"{_words(part, 'code')}: {_value(part)}" for part in resource.get("component", [])]
    return "; ".join([*plain, *parts]) or "no value"
