"""Decides what the demo chart shows of a record: who it is, the problems, the drugs, the newest results, the orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cds_service.demo.entry import (
    begun_of,
    dose_of,
    drug_of,
    name_of,
    note_of,
    shown,
    status_of,
    value_of,
    when_of,
    words_of,
)
from cds_service.demo.search import find, parse_query
from cds_service.demo.store import FhirStore
from cds_service.demo.words import Words
from cds_service.fhir.elements import part, text_of

Json = dict[str, Any]
_SHOWN = 12
_PLATELETS = "777-3,778-1,26515-7,13056-7,49497-1"
"""What the chart lists as platelet counts; for reading only, the trials have a value set of their own."""
_SEXES = ("female", "male", "other")
_DRUGS = ("MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense")
_ORDERS = ("ServiceRequest", "Task", "ResearchSubject")


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
    """One part of the chart, newest first; `heads` are keys of words, `more` is how many rows are not shown."""

    id: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    more: int = 0


def person_of(patient: Json, as_of: date, story: str, said: Words) -> Person:
    """A Patient as a line: name, age on the day, sex."""
    born = _birth(patient)
    sex = text_of(patient.get("gender"))
    age = [] if born is None else [said("years", n=_years(born, as_of))]
    dead = [said("deceased")] if patient.get("deceasedBoolean") or patient.get("deceasedDateTime") else []
    line = said("and").join([*age, said(sex if sex in _SEXES else "unknown"), *dead])
    return Person(patient["id"], name_of(patient), line, "" if born is None else said("born", day=born), story)


def _birth(patient: Json) -> date | None:
    try:
        return date.fromisoformat(text_of(patient.get("birthDate")))
    except ValueError:
        return None


def _years(born: date, as_of: date) -> int:
    return as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))


def tables(store: FhirStore, patient_id: str, said: Words) -> list[Table]:
    """The chart of one person."""
    problems = [
        (words_of(own, "code"), status_of(own), when_of(own, said), note_of(own))
        for own in _of(store, "Condition", patient_id)
    ]
    taken = [own for kind in _DRUGS for own in _of(store, kind, patient_id)]
    drugs = [
        (drug_of(own, store), status_of(own), when_of(own, said), dose_of(own))
        for own in sorted(taken, key=begun_of, reverse=True)
    ]
    counts = _results(_of(store, "Observation", patient_id, ("code", _PLATELETS), ("_sort", "-date")), said)
    results = _newest(_of(store, "Observation", patient_id, ("_sort", "-date")))
    done = [
        (words_of(own, "code"), status_of(own), when_of(own, said))
        for own in _of(store, "Procedure", patient_id, ("_sort", "-date"))
    ]
    orders = [(_order(own), status_of(own), f"{own['resourceType']}/{own['id']}") for own in _orders(store, patient_id)]
    test = ("head-test", "head-result", "head-day")
    return [
        Table("orders", ("head-order", "head-status", "head-number"), orders),
        _filled(Table("problems", ("head-problem", "head-status", "head-since", "head-note"), problems)),
        _filled(Table("drugs", ("head-drug", "head-status", "head-when", "head-dose"), drugs)),
        Table("counts", test, counts[:_SHOWN], max(0, len(counts) - _SHOWN)),
        Table("results", test, _results(results, said)),
        Table("procedures", ("head-procedure", "head-status", "head-day"), done),
    ]


def _filled(table: Table) -> Table:
    """Without its last column where that is empty in every row."""
    if any(row[-1] for row in table.rows):
        return table
    return replace(table, heads=table.heads[:-1], rows=[row[:-1] for row in table.rows])


def already_there(store: FhirStore, draft: Json) -> bool:
    """Whether a resource that says the same is on the server, whatever number and version it got there."""
    same = _without_number(draft)
    return any(_without_number(own) == same for own in store.of_type(str(draft.get("resourceType", ""))))


def _without_number(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if name not in ("id", "meta")}


def _orders(store: FhirStore, patient_id: str) -> list[Json]:
    return [own for kind in _ORDERS for own in _of(store, kind, patient_id)]


def _order(resource: Json) -> str:
    told = shown(resource.get("description")) or shown(part(resource, "study").get("display"))
    return words_of(resource, "code") if resource.get("code") else told or "–"


def _of(store: FhirStore, kind: str, patient_id: str, *more: tuple[str, str]) -> list[Json]:
    return find(store.of_type(kind), parse_query(kind, [("patient", patient_id), *more]))


def _results(results: Iterable[Json], said: Words) -> list[tuple[str, ...]]:
    return [(words_of(own, "code"), value_of(own), when_of(own, said)) for own in results]


def _newest(results: Iterable[Json]) -> list[Json]:
    """The first of each test, of results that come newest first."""
    first: dict[str, Json] = {}
    for own in results:
        first.setdefault(words_of(own, "code"), own)
    return list(first.values())
