"""Whether a token is used for the first time (SEC-12): asked of the database that all workers share, and of ourselves.

While the database is down, this process remembers alone: a token used at one worker could be used once more at
another. So only tokens of at most two minutes are taken then, it is counted and alarmed, and `CDS_REPLAY=strict`
answers 503 instead.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from cds_service import log, watching
from cds_service.errors import NotAdmitted, StoreUnavailable
from cds_service.trust.token import Token

SHORT_LIFE = 120
_PAUSE = timedelta(seconds=1)
_ALARM_EVERY = timedelta(seconds=60)
_TIDY_AT = 1_000


class Replaying(Protocol):
    """The memory of all workers: `cds_service.store.replay.Replay`."""

    async def first_use(self, issuer: str, jti: str, until: datetime) -> bool:
        """Whether nobody used it before. Raises StoreUnavailable."""

    async def forget(self, now: datetime) -> None:
        """Let go of what has expired. Raises StoreUnavailable."""


class Seen:
    """The used tokens. `alone` counts those that only this process remembers."""

    def __init__(self, shared: Replaying | None, clock: Callable[[], datetime], *, strict: bool = False) -> None:
        self._shared = shared
        self._clock = clock
        self._strict = strict
        self._own: dict[tuple[str, str], datetime] = {}
        self._down: datetime | None = None
        self._alarmed: datetime | None = None
        self._tidy_at = _TIDY_AT
        self.alone = 0

    async def admit(self, token: Token) -> None:
        """Remember this token. Raises NotAdmitted when it was used before, StoreUnavailable when strict and alone."""
        if not self._own_first_use(token):
            raise NotAdmitted("replayed")
        try:
            first = await self._shared_first_use(token)
        except StoreUnavailable:
            if self._strict:
                self._forget(token)  # it was not let in; the caller may send it again
                raise StoreUnavailable("the memory of used tokens cannot be reached; send the call again") from None
            self._alone(token)
            return
        if not first:
            raise NotAdmitted("replayed")

    async def tidy(self) -> None:
        """Expired tokens are refused for their time, so their names need not be kept, by us or by the database."""
        self._tidy()
        if self._shared is not None:
            with contextlib.suppress(StoreUnavailable):
                await self._shared.forget(self._clock())

    async def _shared_first_use(self, token: Token) -> bool:
        """A database that has just failed is not asked again at once: waiting for it would cost every call a second."""
        now = self._clock()
        if self._shared is None or (self._down is not None and timedelta(0) <= now - self._down < _PAUSE):
            raise StoreUnavailable
        try:
            first = await self._shared.first_use(token.issuer, token.jti, token.until)
        except StoreUnavailable:
            self._down = self._clock()
            raise
        self._down = None
        return first

    def _alone(self, token: Token) -> None:
        self.alone += 1
        watching.count("store_loss", what="replay")
        now = self._clock()
        if self._alarmed is None or now - self._alarmed >= _ALARM_EVERY:
            self._alarmed = now
            log.trust("replay-memory-alone", level=logging.ERROR, number=self.alone)
        if token.life > SHORT_LIFE:
            raise NotAdmitted("lifetime-alone")

    def _own_first_use(self, token: Token) -> bool:
        name = (token.issuer, token.jti)
        if name in self._own:
            return False
        self._own[name] = token.until
        if len(self._own) >= self._tidy_at:
            self._tidy()
        return True

    def _forget(self, token: Token) -> None:
        self._own.pop((token.issuer, token.jti), None)

    def _tidy(self) -> None:
        now = self._clock()
        self._own = {name: until for name, until in self._own.items() if until > now}
        self._tidy_at = max(_TIDY_AT, 2 * len(self._own))
