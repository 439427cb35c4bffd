"""Feedback in both databases: kept once, heard beside its card, apart for every client, lifted but never changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from cds_service.feedback.words import CardSent, Item
from cds_service.store import Store
from cds_service.store.database import reading
from cds_service.store.tables import feedback

NOW = datetime(2026, 11, 21, 12, 0, 0, 123, tzinfo=UTC)
CARD = CardSent("c1", "h", "ann", "lee", "NCT00000001", "d" * 64, "eligible", ("I01", "E02"), NOW, "female", "40-49")
ITEM = Item("c1", "overridden", NOW, (), "urn:s", "x", "a comment with 'quotes' and é\ufffd")


async def rows(store: Store) -> int:
    async with reading(store.engine) as connection:
        return int((await connection.execute(select(func.count()).select_from(feedback))).scalar_one())


@pytest.mark.rule("FB-7")
async def test_the_same_item_is_kept_once_however_often_it_comes(store: Store) -> None:
    await store.feedback.add("h", [ITEM, ITEM], NOW)
    await store.feedback.add("h", [ITEM], NOW + timedelta(days=1))
    await asyncio.gather(*(store.feedback.add("h", [ITEM], NOW) for _ in range(3)))
    assert await rows(store) == 1


@pytest.mark.rule("FB-7")
async def test_what_differs_is_another_row(store: Store) -> None:
    accepted = Item("c1", "accepted", NOW, ("s1",))
    items = [ITEM, accepted, replace(accepted, accepted=("s2",)), replace(ITEM, comment=""), replace(ITEM, card="c2")]
    await store.feedback.add("h", items, NOW)
    await store.feedback.add("other", [ITEM], NOW)
    assert await rows(store) == 6


async def test_a_card_is_remembered_as_it_was_first_told(store: Store) -> None:
    await store.feedback.remember([CARD])
    await store.feedback.remember([replace(CARD, status="ineligible"), replace(CARD, card="c2", sent=NOW)])
    assert await store.feedback.sent("h", "ann", "lee") == (CARD, replace(CARD, card="c2"))
    assert await store.feedback.sent("h", "ann", "roe") == ()


async def test_feedback_is_heard_by_patient_and_by_user_of_the_same_client(store: Store) -> None:
    await store.feedback.remember([CARD])
    await store.feedback.add("h", [ITEM, replace(ITEM, card="nobody-knows")], NOW)
    await store.feedback.add("other", [ITEM], NOW)  # another client guessed the card
    long_ago = NOW - timedelta(days=9)
    [heard] = await store.feedback.heard("h", "ann", "roe", long_ago)
    assert (heard.card, heard.system, heard.code, heard.received, heard.lifted) == (CARD, "urn:s", "x", NOW, False)
    assert await store.feedback.heard("h", "bob", "lee", long_ago) == (heard,)
    assert await store.feedback.heard("h", "bob", "roe", long_ago) == ()
    assert await store.feedback.heard("other", "ann", "lee", long_ago) == ()
    assert await store.feedback.heard("h", "ann", "lee", NOW + timedelta(microseconds=1)) == ()
    assert await store.feedback.all_heard() == await store.feedback.all_heard("h") == (heard,)


async def test_a_silence_is_lifted_and_its_report_stays(store: Store) -> None:
    await store.feedback.remember([CARD])
    await store.feedback.add("h", [ITEM], NOW)
    [heard] = await store.feedback.all_heard()
    assert await store.feedback.lift(heard.number, NOW)
    assert await store.feedback.lift(heard.number, NOW)
    assert await store.feedback.all_heard() == (replace(heard, lifted=True),)
    assert not await store.feedback.lift(heard.number + 1, NOW)


async def test_reading_waits_for_no_writer(store: Store) -> None:
    await store.feedback.remember([CARD])
    async with store.engine.begin() as writer:
        await writer.execute(feedback.delete())
        assert await store.feedback.sent("h", "ann", "lee") == (CARD,)


async def test_a_purge_takes_old_reports_and_the_cards_that_nobody_speaks_of(store: Store) -> None:
    later = NOW + timedelta(days=5)
    cards = [CARD, replace(CARD, card="c2"), replace(CARD, card="c3"), replace(CARD, card="c4", sent=later)]
    await store.feedback.remember(cards)
    await store.feedback.add("h", [ITEM], NOW)
    await store.feedback.add("h", [replace(ITEM, card="c2")], later)
    await store.feedback.lift(1, NOW)
    assert await store.feedback.purge(NOW) == 0
    assert await store.feedback.purge(NOW + timedelta(days=1)) == 1
    assert [one.card for one in await store.feedback.all_sent()] == ["c2", "c4"]
    assert [(one.card.card, one.lifted) for one in await store.feedback.all_heard()] == [("c2", False)]
