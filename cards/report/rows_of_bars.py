"""Which entries of a treatment share a row of the picture: those of one drug in one group, within its time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cards.report.series import Course
from cards.report.waits import Wait

MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class BarRow:
    """The entries of one drug, and what is waited for because of them."""

    lane: str
    label: str
    courses: tuple[Course, ...]
    waits: tuple[Wait, ...]


def rows_of_bars(courses: Iterable[Course], waits: Iterable[Wait], first: date) -> tuple[BarRow, ...]:
    """In the order of the lanes; what ended before `first` and is waited for no more is left to the tables."""
    awaited = {reference for wait in waits for reference in wait.references}
    rows: dict[tuple[str, str], list[Course]] = {}
    for course in courses:
        if not _over(course, first) or course.reference in awaited:
            rows.setdefault((course.lane, course.label.casefold()), []).append(course)
    made = [BarRow(lane, held[-1].label, tuple(held), _waits(held, waits)) for (lane, _), held in rows.items()]
    return tuple(made[:MOST_ROWS])


def _over(course: Course, first: date) -> bool:
    """Whether it surely lies before the first day shown; an entry without any day is for the tables, too."""
    if course.running:
        return False
    ended = course.end or course.start
    return ended is None or ended.last < first


def _waits(courses: list[Course], waits: Iterable[Wait]) -> tuple[Wait, ...]:
    """What waits for these entries, drawn where the last of its entries stands."""
    mine = {course.reference for course in courses}
    return tuple(wait for wait in waits if mine.intersection(wait.references))


def waited_since(wait: Wait, courses: Iterable[Course]) -> date | None:
    """The latest day that an awaited entry ended on, or began on where it goes on (a changed dose)."""
    days = [day for course in courses if course.reference in wait.references and (day := _last_day(course))]
    return max(days, default=None)


def _last_day(course: Course) -> date | None:
    told = course.end if course.end is not None and not course.running else course.start
    return told.last if told else None
