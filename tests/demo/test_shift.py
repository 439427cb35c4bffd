"""A story told for one day is the same story on another: dates move by days, at their own precision."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_service.demo.fixtures import load_cast
from cds_service.demo.shift import shift_date, shift_days


@pytest.mark.parametrize(
    "told, days, shifted",
    [
        ("2026-11-21", 0, "2026-11-21"),
        ("2026-11-21", 10, "2026-12-01"),
        ("2024-02-29", 365, "2025-02-28"),
        ("2026-11-21T08:30:00+08:00", 1, "2026-11-22T08:30:00+08:00"),
        ("2026-12-31T23:59:59.120Z", 1, "2027-01-01T23:59:59.120Z"),
        ("2026-11-21T08:30:00", -21, "2026-10-31T08:30:00"),
        # A month stands for its 15th, a year for its 1 July: half a month or half a year of days moves it on.
        ("2026-11", 0, "2026-11"),
        ("2026-11", 15, "2026-11"),
        ("2026-11", 16, "2026-12"),
        ("2026-11", -15, "2026-10"),
        ("2019", 183, "2019"),
        ("2019", 184, "2020"),
        ("last spring", 40, "last spring"),
    ],
)
def test_a_date_moves_by_days_and_keeps_its_precision(told: str, days: int, shifted: str) -> None:
    assert shift_date(told, days) == shifted


def test_only_dates_move() -> None:
    told = {
        "resourceType": "Observation",
        "id": "2026-11-21",
        "text": {"div": "<div>2026-11-21</div>"},
        "code": {"coding": [{"code": "2019", "version": "2026-11"}], "text": "2026-11-21"},
        "effectivePeriod": {"start": "2026-11-01", "end": "2026-11"},
        "note": [{"time": "2026-11-20T10:00:00Z", "text": "2026-11-20"}],
        "valueTime": "08:00:00",
        "meta": {"lastUpdated": "2026-11-21T00:00:00Z"},
        "extension": [{"url": "x", "valueDate": "2026-11-21"}],
        "dosage": [{"timing": {"event": ["2026-11-21", "2026-11-22"]}}],
    }
    assert shift_days(told, 30) == {
        **told,
        "effectivePeriod": {"start": "2026-12-01", "end": "2026-12"},
        "note": [{"time": "2026-12-20T10:00:00Z", "text": "2026-11-20"}],
        "meta": {"lastUpdated": "2026-12-21T00:00:00Z"},
        "extension": [{"url": "x", "valueDate": "2026-12-21"}],
        "dosage": [{"timing": {"event": ["2026-12-21", "2026-12-22"]}}],
    }


def test_a_person_keeps_the_age_of_the_story(tmp_path) -> None:
    story = '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","birthDate":"1990-11-22"}}]}'
    (tmp_path / "a.json").write_text(story)
    [bundle] = load_cast(date(2027, 11, 21), tmp_path)
    assert bundle["entry"][0]["resource"]["birthDate"] == "1991-11-22"


DAYS = st.integers(-4000, 4000)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)), DAYS)
def test_the_days_between_two_dates_never_change(one: date, other: date, days: int) -> None:
    moved = [date.fromisoformat(shift_date(day.isoformat(), days)) for day in (one, other)]
    assert moved[1] - moved[0] == other - one


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), DAYS)
def test_a_month_is_never_more_than_one_month_from_where_its_days_go(day: date, days: int) -> None:
    moved = date.fromisoformat(shift_date(day.isoformat(), days))
    month = shift_date(day.isoformat()[:7], days)
    assert abs((moved.year - int(month[:4])) * 12 + moved.month - int(month[5:])) <= 1
