"""The timeline in words and tables beside the picture, so that nobody has to see it to know what it says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from cards.report.model import Chart, Table
from cards.report.picture import Timeline, drawn, left_out
from cards.report.said import Said
from cards.report.series import Certainty, Count, Course
from cards.report.waits import Wait
from cards.wording.amounts import read
from eligibility.when import When

WIDE, NARROW = 760.0, 330.0


def chart_of(timeline: Timeline, said: Said) -> Chart | None:
    """Nothing where there is neither a count, nor a treatment, nor a day that is waited for."""
    if timeline.series.empty and not timeline.waits:
        return None
    told = reduce(lambda first, then: said.wording.phrase("and-then", first=first, then=then), _told(timeline, said))
    return Chart(
        wide=drawn(timeline, said, "wide", WIDE, told),
        narrow=drawn(timeline, said, "narrow", NARROW, told),
        told=told,
        legend=tuple(_legend(timeline, said)),
        tables=tuple(table for table in _tables(timeline, said) if table.rows),
    )


def _told(timeline: Timeline, said: Said) -> Iterator[str]:
    yield _counts_told([c for c in timeline.series.counts if not c.remark], said)
    listed = said.wording.listed
    drugs = list(dict.fromkeys(_named(course, said) for course in timeline.series.courses))
    if drugs:
        yield said("treatments-told", what=listed(drugs))
    if timeline.waits:
        yield said("waits-told", what=said.wording.joined(_wait_told(wait, said) for wait in timeline.waits))
    earlier = left_out(timeline)
    if earlier:
        yield said("earlier", n=earlier)


def _counts_told(counts: list[Count], said: Said) -> str:
    if not counts:
        return said("no-counts")
    last, day = said.wording.quote(read(counts[-1].text), 120), said.wording.day
    if len(counts) == 1:
        return said("count-told", value=last, last=day(counts[-1].when))
    days = {"first": day(counts[0].when), "last": day(counts[-1].when)}
    return said("counts-told", n=len(counts), value=last, **days)


def _named(course: Course, said: Said) -> str:
    return said("row", lane=said(f"lane-{course.lane}"), drug=_label(course, said))


def _label(course: Course, said: Said) -> str:
    return said.wording.quote(course.label, 120) or said.wording.phrase("unnamed")


def _wait_told(wait: Wait, said: Said) -> str:
    return said(
        "wait-told-open" if wait.open else "wait-told", what=said.wording.text(wait.result.criterion), day=wait.until
    )


def _legend(timeline: Timeline, said: Said) -> Iterator[str]:
    """Only the signs that are drawn."""
    courses, limit = timeline.series.courses, timeline.limit
    if limit is not None:
        yield said("limit", limit=said.number(limit))
    if timeline.series.counts and limit is not None:
        yield said("legend-below", limit=said.number(limit))
        yield said("legend-above", limit=said.number(limit))
    elif timeline.series.counts:
        yield said("legend-count")
    if any(not course.once and course.certainty is Certainty.TAKEN for course in courses):
        yield said("legend-taken")
    if any(course.certainty is Certainty.ORDERED for course in courses):
        yield said("legend-ordered")
    if any(course.once for course in courses):
        yield said("legend-once")
    if any(course.running for course in courses):
        yield said("legend-running")
    if any(_unsure(course) for course in courses):
        yield said("legend-unknown")
    if timeline.waits:
        yield said("legend-waiting")


def _unsure(course: Course) -> bool:
    known = course.start is not None and course.start.exact
    ended = course.once or course.running or (course.end is not None and course.end.exact)
    return not (known and ended)


def _tables(timeline: Timeline, said: Said) -> Iterator[Table]:
    counts = tuple(_count_row(count, said) for count in reversed(timeline.series.counts))
    yield Table(said("table-counts"), (said("day"), said("value"), said("remark")), counts)
    heads = tuple(said(key) for key in ("group", "treatment", "from", "to", "recorded-as"))
    courses = tuple(_course_row(course, said) for course in timeline.series.courses)
    yield Table(said("table-treatments"), heads, courses)
    waits = tuple((said.wording.text(w.result.criterion), _until(w, said)) for w in timeline.waits)
    yield Table(said("table-waits"), (said("criterion"), said("ends")), waits)


def _until(wait: Wait, said: Said) -> str:
    return said("at-the-latest", day=wait.until) if wait.open else said.wording.day(wait.until)


def _count_row(count: Count, said: Said) -> tuple[str, ...]:
    remark = said(count.remark) if count.remark else ""
    return (said.wording.day(count.when), said.wording.quote(read(count.text), 120), remark)


def _course_row(course: Course, said: Said) -> tuple[str, ...]:
    to = said("going-on") if course.running else _day(course.end, said)
    place = said.place(course.reference)
    return (said(f"lane-{course.lane}"), _label(course, said), _day(course.start, said), to, place)


def _day(when: When | None, said: Said) -> str:
    return said.wording.day(when) if when else said("not-recorded")
