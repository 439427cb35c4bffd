"""How the database is reached: one engine a process, short patience, every trouble told as StoreUnavailable.

A hook answer must never wait for the database, so connecting and waiting for a lock are bounded to half a second or a
second, whichever database it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from cds_service.errors import BadSetting, StoreUnavailable

SQLITE, POSTGRESQL = "sqlite+aiosqlite", "postgresql+psycopg"
PATIENCE = 1.0
_LOCK_PATIENCE = 0.5
_MIGRATION_TRIES = 3
_READS = "cds_service_reads"
_MIGRATING = 72_061_114  # the advisory lock of PostgreSQL under which one worker migrates
_MIGRATIONS = Path(__file__).parent / "migrations"


def engine_for(url: str) -> AsyncEngine:
    """The engine of `sqlite:///path` or `postgresql://…`. Raises BadSetting for any other address."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadSetting("CDS_DATABASE_URL: expected an address such as sqlite:///cds-service.db") from None
    kind = parsed.drivername.partition("+")[0]
    if kind == "sqlite":
        engine = create_async_engine(
            parsed.set(drivername=SQLITE), connect_args={"timeout": _LOCK_PATIENCE}, pool_timeout=PATIENCE
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    if kind in ("postgresql", "postgres"):
        return create_async_engine(
            parsed.set(drivername=POSTGRESQL),
            pool_timeout=PATIENCE,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 1, "options": "-c statement_timeout=1000 -c lock_timeout=500"},
        )
    raise BadSetting(f"CDS_DATABASE_URL: expected sqlite or postgresql, found '{kind}'")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL lets readers and the writer work side by side; FULL keeps what was acknowledged over a loss of power."""
    connection.isolation_level = None  # else the driver begins transactions where it thinks best
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """The write lock is taken at once: a transaction that began by reading could not wait for it later.

    One that only ever reads takes none, and waits for nobody.
    """
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that is committed at its end. Any trouble of the database is StoreUnavailable, without its text."""
    try:
        async with asyncio.timeout(PATIENCE * 2), engine.begin() as connection:
            yield connection
    except (SQLAlchemyError, OSError, TimeoutError) as trouble:
        # The library's message quotes the statement with its values.
        raise StoreUnavailable(f"the database cannot be used ({type(trouble).__name__})") from None


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that only reads; trouble is told alike."""
    async with transaction(engine.execution_options(**{_READS: True})) as connection:
        yield connection


async def migrate(engine: AsyncEngine) -> None:
    """The tables of this version, made or brought up to date; one worker at a time. Raises StoreUnavailable.

    A worker that finds another one at it tries again for a few seconds (SQLite), or waits (PostgreSQL).
    """
    for _ in range(_MIGRATION_TRIES - 1):
        try:
            return await _migrate(engine)
        except StoreUnavailable:
            await asyncio.sleep(_LOCK_PATIENCE)
    return await _migrate(engine)


async def _migrate(engine: AsyncEngine) -> None:
    try:
        async with asyncio.timeout(60), engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(text("SET LOCAL statement_timeout = 0"))
                await connection.execute(text("SET LOCAL lock_timeout = 0"))
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATING})"))
            await connection.run_sync(_upgrade)
    except (SQLAlchemyError, OSError, TimeoutError) as trouble:
        raise StoreUnavailable(f"the database cannot be made ready ({type(trouble).__name__})") from None


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
