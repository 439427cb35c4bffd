"""Dates known to the day, the month or the year, as intervals; calendar spans; comparisons that may stay open.

Rules G3 (calendar dates as written, boundary days) and G4 (test both ends of a partial date).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from eligibility.truth import Truth

EARLIEST = date.min
LATEST = date.max
_SPAN = re.compile(r"^\s*(\d+)\s+(day|week|month|year)s?\s*$")


@dataclass(frozen=True, slots=True)
class When:
    """A day known to lie in [first, last], both included. `instant` orders results of one day (µs since 1970, UTC).

    `clocked`: a moment written in UTC by a hospital that lives by another time. Its day is that of UTC or the local
    one; the order of such moments is certain.
    """

    first: date
    last: date
    instant: int | None = None
    clocked: bool = False

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("an interval of dates starts before it ends")

    @classmethod
    def on(cls, day: date, instant: int | None = None) -> When:
        return cls(day, day, instant)

    @property
    def exact(self) -> bool:
        return self.first == self.last

    def until(self, day: date) -> When | None:
        """The same, cut at `day`; None when all of it lies later (G4: what has happened lies in the past)."""
        if self.first > day:
            return None
        return self if self.last <= day else When(self.first, day, self.instant, self.clocked)

    def on_or_before(self, day: date) -> Truth:
        """Whether the day is `day` or earlier; missing when the interval straddles."""
        if self.last <= day:
            return Truth.TRUE
        return Truth.FALSE if self.first > day else Truth.MISSING

    def before(self, day: date) -> Truth:
        if self.last < day:
            return Truth.TRUE
        return Truth.FALSE if self.first >= day else Truth.MISSING

    def within(self, first: date, last: date) -> Truth:
        """Whether the day lies in [first, last]; missing when only a part of the interval does."""
        return ~self.before(first) & self.on_or_before(last)


@dataclass(frozen=True, slots=True)
class Span:
    """A calendar length such as "2 weeks" or "3 months". Months and years clamp to the month's end (G3)."""

    number: int
    unit: str  # day · week · month · year

    @classmethod
    def parse(cls, text: str) -> Span:
        found = _SPAN.match(text)
        if not found:
            raise ValueError('a whole number and day(s), week(s), month(s) or year(s), such as "2 weeks"')
        return cls(int(found[1]), found[2])

    @property
    def days_at_most(self) -> int:
        """An upper bound in days, for asking a server how far back to look."""
        return self.number * {"day": 1, "week": 7, "month": 31, "year": 366}[self.unit]

    def after(self, day: date) -> date:
        return self._move(day, self.number)

    def ago(self, day: date) -> date:
        return self._move(day, -self.number)

    def _move(self, day: date, number: int) -> date:
        try:
            if self.unit in ("day", "week"):
                return day + timedelta(days=number * (7 if self.unit == "week" else 1))
            months = day.year * 12 + day.month - 1 + number * (12 if self.unit == "year" else 1)
            year, month = divmod(months, 12)
            return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        except (OverflowError, ValueError):  # beyond the calendar: open on that side
            return LATEST if number > 0 else EARLIEST

    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'' if self.number == 1 else 's'}"


def next_day(day: date, days: int = 1) -> date:
    """`day` moved by whole days, staying inside the calendar."""
    return Span(days, "day").after(day)


def completed_years(born: date, day: date) -> int:
    """Age in completed years; a 29 February birthday completes its year on 1 March (G3)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """The day on which `years` are completed."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
