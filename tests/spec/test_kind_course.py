"""`course` (G3, G5; CART-E04 to E06): one unbroken course of more than three days that touches the last two weeks."""

from __future__ import annotations

from datetime import date

import pytest
from holding import because, held, result_of, stories
from record_of import MEDICATION_LIST, Item, ago, dose_given, drug, hole, order

COURSE = "course: {of: [VS-APT], longer_than: 3 days, within: 2 weeks, before: first-dose}"


def aspirin(start: str, end: str | None = None, intake: str = "completed", **given: object) -> Item:
    return drug("VS-APT", intake, start=start, **({"end": end} if end else {}), **given)


@stories(
    ("nothing known", [], "unknown"),
    ("none on a kept list", [MEDICATION_LIST], "not-met assumed"),
    ("a kept list and a hole", [MEDICATION_LIST, hole("medications")], "unknown"),
    ("four days", [aspirin("2026-11-10", "2026-11-13")], "met; 2026-11-28"),
    ("three days, but no list is kept", [aspirin("2026-11-10", "2026-11-12")], "unknown"),
    ("three days", [MEDICATION_LIST, aspirin("2026-11-10", "2026-11-12")], "not-met"),
    ("four days, the last one on the boundary day", [aspirin("2026-11-04", "2026-11-07")], "met; 2026-11-22"),
    ("ended a day before the window", [MEDICATION_LIST, aspirin("2026-10-01", "2026-11-06")], "not-met"),
    ("two days in the window, but a long course", [aspirin("2026-10-01", "2026-11-08")], "met; 2026-11-23"),
    (
        "two courses that touch",
        [aspirin("2026-11-10", "2026-11-11"), aspirin("2026-11-12", "2026-11-13")],
        "met; 2026-11-28",
    ),
    (
        "two courses with a day between",
        [MEDICATION_LIST, aspirin("2026-11-10", "2026-11-11"), aspirin("2026-11-13", "2026-11-14")],
        "not-met",
    ),
    (
        "two drugs that touch: whether they are one course is for a person to say",
        [
            MEDICATION_LIST,
            aspirin("2026-11-10", "2026-11-11"),
            aspirin("2026-11-12", "2026-11-13", ingredients="clopidogrel"),
        ],
        "judgement",
    ),
    (
        "one drug told twice",
        [
            MEDICATION_LIST,
            aspirin("2026-11-10", "2026-11-12"),
            order("VS-APT", intake="completed", start="2026-11-10", end="2026-11-12"),
        ],
        "not-met",
    ),
    ("four single doses", [dose_given("VS-APT", f"2026-11-{day}") for day in (10, 11, 12, 13)], "met; 2026-11-28"),
    (
        "four single doses with a gap",
        [MEDICATION_LIST, *(dose_given("VS-APT", f"2026-11-{day}") for day in (10, 11, 13, 14))],
        "not-met",
    ),
    ("running for long", [aspirin("2026-10-01", intake="active")], "met"),
    ("running since four days ago: today is the fourth", [aspirin("2026-11-18", intake="active")], "met"),
    ("running since three days ago", [aspirin("2026-11-19", intake="active")], "judgement"),
    ("started today", [aspirin("2026-11-21", intake="active")], "judgement"),
    ("running since some day of this year", [aspirin("2026", intake="active")], "unknown"),
    ("running since some day of last year", [aspirin("2025", intake="active")], "met"),
    ("on hold", [aspirin("2026-10-01", intake="on-hold")], "judgement"),
    ("intended", [aspirin("2026-11-30", intake="intended")], "judgement"),
    ("never taken", [MEDICATION_LIST, aspirin("2026-11-10", "2026-11-19", intake="not-taken")], "not-met"),
    ("as needed", [aspirin("2026-10-01", intake="active", as_needed=True)], "unknown"),
    (
        "as needed, but for two days only",
        [MEDICATION_LIST, aspirin("2026-11-10", "2026-11-11", as_needed=True)],
        "not-met",
    ),
    ("of unknown status", [aspirin("2026-10-01", intake="unknown")], "unknown"),
    ("in November, four days or fewer", [aspirin("2026-11", "2026-11-13")], "unknown; 2026-11-28"),
    ("ended in November", [aspirin("2026-10-01", "2026-11")], "unknown; 2026-12-06"),
    ("stopped, end unknown", [aspirin("2026-10-01", intake="stopped")], "unknown; 2026-12-06"),
    (
        "stopped, end unknown, told before the window",
        [MEDICATION_LIST, aspirin("2026-10-01", intake="stopped", asserted="2026-11-01")],
        "not-met",
    ),
    ("active, but its end has passed", [aspirin("2026-11-01", "2026-11-03", intake="active")], "unknown"),
    ("active, told more than a year ago", [aspirin("2024-01-01", intake="active", asserted="2025-11-01")], "unknown"),
    ("ordered a month ago", [order("VS-APT", start=ago(30), asserted=ago(30))], "met assumed"),
    ("planned for a month", [drug("VS-APT", source="plan", start=ago(30))], "unknown"),
    ("a reported use without a start", [drug("VS-APT", source="report", asserted=ago(5))], "unknown"),
    ("in the future", [MEDICATION_LIST, aspirin("2026-12-01", intake="active")], "not-met assumed"),
    ("a course beside a hole", [aspirin("2026-11-10", "2026-11-13"), hole("medications")], "met; 2026-11-28"),
    ("three days beside a hole", [aspirin("2026-11-10", "2026-11-12"), hole("medications")], "unknown"),
)
def test_more_than_three_days_in_the_last_two_weeks(items: list[Item], answer: str) -> None:
    assert held(COURSE, *items) == answer


def test_the_window_ends_at_the_first_dose() -> None:
    given = aspirin("2026-11-10", "2026-11-13")
    assert held(COURSE, given, start=date(2026, 11, 27)).startswith("met")
    assert held(COURSE, MEDICATION_LIST, given, start=date(2026, 11, 28)) == "not-met"


def test_the_day_on_which_it_lifts_is_that_of_the_last_course() -> None:
    two = [aspirin("2026-11-08", "2026-11-11"), aspirin("2026-11-10", "2026-11-15", ingredients="clopidogrel")]
    assert held(COURSE, *two) == "met; 2026-11-30"
    assert held(COURSE, *two, aspirin("2026-10-01", intake="active", ingredients="ticagrelor")) == "met"


@pytest.mark.parametrize("excluded, answer", [("VS-PLT-OTHER", "not-met assumed"), ("VS-NSAID", "met; 2026-11-28")])
def test_a_drug_may_be_taken_out(excluded: str, answer: str) -> None:
    written = COURSE.replace("longer_than", f"except: [{excluded}], longer_than")
    assert (
        held(written, MEDICATION_LIST, drug("VS-APT VS-PLT-OTHER", "completed", start="2026-11-10", end="2026-11-13"))
        == answer
    )


@pytest.mark.parametrize(
    "item, reason",
    [
        (aspirin("2026-11-10", "2026-11-13"), "course"),
        (aspirin("2026-11-20", intake="active"), "course-to-judge"),
        (aspirin("2026-10-01", intake="active", as_needed=True), "as-needed"),
        (aspirin("2026-10-01", "2026-11"), "course-undecided"),
    ],
)
def test_the_reason_is_told(item: Item, reason: str) -> None:
    assert because(COURSE, item) == reason
    assert {resolve.kind for resolve in result_of(COURSE, item).finding.resolve} <= {"reconcile-medication"}
