"""How many requests one FHIR server gets from this process at the same time, over all calls.

Whoever waits for a turn waits within the deadline of the own call. Servers nobody asks at the moment take no memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """The turns at each server, by its base address; first come, first served."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._concerned: dict[str, int] = {}

    @asynccontextmanager
    async def turn(self, base: str) -> AsyncIterator[None]:
        """While this lasts, one of the server's turns is taken."""
        gate = self._gates.setdefault(base, asyncio.Semaphore(self._most))
        self._concerned[base] = self._concerned.get(base, 0) + 1
        try:
            async with gate:
                yield
        finally:
            self._concerned[base] -= 1
            if not self._concerned[base]:
                del self._gates[base], self._concerned[base]

    def __len__(self) -> int:
        """How many servers are being asked, or waited for."""
        return len(self._gates)
