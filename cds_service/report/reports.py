"""Which reports can be opened: made for the cards of a call, sealed, and shown to one browser until they close."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Protocol

from cards.card import Link
from cards.discretion import entries_about
from cards.markdown import clean
from cards.report import series_of
from cards.report.said import Said
from cards.report.unnamed import notes_told, restricted_entries
from cards.wording.wording import Wording
from cds_service import watching
from cds_service.assessment_json import reasons_of
from cds_service.catalogue import Catalogue
from cds_service.errors import StoreUnavailable
from cds_service.judged import Told
from cds_service.languages import LANGUAGES, wording_for
from cds_service.report.handle import Bound, NoHandle, fingerprint, new_id, new_key, seal, unseal, until_of
from cds_service.report.packed import Kept, Outdated, packed, unpacked
from cds_service.report.sealed import OwnShelf, Sealed, Shelf
from cds_service.store.pseudonym import pseudonym
from cds_service.store.store import Store
from cds_service.trust.caller import Caller
from eligibility.assessment import Assessment
from eligibility.record import PatientRecord

PATH = "/report/"
TIDY_EVERY = 60.0


class Closed(Exception):
    """Its time is over, or the trial's definition has changed since."""


class Unknown(Exception):
    """There is none of this id, or the key is not its key; which of the two is not told."""


class Elsewhere(Exception):
    """Another browser opened it first."""


class Trials(Protocol):
    """`cds_service.in_force.InForce`: the definitions in force."""

    @property
    def catalogue(self) -> Catalogue: ...


class Reports:
    """The reports behind the links of cards. `base` is our own address for browsers; without one there are no links.

    `lost` counts reports that could not be kept: their cards come without the link.
    """

    def __init__(
        self,
        base: str,
        store: Store | None,
        clock: Callable[[], datetime],
        trials: Trials,
    ) -> None:
        self.base = base.rstrip("/")
        self._shelf: Shelf = store.reports if store else OwnShelf()
        self._key = store.key if store else secrets.token_bytes(32)
        self._clock = clock
        self._trials = trials
        self.lost: Counter[str] = Counter()
        self._worded: tuple[Catalogue, dict[str, Wording]] = (trials.catalogue, {})

    @property
    def offered(self) -> bool:
        return bool(self.base)

    async def link(self, caller: Caller, patient: str, told: Told, record: PatientRecord | None) -> None:
        """Adds to each card that tells an assessment the link of its report. A failure costs the link, not the card."""
        if not self.offered or record is None or not told.about:
            return
        made = {uuid: self._made(caller, patient, about, record) for uuid, about in told.about.items()}
        try:
            await self._shelf.add([sealed for sealed, _ in made.values()], self._clock())
        except StoreUnavailable:
            self.lost["report"] += len(made)
            watching.count("store_loss", what="report")
            return
        said = Said(self.wording(caller.locale))
        for card in told.cards:
            if card["uuid"] in made:
                sealed, key = made[card["uuid"]]
                trial = clean(told.about[card["uuid"]].trial.short_name)
                link = Link(said("link", trial=trial), f"{self.base}{PATH}{sealed.bound.id}#{key}")
                card["links"] = [link.as_json(), *card.get("links", [])]

    def _made(self, caller: Caller, patient: str, about: Assessment, record: PatientRecord) -> tuple[Sealed, str]:
        handle, key = new_id(self._clock()), new_key()
        bound = Bound(handle, caller.name, about.trial.nct_id, pseudonym(self._key, caller.name, patient))
        content = packed(kept_of(about, record, caller))
        return Sealed(bound, until_of(handle), seal(content, key, bound)), key

    async def open(self, handle: str, key: str, secret: str) -> Kept:
        """The report, for the browser that holds this secret. Raises Unknown, Closed, Elsewhere, StoreUnavailable."""
        self.closes(handle)
        sealed = await self._shelf.find(handle)
        if sealed is None:
            raise Unknown
        try:
            content = unseal(sealed.content, key, sealed.bound)
        except NoHandle:
            raise Unknown from None
        if not await self._shelf.claim(handle, fingerprint(secret)):
            raise Elsewhere
        return self._unpacked(content)

    def closes(self, handle: str) -> datetime:
        """When it closes. Raises Unknown where this is no id of ours, Closed where it is over."""
        try:
            until = until_of(handle)
        except NoHandle:
            raise Unknown from None
        if until <= self._clock():
            raise Closed
        return until

    def seconds_to(self, until: datetime) -> int:
        return max(int((until - self._clock()).total_seconds()), 1)

    def _unpacked(self, content: bytes) -> Kept:
        trials = {trial.nct_id: trial for trial in self._trials.catalogue.trials}
        try:
            return unpacked(content, trials, self.wording)
        except Outdated:
            raise Closed from None

    def wording(self, locale: str) -> Wording:
        """The words of a language, English for one that is not known; made once for the definitions in force."""
        catalogue = self._trials.catalogue
        if self._worded[0] is not catalogue:
            self._worded = (catalogue, {})
        words, known = self._worded[1], locale if locale in LANGUAGES else "en"
        if known not in words:
            words[known] = wording_for(catalogue, known)
        return words[known]

    async def tidy(self) -> None:
        """Removes what has closed, also where no new report comes."""
        with contextlib.suppress(StoreUnavailable):
            await self._shelf.forget(self._clock())


def kept_of(about: Assessment, record: PatientRecord, caller: Caller) -> Kept:
    """What a report of this assessment is made of, as far as this caller's viewers may be told it (design §6)."""
    unnamed = restricted_entries(record) | entries_about(record, caller.discreet)
    series = series_of(record, about.trial, about.as_of, unnamed)
    notes = tuple(notes_told(reasons_of(record, [about]), unnamed, bool(caller.discreet)))
    return Kept(about, series, notes, caller.contacts.get(about.trial.nct_id), caller.locale)


class Tidied(Protocol):
    """Whatever keeps things that close: `Reports`, or the launches of SMART."""

    @property
    def offered(self) -> bool: ...

    async def tidy(self) -> None: ...


@asynccontextmanager
async def kept_tidy(reports: Tidied) -> AsyncIterator[None]:
    """While this lasts, reports that have closed are removed within a minute."""
    if not reports.offered:
        yield
        return
    tidying = asyncio.create_task(_tidying(reports))
    try:
        yield
    finally:
        tidying.cancel()
        await asyncio.gather(tidying, return_exceptions=True)


async def _tidying(reports: Tidied) -> None:
    while True:
        await reports.tidy()
        await asyncio.sleep(TIDY_EVERY)
