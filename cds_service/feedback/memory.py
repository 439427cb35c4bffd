"""Between a call and the database: what was reported before, what is told now. Trouble costs no card, and is counted.

Where the database does not answer nothing is quieted and nothing remembered, for a while without asking it again, so
that an answer is not kept waiting by it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from cards.override import REASONS
from cards.wording.wording import is_restricted
from cds_service import log, watching
from cds_service.errors import StoreUnavailable
from cds_service.feedback.quiet import Now, Silence, in_force, quieted
from cds_service.feedback.words import BANDS, OLDEST, SEXES, UNKNOWN, CardSent, Item
from cds_service.store.pseudonym import pseudonym
from cds_service.store.store import Store
from cds_service.trust.caller import Caller
from cds_service.trust.client_file import Quiet
from eligibility.assessment import Assessment
from eligibility.record import PatientRecord

PATIENCE = 0.5
REST = 5.0
"""Seconds: how long a call waits for the database, and for how long it is left alone after it failed."""
RESTRICTED = "restricted"
"""The status of a trial where it would tell what a restricted entry decides."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at whom; patient and user are pseudonyms."""

    client: str
    patient: str
    user: str


class Memory:
    """What this service knows of earlier calls. `lost` counts what could not be recalled or remembered."""

    def __init__(self, store: Store | None, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._rests_until = 0.0
        self.lost: Counter[str] = Counter()

    async def keep(self, caller: Caller, items: Iterable[Item]) -> None:
        """Feedback, durably. Raises StoreUnavailable: then the client should send it again."""
        if self._store is None:
            raise StoreUnavailable("feedback cannot be kept: this service has no database")
        try:
            await self._store.feedback.add(caller.name, items, self._clock())
        except StoreUnavailable:
            self._lost("feedback")
            raise

    async def quieted(
        self, caller: Caller, patient: str, user: str, assessments: Iterable[Assessment]
    ) -> Mapping[str, Silence]:
        """The trials that earlier feedback keeps silent in this call, and why; none where that cannot be known."""
        trials = {one.trial.nct_id: _now(one) for one in assessments if one.speaks}
        if self._store is None or not trials:
            return {}
        visit = _visit(self._store.key, caller, patient, user)
        found = await self._tried("recall", self._quieted(self._store, visit, trials, periods_of(caller)))
        return found or {}

    async def _quieted(
        self, store: Store, visit: Visit, trials: Mapping[str, Now], periods: Mapping[str, int]
    ) -> Mapping[str, Silence]:
        now = self._clock()
        since = now - timedelta(days=max(periods.values()))
        heard = await store.feedback.heard(visit.client, visit.patient, visit.user, since)
        silences = tuple(in_force(heard, now, periods))
        if not silences:
            return {}
        sent = await store.feedback.sent(visit.client, visit.patient, visit.user)
        return quieted(silences, sent, trials, visit.patient, visit.user)

    async def remember(
        self,
        caller: Caller,
        patient: str,
        user: str,
        about: Mapping[str, Assessment],
        person: tuple[str, str],
    ) -> None:
        """The cards of this answer; `person` is sex and age band."""
        if self._store is None or not about:
            return
        visit = _visit(self._store.key, caller, patient, user)
        now = self._clock()
        cards = [_sent(uuid, visit, one, now, person) for uuid, one in about.items()]
        await self._tried("remember", self._store.feedback.remember(cards))

    async def _tried(self, what: str, question: Coroutine[Any, Any, _T]) -> _T | None:
        if time.monotonic() < self._rests_until:
            question.close()
            self._lost(what)
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await question
        except (StoreUnavailable, TimeoutError, ValueError) as trouble:  # ValueError: a row that we did not write
            self._rests_until = time.monotonic() + REST
            self._lost(what)
            log.store(f"cannot-{what}", why=type(trouble).__name__, number=self.lost[what], level=logging.ERROR)
            return None

    def _lost(self, what: str) -> None:
        self.lost[what] += 1
        watching.count("store_loss", what=what)


def periods_of(caller: Caller) -> dict[str, int]:
    """The quiet periods of a client, by name; the usual ones where nobody signs."""
    return _by_name(caller.file.quiet) if caller.file else usual_periods()


def usual_periods() -> dict[str, int]:
    """The quiet periods where a client's file says nothing."""
    return _by_name(Quiet())


def _by_name(quiet: Quiet) -> dict[str, int]:
    return {reason.period: getattr(quiet, reason.period) for reason in REASONS if reason.period}


def coarsely(record: PatientRecord | None, as_of: date, *, labelled: bool = False) -> tuple[str, str]:
    """Sex and age band, for the figures on fairness; of a Patient with a confidentiality label neither is kept."""
    if record is None or labelled:
        return UNKNOWN, UNKNOWN
    sex = record.gender if record.gender in SEXES else UNKNOWN
    return sex, UNKNOWN if record.born is None else age_band(record.born.first, as_of)


def age_band(born: date, as_of: date) -> str:
    """The band of ten years in which somebody is on a day."""
    years = as_of.year - born.year - ((as_of.month, as_of.day) < (born.month, born.day))
    return UNKNOWN if years < 0 else BANDS[min(years, OLDEST) // 10]


def _visit(key: bytes, caller: Caller, patient: str, user: str) -> Visit:
    return Visit(
        caller.name,
        pseudonym(key, caller.name, f"Patient/{patient}"),
        pseudonym(key, caller.name, user),
    )


def _open(assessment: Assessment) -> tuple[str, ...]:
    """What is open; what a restricted entry leaves open is kept nowhere (design §6)."""
    return tuple(one.criterion.id for one in assessment.results if one.open and not is_restricted(one.finding))


def _status(assessment: Assessment) -> str:
    """The trial's status, unless it would tell what a restricted entry decides."""
    hidden = any(is_restricted(one.finding) for one in assessment.results)
    plainly = any(one.blocking and not is_restricted(one.finding) for one in assessment.results)
    return RESTRICTED if hidden and not plainly else assessment.status.value


def _now(assessment: Assessment) -> Now:
    return Now(_status(assessment), frozenset(_open(assessment)))


def _sent(uuid: str, visit: Visit, assessment: Assessment, now: datetime, person: tuple[str, str]) -> CardSent:
    sex, band = person
    trial = assessment.trial
    return CardSent(
        card=uuid,
        client=visit.client,
        patient=visit.patient,
        user=visit.user,
        trial=trial.nct_id,
        definition=trial.definition,
        status=_status(assessment),
        open=_open(assessment),
        sent=now,
        sex=sex,
        age_band=band,
    )
