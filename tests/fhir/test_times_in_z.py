"""A time in `Z`, in a hospital that lives by another time: the day of UTC or the local one, never a certain one.

Every other offset is taken as written (G3), and so is a time without any.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fhir_raw import PATIENT, TODAY, administration, observation, statement, terminology
from hypothesis import given
from hypothesis import strategies as st

from cds_service.fhir.dates import period_of, when_of
from cds_service.fhir.reader import begin
from cds_service.fhir.reading import complete_since
from eligibility.record import PatientRecord

BERLIN, SHANGHAI, NEW_YORK = "Europe/Berlin", "Asia/Shanghai", "America/New_York"
ZONES = (BERLIN, SHANGHAI, NEW_YORK, "Asia/Kolkata", "Africa/Cairo", "Pacific/Apia", "Pacific/Pago_Pago", "UTC")


def days(text: str, zone: str) -> tuple[str, str]:
    when = when_of(text, ZoneInfo(zone))
    assert when is not None
    return when.first.isoformat(), when.last.isoformat()


@pytest.mark.rule("G3")
@pytest.mark.parametrize(
    ("zone", "text", "first", "last"),
    [
        # East of UTC the local day begins earlier.
        (SHANGHAI, "2026-11-20T15:59:59Z", "2026-11-20", "2026-11-20"),
        (SHANGHAI, "2026-11-20T16:00:00Z", "2026-11-20", "2026-11-21"),
        (SHANGHAI, "2026-11-20T23:59:59.999Z", "2026-11-20", "2026-11-21"),
        (SHANGHAI, "2026-11-21T00:00:00Z", "2026-11-21", "2026-11-21"),
        (SHANGHAI, "2026-11-20T16:00:00z", "2026-11-20", "2026-11-21"),
        (SHANGHAI, " 2026-11-20T16:00Z ", "2026-11-20", "2026-11-21"),
        # West of it, later.
        (NEW_YORK, "2026-11-20T04:59:59Z", "2026-11-19", "2026-11-20"),
        (NEW_YORK, "2026-11-20T05:00:00Z", "2026-11-20", "2026-11-20"),
        # In summer an hour apart from winter; on the night of the change too (25 October 2026, 01:00 Z).
        (BERLIN, "2026-07-20T22:00:00Z", "2026-07-20", "2026-07-21"),
        (BERLIN, "2026-11-20T22:00:00Z", "2026-11-20", "2026-11-20"),
        (BERLIN, "2026-10-24T22:30:00Z", "2026-10-24", "2026-10-25"),
        (BERLIN, "2026-10-25T22:30:00Z", "2026-10-25", "2026-10-25"),
        # The ends of years and of leap Februaries, hour 24, and the far sides of the date line.
        (SHANGHAI, "2026-12-31T20:00:00Z", "2026-12-31", "2027-01-01"),
        (NEW_YORK, "2024-03-01T03:00:00Z", "2024-02-29", "2024-03-01"),
        (SHANGHAI, "2026-11-20T24:00:00Z", "2026-11-20", "2026-11-21"),
        ("Pacific/Apia", "2026-11-20T11:00:00Z", "2026-11-20", "2026-11-21"),
        ("Pacific/Pago_Pago", "2026-11-20T10:59:59Z", "2026-11-19", "2026-11-20"),
        # Nothing but `Z` is converted.
        (SHANGHAI, "2026-11-20T20:00:00+00:00", "2026-11-20", "2026-11-20"),
        (SHANGHAI, "2026-11-20T20:00:00-05:00", "2026-11-20", "2026-11-20"),
        (SHANGHAI, "2026-11-20T20:00:00+08:00", "2026-11-20", "2026-11-20"),
        (SHANGHAI, "2026-11-20T20:00:00", "2026-11-20", "2026-11-20"),
        (SHANGHAI, "2026-11-20", "2026-11-20", "2026-11-20"),
        (SHANGHAI, "2026-11", "2026-11-01", "2026-11-30"),
        # Where the two clocks agree there is one reading.
        ("UTC", "2026-11-20T20:00:00Z", "2026-11-20", "2026-11-20"),
        ("Europe/London", "2026-11-20T23:30:00Z", "2026-11-20", "2026-11-20"),
        ("Europe/London", "2026-07-20T23:30:00Z", "2026-07-20", "2026-07-21"),
        # No calendar goes further.
        (SHANGHAI, "9999-12-31T23:00:00Z", "9999-12-31", "9999-12-31"),
        (NEW_YORK, "0001-01-01T01:00:00Z", "0001-01-01", "0001-01-01"),
    ],
)
def test_which_days_a_time_may_be(zone: str, text: str, first: str, last: str) -> None:
    assert days(text, zone) == (first, last)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=2)),
    st.sampled_from(ZONES),
)
def test_both_readings_are_in_it_and_later_moments_are_later(at: datetime, later: timedelta, name: str) -> None:
    zone = ZoneInfo(name)
    one = when_of(at.strftime("%Y-%m-%dT%H:%M:%SZ"), zone)
    other = when_of((at + later).strftime("%Y-%m-%dT%H:%M:%SZ"), zone)
    assert one is not None
    assert other is not None
    assert {one.first, one.last} == {at.date(), at.astimezone(zone).date()}
    assert one.instant is not None
    assert other.instant is not None
    assert one.instant <= other.instant
    assert one.clocked is other.clocked is True


def test_without_a_zone_a_day_is_the_day_as_written() -> None:
    written = when_of("2026-11-20T23:30:00Z")
    assert written is not None
    assert (written.first, written.last, written.clocked) == (date(2026, 11, 20), date(2026, 11, 20), False)


def test_a_period_has_an_interval_at_each_end() -> None:
    period = period_of({"start": "2026-11-19T17:00:00Z", "end": "2026-11-20T17:30:00Z"}, zone=ZoneInfo(SHANGHAI))
    assert period.start is not None
    assert period.end is not None
    assert [period.start.first.day, period.start.last.day] == [19, 20]
    assert [period.end.first.day, period.end.last.day] == [20, 21]
    assert not period.unreadable


@pytest.mark.parametrize(
    ("end", "in_order"), [("2026-11-19T17:05:00Z", True), ("2026-11-20T17:05:00Z", False), ("2026-11-20", False)]
)
def test_a_collection_of_minutes_keeps_its_place_in_the_order(end: str, in_order: bool) -> None:
    whole = period_of({"start": "2026-11-19T17:00:00Z", "end": end}, zone=ZoneInfo(SHANGHAI)).whole
    assert whole is not None
    assert whole.clocked is in_order


def read(zone: str, *resources: dict[str, Any]) -> PatientRecord:
    asked = {"terminology": terminology(), "as_of": TODAY, "forgiven": ()}
    return begin(PATIENT, resources, zone=ZoneInfo(zone), **asked).whole()  # type: ignore[arg-type]


def test_what_was_told_today_is_not_of_the_future_because_utc_is_ahead() -> None:
    record = read(NEW_YORK, observation(effectiveDateTime="2026-11-22T02:00:00Z"))
    [found] = [one for results in record.observations.values() for one in results]
    assert found.when is not None
    assert (found.when.first, found.when.last) == (TODAY, TODAY)
    assert record.notes == ()


def test_what_lies_after_today_by_both_clocks_is_of_the_future() -> None:
    record = read(NEW_YORK, observation(effectiveDateTime="2026-11-22T06:00:00Z"))
    assert [note.key for note in record.notes] == ["future-date"]


def test_every_kind_of_entry_has_both_days() -> None:
    at = "2026-11-10T20:00:00Z"
    record = read(
        SHANGHAI,
        administration(effectiveDateTime=at),
        statement(effectivePeriod={"start": at}, dateAsserted="2026-11-20"),
    )
    starts = [one.start for one in record.exposures]
    assert [(when.first.day, when.last.day) for when in starts if when] == [(10, 11), (10, 11)]


@pytest.mark.rule("G5")
@pytest.mark.parametrize(
    ("zone", "oldest", "since"),
    [
        (SHANGHAI, "2026-11-12T16:00:00Z", date(2026, 11, 14)),
        (SHANGHAI, "2026-11-12T15:59:59Z", date(2026, 11, 13)),
        (NEW_YORK, "2026-11-12T03:00:00Z", date(2026, 11, 13)),
        (SHANGHAI, "2026-11-12", date(2026, 11, 13)),
        (SHANGHAI, "2026-11", None),
    ],
)
def test_a_list_is_complete_only_after_the_last_day_its_oldest_entry_may_be_of(
    zone: str, oldest: str, since: date | None
) -> None:
    page = [observation("o1", effectiveDateTime="2026-11-20T16:30:00Z"), observation("o2", effectiveDateTime=oldest)]
    assert complete_since(page, ZoneInfo(zone)) == since
