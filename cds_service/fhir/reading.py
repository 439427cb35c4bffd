"""What has been read of one prefetch key so far, and the holes that what is missing leaves in the record (G5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from typing import Any

from cds_service.fhir.bundle import Json, Page
from cds_service.fhir.dates import UnreadableDate, when_of
from cds_service.fhir.patient import Person
from cds_service.fhir.queries import Query
from eligibility.record import Hole
from eligibility.truth import Truth
from eligibility.when import When

# Reasons of holes; `cards.wording` has their sentences.
REFUSED = "refused"
NOT_AUTHORISED = "not-authorised"
NOT_FOUND = "not-found"
SAID_NO = (REFUSED, NOT_AUTHORISED, NOT_FOUND)
NOT_IN_SCOPE = "not-in-scope"
SUPPRESSED = "suppressed"
NOT_ALLOWED = "server-not-allowed"
NO_TOKEN = "no-token"  # noqa: S105 — a reason, not a secret
UNREACHABLE = "unreachable"
RESTING = "resting"
OUT_OF_TIME = "out-of-time"
MORE_PAGES = "more-pages"
NOT_SENT = "not-sent"
NOT_FHIR = "not-fhir"
OTHER_PATIENT = "other-patient"


@dataclass(slots=True)
class Reading:
    """One key. `gap` says why the rest of it is missing; None when all of it is here. `how` is for the log."""

    query: Query
    how: str
    gap: str | None = None
    resources: list[Json] = field(default_factory=list)
    addressed: dict[str, Json] = field(default_factory=dict)
    next: str | None = None  # the page after the last one read, as its server wrote it
    pages: int = 0
    refused: bool = False
    suppressed: bool = False
    partial: bool = False  # read by a scope with a query: what lies outside it was left out without a word
    unreadable: int = 0
    strange: bool = False  # all of it is about somebody else: not the answer to what was asked
    total: int | None = None
    zone: tzinfo | None = None  # as `dates.when_of` has it

    def take(self, page: Page) -> None:
        self.pages += 1
        self.resources += page.resources
        self.addressed.update(page.addressed)
        self.next = page.next
        self.refused = self.refused or page.refused
        self.suppressed = self.suppressed or page.suppressed
        self.unreadable += page.unreadable + (page.alone and self.query.section is not None)
        self.total = self.total if page.total is None else page.total
        self.gap = MORE_PAGES if page.more or self._short else None

    def check_whose(self, patient: Person) -> None:
        """One entry of somebody else among the patient's own is ignored (G5); nothing but such is no answer at all."""
        asked = [one for one in self.resources if one["resourceType"] == self.query.resource]
        self.strange = bool(asked) and all(patient.is_subject_of(one, _nowhere) is Truth.FALSE for one in asked)

    @property
    def _short(self) -> bool:
        """The server says it has more than it gave, and offers no further page."""
        return self.total is not None and self.total > len(self.resources)

    @property
    def _lacks(self) -> list[str]:
        """What is missing from within the pages that came."""
        found = {
            REFUSED: self.refused,
            SUPPRESSED: self.suppressed,
            NOT_IN_SCOPE: self.partial,
            NOT_FHIR: self.unreadable,
            OTHER_PATIENT: self.strange,
        }
        return [reason for reason, so in found.items() if so]

    @property
    def whole(self) -> bool:
        return self.gap is None and not self._lacks

    @property
    def state(self) -> str:
        """How the key came and what is wrong with it, for the log."""
        reason = self.gap or next(iter(self._lacks), None)
        return f"{self.how}, {reason}" if reason else self.how

    def enough(self, as_of: date) -> bool:
        """Whether older pages cannot matter: they provably lie before what any criterion reads of this key."""
        if self.query.recent_days is None:
            return False
        since = complete_since(self.resources, self.zone)
        return since is not None and since <= as_of - timedelta(days=self.query.recent_days)

    def holes(self) -> list[Hole]:
        """Each reason once; a page missing at the old end of a descending list leaves its newer part complete."""
        section = self.query.section
        if section is None or self.whole:
            return []
        since = complete_since(self.resources, self.zone) if self.gap and self.query.recent_days is not None else None
        reasons = {self.gap: since} if self.gap else {}
        reasons |= dict.fromkeys(self._lacks)
        return [Hole(section, reason, sets=self.query.sets, complete_since=day) for reason, day in reasons.items()]


def _nowhere(_reference: str, _referring: Mapping[str, Any]) -> None:
    """Whom an address of a Bundle means is not needed to see that an entry may be the patient's."""


def complete_since(resources: Iterable[Json], zone: tzinfo | None = None) -> date | None:
    """From which day on a list in descending order is complete: the day after its oldest entry's.

    The order is earned from the entries, never from `_sort` in the request: one entry without a day of its own, or out
    of order, and nothing is proven. Entries of the oldest day itself may go on overleaf.
    """
    oldest: When | None = None
    for resource in resources:
        if resource["resourceType"] != "Observation":
            continue
        when = _collected(resource, zone)
        if when is None or not (when.exact or when.clocked) or (oldest is not None and _later(when, oldest)):
            return None
        oldest = when
    return None if oldest is None else oldest.last + timedelta(days=1)


def _collected(observation: Json, zone: tzinfo | None) -> When | None:
    period: Any = observation.get("effectivePeriod")
    start = period.get("start") if isinstance(period, dict) else None
    try:
        return when_of(observation.get("effectiveDateTime") or observation.get("effectiveInstant") or start, zone)
    except UnreadableDate:
        return None


def _later(one: When, other: When) -> bool:
    if one.instant is not None and other.instant is not None:
        return one.instant > other.instant
    return one.first > other.first
