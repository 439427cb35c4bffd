"""What a feedback call may hold, and how a mistake in it is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cds_service.errors import MalformedCall
from cds_service.feedback.reading import MOST, read_feedback
from cds_service.feedback.words import Item

Json = dict[str, Any]
CARD = "4e0a3a1e-3283-4575-ab82-028d55fe2719"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = "Mrs Canary has moved"


def item(**changes: Any) -> Json:
    whole = {"card": CARD, "outcome": "overridden", "outcomeTimestamp": "2026-11-21T12:00:00Z", **changes}
    return {name: value for name, value in whole.items() if value is not None}


def accepted(*ids: str) -> Json:
    return item(outcome="accepted", acceptedSuggestions=[{"id": one} for one in ids])


@pytest.mark.rule("FB-3")
@pytest.mark.rule("FB-4")
@pytest.mark.rule("FB-5")
@pytest.mark.rule("FB-6")
@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (accepted("s1", "s2"), Item(CARD, "accepted", NOON, ("s1", "s2"))),
        (item(), Item(CARD, "overridden", NOON)),
        (item(overrideReason=None), Item(CARD, "overridden", NOON)),
        (item(overrideReason={}), Item(CARD, "overridden", NOON)),
        (item(overrideReason={"userComment": "no"}), Item(CARD, "overridden", NOON, comment="no")),
        (
            item(overrideReason={"reason": {"system": "urn:own", "code": "x"}}),
            Item(CARD, "overridden", NOON, system="urn:own", code="x"),
        ),
        (item(overrideReason={"reason": {"code": "x", "display": "X"}}), Item(CARD, "overridden", NOON, code="x")),
        (item(card=CARD.upper()), Item(CARD, "overridden", NOON)),
        (item(card="not-of-ours"), Item("not-of-ours", "overridden", NOON)),
        (item(outcomeTimestamp="2026-11-21T13:00:00+01:00"), Item(CARD, "overridden", NOON)),
        (item(outcomeTimestamp="2026-11-21t12:00:00.000000000z"), Item(CARD, "overridden", NOON)),
        (item(extension={"any": "thing"}), Item(CARD, "overridden", NOON)),
    ],
)
def test_what_the_specification_allows_is_read(sent: Json, read: Item) -> None:
    assert read_feedback({"feedback": [sent]}) == (read,)


@pytest.mark.rule("FB-2")
def test_several_items_are_read_in_one_call() -> None:
    assert len(read_feedback({"feedback": [item(), accepted("s"), item(card="other")], "more": 1})) == 3
    assert read_feedback({"feedback": []}) == ()


@pytest.mark.rule("FB-2")
@pytest.mark.rule("FB-3")
@pytest.mark.rule("FB-4")
@pytest.mark.parametrize(
    ("body", "place", "rule"),
    [
        ([], "body", "FB-2"),
        ({}, "feedback", "FB-2"),
        ({"feedback": item()}, "feedback", "FB-2"),
        ({"feedback": [item()] * (MOST + 1)}, "feedback", "FB-2"),
        ({"feedback": [item(), SECRET]}, "feedback[1]", "FB-2"),
        ({"feedback": [item(card=None)]}, "feedback[0].card", "FB-3"),
        ({"feedback": [item(card=" ")]}, "feedback[0].card", "FB-3"),
        ({"feedback": [item(card=SECRET * 5)]}, "feedback[0].card", "FB-3"),
        ({"feedback": [item(outcome=None)]}, "feedback[0].outcome", "FB-3"),
        ({"feedback": [item(outcome=SECRET)]}, "feedback[0].outcome", "FB-3"),
        ({"feedback": [item(outcome=["accepted"])]}, "feedback[0].outcome", "FB-3"),
        ({"feedback": [item(outcomeTimestamp=None)]}, "feedback[0].outcomeTimestamp", "FB-3"),
        ({"feedback": [item(outcomeTimestamp="2026-11-21T12:00:00")]}, "feedback[0].outcomeTimestamp", "FB-3"),
        ({"feedback": [item(outcomeTimestamp="2026-02-30T12:00:00Z")]}, "feedback[0].outcomeTimestamp", "FB-3"),
        ({"feedback": [item(outcomeTimestamp="0001-01-01T00:00:00+14:00")]}, "feedback[0].outcomeTimestamp", "FB-3"),
        ({"feedback": [item(outcomeTimestamp=SECRET)]}, "feedback[0].outcomeTimestamp", "FB-3"),
        ({"feedback": [item(outcome="accepted")]}, "feedback[0].acceptedSuggestions", "FB-4"),
        ({"feedback": [accepted()]}, "feedback[0].acceptedSuggestions", "FB-4"),
        ({"feedback": [accepted("s", "")]}, "feedback[0].acceptedSuggestions[1].id", "FB-4"),
        ({"feedback": [item(overrideReason=SECRET)]}, "feedback[0].overrideReason", "FB-5"),
        ({"feedback": [item(overrideReason={"userComment": 1})]}, "feedback[0].overrideReason.userComment", "FB-5"),
        ({"feedback": [item(overrideReason={"reason": SECRET})]}, "feedback[0].overrideReason.reason", "FB-6"),
        (
            {"feedback": [item(overrideReason={"reason": {"code": 7}})]},
            "feedback[0].overrideReason.reason.code",
            "FB-6",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_rule_and_nothing_that_was_sent(body: Any, place: str, rule: str) -> None:
    with pytest.raises(MalformedCall) as told:
        read_feedback(body)
    assert place in str(told.value)
    assert f"({rule})" in str(told.value)
    assert "Canary" not in str(told.value)
