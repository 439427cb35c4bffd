"""The report as plain text for a clinician's note: the answer, what to do next, treatments, what is open."""

from __future__ import annotations

from collections.abc import Iterator

from cards.report.model import BLOCKS, MISSING, PERSON, Report, Row
from cards.report.said import Said


def note(report: Report, said: Said) -> str:
    """Lines without markup. What fits is told by its number alone."""
    return "\n".join(_lines(report, said))


def _lines(report: Report, said: Said) -> Iterator[str]:
    yield report.headline
    yield report.title
    yield said("as-of", day=report.as_of)
    for tally in report.tallies:
        yield said("note-line", label=tally.label, told=said("counts-of", n=tally.number, all=report.criteria))
    for step in report.steps:
        yield ""
        yield step.title
        yield from (f"- {line}" for line in step.lines)
    if report.chart is not None:
        yield ""
        yield report.chart.told
    open_rows = [row for row in report.rows if row.standing in (BLOCKS, MISSING, PERSON) and not row.part]
    if open_rows:
        yield ""
        yield from (f"- {_told(row, said)}" for row in open_rows)
    yield ""
    yield report.contact
    yield said("footer")
    yield report.made


def _told(row: Row, said: Said) -> str:
    if not row.because:
        return said("note-line", label=row.text, told=row.verdict)
    return said("note-criterion", text=row.text, verdict=row.verdict, why=row.because)
