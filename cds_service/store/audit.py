"""The audit as rows: added one after the other by all workers, never changed, taken away only from its old end.

Each addition is one transaction that alone may write, so the chain never forks, whichever worker adds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cds_service.audit.chain import PURGED, Anchor, AuditRow, Check, canonical, chain_key, link
from cds_service.store.database import reading, transaction
from cds_service.store.moments import stamp
from cds_service.store.tables import audit, audit_anchor

_ADDING = 72_061_115  # the advisory lock of PostgreSQL under which one worker adds; SQLite has one writer anyway
_PAGE = 500
_TOGETHER = 100
_SLICE = 2_000
"""Rows that one transaction takes away, so that calls need not wait for a purge."""


@dataclass(slots=True, eq=False)
class _Waiting:
    """A row to be written, and its place as soon as it is."""

    call: str
    at: str
    content: str
    place: Anchor | None = None


class AuditRows:
    """The audit of one database. Every method raises StoreUnavailable."""

    def __init__(self, engine: AsyncEngine, key: bytes) -> None:
        self._engine = engine
        self._key = chain_key(key)
        self._turn = asyncio.Lock()  # calls of one worker wait here, not in the database
        self._waiting: list[_Waiting] = []

    async def add(self, call: str, at: datetime, content: dict[str, Any]) -> Anchor:
        """One more row; where it stands. Rows that wait at the same moment are written together."""
        row = _Waiting(call, stamp(at), canonical(content))
        self._waiting.append(row)
        try:
            async with self._turn:
                while row.place is None:
                    await self._write_those_waiting()
        finally:
            if row in self._waiting:
                self._waiting.remove(row)
        assert row.place is not None  # noqa: S101 — the loop above ends with it
        return row.place

    async def _write_those_waiting(self) -> None:
        """All of them, or none: then the next of them to have its turn tries again."""
        rows = self._waiting[:_TOGETHER]
        async with transaction(self._engine) as connection:
            await _alone(connection)
            places = await self._append(connection, rows)
        for row, place in zip(rows, places, strict=True):
            row.place = place
        self._waiting = [row for row in self._waiting if row.place is None]

    async def _append(self, connection: AsyncConnection, rows: Sequence[_Waiting]) -> list[Anchor]:
        """The rows at the end of the chain, each linked to the one before; where they stand."""
        places, values = [await _head(connection)], []
        for row in rows:
            number = places[-1].number + 1
            here = link(self._key, places[-1].hash, number, row.at, row.call, row.content)
            values.append({"number": number, "at": row.at, "call": row.call, "content": row.content, "hash": here})
            places.append(Anchor(number, here))
        await connection.execute(insert(audit), values)
        return places[1:]

    async def rows(self, after: int = 0) -> AsyncIterator[list[AuditRow]]:
        """All rows of greater numbers, page by page; calls go on meanwhile."""
        while True:
            async with reading(self._engine) as connection:
                query = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(_PAGE)
                page = [AuditRow(*one) for one in await connection.execute(query)]
            if page:
                yield page
            if len(page) < _PAGE:
                return
            after = page[-1].number

    async def anchor(self) -> Anchor:
        async with reading(self._engine) as connection:
            return await _anchor(connection)

    async def verify(self, noted: Anchor | None = None) -> Check:
        """The whole chain, held against its hashes; `noted` is a head that was written down before.

        A purge that happens meanwhile looks like a flaw, so after one the walk starts anew.
        """
        while True:
            anchor = await self.anchor()
            check = Check(self._key, anchor, noted)
            async for page in self.rows():
                check.walk(page)
            check.end()
            if not check.flaws or await self.anchor() == anchor:
                return check

    async def purge(self, before: datetime, now: datetime) -> int:
        """Takes away the rows at the old end that are from before a moment; how many.

        A row says so in the chain, and the anchor keeps where it starts now.
        """
        gone = 0
        while taken := await self._purge_slice(stamp(min(before, now)), now):
            gone += taken
        return gone

    async def _purge_slice(self, before: str, now: datetime) -> int:
        async with self._turn, transaction(self._engine) as connection:
            await _alone(connection)
            last = await _last_before(connection, before)
            if last is None:
                return 0
            gone = await connection.execute(delete(audit).where(audit.c.number <= last.number))
            await connection.execute(delete(audit_anchor))
            anchor = {"number": last.number, "hash": last.hash, "at": stamp(now)}
            await connection.execute(insert(audit_anchor).values(**anchor))
            content = {PURGED: {"before": before, "through": last.number, "rows": gone.rowcount}}
            await self._append(connection, [_Waiting(PURGED, stamp(now), canonical(content))])
            return int(gone.rowcount)


async def _alone(connection: AsyncConnection) -> None:
    """From here to the end of the transaction nobody else adds. In SQLite it began with the write lock."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADDING})"))


async def _head(connection: AsyncConnection) -> Anchor:
    query = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    last = (await connection.execute(query)).first()
    return await _anchor(connection) if last is None else Anchor(*last)


async def _anchor(connection: AsyncConnection) -> Anchor:
    query = select(audit_anchor.c.number, audit_anchor.c.hash).order_by(audit_anchor.c.number.desc()).limit(1)
    found = (await connection.execute(query)).first()
    return Anchor() if found is None else Anchor(*found)


async def _last_before(connection: AsyncConnection, before: str) -> Anchor | None:
    """The last of the old rows at the start; the first that is younger ends them, whatever comes after it."""
    query = select(audit.c.number, audit.c.hash, audit.c.at).order_by(audit.c.number).limit(_SLICE)
    found = None
    for number, found_hash, at in await connection.execute(query):
        if at >= before:
            break
        found = Anchor(number, found_hash)
    return found
