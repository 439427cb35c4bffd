"""`other_trial` (CART-E35): part in another study on any of the last 28 days."""

from __future__ import annotations

import pytest
from holding import held, result_of, stories
from record_of import STUDIES_KEPT, Item, hole, study

FOUR_WEEKS = "other_trial: {within: 28 days}"


@stories(
    ("nothing known", [], "unknown"),
    ("participation is kept here, none recorded", [STUDIES_KEPT], "not-met assumed"),
    ("kept, and a hole", [STUDIES_KEPT, hole("studies")], "unknown"),
    ("on study", [study("on-study")], "met"),
    ("on intervention", [study("on-study-intervention", start="2026-01")], "met"),
    ("in follow-up", [study("follow-up")], "met"),
    ("observed only", [study("on-study-observation")], "judgement"),
    ("from next month, and on study already", [study("on-study", start="2026-12-01")], "unknown"),
    ("left today", [study("off-study", end="2026-11-21")], "met; 2026-12-20"),
    ("left 28 days ago", [study("off-study", end="2026-10-24")], "met; 2026-11-22"),
    ("left 29 days ago", [study("withdrawn", end="2026-10-23")], "not-met"),
    ("left in October", [study("off-study", end="2026-10")], "unknown; 2026-11-29"),
    ("left at an unknown day", [study("off-study", start="2020")], "unknown"),
    ("of a status we do not know", [study("completed")], "unknown"),
    ("left, beside one that goes on", [study("off-study", end="2026-10-30"), study("on-study")], "met"),
    (
        "left two: the later one lifts",
        [study("off-study", end="2026-11-01"), study("withdrawn", end="2026-11-10")],
        "met; 2026-12-09",
    ),
    ("left long ago, beside a hole", [study("off-study", end="2020"), hole("studies")], "unknown"),
    ("on study, beside a hole", [study("on-study"), hole("studies")], "met"),
)
def test_another_study_in_the_last_four_weeks(items: list[Item], answer: str) -> None:
    assert held(FOUR_WEEKS, *items) == answer


@pytest.mark.parametrize(
    "status",
    ["candidate", "potential-candidate", "screening", "eligible", "ineligible", "not-registered", "pending-on-study"],
)
def test_who_was_only_considered_took_no_part(status: str) -> None:
    assert held(FOUR_WEEKS, study(status)) == "not-met"


def test_this_study_is_no_other_study() -> None:
    own = frozenset({"NCT99999999"})
    assert held(FOUR_WEEKS, STUDIES_KEPT, study("on-study", identifiers=own)) == "not-met assumed"
    assert held(FOUR_WEEKS, study("on-study", identifiers=own), study("on-study")) == "met"


def test_participation_is_to_be_asked_for() -> None:
    assert [resolve.kind for resolve in result_of(FOUR_WEEKS).finding.resolve] == ["ask-participation"]
