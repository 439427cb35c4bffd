"""One record held against one trial on one day: what every rule is given to decide with.

A case indexes the record by value set once, reads the silence keys once, and evaluates a named fact once.
`turned` re-reads the criterion as of a later day on which time alone has turned some findings (G9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from eligibility.credible import Bounds, believed
from eligibility.finding import Evidence, Finding
from eligibility.record import (
    Allergy,
    Condition,
    Exposure,
    Intake,
    Observation,
    PatientRecord,
    Procedure,
    Source,
    Standing,
    Study,
)
from eligibility.silence import Silence, opens_treatment_history, silence
from eligibility.tables import Indication, Tables
from eligibility.terminology import Hits, Mark
from eligibility.truth import Truth
from eligibility.when import completed_years

if TYPE_CHECKING:
    from eligibility.criteria.criterion import Rule
    from eligibility.criteria.words import Therapy

Entry = TypeVar("Entry", Condition, Exposure, Procedure, Allergy, Study)
Index = dict[str, list[Entry]]
Implying = Exposure | Procedure | Condition
Told = TypeVar("Told")


def _indexed(entries: Iterable[Entry]) -> Index[Entry]:
    index: Index[Entry] = {}
    for entry in entries:
        for name, mark in entry.hits.items():
            if mark is not Mark.NON_MEMBER:
                index.setdefault(name, []).append(entry)
    return index


@dataclass(slots=True)
class Names:
    """What a trial's names stand for: its therapies, its facts, its criteria, and which therapies open CW-TX."""

    therapies: Mapping[str, tuple[Therapy, ...]] = field(default_factory=dict)
    facts: Mapping[str, Rule] = field(default_factory=dict)
    criteria: Mapping[str, Rule] = field(default_factory=dict)
    treatment_history: tuple[str, ...] = ()
    own: str = ""  # the trial's own registry number
    reached: dict[str, tuple[Rule, ...]] = field(default_factory=dict)  # criterion → the rules that decide it


@dataclass(slots=True)
class Case:
    """`as_of` is R, `start` is D1 (criteria.md, head)."""

    record: PatientRecord
    as_of: date
    start: date
    tables: Tables
    names: Names = field(default_factory=Names)
    turned: date | None = None
    _conditions: Index[Condition] | None = None
    _exposures: Index[Exposure] | None = None
    _procedures: Index[Procedure] | None = None
    _once: dict[object, Any] = field(default_factory=dict)
    _alarming: tuple[Condition, ...] | None = None
    _unrecognised: int | None = None
    _implying: dict[int, list[Implying]] = field(default_factory=dict)
    _silences: dict[str, Silence] = field(default_factory=dict)
    _results: dict[str, tuple[Observation, ...]] = field(default_factory=dict)
    bounds: dict[object, Bounds] = field(default_factory=dict)  # of what a person can have, in a result's unit
    _settled: dict[tuple[int, date | None], Finding] = field(default_factory=dict)

    def anchor(self, before: str) -> date:
        """`screening` is R, `first-dose` is D1."""
        return self.start if before == "first-dose" else self.as_of

    def conditions(self, names: Iterable[str]) -> list[Condition]:
        if self._conditions is None:
            self._conditions = _indexed(self.record.conditions)
        return _distinct(self._conditions, names)

    def exposures(self, names: Iterable[str]) -> list[Exposure]:
        if self._exposures is None:
            self._exposures = _indexed(self.record.exposures)
        return _distinct(self._exposures, names)

    def once(self, ask: Callable[[Case], Told]) -> Told:
        """What a function makes of this case, asked once: rules ask the same of thousands of entries."""
        if ask not in self._once:
            self._once[ask] = ask(self)
        told: Told = self._once[ask]
        return told

    def procedures(self, names: Iterable[str]) -> list[Procedure]:
        if self._procedures is None:
            self._procedures = _indexed(self.record.procedures)
        return _distinct(self._procedures, names)

    @property
    def alarming(self) -> tuple[Condition, ...]:
        """The problems in which some alarm word stands (G7c)."""
        if self._alarming is None:
            self._alarming = tuple(entry for entry in self.record.conditions if entry.alarms)
        return self._alarming

    @property
    def unrecognised(self) -> int:
        """How many problems no value set knows."""
        if self._unrecognised is None:
            self._unrecognised = sum(entry.unclassified for entry in self.record.conditions)
        return self._unrecognised

    def implying(self, row: Indication, ask: Callable[[Indication, Case], list[Implying]]) -> list[Implying]:
        """What is on record without its indication (G7b); every silence asks, and the answer is the same."""
        found = self._implying.get(id(row))
        if found is None:
            found = self._implying[id(row)] = ask(row, self)
        return found

    def observations(self, names: Iterable[str]) -> list[Observation]:
        """Deciding results of these sets (final, amended, corrected), each once, in no order that matters.

        Here, and nowhere else, a value that no person can have is refused.
        """
        found: dict[tuple[str, str], Observation] = {}
        for name in names:
            for result in self._believed(name):
                found.setdefault((result.reference, result.label), result)
        return list(found.values())

    def _believed(self, name: str) -> tuple[Observation, ...]:
        if name not in self._results:
            final = (result for result in self.record.observations.get(name, ()) if not result.preliminary)
            members = (result for result in final if result.hits.get(name) is not Mark.NON_MEMBER)
            self._results[name] = tuple(believed(result, self) for result in members)
        return self._results[name]

    def preliminary(self, names: Iterable[str]) -> list[Observation]:
        return [o for name in names for o in self.record.observations.get(name, ()) if o.preliminary]

    @property
    def age(self) -> int | None:
        """Completed years where they are certain."""
        born = self.record.born
        if born is None:
            return None
        youngest, oldest = completed_years(born.last, self.as_of), completed_years(born.first, self.as_of)
        return youngest if youngest == oldest else None

    @property
    def ages(self) -> tuple[int, int] | None:
        """The youngest and the oldest that the birth date allows."""
        born = self.record.born
        return (
            None if born is None else (completed_years(born.last, self.as_of), completed_years(born.first, self.as_of))
        )

    def surely_from(self, years: int) -> bool:
        """Whether so many years are completed, whichever day of the birth date's interval is the true one."""
        return self.ages is not None and self.ages[0] >= years

    @property
    def child(self) -> bool:
        """Surely under 18, or perhaps: what is stricter for children holds unless the patient is surely an adult."""
        return self.ages is not None and not self.surely_from(18)

    def silence(self, *keys: str) -> Silence:
        """The first of these keys that is open; else the first closed one (where two are named, either suffices)."""
        read = [self._silence(key) for key in keys]
        return next((one for one in read if one.open), read[0])

    def _silence(self, key: str) -> Silence:
        if key not in self._silences:
            history = self._history() if key == "treatment-history" else ()
            self._silences[key] = silence(key, self.record, self.as_of, history)
        return self._silences[key]

    def _history(self) -> tuple[str, ...]:
        """Recorded exposures to one of the trial's own therapies (CW-TX)."""
        from eligibility.criteria.words import TherapyWords

        words = TherapyWords(of=self.names.treatment_history)
        drugs = {
            m.entry.reference
            for m in words.matches(self)
            if isinstance(m.entry, Exposure)
            and opens_treatment_history(m.entry.intake, m.entry.source)
            and m.worth in (Truth.TRUE, Truth.JUDGEMENT)
            and happened(m.entry, self.as_of)
        }
        return tuple(sorted(drugs))

    def fact(self, name: str) -> Finding:
        return self.settle(self.names.facts[name])

    def settle(self, rule: Rule) -> Finding:
        """A rule's finding, with what has turned by `turned` turned; each rule is evaluated once a day."""
        key = (id(rule), self.turned)
        if key not in self._settled:
            self._settled[key] = self._turn(rule.evaluate(self))
        return self._settled[key]

    def settled(self, rule: Rule) -> Finding | None:
        """What is known of a rule as of today, if it was asked at all."""
        return self._settled.get((id(rule), None))

    def _turn(self, found: Finding) -> Finding:
        if found.turn is None:
            return found
        if self.turned is None or found.turn.day > self.turned:
            return found
        return found.but(truth=found.turn.truth, turn=None)


