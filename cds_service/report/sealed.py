"""A report as it is kept, and where: in the database of all workers, or, where there is none, in this process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cds_service.report.handle import Bound

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Sealed:
    """`content` can be read with the key of its link only."""

    bound: Bound
    until: datetime
    content: bytes


class Shelf(Protocol):
    """`cds_service.store.reports.ReportRows`, or the shelf of one process. Methods may raise StoreUnavailable."""

    async def add(self, reports: Iterable[Sealed], now: datetime) -> None: ...

    async def find(self, handle: str) -> Sealed | None: ...

    async def claim(self, handle: str, browser: str) -> bool: ...

    async def forget(self, now: datetime) -> None: ...


class OwnShelf:
    """The reports of this process, for a demo without a database: the oldest make room."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._held: dict[str, Sealed] = {}
        self._browsers: dict[str, str] = {}

    async def add(self, reports: Iterable[Sealed], now: datetime) -> None:
        await self.forget(now)
        self._held |= {one.bound.id: one for one in reports}
        for handle in list(self._held)[: max(len(self._held) - self._most, 0)]:
            self._remove(handle)

    async def find(self, handle: str) -> Sealed | None:
        return self._held.get(handle)

    async def claim(self, handle: str, browser: str) -> bool:
        return handle in self._held and self._browsers.setdefault(handle, browser) == browser

    async def forget(self, now: datetime) -> None:
        for handle in [name for name, one in self._held.items() if one.until < now]:
            self._remove(handle)

    def _remove(self, handle: str) -> None:
        self._held.pop(handle, None)
        self._browsers.pop(handle, None)
