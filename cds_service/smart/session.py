"""The reports of one launch, for a quarter of an hour, in the browser that launched.

Kept is what was assessed, sealed under a key made of the browser's secret; the token is gone by then, so switching
language or trial, and printing, read nothing again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from cards.wording.wording import Wording
from cds_service.report.handle import Bound, NoHandle, new_id, seal, unseal, until_of
from cds_service.report.packed import Kept, Outdated, packed, unpacked
from cds_service.report.reports import Closed, Elsewhere, Trials, Unknown
from cds_service.report.sealed import Sealed, Shelf
from cds_service.smart.browser import mark_of
from cds_service.store.pseudonym import pseudonym

_KIND = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """What may be shown to this browser, until then."""

    client: str
    reports: tuple[Kept, ...]
    until: datetime


class Sessions:
    """The sessions of all workers that share the shelf. `key` makes the pseudonyms of patients."""

    def __init__(self, shelf: Shelf, clock: Callable[[], datetime], trials: Trials, key: bytes | None = None) -> None:
        self._shelf = shelf
        self._clock = clock
        self._trials = trials
        self._key = key or secrets.token_bytes(32)

    async def keep(self, client: str, patient: str, reports: Sequence[Kept], secret: str) -> str:
        """The handle of a new session. Raises StoreUnavailable."""
        handle = new_id(self._clock())
        bound = Bound(handle, client, _KIND, pseudonym(self._key, client, f"Patient/{patient}"))
        content = orjson.dumps([base64.b64encode(packed(one)).decode() for one in reports])
        sealed = Sealed(bound, until_of(handle), seal(content, _key_of(secret, handle), bound))
        await self._shelf.add([sealed], self._clock())
        await self._shelf.claim(handle, mark_of(secret))
        return handle

    async def open(self, handle: str, secret: str, wording: Callable[[str], Wording]) -> Session:
        """Raises Unknown, Closed, Elsewhere, StoreUnavailable."""
        until = self.closes(handle)
        sealed = await self._shelf.find(handle)
        if sealed is None or sealed.bound.trial != _KIND:
            raise Unknown
        if not await self._shelf.claim(handle, mark_of(secret)):
            raise Elsewhere
        try:
            content = unseal(sealed.content, _key_of(secret, handle), sealed.bound)
        except NoHandle:
            raise Elsewhere from None
        trials = {trial.nct_id: trial for trial in self._trials.catalogue.trials}
        try:
            reports = tuple(unpacked(base64.b64decode(one), trials, wording) for one in orjson.loads(content))
        except Outdated:
            raise Closed from None
        return Session(sealed.bound.client, reports, until)

    def closes(self, handle: str) -> datetime:
        """When it closes. Raises Unknown, Closed."""
        try:
            until = until_of(handle)
        except NoHandle:
            raise Unknown from None
        if until <= self._clock():
            raise Closed
        return until


def _key_of(secret: str, handle: str) -> str:
    """A key for this session alone, which only the browser's secret gives."""
    raw = hmac.new(secret.encode(), f"session {handle}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
