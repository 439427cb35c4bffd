"""Both databases: a SQLite file and a real PostgreSQL; every test of the store runs on each."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from cds_service.store import Store
from tests.postgres import Postgres, lacking_postgres, running_postgres

KEY = b"k" * 32


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if lacking_postgres():
        pytest.skip(lacking_postgres())
    with running_postgres() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    cluster: Postgres = request.getfixturevalue("postgres")
    return cluster.create(f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    store = Store(database, KEY)
    await store.start()
    yield store
    await store.close()
