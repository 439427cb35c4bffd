"""The audit chain on both databases: it holds under many workers, and a row touched without the key is found."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from cds_service.audit.chain import Anchor, AuditRow
from cds_service.store import Store
from tests.store.conftest import KEY

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


async def added(store: Store, number: int, *, since: datetime = NOON) -> None:
    """So many rows, one a minute."""
    for n in range(number):
        await store.audit.add(f"call-{n}", since + timedelta(minutes=n), {"outcome": 200, "n": n})


async def every_row(store: Store) -> list[AuditRow]:
    return [row async for page in store.audit.rows() for row in page]


async def flaws(store: Store, noted: Anchor | None = None) -> list[tuple[int, str]]:
    return [(flaw.number, flaw.what) for flaw in (await store.audit.verify(noted)).flaws]


async def tampered(store: Store, *statements: str) -> None:
    async with store.engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_rows_are_numbered_from_one_and_hold_together(store: Store) -> None:
    assert await flaws(store) == []
    await added(store, 5)
    check = await store.audit.verify()
    assert (check.flaws, check.rows, check.number) == ([], 5, 5)
    rows = await every_row(store)
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert check.head == rows[-1].hash
    assert len({row.hash for row in rows}) == 5


TOUCHED: list[tuple[str, list[str], list[tuple[int, str]]]] = [
    ("content changed", ["update audit set content = '{}' where number = 3"], [(3, "changed")]),
    ("moment changed", ["update audit set at = '2026-11-21T12:00:00.000000Z' where number = 3"], [(3, "changed")]),
    ("call changed", ["update audit set call = 'other' where number = 3"], [(3, "changed")]),
    ("hash changed", ["update audit set hash = 'abc' where number = 3"], [(3, "changed"), (4, "changed")]),
    ("one removed", ["delete from audit where number = 3"], [(4, "row 3 is missing")]),
    ("some removed", ["delete from audit where number in (2, 3, 4)"], [(5, "rows 2 to 4 are missing")]),
    ("the first removed", ["delete from audit where number = 1"], [(2, "row 1 is missing")]),
    (
        "two changed places",
        [f"update audit set number = {new} where number = {old}" for old, new in ((2, 99), (3, 2), (99, 3))],
        [(2, "changed"), (3, "changed"), (4, "changed")],
    ),
    (
        "removed, and the rest moved up",
        [f"{do} where number = {n}" for n, do in ((3, "delete from audit"), (4, "update audit set number = 3"))],
        [(3, "changed"), (5, "row 4 is missing")],
    ),
    (
        "one put in at the end",
        ["insert into audit select 6, at, call, content, hash from audit where number = 5"],
        [(6, "changed")],
    ),
    (
        "the start taken away as by a purge",
        [
            "insert into audit_anchor select number, hash, at from audit where number = 2",
            "delete from audit where number <= 2",
        ],
        [(2, "no purge tells of it")],
    ),
]


@pytest.mark.parametrize(("statements", "found"), [row[1:] for row in TOUCHED], ids=[row[0] for row in TOUCHED])
async def test_tampering_is_found_where_it_was_done(
    store: Store, statements: list[str], found: list[tuple[int, str]]
) -> None:
    await added(store, 5)
    await tampered(store, *statements)
    told = await flaws(store)
    assert [number for number, _ in told] == [number for number, _ in found]
    assert all(part in what for (_, what), (_, part) in zip(told, found, strict=True))


async def test_a_row_made_anew_without_the_key_is_found(store: Store, database: str) -> None:
    """Even one that chains correctly by another key, to the very end."""
    await added(store, 2)
    stranger = Store(database, b"x" * 32)
    await stranger.audit.add("forged", NOON, {"outcome": 200})
    assert await flaws(store) == [(3, "this row was changed, moved or put in")]
    await stranger.close()


async def test_a_cut_at_the_end_shows_against_a_head_that_was_noted(store: Store) -> None:
    await added(store, 4)
    noted = Anchor((check := await store.audit.verify()).number, check.head)
    await added(store, 2)
    assert await flaws(store, noted) == []
    await tampered(store, "delete from audit where number > 3")
    assert await flaws(store) == []  # the chain alone cannot tell
    assert await flaws(store, noted) == [(3, "the chain ends here; it was noted at 4")]
    await added(store, 1)
    assert await flaws(store, noted) == [(4, "this row is not the one that was noted")]


async def test_a_purge_takes_the_old_end_and_the_chain_still_holds(store: Store) -> None:
    await added(store, 5)
    assert await store.audit.purge(NOON + timedelta(minutes=3), NOON + timedelta(days=1)) == 3
    rows = await every_row(store)
    assert [row.number for row in rows] == [4, 5, 6]
    assert rows[-1].told == {"purged": {"before": "2026-11-21T12:03:00.000000Z", "through": 3, "rows": 3}}
    assert await flaws(store) == []
    assert await store.audit.purge(NOON + timedelta(minutes=3), NOON + timedelta(days=1)) == 0
    assert await store.audit.purge(NOON + timedelta(days=9), NOON + timedelta(days=2)) == 3
    await added(store, 1, since=NOON + timedelta(days=3))
    assert [row.number for row in await every_row(store)] == [7, 8]
    assert await flaws(store) == []


async def test_a_purge_ends_at_the_first_row_that_is_to_stay(store: Store) -> None:
    """The clock of another worker was slow: an older moment after a younger one."""
    for minutes in (0, 10, 1):
        await store.audit.add("call", NOON + timedelta(minutes=minutes), {})
    assert await store.audit.purge(NOON + timedelta(minutes=5), NOON + timedelta(days=1)) == 1
    assert [row.number for row in await every_row(store)] == [2, 3, 4]
    assert await flaws(store) == []


async def test_tampering_after_a_purge_is_found(store: Store) -> None:
    await added(store, 5)
    await store.audit.purge(NOON + timedelta(minutes=2), NOON + timedelta(days=1))
    await tampered(store, "update audit set content = '{}' where number = 3")
    assert await flaws(store) == [(3, "this row was changed, moved or put in")]


async def test_many_calls_at_once_make_one_chain(store: Store, database: str) -> None:
    other = Store(database, KEY)
    adding = [one.audit.add(f"call-{n}", NOON, {"n": n}) for n in range(20) for one in (store, other)]
    places = await asyncio.gather(*adding)
    assert sorted(place.number for place in places) == list(range(1, 41))
    assert await flaws(store) == []
    await other.close()


async def test_a_crowd_is_written_together_in_its_order(store: Store) -> None:
    places = await asyncio.gather(*(store.audit.add(f"call-{n}", NOON, {"n": n}) for n in range(250)))
    assert [place.number for place in places] == list(range(1, 251))
    assert [row.told["n"] for row in await every_row(store)] == list(range(250))
    assert await flaws(store) == []


async def test_a_row_whose_call_does_not_wait_any_longer_is_not_written_later(store: Store) -> None:
    async with store.engine.begin() as lock:  # nobody else may write
        if store.engine.dialect.name == "postgresql":
            await lock.exec_driver_sql("LOCK TABLE audit IN EXCLUSIVE MODE")
        waiting = [asyncio.create_task(store.audit.add(f"gone-{n}", NOON, {})) for n in range(3)]
        await asyncio.wait(waiting, timeout=0.05)
        for one in waiting:
            one.cancel()
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended)
        await lock.rollback()
    await store.audit.add("next", NOON, {})
    assert [row.call for row in await every_row(store)] == ["next"]
    assert await flaws(store) == []


ADD = """
import asyncio, sys
from datetime import UTC, datetime
from cds_service.store import Store
async def main():
    store = Store(sys.argv[1], b"k" * 32)
    for n in range(40):
        await store.audit.add(f"{sys.argv[2]}-{n}", datetime.now(UTC), {"n": n})
    await store.close()
    await asyncio.sleep(0.1)
asyncio.run(main())
"""


async def test_two_workers_make_one_chain(store: Store, database: str) -> None:
    workers = [subprocess.Popen([sys.executable, "-c", ADD, database, name], cwd=ROOT) for name in "ab"]
    assert [worker.wait() for worker in workers] == [0, 0]
    assert await flaws(store) == []
    rows = await every_row(store)
    assert sorted(row.call for row in rows) == sorted(f"{name}-{n}" for name in "ab" for n in range(40))
