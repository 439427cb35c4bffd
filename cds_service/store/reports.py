"""Sealed reports as rows, for all workers at once; the browser that opens one first keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from cds_service.report.handle import Bound
from cds_service.report.sealed import Sealed
from cds_service.store.database import reading, transaction
from cds_service.store.moments import moment, stamp
from cds_service.store.tables import report


class ReportRows:
    """The reports of all workers. Every method raises StoreUnavailable."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, reports: Iterable[Sealed], now: datetime) -> None:
        """New reports; those that have closed by now are removed on the way."""
        rows = [
            {
                "id": one.bound.id,
                "client": one.bound.client,
                "trial": one.bound.trial,
                "patient": one.bound.patient,
                "until": stamp(one.until),
                "content": one.content,
            }
            for one in reports
        ]
        async with transaction(self._engine) as connection:
            await connection.execute(delete(report).where(report.c.until < stamp(now)))
            if rows:
                await connection.execute(insert(report), rows)

    async def find(self, handle: str) -> Sealed | None:
        async with reading(self._engine) as connection:
            row = (await connection.execute(select(report).where(report.c.id == handle))).first()
        if row is None:
            return None
        return Sealed(Bound(row.id, row.client, row.trial, row.patient), moment(row.until), bytes(row.content))

    async def claim(self, handle: str, browser: str) -> bool:
        """Whether the report belongs to this browser: it does to the first that asks, at whichever worker."""
        free = update(report).where(report.c.id == handle, report.c.browser.is_(None)).values(browser=browser)
        async with transaction(self._engine) as connection:
            await connection.execute(free)
            holder = await connection.execute(select(report.c.browser).where(report.c.id == handle))
            return holder.scalar() == browser

    async def forget(self, now: datetime) -> None:
        """Remove what has closed."""
        await self.add((), now)
