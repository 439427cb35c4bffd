"""The store of one process: its engine, and what is kept by topic."""

from __future__ import annotations

import uuid

from sqlalchemy import insert

from cds_service.store.audit import AuditRows
from cds_service.store.database import engine_for, migrate, transaction
from cds_service.store.feedback import FeedbackRows
from cds_service.store.replay import Replay
from cds_service.store.reports import ReportRows
from cds_service.store.tables import used_token


class Store:
    """Feedback, audit, used tokens and sealed reports in one database. `key` makes the pseudonyms."""

    def __init__(self, url: str, key: bytes) -> None:
        self.engine = engine_for(url)
        self.key = key
        self.replay = Replay(self.engine)
        self.feedback = FeedbackRows(self.engine)
        self.audit = AuditRows(self.engine, key)
        self.reports = ReportRows(self.engine)
        self.ready = False

    async def start(self) -> None:
        """Bring the tables up to date. Raises StoreUnavailable; it may be tried again."""
        await migrate(self.engine)
        self.ready = True

    async def probe(self) -> None:
        """Write a row and take it back. Raises StoreUnavailable: then nothing can be kept at this moment."""
        async with transaction(self.engine) as connection:
            await connection.execute(insert(used_token).values(issuer="", jti=uuid.uuid4().hex, until=""))
            await connection.rollback()

    async def close(self) -> None:
        await self.engine.dispose()
