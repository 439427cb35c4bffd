"""Feedback and the cards it is about, as rows: added once, never changed; what applies to one call is one question."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, Select, and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.schema import Table

from cds_service.feedback.words import CardSent, Heard, Item
from cds_service.store.database import reading, transaction
from cds_service.store.moments import moment, stamp
from cds_service.store.tables import card_sent, feedback, lifted


class FeedbackRows:
    """What is kept of cards and of feedback. Every method raises StoreUnavailable."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, client: str, items: Iterable[Item], received: datetime) -> None:
        """All items or none. An item that is there already stays as it is (FB-7)."""
        rows = [_row(client, item, received) for item in items]
        if rows:
            async with transaction(self._engine) as connection:
                await _insert(connection, feedback, rows, "digest")

    async def remember(self, cards: Iterable[CardSent]) -> None:
        """The cards of one answer. One that is known already, its call being repeated, stays as it was first told."""
        rows = [_card_row(card) for card in cards]
        if rows:
            async with transaction(self._engine) as connection:
                await _insert(connection, card_sent, rows, "card")

    async def heard(self, client: str, patient: str, user: str, since: datetime) -> tuple[Heard, ...]:
        """What was reported since then about cards of this patient, or shown to this user."""
        concerned = or_(card_sent.c.patient == patient, card_sent.c.user == user)
        return await self._heard(card_sent.c.client == client, concerned, feedback.c.received >= stamp(since))

    async def all_heard(self, client: str | None = None) -> tuple[Heard, ...]:
        return await self._heard(*([card_sent.c.client == client] if client else []))

    async def sent(self, client: str, patient: str, user: str) -> tuple[CardSent, ...]:
        """The cards that this user was shown of this patient."""
        c = card_sent.c
        return await self._sent(c.client == client, c.patient == patient, c.user == user)

    async def all_sent(self, client: str | None = None) -> tuple[CardSent, ...]:
        return await self._sent(*([card_sent.c.client == client] if client else []))

    async def lift(self, number: int, at: datetime) -> bool:
        """End a silence before its time; the report stays. Whether there is a report of this number."""
        async with transaction(self._engine) as connection:
            known = await connection.execute(select(feedback.c.number).where(feedback.c.number == number))
            if known.first() is None:
                return False
            await _insert(connection, lifted, [{"feedback": number, "at": stamp(at)}], "feedback")
        return True

    async def purge(self, before: datetime) -> int:
        """Takes away reports that came before a moment, and cards from before it that no report is about; how many
        reports."""
        old = feedback.c.received < stamp(before)
        async with transaction(self._engine) as connection:
            numbers = select(feedback.c.number).where(old)
            await connection.execute(delete(lifted).where(lifted.c.feedback.in_(numbers)))
            gone = await connection.execute(delete(feedback).where(old))
            reported = select(feedback.c.card)
            unheard = and_(card_sent.c.sent < stamp(before), card_sent.c.card.not_in(reported))
            await connection.execute(delete(card_sent).where(unheard))
        return int(gone.rowcount)

    async def _sent(self, *where: ColumnElement[bool]) -> tuple[CardSent, ...]:
        rows = await self._read(select(card_sent).where(*where).order_by(card_sent.c.sent, card_sent.c.card))
        return tuple(_card(row) for row in rows)

    async def _heard(self, *where: ColumnElement[bool]) -> tuple[Heard, ...]:
        """A client is heard about its own cards only."""
        own = and_(feedback.c.card == card_sent.c.card, feedback.c.client == card_sent.c.client)
        found = feedback.join(card_sent, own).outerjoin(lifted, lifted.c.feedback == feedback.c.number)
        f = feedback.c
        columns = (f.number, f.outcome, f.reason_system, f.reason_code, f.received, lifted.c.at.label("lifted_at"))
        about = [column for column in card_sent.c if column.name != "card"]
        query = select(*columns, card_sent.c.card, *about).select_from(found).where(*where).order_by(f.number)
        return tuple(_heard(row) for row in await self._read(query))

    async def _read(self, query: Select[Any]) -> list[Row[Any]]:
        async with reading(self._engine) as connection:
            return list(await connection.execute(query))


async def _insert(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]], once: str) -> None:
    """Rows that are new by `once`; the others stay."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    await connection.execute(dialect.insert(table).on_conflict_do_nothing(index_elements=[once]), rows)


def _row(client: str, item: Item, received: datetime) -> dict[str, Any]:
    return {
        "digest": item.digest(client),
        "client": client,
        "card": item.card,
        "outcome": item.outcome,
        "reason_system": item.system,
        "reason_code": item.code,
        "comment": item.comment,
        "accepted": orjson.dumps(item.accepted).decode(),
        "happened": stamp(item.happened),
        "received": stamp(received),
    }


def _card_row(card: CardSent) -> dict[str, Any]:
    return {
        "card": card.card,
        "client": card.client,
        "patient": card.patient,
        "user": card.user,
        "trial": card.trial,
        "definition": card.definition,
        "status": card.status,
        "open": orjson.dumps(card.open).decode(),
        "sex": card.sex,
        "age_band": card.age_band,
        "sent": stamp(card.sent),
    }


def _card(row: Row[Any]) -> CardSent:
    values = {name: getattr(row, name) for name in ("card", "client", "patient", "user", "trial", "definition")}
    told = {name: getattr(row, name) for name in ("status", "sex", "age_band")}
    return CardSent(**values, **told, open=tuple(orjson.loads(row.open)), sent=moment(row.sent))


def _heard(row: Row[Any]) -> Heard:
    received = moment(row.received)
    return Heard(
        row.number, _card(row), row.outcome, row.reason_system, row.reason_code, received, row.lifted_at is not None
    )
