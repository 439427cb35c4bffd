"""`measurement` (G5, G6): the deciding result, its window and its limits. ULN: test_kind_measurement_uln."""

from __future__ import annotations

import pytest
from holding import because, held, result_of, stories
from pydantic import ValidationError
from record_of import Item, ago, hole, on, problem, procedure, result

COUNT = 'measurement: {of: [VS-PLT], below: "30 10*9/L", within: 2 days, unreliable_with: [VS-PLT-CLUMP]}'


OPTIONAL = """
all_of:
  - age: {at_least: 18}
  - measurement: {of: [VS-EGFR], at_least: "60 mL/min/{1.73_m2}", optional: true}
"""


def count(value: str, days: int = 0, **given: object) -> Item:
    return result("VS-PLT", f"{value} 10*9/L", ago(days), **given)


@stories(
    ("nothing known", [], "unknown"),
    ("29.9 today", [count("29.9")], "met"),
    ("30 today", [count("30")], "not-met"),
    ("two days ago, the boundary day", [count("20", 2)], "met"),
    ("three days ago", [count("20", 3)], "unknown"),
    ("a stale high count says nothing either", [count("200", 3)], "unknown"),
    ("less than 5", [count("<5")], "met"),
    ("less than 30", [count("<30")], "met"),
    ("at most 30", [count("<=30")], "unknown"),
    ("less than 50", [count("<50")], "unknown"),
    ("more than 30", [count(">30")], "not-met"),
    ("30 or more", [count(">=30")], "not-met"),
    ("20 to 25", [count("20-25")], "met"),
    ("25 to 35", [count("25-35")], "unknown"),
    ("no unit", [result("VS-PLT", "20")], "unknown"),
    ("a unit that is none", [result("VS-PLT", "20 %")], "unknown"),
    ("unreadable", [result("VS-PLT", "unreadable")], "unknown"),
    ("an answer instead of a number", [result("VS-PLT", "negative")], "unknown"),
    ("the latest of several decides: low", [count("80", 2), count("20", 1)], "met"),
    ("the latest of several decides: high", [count("20", 2), count("80", 1)], "not-met"),
    ("an unreadable latest one", [count("20", 1), result("VS-PLT", "unreadable", ago(0))], "unknown"),
    ("a comparator is the latest one", [count("20", 1), count("<50", 0)], "unknown"),
    ("of an unknown day", [result("VS-PLT", "20 10*9/L", None)], "unknown"),
    ("of this month", [result("VS-PLT", "20 10*9/L", "2026-11")], "unknown"),
    ("of this month, beside one of today", [result("VS-PLT", "20 10*9/L", "2026-11"), count("20")], "met"),
    ("tomorrow's is ignored", [result("VS-PLT", "20 10*9/L", "2026-11-22")], "unknown"),
    ("two of one day that agree", [count("20"), count("25")], "met"),
    ("two of one day that differ", [count("20"), count("35")], "unknown"),
    ("two of one day, the later by the clock", [count("20", instant=2), count("35", instant=1)], "met"),
    ("of one time, the corrected one", [count("20", instant=1, rank=1), count("35", instant=1)], "met"),
    (
        "of one time, the later issued one",
        [count("20", instant=1, issued=1), count("35", instant=1, issued=2)],
        "not-met",
    ),
    ("a preliminary one never decides", [count("20", preliminary=True)], "unknown"),
    ("a newer preliminary one changes nothing", [count("20", 1), count("80", preliminary=True)], "met"),
    ("a code that never counts", [result("VS-PLT:never", "20 10*9/L")], "unknown"),
    ("an estimate goes to a person", [result("VS-PLT:judgement", "20 10*9/L")], "judgement"),
)
def test_a_count_below_30_within_two_days(items: list[Item], answer: str) -> None:
    assert held(COUNT, *items, role="inclusion") == answer


@stories(
    ("clumps on the same day", [count("20"), result("VS-PLT-CLUMP", "positive", ago(0))], "unknown"),
    ("clumps, unreadable", [count("20"), result("VS-PLT-CLUMP", "unclear", ago(0))], "unknown"),
    ("no clumps on the same day", [count("20"), result("VS-PLT-CLUMP", "negative", ago(0))], "met"),
    ("clumps on another day", [count("20"), result("VS-PLT-CLUMP", "positive", ago(3))], "met"),
    ("pseudothrombocytopenia", [count("20"), problem("VS-PLT-CLUMP")], "unknown"),
    ("pseudothrombocytopenia, suspected", [count("20"), problem("VS-PLT-CLUMP", "suspected")], "met"),
    ("pseudothrombocytopenia, in the past", [count("20"), problem("VS-PLT-CLUMP", "past")], "met"),
)
def test_a_count_of_clumped_platelets_is_not_used(items: list[Item], answer: str) -> None:
    assert held(COUNT, *items, role="inclusion") == answer


