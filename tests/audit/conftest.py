"""A hospital whose calls are written down, on both databases, and the rows that its calls left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cds_service.store import Store
from tests.store.conftest import database, postgres, store  # noqa: F401 — fixtures
from tests.trust.conftest import clock, folder, keys, plain_environment  # noqa: F401 — fixtures
from tests.trust.hospital import Clock, KeysAddress, Signed, deployment

Json = dict[str, Any]


@pytest.fixture
async def hospital(
    folder: Path,  # noqa: F811
    clock: Clock,  # noqa: F811
    keys: KeysAddress,  # noqa: F811
    store: Store,  # noqa: F811
) -> AsyncIterator[Signed]:
    (folder / "example.yaml").write_text(deployment(suggestions=["Task"]))
    service = Signed(folder, clock, keys, store=store)
    async with service.http:
        yield service
    await service.gate.door.keys.close()


async def rows(hospital: Signed) -> list[Json]:
    """Every row so far, oldest first; the chain holds."""
    audit = hospital.app.state.store.audit
    assert (await audit.verify()).flaws == []
    return [{"call": row.call, **row.told} async for page in audit.rows() for row in page]
