"""SEC-12: a token is used once, at whichever worker; what happens while the memory that all share cannot be reached."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cds_service.store.store import Store
from tests.ports import free_port
from tests.trust.hospital import Clock, Signed

KEY = b"k" * 32


@pytest.fixture
async def workers(folder: Path, clock: Clock, tmp_path: Path) -> AsyncIterator[list[Signed]]:
    """Two workers with one database."""
    stores = [Store(f"sqlite:///{tmp_path}/store.db", KEY) for _ in range(2)]
    for store in stores:
        await store.start()
    yield [Signed(folder, clock, store=store) for store in stores]
    for store in stores:
        await store.close()


@pytest.fixture
async def nowhere() -> AsyncIterator[Store]:
    """A database that cannot be reached: nobody listens there."""
    store = Store(f"postgresql://nobody@127.0.0.1:{free_port()}/none", KEY)
    yield store
    await store.close()


async def test_a_token_is_used_once_at_whichever_worker(workers: list[Signed]) -> None:
    one, other = workers
    token = one.token()
    assert [(await worker.post(token)).status_code for worker in (one, other, one)] == [200, 401, 401]
    assert (one.gate.door.seen.alone, other.gate.door.seen.alone) == (0, 0)


async def test_a_longer_life_is_taken_while_all_remember(workers: list[Signed]) -> None:
    now = int(workers[0].clock().timestamp())
    assert (await workers[0].post(workers[0].token(exp=now + 300))).status_code == 200


async def test_expired_names_are_let_go(workers: list[Signed]) -> None:
    [one, other] = workers
    token = one.token()
    assert (await one.post(token)).status_code == 200
    one.clock.on(seconds=61)
    await one.gate.door.seen.tidy()
    assert (await other.post(token)).status_code == 401
    assert other.gate.refused == {"expired": 1}


async def test_while_the_database_is_down_each_worker_remembers_alone(
    folder: Path, clock: Clock, nowhere: Store, caplog: pytest.LogCaptureFixture
) -> None:
    signed = Signed(folder, clock, store=nowhere)
    token = signed.token()
    assert [(await signed.post(token)).status_code for _ in range(2)] == [200, 401]
    assert signed.gate.door.seen.alone == 1
    alarms = [line for line in caplog.records if line.getMessage() == "replay-memory-alone"]
    assert [line.levelno for line in alarms] == [logging.ERROR]


@pytest.mark.parametrize(("seconds", "status"), [(120, 200), (121, 401)])
async def test_alone_only_short_lives_are_taken(
    folder: Path, clock: Clock, nowhere: Store, seconds: int, status: int
) -> None:
    signed = Signed(folder, clock, store=nowhere)
    now = int(clock().timestamp())
    assert (await signed.post(signed.token(exp=now + seconds))).status_code == status


async def test_strict_answers_503_and_the_call_may_be_sent_again(folder: Path, clock: Clock, nowhere: Store) -> None:
    signed = Signed(folder, clock, store=nowhere, replay="strict")
    token = signed.token()
    answers = [await signed.post(token) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert "send the call again" in answers[0].json()["issue"][0]["diagnostics"]


async def test_what_was_used_before_the_database_went_is_still_known(workers: list[Signed], tmp_path: Path) -> None:
    one, _ = workers
    token = one.token()
    assert (await one.post(token)).status_code == 200
    await one.app.state.store.close()
    for file in tmp_path.glob("store.db*"):
        file.unlink()
    assert (await one.post(token)).status_code == 401
    assert one.gate.refused == {"replayed": 1}