def happened(entry: Exposure, as_of: date) -> bool:
    """False only for an exposure that lies wholly in the future."""
    return entry.start is None or entry.start.first <= as_of


def _distinct(index: Index[Entry], names: Iterable[str]) -> list[Entry]:
    """Entries of these sets, each once; most questions find nothing."""
    held = [index[name] for name in names if name in index]
    if not held:
        return []
    found: dict[str, Entry] = {}
    for entries in held:
        for entry in entries:
            found.setdefault(entry.reference, entry)
    return list(found.values())


def condition_evidence(entry: Condition) -> Evidence:
    when = entry.onset or (entry.recorded if entry.recorded else None)
    value = None if entry.standing is Standing.CURRENT else entry.standing.value
    return Evidence(entry.reference, entry.label, value, when, entry.restricted)


def observation_evidence(entry: Observation) -> Evidence:
    return Evidence(entry.reference, entry.label, entry.result.text, entry.when, entry.restricted)


def exposure_evidence(entry: Exposure) -> Evidence:
    """Since when it is taken; of what is over, when it ended; of an order that tells no end, when it was written."""
    value = "dispensed" if entry.source is Source.DISPENSE else entry.intake.value
    if entry.source is Source.ORDER and entry.end is None and entry.intake in (Intake.COMPLETED, Intake.STOPPED):
        value = f"order-{value}"
    when = entry.start if value == Intake.ACTIVE.value else entry.end or entry.start
    return Evidence(entry.reference, entry.label, value, when, entry.restricted)


def procedure_evidence(entry: Procedure) -> Evidence:
    value = "not-done" if entry.done is False else None
    return Evidence(entry.reference, entry.label, value, entry.performed, entry.restricted)


def evidence_of(entry: Condition | Observation | Exposure | Procedure) -> Evidence:
    if isinstance(entry, Condition):
        return condition_evidence(entry)
    if isinstance(entry, Observation):
        return observation_evidence(entry)
    return exposure_evidence(entry) if isinstance(entry, Exposure) else procedure_evidence(entry)


def mark_of(hits: Hits, names: Iterable[str]) -> Mark | None:
    """The mark of the first of these sets in which the concept stands at all."""
    return next((hits[name] for name in names if name in hits and hits[name] is not Mark.NON_MEMBER), None)
