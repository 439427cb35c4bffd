"""How treatments and waiting times are drawn: one row a drug, its name above its bars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cards.report import svg
from cards.report.frame import LEFT, RIGHT, Frame
from cards.report.rows_of_bars import BarRow, waited_since
from cards.report.said import Said
from cards.report.series import Course
from cards.report.waits import Wait

FULL_ROW, NAME, THICK = 34.0, 13.0, 11.0
A_DAY = 12.0  # the day on which a waiting time ends stands beneath it
OPEN_END = 26.0  # a bar whose end is not known is drawn so far
A_LETTER = 6.6


def heights(rows: tuple[BarRow, ...], elsewhere: tuple[Wait, ...]) -> float:
    return sum(_height(row) for row in rows) + len(elsewhere) * (FULL_ROW + A_DAY)


def _height(row: BarRow) -> float:
    return FULL_ROW + (A_DAY if row.waits else 0.0)


def bars(
    frame: Frame,
    rows: tuple[BarRow, ...],
    elsewhere: tuple[Wait, ...],
    as_of: date,
    said: Said,
    name: str,
    top: float,
) -> Iterator[str]:
    y = top
    for row in rows:
        told = said("row", lane=said(f"lane-{row.lane}"), drug=row.label)
        yield svg.text(_cut(told, frame.width - LEFT), LEFT, y + NAME - 2, class_="drug")
        for course in row.courses:
            yield from _course(course, frame, as_of, y + NAME)
        for wait in row.waits:
            yield from _wait(wait, waited_since(wait, row.courses) or as_of, frame, said, name, y + NAME)
        y += _height(row)
    for wait in elsewhere:
        told = said("row", lane=said("waiting"), drug=said.wording.text(wait.result.criterion))
        yield svg.text(_cut(told, frame.width - LEFT), LEFT, y + NAME - 2, class_="drug")
        yield from _wait(wait, as_of, frame, said, name, y + NAME)
        y += FULL_ROW + A_DAY


def _cut(told: str, room: float) -> str:
    letters = int(room / A_LETTER)
    return told if len(told) <= letters else told[: letters - 1].rstrip() + "…"


def _course(course: Course, frame: Frame, as_of: date, y: float) -> Iterator[str]:
    kind = course.certainty.value
    if course.start is None and course.end is None:
        return
    begun = course.start.first if course.start else None
    ended = as_of if course.running else course.end.last if course.end else None
    if begun is not None and course.once:
        yield _once(frame.x(begun), y, kind)
        return
    left = frame.x(begun) if begun else max(frame.x(ended or as_of) - OPEN_END, LEFT)
    right = frame.x(ended) if ended else min(left + OPEN_END, frame.width - RIGHT)
    yield svg.box(left, y, right - left, THICK, kind)
    if begun is None or (course.start and not course.start.exact):
        yield svg.text("?", left + 2, y + THICK - 2, class_="unsure")
    if course.running:
        yield svg.path(f"M{right:.1f} {y - 1:.1f} l7 {(THICK + 2) / 2:.1f} l-7 {(THICK + 2) / 2:.1f} z", "running")
    elif ended is None or (course.end and not course.end.exact):
        yield svg.text("?", right + 3, y + THICK - 2, class_="unsure-end")


def _once(x: float, y: float, kind: str) -> str:
    half = THICK / 2
    return svg.path(f"M{x:.1f} {y:.1f} l{half} {half} l-{half} {half} l-{half} -{half} z", f"once {kind}")


def _wait(wait: Wait, since: date, frame: Frame, said: Said, name: str, y: float) -> Iterator[str]:
    left, right = frame.x(since), frame.x(wait.until)
    yield svg.box(left, y, right - left, THICK, "waiting", fill=f"url(#{name}-hatch)")
    yield svg.line(right, y - 3, right, y + THICK + 3, "lifts")
    told = said("lifts-by" if wait.open else "lifts-on", day=wait.until)
    yield svg.text(told, min(right, frame.width - RIGHT), y + THICK + A_DAY + 1, text_anchor="end", class_="lifts-name")
