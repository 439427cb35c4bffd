"""Where a day and a count lie in the picture: which stretch of time it shows, and how high the counts reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from cards.report.series import Series
from cards.report.waits import Wait
from eligibility.when import Span, When

LONGEST_BACK, SHORTEST_BACK = Span(24, "month"), Span(6, "month")
LONGEST_AHEAD, ROOM_AHEAD = Span(18, "month"), timedelta(days=21)
LEFT, RIGHT, TOP, HEIGHT = 34.0, 16.0, 40.0, 150.0
LEAST, MOST = Fraction(60), Fraction(200)
STEPS = (1, 2, 3, 4, 6, 12)  # months between two marks of the axis
A_MARK = 76.0  # so wide is a month's name


@dataclass(frozen=True, slots=True)
class Frame:
    """`top` is the highest count that is drawn to scale; a higher one is drawn at the upper edge."""

    width: float
    first: date
    last: date
    top: Fraction

    def x(self, day: date) -> float:
        """Days outside are drawn at the edge."""
        inside = min(max(day, self.first), self.last)
        share = (inside - self.first).days / max((self.last - self.first).days, 1)
        return LEFT + share * (self.width - LEFT - RIGHT)

    def y(self, number: Fraction) -> float:
        share = float(min(max(number, Fraction(0)), self.top) / self.top)
        return TOP + (1 - share) * HEIGHT

    @property
    def floor(self) -> float:
        return TOP + HEIGHT

    def months(self) -> Iterator[When]:
        """The months named at the axis: as many as have room."""
        every = _every((self.last - self.first).days / 30, (self.width - LEFT - RIGHT) / A_MARK)
        day = self.first.replace(day=1)
        while day <= self.last:
            following = Span(1, "month").after(day)
            if day >= self.first and (day.year * 12 + day.month - 1) % every == 0:
                yield When(day, following - timedelta(days=1))
            day = following


def _every(months: float, room: float) -> int:
    return next((step for step in STEPS if months / step <= room), STEPS[-1])


def frame_of(series: Series, waits: Iterable[Wait], as_of: date, width: float) -> Frame:
    """From two years back at most, and half a year at least, to a little after the last day that is waited for."""
    begun = [count.when.first for count in series.counts] + [c.start.first for c in series.courses if c.start]
    first = min([day for day in begun if day >= LONGEST_BACK.ago(as_of)], default=as_of)
    untils = [wait.until for wait in waits if wait.until <= LONGEST_AHEAD.after(as_of)]
    last = max([as_of, *untils]) + ROOM_AHEAD
    return Frame(width, min(first, SHORTEST_BACK.ago(as_of)), last, _top(series))


def _top(series: Series) -> Fraction:
    highest = max((count.number for count in series.counts if count.number is not None), default=LEAST)
    rounded = Fraction(-(-highest // 20) * 20)
    return min(max(rounded, LEAST), MOST)
