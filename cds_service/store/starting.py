"""Which database the settings ask for, and how it is made ready while the service already answers.

A database that is down at start costs feedback and audit, never a card: making it ready is tried again until it works.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from cds_service import log
from cds_service.errors import BadSetting, StoreUnavailable
from cds_service.settings import Settings
from cds_service.store.pseudonym import key_of
from cds_service.store.store import Store

FILE = "cds-service.db"
KEY_FILE = "cds-service.key"
TRY_AGAIN = 2.0


def store_for(settings: Settings) -> Store:
    """The store that the settings name: CDS_DATABASE_URL, else a SQLite file in the folder CDS_DATA."""
    folder = Path(settings.data)
    url = settings.database_url or f"sqlite:///{folder / FILE}"
    return Store(url, key_of(settings.audit_key, _key_file(url, folder)))


def _key_file(url: str, folder: Path) -> Path:
    """Beside a SQLite file; for a database elsewhere in CDS_DATA, and then every worker needs CDS_AUDIT_KEY or it."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadSetting("CDS_DATABASE_URL: expected an address such as sqlite:///cds-service.db") from None
    beside = parsed.database if parsed.drivername.startswith("sqlite") else None
    return (Path(beside).parent if beside and beside != ":memory:" else folder) / KEY_FILE


@asynccontextmanager
async def kept_ready(store: Store | None) -> AsyncIterator[None]:
    """While this lasts the store is used; its tables are made as soon as the database lets us."""
    if store is None:
        yield
        return
    readying = None if await _ready(store) else asyncio.create_task(_until_ready(store))
    try:
        yield
    finally:
        if readying is not None:
            readying.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await readying
        await store.close()


async def _ready(store: Store) -> bool:
    try:
        await store.start()
    except StoreUnavailable as trouble:
        log.store("database-unavailable", why=str(trouble), level=logging.ERROR)
        return False
    return True


async def _until_ready(store: Store) -> None:
    while not await _ready(store):
        await asyncio.sleep(TRY_AGAIN)
