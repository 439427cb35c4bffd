"""The timeline as a drawing: counts over time with the trial's limit, treatments beneath, waiting times, today.

Colour is never alone: counts below the limit are filled and the others hollow, orders are outlined, waits are hatched.
The drawing has a title and a description; the same is told by tables beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cards.report import svg
from cards.report.bars import bars, heights
from cards.report.frame import HEIGHT, LEFT, RIGHT, TOP, Frame, frame_of
from cards.report.rows_of_bars import BarRow, rows_of_bars
from cards.report.said import Said
from cards.report.series import Count, Series
from cards.report.waits import Wait

FOOT, AXIS, APART = 8.0, 26.0, 32.0
A_LINE = 11.0
A_MONTH = 62.0  # what lies nearer to the right edge is not named


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is drawn: nothing here is text of a language yet."""

    series: Series
    waits: tuple[Wait, ...]
    limit: Fraction | None
    as_of: date


def drawn(timeline: Timeline, said: Said, name: str, width: float, description: str) -> str:
    """The picture as SVG; `name` keeps the names inside it apart from those of another picture of the page."""
    frame = frame_of(timeline.series, timeline.waits, timeline.as_of, width)
    rows = rows_of_bars(timeline.series.courses, timeline.waits, frame.first)
    lanes = frame.floor + AXIS
    height = lanes + heights(rows, _elsewhere(timeline, rows)) + FOOT
    inside = [
        svg.element("title", svg.escaped(said("timeline")), id=f"{name}-title"),
        svg.element("desc", svg.escaped(description, 4000), id=f"{name}-desc"),
        _hatching(name),
        *_axes(frame, timeline.limit, said, lanes, height),
        *_limit(frame, timeline, said),
        *_today(frame, timeline.as_of, said, height),
        *_counts(frame, timeline),
        *bars(frame, rows, _elsewhere(timeline, rows), timeline.as_of, said, name, lanes),
    ]
    return svg.element(
        "svg",
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_="picture",
    )


def left_out(timeline: Timeline) -> int:
    """How many entries lie before the time shown, or have no room, and stand in the tables only."""
    frame = frame_of(timeline.series, timeline.waits, timeline.as_of, 1)
    rows = rows_of_bars(timeline.series.courses, timeline.waits, frame.first)
    counts = sum(count.when.last < frame.first for count in timeline.series.counts)
    return counts + len(timeline.series.courses) - sum(len(row.courses) for row in rows)


def _elsewhere(timeline: Timeline, rows: tuple[BarRow, ...]) -> tuple[Wait, ...]:
    """Waits that belong to no treatment shown: how long the disease has been known, an age."""
    shown = [wait for row in rows for wait in row.waits]
    return tuple(wait for wait in timeline.waits if wait not in shown)


def _hatching(name: str) -> str:
    stripe = svg.element("line", x1=0, y1=0, x2=0, y2=6, class_="stripe")
    pattern = svg.element(
        "pattern",
        stripe,
        id=f"{name}-hatch",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return svg.element("defs", pattern)


def _axes(frame: Frame, limit: Fraction | None, said: Said, lanes: float, height: float) -> Iterator[str]:
    yield svg.text(said("platelets"), 0, 12, class_="axis-name")
    right = frame.width - RIGHT
    for number in range(0, int(frame.top) + 1, _apart(frame)):
        y = frame.y(Fraction(number))
        yield svg.line(LEFT, y, right, y, "floor" if number == 0 else "grid")
        if limit is None or abs(y - frame.y(limit)) > A_LINE:
            yield svg.text(str(number), LEFT - 6, y + 4, text_anchor="end", class_="axis")
    for month in frame.months():
        x = frame.x(month.first)
        yield svg.line(x, TOP, x, height - FOOT, "grid")
        if x < frame.width - A_MONTH:
            yield svg.text(said.wording.day(month), x + 3, lanes - 10, class_="axis")


def _apart(frame: Frame) -> int:
    return 20 if frame.top <= 100 else 50


def _limit(frame: Frame, timeline: Timeline, said: Said) -> Iterator[str]:
    if timeline.limit is None:
        return
    y = frame.y(timeline.limit)
    yield svg.line(LEFT, y, frame.width - RIGHT, y, "limit")
    yield svg.text(said.number(timeline.limit), LEFT - 6, y + 4, text_anchor="end", class_="limit-name")


def _today(frame: Frame, as_of: date, said: Said, height: float) -> Iterator[str]:
    x = frame.x(as_of)
    yield svg.line(x, TOP - 10, x, height - FOOT, "today")
    told = f"{said('today')}, {said.wording.day(as_of)}"
    yield svg.text(told, min(x, frame.width - RIGHT), TOP - 14, text_anchor="end", class_="today-name")


def _counts(frame: Frame, timeline: Timeline) -> Iterator[str]:
    shown = [c for c in timeline.series.counts if c.number is not None and not c.remark and c.when.last >= frame.first]
    places = [(frame.x(_middle(count)), frame.y(count.number or Fraction(0))) for count in shown]
    if len(places) > 1:
        yield svg.element("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places), class_="course")
    named = _named(places)
    for index, (count, (x, y)) in enumerate(zip(shown, places, strict=True)):
        yield from _count(count, x, y, frame, timeline.limit)
        if index in named:
            anchor = "start" if x < LEFT + 12 else "middle"
            yield svg.text(_figure(count), x, _beside(y, frame, timeline.limit), text_anchor=anchor, class_="figure")


def _count(count: Count, x: float, y: float, frame: Frame, limit: Fraction | None) -> Iterator[str]:
    number = count.number or Fraction(0)
    if not count.when.exact:  # somewhere in between
        yield svg.line(frame.x(count.when.first), y, frame.x(count.when.last), y, "between")
    if number > frame.top:
        yield svg.path(f"M{x:.1f} {y - 6:.1f} l5 9 h-10 z", "above")
    else:
        yield svg.element("circle", cx=x, cy=y, r=4, class_="below" if limit is None or number < limit else "above")


def _named(places: list[tuple[float, float]]) -> set[int]:
    """Which counts have room for their number: the last one always, the others from there back."""
    named: set[int] = set()
    free = float("inf")
    for index in range(len(places) - 1, -1, -1):
        if places[index][0] <= free:
            named.add(index)
            free = places[index][0] - APART
    return named


def _beside(y: float, frame: Frame, limit: Fraction | None) -> float:
    """Above the count, or beneath it where the line of the limit would run through the number."""
    above = max(y - 8, TOP - 2)
    crossed = limit is not None and above - A_LINE <= frame.y(limit) <= above + 2
    return y + A_LINE + 6 if crossed and y + A_LINE + 6 < frame.floor else above


def _middle(count: Count) -> date:
    return count.when.first + (count.when.last - count.when.first) / 2


def _figure(count: Count) -> str:
    """The number as it was recorded, without its unit, where that is ×10⁹/L; else the number that was drawn."""
    number = count.number or Fraction(0)
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.0f}"


__all__ = ["HEIGHT", "Timeline", "drawn"]
