"""A patient record in the making: what every reading module needs to know, and where it puts what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

from cds_service.fhir.dates import Period, UnreadableDate, credible, period_of, when_of
from cds_service.fhir.discretion import restricted
from cds_service.fhir.elements import Json, all_contained
from cds_service.fhir.recall import Recall
from eligibility.finding import Fact, Reason
from eligibility.record import Allergy, Condition, Exposure, Hole, Observation, Procedure, Section, Study
from eligibility.when import When

Resolver = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
Forgiven = tuple[type[Exception], ...]
EVERYTHING: Forgiven = (Exception,)


class NotUnderstood(Exception):
    """A resource states something that we cannot read: it becomes a hole (G5). The message is the wording key."""

    def __init__(self, reason: str, sets: frozenset[str] | None = None, label: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.sets, self.label = reason, sets, label


@dataclass(slots=True)
class Draft:
    """Mutable on purpose, and never seen outside: `reader` freezes it into a PatientRecord in a total order."""

    terminology: Recall
    as_of: date
    resolve: Resolver
    patient: str
    forgiven: Forgiven = EVERYTHING  # what nobody foresaw and yet costs a resource only; a test forgives nothing
    born: When | None = None
    labelled: bool = False  # a confidentiality label on the Patient is one on all that is told of this person
    zone: tzinfo | None = None  # the hospital's time, where it is not UTC: what `Z` may mean
    conditions: list[Condition] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    unanswered: list[Observation] = field(default_factory=list)
    exposures: list[Exposure] = field(default_factory=list)
    procedures: list[Procedure] = field(default_factory=list)
    allergies: list[Allergy] = field(default_factory=list)
    studies: list[Study] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    opened: dict[str, set[str]] = field(default_factory=dict)  # key of the openers → what opened it
    statements: list[When] = field(default_factory=list)
    no_medication_information: list[When | None] = field(default_factory=list)
    no_known_medications: list[tuple[When, str]] = field(default_factory=list)
    family_history: bool = False
    no_research_contact: bool = False
    _container: Json = field(default_factory=dict)  # the last resource whose contained ones were looked for
    _contents: dict[str, Json] = field(default_factory=dict)

    def restricted(self, *resources: Json) -> bool:
        """Whether any of these, what an entry is made of, is above normal confidentiality, or the person is."""
        return self.labelled or any(map(restricted, resources))

    def release(self) -> None:
        """Lets go of the entries: their details lead back here, and a circle would outlive the call until collected."""
        self.observations, self.unanswered, self.exposures = [], [], []

    def note(self, key: str, **facts: Fact) -> None:
        self.notes.append(Reason.of(key, **facts))

    def hole(self, section: Section, reference: str, cause: NotUnderstood) -> None:
        self.holes.append(Hole(section, cause.reason, reference, cause.sets, None, cause.label))

    def open(self, key: str, reference: str) -> None:
        self.opened.setdefault(key, set()).add(reference)

    def day(self, value: object, reference: str) -> When | None:
        """A date as written; an unreadable one, or one that no living person can have, counts as none, with a note."""
        try:
            return credible(when_of(value, self.zone), self.born, self.as_of)
        except UnreadableDate:
            self.note("unreadable-date", reference=reference)
            return None

    def period(self, value: object, reference: str) -> Period:
        """A Period as read; with a note where a boundary of it cannot be read."""
        period = period_of(value, self.born, self.as_of, self.zone)
        if period.unreadable:
            self.note("unreadable-date", reference=reference)
        return period

    def past(self, when: When | None, reference: str) -> When | None:
        """What has happened lies in the past (G4): cut at today; a date that lies wholly later is ignored and noted."""
        if when is None:
            return None
        cut = when.until(self.as_of)
        if cut is None:
            self.note("future-date", reference=reference, date=when)
        return cut

    def follow(self, reference: str, resource: Json) -> Json | None:
        """The resource a reference leads to: contained, or what the resolver knows; None when neither has it."""
        if reference.startswith("#"):
            return self._inside(resource).get(reference.removeprefix("#"))
        return self.resolve(reference, resource) if reference else None

    def _inside(self, resource: Json) -> dict[str, Json]:
        """What a resource contains; kept while one resource is read, which may refer to thousands."""
        if resource is not self._container:
            self._container, self._contents = resource, all_contained(resource)
        return self._contents
