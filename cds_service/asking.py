"""How a command of the shell asks the database: opened, asked once, closed; trouble is one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from cds_service.errors import StoreUnavailable
from cds_service.settings import Settings

if TYPE_CHECKING:
    from cds_service.store.store import Store

_T = TypeVar("_T")
_ENDING = 0.1
"""Seconds for the SQLite driver's thread to tell the loop that it ended; after the loop it would be a traceback."""


def asked(settings: Settings, question: Callable[[Store], Coroutine[Any, Any, _T]]) -> _T | str:
    """What the database answers; text says why it does not."""
    from cds_service.store.starting import store_for

    async def ask() -> _T:
        store = store_for(settings)
        try:
            await store.start()
            return await question(store)
        finally:
            await store.close()
            await asyncio.sleep(_ENDING)

    try:
        return asyncio.run(ask())
    except StoreUnavailable as trouble:
        return f"{trouble}; CDS_DATABASE_URL or CDS_DATA say which it is"
