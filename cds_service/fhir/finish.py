"""A draft becomes a record: duplicates collapse (G12), and everything stands in a total order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TypeVar

from cds_service.fhir import patient as person
from cds_service.fhir.draft import Draft
from cds_service.fhir.elements import Json
from cds_service.fhir.none_known import open_by_no_known_medications
from eligibility.finding import Reason
from eligibility.record import (
    Allergy,
    Condition,
    Exposure,
    Hole,
    Observation,
    Openers,
    PatientRecord,
    Procedure,
    Study,
)
from eligibility.terminology import Mark
from eligibility.when import When

Entry = TypeVar("Entry", Allergy, Condition, Exposure, Observation, Procedure, Study)


def finished(draft: Draft, patient: Json) -> PatientRecord:
    return PatientRecord(
        reference=draft.patient,
        born=draft.born,
        gender=person.gender(patient),
        restricted=draft.labelled,
        deceased=person.deceased(patient),
        inactive=person.inactive(patient),
        no_research_contact=draft.no_research_contact,
        conditions=distinct(draft.conditions, lambda one: (one.label, one.onset, one.recorded)),
        observations=_by_set(distinct(draft.observations, lambda one: (one.label, one.when, one.result.text))),
        unanswered=_by_set(distinct(draft.unanswered, lambda one: (one.label, one.when, one.result.text))),
        exposures=distinct(draft.exposures, lambda one: (one.label, one.source, one.start, one.end, one.asserted)),
        procedures=distinct(draft.procedures, lambda one: (one.label, one.performed)),
        allergies=distinct(draft.allergies, lambda one: one.label),
        studies=distinct(draft.studies, lambda one: (one.label, one.status)),
        openers=_openers(draft),
        holes=tuple(sorted(set(draft.holes), key=_hole_order)),
        notes=tuple(sorted(set(draft.notes), key=_note_order)),
        family_history=draft.family_history,
    )


def distinct(entries: Sequence[Entry], facts: Callable[[Entry], Hashable]) -> tuple[Entry, ...]:
    """Entries that say the same in everything but their id are one (G12): the first in order of reference stays.

    `facts` are a few facts that tell most entries apart at once; those alike in them are told apart by everything
    they say, each read once: a chart may hold thousands of entries that differ in a trifle.
    """
    first: dict[Hashable, Entry] = {}
    said: dict[Hashable, set[Hashable]] = {}
    found: list[Entry] = []
    for entry in entries:
        key = facts(entry)
        other = first.setdefault(key, entry)
        if other is not entry:
            alike = said.setdefault(key, {_said(other)})
            whole = _said(entry)
            if whole in alike:
                continue
            alike.add(whole)
        found.append(entry)
    return tuple(found)


def _said(entry: Entry) -> Hashable:
    """All that an entry says beside its id, for comparing."""
    return tuple(_plain(getattr(entry, field.name)) for field in fields(entry) if field.name != "reference")


def _plain(value: object) -> Hashable:
    """The same for what is equal: sets of codes are kept in dicts, which have no hash."""
    if isinstance(value, Mapping):
        return frozenset(value.items())
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return (type(value), *(_plain(getattr(value, field.name)) for field in fields(value)))
    assert isinstance(value, Hashable)  # noqa: S101 — numbers, texts, enums, frozen sets
    return value


def _by_set(observations: tuple[Observation, ...]) -> dict[str, tuple[Observation, ...]]:
    """Under every set in which the observation stands, look-alikes left out."""
    found: dict[str, list[Observation]] = {}
    for observation in observations:
        for name, mark in observation.hits.items():
            if mark is not Mark.NON_MEMBER:
                found.setdefault(name, []).append(observation)
    return {name: tuple(found[name]) for name in sorted(found)}


def _openers(draft: Draft) -> Openers:
    open_by_no_known_medications(draft)
    references: Mapping[str, tuple[str, ...]] = {key: tuple(sorted(draft.opened[key])) for key in sorted(draft.opened)}
    return Openers(
        problem_list="problem_list" in references,
        medication_list="medication_list" in references,
        statements=tuple(sorted(draft.statements, key=_day_order)),
        no_medication_information=tuple(
            sorted(draft.no_medication_information, key=lambda when: (when is not None, when and _day_order(when)))
        ),
        procedures="procedures" in references,
        allergies="allergies" in references,
        studies="studies" in references,
        references=references,
    )


def _day_order(when: When) -> tuple[int, int, int]:
    return when.first.toordinal(), when.last.toordinal(), when.instant or 0


def _hole_order(hole: Hole) -> tuple[str, ...]:
    sets = sorted(hole.sets) if hole.sets is not None else ["*"]
    until = hole.until.isoformat() if hole.until else ""
    return (hole.section.value, hole.reference or "", hole.reason, hole.label or "", until, *sets)


def _note_order(note: Reason) -> tuple[str, str]:
    return note.key, repr(note.facts)
