"""Whether this process should be sent calls: trials are loaded, clients known, and the database takes a row.

Never whether an EHR answers: a slow one would take every worker out. A deployment file that was refused leaves the
last good one in force, so it is told and no reason to be unready. While the database is down calls are still answered;
a load balancer that must not lose these answers asks /healthz instead.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from cds_service.errors import StoreUnavailable
from cds_service.store.store import Store
from cds_service.trust.gate import Gate

FRESH = 1.0
"""Seconds for which an answer of the database serves: whoever asks often costs it nothing."""


@dataclass(slots=True)
class Readiness:
    """What is asked before a process is called ready."""

    gate: Gate
    store: Store | None
    _asked: float = float("-inf")
    _writable: bool = False
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def told(self) -> dict[str, str]:
        """Each thing in one word; the clients' word is for people only."""
        return {"trials": "loaded", "clients": self._clients(), "database": await self._database()}

    def _clients(self) -> str:
        door = self.gate.door
        if door is None:
            return "open" if self.gate.open else "none"
        return "last good files; a change was refused" if door.registry.refused else "registered"

    async def _database(self) -> str:
        if self.store is None:
            return "none"
        async with self._turn:
            if time.monotonic() - self._asked > FRESH:
                self._writable = await _takes_a_row(self.store)
                self._asked = time.monotonic()
        return "writable" if self._writable else "unavailable"


def ready(told: dict[str, str]) -> bool:
    return told["clients"] != "none" and told["database"] != "unavailable"


async def _takes_a_row(store: Store) -> bool:
    try:
        await store.probe()
    except StoreUnavailable:
        return False
    return True
