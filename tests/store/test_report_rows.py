"""Sealed reports in both databases: kept until they close, and claimed by one browser."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from cds_service.report.handle import Bound
from cds_service.report.sealed import OwnShelf, Sealed, Shelf
from cds_service.store import Store
from cds_service.store.tables import report

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def sealed(name: str, minutes: int = 15) -> Sealed:
    bound = Bound(name, "open", "NCT00000001", "p" * 64)
    return Sealed(bound, NOW + timedelta(minutes=minutes), b"\x00\xff" + name.encode())


async def holds_its_rules(shelf: Shelf) -> None:
    await shelf.add([sealed("a"), sealed("b", minutes=1)], NOW)
    assert await shelf.find("a") == sealed("a")
    assert await shelf.find("unknown") is None
    assert await shelf.claim("a", "first")
    assert not await shelf.claim("a", "second")
    assert await shelf.claim("a", "first")
    assert not await shelf.claim("unknown", "first")
    await shelf.forget(NOW + timedelta(minutes=2))
    assert await shelf.find("b") is None
    assert await shelf.find("a") == sealed("a")
    await shelf.add([sealed("c", minutes=60)], NOW + timedelta(minutes=16))
    assert await shelf.find("a") is None
    assert await shelf.find("c") == sealed("c", minutes=60)


async def test_the_database_holds_the_rules_of_a_report(store: Store) -> None:
    await holds_its_rules(store.reports)
    async with store.engine.connect() as connection:
        assert (await connection.execute(select(func.count()).select_from(report))).scalar() == 1


async def test_the_shelf_of_one_process_holds_the_same_rules() -> None:
    await holds_its_rules(OwnShelf())


async def test_of_many_browsers_one_claims_a_report(store: Store) -> None:
    await store.reports.add([sealed("a")], NOW)
    claims = await asyncio.gather(*(store.reports.claim("a", f"browser-{number}") for number in range(4)))
    assert sum(claims) == 1


async def test_the_oldest_make_room_in_one_process() -> None:
    shelf = OwnShelf(most=2)
    await shelf.add([sealed("a"), sealed("b"), sealed("c")], NOW)
    assert [await shelf.find(name) is not None for name in "abc"] == [False, True, True]
