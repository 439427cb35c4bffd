"""Whether a process should be sent calls: never for an EHR's sake, always for the database's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from cds_service import readiness
from cds_service.store import Store
from tests.store.conftest import database, postgres  # noqa: F401 — fixtures
from tests.trust.conftest import clock, folder, keys  # noqa: F401 — fixtures
from tests.trust.hospital import Clock, KeysAddress, Signed


@pytest.fixture(autouse=True)
def always_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer serves twice."""
    monkeypatch.setattr(readiness, "FRESH", -1.0)


@pytest.fixture
async def signed(
    folder: Path,  # noqa: F811
    clock: Clock,  # noqa: F811
    keys: KeysAddress,  # noqa: F811
    database: str,  # noqa: F811
) -> AsyncIterator[Signed]:
    store = Store(database, b"k" * 32)
    service = Signed(folder, clock, keys, store=store)
    yield service
    await store.close()
    await service.gate.door.keys.close()


async def asked(signed: Signed) -> httpx2.Response:
    return await signed.http.get("/readyz")


async def test_it_is_ready_as_soon_as_the_database_takes_a_row(signed: Signed) -> None:
    before = await asked(signed)  # the tables are not there yet
    assert (before.status_code, before.headers["retry-after"]) == (503, "5")
    assert before.json()["resourceType"] == "OperationOutcome"
    assert "database: unavailable" in before.json()["issue"][0]["diagnostics"]
    await signed.app.state.store.start()
    after = await asked(signed)
    told = {"status": "ok", "trials": "loaded", "clients": "registered", "database": "writable"}
    assert (after.status_code, after.json()) == (200, told)


async def test_asking_leaves_no_row(signed: Signed) -> None:
    store = signed.app.state.store
    await store.start()
    assert (await asked(signed)).status_code == 200
    async with store.engine.connect() as connection:
        assert (await connection.exec_driver_sql("select count(*) from used_token")).scalar() == 0


async def test_a_refused_deployment_file_is_told_and_no_reason_to_be_unready(
    signed: Signed,
    folder: Path,  # noqa: F811
) -> None:
    await signed.app.state.store.start()
    (folder / "bad.yaml").write_text("client: [")
    signed.gate.door.registry.reread(anyway=True)
    answer = await asked(signed)
    assert (answer.status_code, answer.json()["clients"]) == (200, "last good files; a change was refused")


async def test_many_who_ask_at_once_cost_the_database_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "FRESH", 60.0)
    questions = []

    class Slow:
        async def probe(self) -> None:
            questions.append(1)
            await asyncio.sleep(0.01)

    gate: Any = SimpleNamespace(door=None, open=True)
    store: Any = Slow()
    told = readiness.Readiness(gate, store)
    answers = await asyncio.gather(*(told.told() for _ in range(9)))
    assert answers == [{"trials": "loaded", "clients": "open", "database": "writable"}] * 9
    assert len(questions) == 1


def test_without_clients_nobody_is_sent_here() -> None:
    assert not readiness.ready({"trials": "loaded", "clients": "none", "database": "none"})
    assert readiness.ready({"trials": "loaded", "clients": "open", "database": "none"})
