"""`washout` (G3, G4, G9; CM313-I08 to I10, I20 to I22): how long ago the last one ended, or that there was none."""

from __future__ import annotations

from datetime import date

import pytest
from holding import because, held, result_of, stories
from pydantic import ValidationError
from record_of import (
    MEDICATION_LIST,
    PROBLEM_LIST,
    PROCEDURES,
    Item,
    ago,
    dose_given,
    drug,
    hole,
    order,
    problem,
    procedure,
)

HEADER = "treatment_history: [VS-STEROID, VS-RTX]"
STEROID = drug("VS-STEROID", "stopped", start="2020", end="2021")
FOUR_WEEKS = "washout: {of: [VS-IS-NAMED], judgement: [VS-IS-OTHER], at_least: 4 weeks}"
RITUXIMAB = "washout: {of: [VS-RTX], more_than: 3 months, order_alone: unknown, silence: treatment-history}"
SPLENECTOMY = "washout: {of: [VS-SPLENECTOMY], more_than: 6 months, silence: procedure-history}"


def azathioprine(intake: str = "stopped", **given: object) -> Item:
    return drug("VS-IS-NAMED", intake, **{"start": "2026-01-01", **given})


@stories(
    ("nothing known", [], "unknown"),
    ("none on a kept list", [MEDICATION_LIST], "met assumed"),
    ("a kept list and a hole", [MEDICATION_LIST, hole("medications")], "unknown"),
    ("stopped exactly four weeks ago", [azathioprine(end="2026-10-24")], "met"),
    ("stopped a day later", [azathioprine(end="2026-10-25")], "not-met; 2026-11-22"),
    ("stopped last year", [azathioprine(start="2024", end="2025")], "met"),
    ("stopped in October", [azathioprine(end="2026-10")], "unknown; 2026-11-28"),
    ("stopped this month", [azathioprine(end="2026-11")], "not-met; 2026-12-19"),
    ("stopped this year", [azathioprine(start="2025", end="2026")], "unknown; 2026-12-19"),
    ("stopped, end unknown", [azathioprine(start="2025-01-01")], "unknown; 2026-12-19"),
    ("stopped, end unknown, told long ago", [azathioprine(start="2025-01-01", asserted="2026-03-01")], "met"),
    (
        "stopped, end unknown, told last week",
        [azathioprine(start="2025-01-01", asserted="2026-11-14")],
        "unknown; 2026-12-12",
    ),
    ("stopped, nothing dated", [drug("VS-IS-NAMED", "stopped")], "unknown"),
    ("still taken", [azathioprine("active")], "not-met"),
    ("still taken, with a last day", [azathioprine("active", end="2026-11-30")], "not-met; 2026-12-28"),
    ("active, but its end has passed", [azathioprine("active", end="2026-09-01")], "unknown"),
    ("active, told more than a year ago", [azathioprine("active", start="2024", asserted="2025-01-01")], "unknown"),
    ("as needed", [azathioprine("active", as_needed=True)], "unknown"),
    ("on hold", [azathioprine("on-hold")], "judgement"),
    ("of unknown status", [azathioprine("unknown")], "unknown"),
    ("never taken", [azathioprine("not-taken")], "met"),
    ("intended", [azathioprine("intended")], "judgement"),
    ("never taken, beside a hole", [azathioprine("not-taken"), hole("medications")], "unknown"),
    (
        "the later of two courses decides",
        [azathioprine(end="2026-03-01"), azathioprine(end="2026-11-01")],
        "not-met; 2026-11-29",
    ),
    ("one washed out, one undated", [azathioprine(end="2026-03-01"), drug("VS-IS-NAMED", "stopped")], "unknown"),
    ("another drug, on a kept list", [MEDICATION_LIST, drug("VS-STEROID", start="2026")], "met assumed"),
    ("a local form", [MEDICATION_LIST, azathioprine("active", route="local")], "met assumed"),
    ("of the et cetera, still taken", [drug("VS-IS-OTHER", start="2026")], "judgement"),
    ("of the et cetera, stopped last week", [drug("VS-IS-OTHER", "stopped", start="2026", end=ago(7))], "judgement"),
    ("of the et cetera, stopped five weeks ago", [drug("VS-IS-OTHER", "stopped", start="2026", end=ago(35))], "met"),
    ("of both kinds", [drug("VS-IS-OTHER", start="2026"), azathioprine(end=ago(7))], "not-met"),
    ("ordered, and not yet stopped", [order("VS-IS-NAMED", start=ago(60), asserted=ago(60))], "not-met assumed"),
)
def test_stopped_at_least_four_weeks_ago(items: list[Item], answer: str) -> None:
    assert held(FOUR_WEEKS, *items, role="inclusion") == answer


