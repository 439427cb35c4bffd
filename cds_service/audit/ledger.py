"""Between a call and its audit row: one row a call, in time, and never at the cost of the answer.

Where the database does not take a row it is lost, which is counted, logged, and told by the next row that is taken.
Strangers, whom no signature names, fill no disk: of their calls a few a minute are written, the others counted.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cds_service import log, watching
from cds_service.audit.chain import Anchor
from cds_service.audit.entry import Called, content_of
from cds_service.errors import StoreUnavailable
from cds_service.store.store import Store

PATIENCE = 0.5
REST = 5.0
"""Seconds: how long an answer waits for its row, and for how long the database is left alone after it failed."""

STRANGERS = 30
"""Refused calls of nobody known that are written in a minute."""

_MINUTE = timedelta(minutes=1)


class Ledger:
    """The audit of one process. `lost` counts rows that could not be kept, `unwritten` strangers' calls left out."""

    def __init__(self, store: Store | None, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._rests_until = 0.0
        self._minute: datetime | None = None
        self._strangers = 0
        self.lost = 0
        self.unwritten = 0
        self._told = (0, 0)

    async def keep(self, request: str, called: Called) -> Anchor | None:
        """One row, and where it stands, if it does; `request` is the name of the request, as in the log."""
        store = self._store
        if store is None:
            return None
        now = self._clock()
        if called.client is None and not self._room_for_strangers(now):
            self.unwritten += 1
            return None
        if time.monotonic() < self._rests_until:
            self._lose()
            return None
        missing = (self.lost, self.unwritten)
        try:
            async with asyncio.timeout(PATIENCE):
                place = await store.audit.add(request, now, content_of(called, store.key) | self._missing())
        except (StoreUnavailable, TimeoutError) as trouble:
            self._rests_until = time.monotonic() + REST
            self._lose()
            log.store("cannot-audit", why=type(trouble).__name__, number=self.lost, level=logging.ERROR)
            return None
        self._told = missing
        return place

    def _room_for_strangers(self, now: datetime) -> bool:
        if self._minute is None or not timedelta(0) <= now - self._minute < _MINUTE:
            self._minute, self._strangers = now, 0
        self._strangers += 1
        return self._strangers <= STRANGERS

    def _lose(self) -> None:
        self.lost += 1
        watching.count("store_loss", what="audit")

    def _missing(self) -> dict[str, Any]:
        """What this process has not written since its last row."""
        lost, unwritten = self.lost - self._told[0], self.unwritten - self._told[1]
        return {"missing": {"lost": lost, "unwritten": unwritten}} if lost or unwritten else {}
