"""Dates and spans (G3, G4): calendar arithmetic, boundary days, and both ends of a date not known to the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_of import on

from eligibility.truth import Truth
from eligibility.when import EARLIEST, LATEST, Span, When, birthday, completed_years, next_day

T, F, M = Truth.TRUE, Truth.FALSE, Truth.MISSING
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def _interval(one: date, other: date) -> When:
    return When(min(one, other), max(one, other))


INTERVALS = st.builds(_interval, DAYS, DAYS)


@pytest.mark.parametrize(
    "start, span, reached",
    [
        ("2026-08-31", "3 months", "2026-11-30"),  # clamped to the month's end
        ("2025-11-30", "3 months", "2026-02-28"),
        ("2027-11-30", "3 months", "2028-02-29"),
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2026-08-21", "3 months", "2026-11-21"),  # 92 days: three months are not 90 days
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2024-02-29", "4 years", "2028-02-29"),
        ("2026-11-07", "2 weeks", "2026-11-21"),
        ("2026-02-27", "2 days", "2026-03-01"),
        ("2025-12-15", "1 month", "2026-01-15"),
        ("2026-11-21", "0 days", "2026-11-21"),
    ],
)
def test_months_and_years_are_calendar_arithmetic(start: str, span: str, reached: str) -> None:
    assert Span.parse(span).after(date.fromisoformat(start)) == date.fromisoformat(reached)


@pytest.mark.parametrize(
    "day, span, before",
    [
        ("2026-11-30", "3 months", "2026-08-30"),
        ("2026-05-31", "3 months", "2026-02-28"),
        ("2026-03-31", "1 month", "2026-02-28"),
        ("2028-02-29", "1 year", "2027-02-28"),
        ("2026-01-31", "2 months", "2025-11-30"),
        ("2026-11-21", "28 days", "2026-10-24"),
    ],
)
def test_looking_back_clamps_too(day: str, span: str, before: str) -> None:
    assert Span.parse(span).ago(date.fromisoformat(day)) == date.fromisoformat(before)


@pytest.mark.parametrize(
    "text", ["", "2", "days", "two weeks", "1.5 months", "-1 day", "2 fortnights", "P3M", "2weeks"]
)
def test_a_span_is_a_whole_number_and_a_unit(text: str) -> None:
    with pytest.raises(ValueError, match=r'^a whole number and day\(s\), .*, such as "2 weeks"$'):
        Span.parse(text)


@pytest.mark.parametrize("text, told", [("1 day", "1 day"), ("2  weeks ", "2 weeks"), ("12 month", "12 months")])
def test_a_span_says_itself_in_words(text: str, told: str) -> None:
    assert str(Span.parse(text)) == told


def test_a_span_beyond_the_calendar_is_open_on_that_side() -> None:
    assert Span(9999, "year").after(date(2026, 11, 21)) == LATEST
    assert Span(99999999, "day").after(date(2026, 11, 21)) == LATEST
    assert Span(9999, "year").ago(date(2026, 11, 21)) == EARLIEST
    assert (next_day(LATEST), Span(1, "month").ago(EARLIEST)) == (LATEST, EARLIEST)


@given(DAYS, st.integers(1, 40), st.sampled_from(["day", "week", "month", "year"]))
def test_a_longer_span_never_reaches_an_earlier_day(day: date, number: int, unit: str) -> None:
    shorter, longer = Span(number, unit), Span(number + 1, unit)
    assert day < shorter.after(day) < longer.after(day)
    assert longer.ago(day) < shorter.ago(day) < day
    assert shorter.after(day) - day <= timedelta(days=shorter.days_at_most)


# ---- dates that are not known to the day ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "when, day, earlier_or_same, earlier",
    [
        ("2026-08-21", "2026-08-21", T, F),
        ("2026-08-20", "2026-08-21", T, T),
        ("2026-08-22", "2026-08-21", F, F),
        ("2026-08", "2026-08-21", M, M),  # straddling: some days pass, others do not
        ("2026-08", "2026-08-31", T, M),
        ("2026-08", "2026-09-01", T, T),
        ("2026-08", "2026-08-01", M, F),
        ("2026-08", "2026-07-31", F, F),
        ("2026", "2026-12-31", T, M),
    ],
)
def test_both_ends_of_a_partial_date_are_tried(when: str, day: str, earlier_or_same: Truth, earlier: Truth) -> None:
    limit = date.fromisoformat(day)
    assert on(when).on_or_before(limit) is earlier_or_same
    assert on(when).before(limit) is earlier


@pytest.mark.parametrize(
    "when, told",
    [
        ("2026-11-19", T), ("2026-11-21", T), ("2026-11-20", T),  # both boundary days lie inside
        ("2026-11-18", F), ("2026-11-22", F),
        ("2026-11", M), ("2026-10", F), ("2026-11-20..2026-11-21", T), ("2026-11-18..2026-11-19", M),
        ("2026-11-21..2026-11-22", M), ("2026-11-01..2026-11-18", F),
    ],
)  # fmt: skip
def test_a_window_holds_its_boundary_days(when: str, told: Truth) -> None:
    assert on(when).within(date(2026, 11, 19), date(2026, 11, 21)) is told


def test_what_has_happened_lies_in_the_past() -> None:
    today = date(2026, 11, 21)
    assert on("2026-11").until(today) == on("2026-11-01..2026-11-21")
    assert on("2026-10").until(today) == on("2026-10")
    assert on("2026-12").until(today) is None


def test_the_time_of_day_stays_with_its_date_also_where_that_is_cut() -> None:
    day = date(2026, 11, 21)
    assert When.on(day, 5) == When(day, day, 5)
    assert When.on(day, 5).until(day) == When(day, day, 5)
    assert When(day, date(2026, 11, 30), 5).until(day) == When(day, day, 5)


@pytest.mark.parametrize(
    "day, days, reached",
    [
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2028, 2, 28), 1, date(2028, 2, 29)),
        (date(2026, 11, 21), -1, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2026, 11, 21), 40, date(2026, 12, 31)),
        (LATEST, 1, LATEST),
        (EARLIEST, -1, EARLIEST),
    ],
)
def test_the_next_day_is_a_day_of_the_calendar(day: date, days: int, reached: date) -> None:
    assert next_day(day, days) == reached
    assert next_day(date(2026, 11, 21)) == date(2026, 11, 22)


def test_an_interval_starts_before_it_ends() -> None:
    with pytest.raises(ValueError, match=r"^an interval of dates starts before it ends$"):
        When(date(2026, 11, 21), date(2026, 11, 20))


@given(INTERVALS, st.integers(0, 400), st.integers(0, 400), DAYS, DAYS)
def test_knowing_a_date_less_well_only_moves_answers_to_missing(
    when: When, down: int, up: int, one: date, other: date
) -> None:
    first, last = min(one, other), max(one, other)
    wider = When(next_day(when.first, -down), next_day(when.last, up))
    for narrow, wide in (
        (when.on_or_before(first), wider.on_or_before(first)),
        (when.before(first), wider.before(first)),
        (when.within(first, last), wider.within(first, last)),
    ):
        assert wide is narrow or wide is M


@given(DAYS, DAYS, DAYS)
def test_a_day_that_is_known_always_has_an_answer(day: date, one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    assert When.on(day).within(first, last) is (T if first <= day <= last else F)
    assert When.on(day).exact


# ---- ages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "born, day, years",
    [
        ("2008-11-21", "2026-11-21", 18),  # the birthday counts
        ("2008-11-22", "2026-11-21", 17),
        ("2008-02-29", "2026-02-28", 17),  # 29 February completes a year on 1 March
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-29", 20),
        ("2008-02-29", "2028-02-28", 19),
        ("1951-11-21", "2026-11-21", 75),
        ("1950-11-22", "2026-11-21", 75),
        ("1950-11-21", "2026-11-21", 76),
    ],
)
def test_an_age_is_completed_years(born: str, day: str, years: int) -> None:
    assert completed_years(date.fromisoformat(born), date.fromisoformat(day)) == years


@given(DAYS, st.integers(0, 90))
def test_on_a_birthday_the_year_is_complete_and_the_day_before_it_is_not(born: date, years: int) -> None:
    day = birthday(born, years)
    assert completed_years(born, day) == years
    assert completed_years(born, next_day(day, -1)) == years - 1