@pytest.mark.parametrize(
    "items, reason, shown",
    [
        ([], "never-measured", []),
        ([count("20", 9)], "result-stale", ["20 10*9/L"]),
        ([result("VS-PLT", "20 10*9/L", None)], "result-undated", ["20 10*9/L"]),
        ([result("VS-PLT", "unreadable")], "result-unreadable", ["unreadable"]),
        ([count("<50")], "result-undecided", ["<50 10*9/L"]),
        ([count("20"), count("35")], "results-undecided", ["20 10*9/L", "35 10*9/L"]),
        ([count("20"), problem("VS-PLT-CLUMP")], "count-unreliable", ["20 10*9/L"]),
        ([hole("observations", "out-of-time")], "hole", []),
        ([count("20", 9), hole("observations", "refused")], "hole", ["20 10*9/L"]),
        ([hole("observations", "refused", of="VS-ALT")], "never-measured", []),
        ([hole("observations", "more-pages", complete_since=on("2026-11-01").first)], "never-measured", []),
    ],
)
def test_an_unknown_count_says_why_and_shows_the_old_one(items: list[Item], reason: str, shown: list[str]) -> None:
    found = result_of(COUNT, *items, role="inclusion")
    assert (found.verdict, because(COUNT, *items, role="inclusion")) == ("unknown", reason)
    assert sorted(str(evidence.value) for evidence in found.finding.evidence) == sorted(shown)
    assert [resolve.kind for resolve in found.finding.resolve] == ["order-test"]


@pytest.mark.parametrize("days, answer", [(28, "met"), (29, "unknown")])
def test_without_a_window_the_freshness_table_speaks(days: int, answer: str) -> None:
    written = 'measurement: {of: [VS-EGFR], at_least: "60 mL/min/{1.73_m2}"}'
    assert held(written, result("VS-EGFR", "80 mL/min/{1.73_m2}", ago(days))) == answer


@pytest.mark.parametrize(
    "take, limit, values, answer",
    [
        ("highest", 'above: "100 U/L"', ["90", "120", "80"], "met"),
        ("highest", 'above: "100 U/L"', ["90", "80"], "not-met"),
        ("highest", 'at_most: "100 U/L"', ["90", "120"], "not-met"),
        ("highest", 'at_most: "100 U/L"', ["90", "80"], "met"),
        ("highest", 'above: "100 U/L"', ["90", ">80"], "unknown"),
        ("highest", 'above: "100 U/L"', ["120", ">80"], "met"),
        ("lowest", 'below: "100 U/L"', ["120", "90"], "met"),
        ("lowest", 'below: "100 U/L"', ["120", "110"], "not-met"),
        ("lowest", 'at_least: "100 U/L"', ["120", "90"], "not-met"),
        ("lowest", 'at_least: "100 U/L"', ["120", "<200"], "unknown"),
    ],
)
def test_the_highest_or_the_lowest_of_the_window(take: str, limit: str, values: list[str], answer: str) -> None:
    written = f"measurement: {{of: [VS-ALT], {limit}, take: {take}, within: 28 days}}"
    items = [result("VS-ALT", f"{value} U/L", ago(days)) for days, value in enumerate(values)]
    assert held(written, *items, result("VS-ALT", "500 U/L", ago(29)), result("VS-ALT", "5 U/L", ago(29))) == answer


def test_an_optional_test_that_was_not_done_drops_out_of_its_group() -> None:
    assert held(OPTIONAL) == "met"
    assert held(OPTIONAL, result("VS-EGFR", "80 mL/min/{1.73_m2}", ago(29))) == "met"
    assert held(OPTIONAL, result("VS-EGFR", "50 mL/min/{1.73_m2}")) == "not-met"
    assert held(OPTIONAL, result("VS-EGFR", "unreadable")) == "unknown"


def test_an_optional_test_that_may_lie_in_a_part_not_read_is_open() -> None:
    assert held(OPTIONAL, hole("observations", "refused")) == "unknown"


def test_what_a_transfusion_or_a_preliminary_result_adds_is_said_beside_the_count() -> None:
    written = COUNT.replace("}", ", caveat_after: [VS-PLT-TX]}")
    transfused = result_of(written, count("20"), procedure("VS-PLT-TX", ago(1)), role="inclusion")
    assert (transfused.verdict, [note.key for note in transfused.finding.notes]) == ("met", ["after-transfusion"])
    preliminary = result_of(written, count("20", 1), count("80", preliminary=True), role="inclusion")
    assert [note.key for note in preliminary.finding.notes] == ["newer-preliminary"]
    assert result_of(written, count("20"), procedure("VS-PLT-TX", ago(40)), role="inclusion").finding.notes == ()


@pytest.mark.parametrize(
    "limits", ["", ", below: 30", ', below: "30"', ", within: 2 days", ', below: "30 10*9/L", within: 2']
)
def test_a_measurement_needs_a_limit_with_a_unit(limits: str) -> None:
    with pytest.raises(ValidationError):
        held(f"measurement: {{of: [VS-PLT]{limits}}}")