@stories(
    ("nothing known", [], "unknown"),
    ("a treatment history without it", [STEROID], "met assumed"),
    ("three months ago to the day", [dose_given("VS-RTX", "2026-08-21")], "not-met; 2026-11-22"),
    ("three months and a day", [dose_given("VS-RTX", "2026-08-20")], "met"),
    ("90 days are not three months", [dose_given("VS-RTX", ago(90))], "not-met; 2026-11-24"),
    ("in August", [dose_given("VS-RTX", "2026-08")], "unknown; 2026-12-01"),
    ("in July", [dose_given("VS-RTX", "2026-07")], "met"),
    (
        "the last of four doses",
        [dose_given("VS-RTX", f"2026-08-{day}") for day in ("01", "08", "15", "22")],
        "not-met; 2026-11-23",
    ),
    ("an order alone", [order("VS-RTX", start="2026-02-01", asserted="2026-02-01")], "unknown"),
    ("an order and its dose", [order("VS-RTX", start="2026-02-01"), dose_given("VS-RTX", "2026-02-10")], "met"),
    (
        "an order after the last dose",
        [order("VS-RTX", start="2026-09-01"), dose_given("VS-RTX", "2026-02-10")],
        "unknown",
    ),
    ("active without an end", [drug("VS-RTX", start="2026-01")], "not-met"),
    ("a dose beside a hole", [dose_given("VS-RTX", "2026-02-10"), hole("medications")], "unknown"),
    ("too early beside a hole", [dose_given("VS-RTX", "2026-11-10"), hole("medications")], "not-met; 2027-02-11"),
)
def test_more_than_three_months_after_rituximab(items: list[Item], answer: str) -> None:
    assert held(RITUXIMAB, *items, header=HEADER, role="inclusion") == answer


@stories(
    ("nothing known", [], "unknown"),
    ("no splenectomy on a kept list", [PROBLEM_LIST], "met assumed"),
    ("a hole among procedures", [PROCEDURES, hole("procedures")], "unknown"),
    ("an unreadable drug does not matter", [PROCEDURES, hole("medications")], "met assumed"),
    ("six months ago to the day", [procedure("VS-SPLENECTOMY", "2026-05-21")], "not-met; 2026-11-22"),
    ("six months and a day", [procedure("VS-SPLENECTOMY", "2026-05-20")], "met"),
    ("in May", [procedure("VS-SPLENECTOMY", "2026-05")], "unknown; 2026-12-01"),
    ("undated", [procedure("VS-SPLENECTOMY")], "unknown"),
    ("not done", [procedure("VS-SPLENECTOMY", "2026-05", done=False)], "met"),
    ("of unknown status", [procedure("VS-SPLENECTOMY", "2020", done=None)], "unknown"),
    ("a status code", [problem("VS-SPLENECTOMY:history")], "unknown"),
    ("a status code recorded years ago", [problem("VS-SPLENECTOMY:history", recorded="2024-01-01")], "met"),
    (
        "a status code recorded this summer",
        [problem("VS-SPLENECTOMY:history", recorded="2026-07-01")],
        "unknown; 2027-01-02",
    ),
    (
        "a status code beside the dated operation",
        [problem("VS-SPLENECTOMY:history"), procedure("VS-SPLENECTOMY", "2015")],
        "met",
    ),
)
def test_more_than_six_months_after_splenectomy(items: list[Item], answer: str) -> None:
    assert held(SPLENECTOMY, *items, role="inclusion") == answer


def test_the_first_dose_may_be_later_than_today() -> None:
    written = FOUR_WEEKS.replace("at_least: 4 weeks", "at_least: 4 weeks, before: first-dose")
    stopped = azathioprine(end="2026-11-07")
    assert held(written, stopped, role="inclusion") == "not-met; 2026-12-05"
    assert held(written, stopped, start=date(2026, 12, 4), role="inclusion").startswith("not-met")
    assert held(written, stopped, start=date(2026, 12, 5), role="inclusion") == "met"


@pytest.mark.parametrize(
    "items, reason",
    [
        ([azathioprine("active")], "still-running"),
        ([azathioprine(end=ago(3))], "not-washed-out"),
        ([azathioprine(end="2026-10")], "washout-undecided"),
        ([azathioprine(end="2025")], "washed-out"),
        ([drug("VS-IS-OTHER", start="2026")], "still-running"),
        ([drug("VS-IS-OTHER", "completed", end=ago(3))], "not-washed-out-to-judge"),
    ],
)
def test_the_reason_is_told(items: list[Item], reason: str) -> None:
    assert because(FOUR_WEEKS, *items) == reason


def test_an_unknown_end_is_to_be_looked_up() -> None:
    assert [resolve.kind for resolve in result_of(FOUR_WEEKS, azathioprine(end="2026-10")).finding.resolve] == [
        "look-up-date"
    ]


@pytest.mark.parametrize("spans", ["", "at_least: 2 weeks, more_than: 2 weeks"])
def test_a_washout_has_one_span(spans: str) -> None:
    with pytest.raises(ValidationError):
        held(f"washout: {{of: [VS-RTX], {spans}}}")
