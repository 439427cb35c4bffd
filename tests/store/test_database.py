"""The tables are made and kept up to date, a token is used once by all workers, trouble is told without its text."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from cds_service.errors import BadSetting, StoreUnavailable
from cds_service.store import Store
from cds_service.store.database import engine_for
from cds_service.store.pseudonym import key_of, pseudonym
from cds_service.store.tables import METADATA

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = b"k" * 32
ROOT = Path(__file__).parents[2]


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


async def test_the_migrations_make_exactly_the_tables(store: Store) -> None:
    async with store.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


START = "import asyncio, sys; from cds_service.store import Store; asyncio.run(Store(sys.argv[1], b'k' * 32).start())"


def test_workers_that_start_side_by_side_make_the_tables_once(database: str) -> None:
    command = [sys.executable, "-c", START, database]
    workers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    assert [(worker.wait(), worker.communicate()[1]) for worker in workers] == [(0, b"")] * 3


async def test_starting_again_changes_nothing(store: Store) -> None:
    await store.replay.first_use("i", "j", NOW)
    await store.start()
    assert not await store.replay.first_use("i", "j", NOW)


async def test_a_token_is_used_once_by_all_workers(database: str) -> None:
    workers = [Store(database, KEY) for _ in range(2)]
    await workers[0].start()
    until = NOW + timedelta(minutes=5)
    tried = [worker.replay.first_use("https://ehr.example", "one", until) for worker in workers * 4]
    outcomes = await asyncio.gather(*tried, return_exceptions=True)
    assert outcomes.count(True) == 1
    assert all(one is False or isinstance(one, StoreUnavailable) for one in outcomes if one is not True)
    assert await workers[0].replay.first_use("https://other.example", "one", until)
    for worker in workers:
        await worker.close()


async def test_expired_tokens_are_forgotten(store: Store) -> None:
    assert await store.replay.first_use("i", "old", NOW - timedelta(seconds=1))
    assert await store.replay.first_use("i", "new", NOW + timedelta(seconds=1))
    await store.replay.forget(NOW)
    assert await store.replay.first_use("i", "old", NOW)
    assert not await store.replay.first_use("i", "new", NOW)


async def test_a_locked_file_is_told_soon_and_works_again_after(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.db", KEY)
    await store.start()
    holder = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable, match=r"the database cannot be used \(OperationalError\)"):
        await store.replay.first_use("i", "j", NOW)
    holder.execute("ROLLBACK")
    holder.close()
    assert await store.replay.first_use("i", "j", NOW)
    await store.close()


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////no/such/folder/store.db",
        "postgresql://nobody@127.0.0.1:1/none",
    ],
)
async def test_an_absent_database_is_told_without_its_address(url: str) -> None:
    store = Store(url, KEY)
    with pytest.raises(StoreUnavailable) as told:
        await store.start()
    assert "folder" not in str(told.value)
    assert "127.0.0.1" not in str(told.value)
    await store.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "", "not an address"])
def test_another_kind_of_database_is_refused_at_start(url: str) -> None:
    with pytest.raises(BadSetting, match="CDS_DATABASE_URL: expected"):
        engine_for(url)


def test_a_pseudonym_is_of_one_client_one_person_and_one_key(tmp_path: Path) -> None:
    key = key_of("", tmp_path / "key")
    assert key == key_of("", tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    told = {pseudonym(key, "a", "Patient/1"), pseudonym(key, "aP", "atient/1"), pseudonym(KEY, "a", "Patient/1")}
    assert len(told) == 3
    assert pseudonym(key, "a", "Patient/1") in told
    with pytest.raises(BadSetting, match="CDS_AUDIT_KEY: expected at least 32 characters"):
        key_of("short", None)
