"""One registered hospital, the time, and the service that knows it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.trust.hospital import Clock, KeysAddress, Signed, deployment


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine decides a test."""
    for name in [name for name in os.environ if name.startswith("CDS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The deployment files; one hospital."""
    clients = tmp_path / "clients"
    clients.mkdir()
    (clients / "example.yaml").write_text(deployment())
    return clients


@pytest.fixture
def keys() -> KeysAddress:
    return KeysAddress()


@pytest.fixture
async def signed(folder: Path, clock: Clock, keys: KeysAddress) -> AsyncIterator[Signed]:
    service = Signed(folder, clock, keys)
    async with service.http:
        yield service
    await service.gate.door.keys.close()
