"""Which tokens were used already, for all workers at once: the first insert of an identifier wins (SEC-12)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from cds_service.store.database import transaction
from cds_service.store.moments import stamp
from cds_service.store.tables import used_token


class Replay:
    """The memory of used token identifiers."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def first_use(self, issuer: str, jti: str, until: datetime) -> bool:
        """Whether this is the first use of a token; it is remembered until it expires. Raises StoreUnavailable."""
        row = {"issuer": issuer, "jti": jti, "until": stamp(until)}
        async with transaction(self._engine) as connection:
            try:
                async with connection.begin_nested():
                    await connection.execute(insert(used_token).values(**row))
            except IntegrityError:
                return False
        return True

    async def forget(self, now: datetime) -> None:
        """Expired identifiers are no longer needed: the token itself would be refused."""
        async with transaction(self._engine) as connection:
            await connection.execute(delete(used_token).where(used_token.c.until < stamp(now)))
