"""`condition` with a window (G3, G4, G9): an event that began, or a disease that ended, within a span before today."""

from __future__ import annotations

import pytest
from holding import held, result_of, stories
from record_of import PROBLEM_LIST, Item, drug, hole, problem

EVENT = "condition: {of: [VS-MI], began_within: 6 months}"
ONGOING = "condition: {of: [VS-UA], began_within: 6 months, ongoing: judgement}"


@stories(
    ("nothing known", [], "unknown"),
    ("a problem list without it", [PROBLEM_LIST], "not-met assumed"),
    ("a problem list and a hole", [PROBLEM_LIST, hole("conditions")], "unknown"),
    ("yesterday", [problem("VS-MI", onset="2026-11-20")], "met; 2027-05-21"),
    ("exactly six months ago", [problem("VS-MI", onset="2026-05-21")], "met; 2026-11-22"),
    ("six months and a day ago", [problem("VS-MI", onset="2026-05-20")], "not-met"),
    ("in May", [problem("VS-MI", onset="2026-05")], "unknown; 2026-12-01"),
    ("in April", [problem("VS-MI", onset="2026-04")], "not-met"),
    ("this year", [problem("VS-MI", onset="2026")], "unknown; 2027-05-22"),
    ("last year", [problem("VS-MI", onset="2025")], "not-met"),
    ("undated", [problem("VS-MI")], "unknown"),
    ("recorded last week, onset unknown", [problem("VS-MI", recorded="2026-11-14")], "unknown; 2027-05-15"),
    (
        "recorded seven months ago",
        [problem("VS-MI", recorded="2026-04-14")],
        "not-met",
    ),  # it began by then at the latest
    ("past, and in the window", [problem("VS-MI", "past", onset="2026-09-01")], "met; 2027-03-02"),
    ("past, long ago", [problem("VS-MI", "past", onset="2019")], "not-met"),
    (
        "resolved this summer, onset unknown",
        [problem("VS-MI", "past", abatement="2026-07-01", resolved=True)],
        "unknown; 2027-01-02",
    ),
    ("resolved last year, onset unknown", [problem("VS-MI", "past", abatement="2025-07-01", resolved=True)], "not-met"),
    ("suspected, in the window", [problem("VS-MI", "suspected", onset="2026-11-01")], "unknown"),
    ("refuted", [problem("VS-MI", "denied", onset="2026-11-01")], "unknown"),
    ("refuted, on a kept list", [PROBLEM_LIST, problem("VS-MI", "denied", onset="2026-11-01")], "not-met"),
    ("one in the window, one undated", [problem("VS-MI", onset="2026-11-01"), problem("VS-MI")], "met"),
    (
        "one in the window, one outside",
        [problem("VS-MI", onset="2026-11-01"), problem("VS-MI", onset="2019")],
        "met; 2027-05-02",
    ),
    (
        "two in the window: the later lifts",
        [problem("VS-MI", onset="2026-11-01"), problem("VS-MI", onset="2026-10-01")],
        "met; 2027-05-02",
    ),
)
def test_an_event_in_the_last_six_months(items: list[Item], answer: str) -> None:
    assert held(EVENT, *items) == answer


@stories(
    ("in the window", [problem("VS-UA", onset="2026-10-01")], "met"),
    ("older and still there", [problem("VS-UA", onset="2025-10-01")], "judgement"),
    ("older and past", [problem("VS-UA", "past", onset="2025-10-01")], "not-met"),
    ("straddling", [problem("VS-UA", onset="2026-05")], "unknown"),
    ("undated", [problem("VS-UA")], "unknown"),
)
def test_what_is_older_but_still_there_goes_to_a_person(items: list[Item], answer: str) -> None:
    assert held(ONGOING, *items).split(";")[0] == answer


def test_a_current_disease_never_turns_into_no_by_time() -> None:
    """G9: in six months it is older, and then for a person to judge."""
    assert held(ONGOING, problem("VS-UA", onset="2026-10-01")) == "met"


@pytest.mark.parametrize("onset, answer", [("2026-10-24", "not-met"), ("2026-11-01", "not-met"), (None, "not-met")])
def test_ended_ignored_leaves_out_what_is_over(onset: str | None, answer: str) -> None:
    written = "condition: {of: [VS-ACUTE-INF], began_within: 28 days, ended: ignored, past: ignored}"
    given = {"onset": onset} if onset else {}
    assert held(written, problem("VS-ACUTE-INF", "past", abatement="2026-11-10", **given)) == answer
    assert held(written, problem("VS-ACUTE-INF", onset="2026-11-01")) == "met; 2026-11-30"


@stories(
    ("still there", [PROBLEM_LIST, problem("VS-SEVERE-BLEED")], "not-met"),
    ("ended yesterday", [problem("VS-SEVERE-BLEED", "past", abatement="2026-11-20")], "met; 2026-12-19"),
    ("ended 28 days ago", [problem("VS-SEVERE-BLEED", "past", abatement="2026-10-24")], "met; 2026-11-22"),
    ("ended 29 days ago, no list kept", [problem("VS-SEVERE-BLEED", "past", abatement="2026-10-23")], "unknown"),
    ("ended 29 days ago", [PROBLEM_LIST, problem("VS-SEVERE-BLEED", "past", abatement="2026-10-23")], "not-met"),
    ("ended in October", [problem("VS-SEVERE-BLEED", "past", abatement="2026-10")], "unknown; 2026-11-29"),
    (
        "ended some day, began in spring",
        [problem("VS-SEVERE-BLEED", "past", onset="2026-04-01")],
        "unknown; 2026-12-20",
    ),
    ("ended some day, began last week", [problem("VS-SEVERE-BLEED", "past", onset="2026-11-14")], "met; 2026-12-20"),
    ("ended, nothing dated", [problem("VS-SEVERE-BLEED", "past")], "unknown"),
    ("nothing known", [], "unknown"),
    ("a problem list without it", [PROBLEM_LIST], "not-met assumed"),
)
def test_a_disease_that_ended_in_the_last_28_days(items: list[Item], answer: str) -> None:
    assert held("condition: {of: [VS-SEVERE-BLEED], ended_within: 28 days}", *items) == answer


def test_an_event_in_a_window_is_not_opened_by_a_drug_unless_it_is_written() -> None:
    """G7b: events inside a window have no rows of their own."""
    platelet_inhibitor = [PROBLEM_LIST, drug("VS-P2Y12", start="2026")]
    assert held(EVENT, *platelet_inhibitor) == "not-met assumed"
    assert (
        held(
            "condition: {of: [VS-MI], began_within: 6 months, contradicted_by: [platelet-inhibitor]}",
            *platelet_inhibitor,
        )
        == "unknown"
    )


def test_an_unknown_day_is_to_be_looked_up() -> None:
    straddling = result_of(EVENT, problem("VS-MI", onset="2026-05")).finding
    assert [(resolve.kind, resolve.about) for resolve in straddling.resolve] == [("look-up-date", ("VS-MI",))]
