"""`recorded`: whether a result exists at all, or a list is kept. A question about the record, not about the patient."""

from __future__ import annotations

import pytest
from holding import held, stories
from pydantic import ValidationError
from record_of import PROBLEM_LIST, Item, ago, hole, on, result

RECENT = "recorded: {of: [VS-BP-SYSTOLIC], within: 28 days}"
EVER = "recorded: {of: [VS-NYHA], within: ever}"


@stories(
    ("nothing", [], "not-met"),
    ("today", [result("VS-BP-SYSTOLIC", "120 mm[Hg]")], "met"),
    ("28 days ago", [result("VS-BP-SYSTOLIC", "120 mm[Hg]", ago(28))], "met"),
    ("29 days ago", [result("VS-BP-SYSTOLIC", "120 mm[Hg]", ago(29))], "not-met"),
    ("of this month", [result("VS-BP-SYSTOLIC", "120 mm[Hg]", "2026-11")], "met"),
    ("of October", [result("VS-BP-SYSTOLIC", "120 mm[Hg]", "2026-10")], "unknown"),
    ("unreadable", [result("VS-BP-SYSTOLIC", "unreadable")], "unknown"),
    ("preliminary", [result("VS-BP-SYSTOLIC", "120 mm[Hg]", preliminary=True)], "not-met"),
    ("of another test", [result("VS-BP-DIASTOLIC", "80 mm[Hg]")], "not-met"),
    ("a section that was not read", [hole("observations", "refused")], "unknown"),
    ("a hole in another test", [hole("observations", "refused", of="VS-PLT")], "not-met"),
    (
        "a hole before the window",
        [hole("observations", "more-pages", complete_since=on("2026-10-01").first)],
        "not-met",
    ),
    ("found beside a hole", [result("VS-BP-SYSTOLIC", "120 mm[Hg]"), hole("observations", "refused")], "met"),
)
def test_a_result_in_a_window(items: list[Item], answer: str) -> None:
    assert held(RECENT, *items) == answer


@stories(
    ("nothing", [], "not-met"),
    ("ten years ago", [result("VS-NYHA", "2", "2016")], "met"),
    ("of an unknown day", [result("VS-NYHA", "2", None)], "met"),
    (
        "a part that was not read",
        [hole("observations", "more-pages", complete_since=on("2026-10-01").first)],
        "unknown",
    ),
)
def test_a_result_at_any_time(items: list[Item], answer: str) -> None:
    assert held(EVER, *items) == answer


@stories(
    ("a list that is kept", [PROBLEM_LIST], "met"),
    ("one that is not", [], "not-met"),
    ("one with a hole", [PROBLEM_LIST, hole("conditions")], "not-met"),
)
def test_a_list(items: list[Item], answer: str) -> None:
    assert held("recorded: {list: problem-list}", *items) == answer


@pytest.mark.parametrize(
    "given", ["{}", "{of: [VS-PLT]}", "{of: [VS-PLT], within: 2 days, list: problem-list}", "{list: problems}"]
)
def test_it_is_one_question(given: str) -> None:
    with pytest.raises(ValidationError):
        held(f"recorded: {given}")
