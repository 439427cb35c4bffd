"""The readable report: the same object as the JSON, laid out for a terminal, what stands in the way first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]

_STANDINGS = (  # heading, colour, verdicts as (role, verdict)
    ("In the way", "31", frozenset({("inclusion", "not-met"), ("exclusion", "met")})),
    ("Cannot be told from the record", "33", frozenset({("inclusion", "unknown"), ("exclusion", "unknown")})),
    ("For a person to judge", "36", frozenset({("inclusion", "judgement"), ("exclusion", "judgement")})),
    ("Fits", "32", frozenset({("inclusion", "met"), ("exclusion", "not-met")})),
)
# Never a bare "not met" for an exclusion (G1).
_SAID = {
    ("inclusion", "met"): "met",
    ("inclusion", "not-met"): "not met",
    ("exclusion", "met"): "exclusion present",
    ("exclusion", "not-met"): "exclusion absent",
}
_STATUS = {
    "eligible": "no barrier found in the record; the study team decides",
    "potential-candidate": "nothing recorded stands in the way, something is open; the study team decides",
    "ineligible": "something recorded stands in the way; the study team decides",
}
_BOLD, _DIM = "1", "2"


@dataclass(frozen=True, slots=True)
class Page:
    """How wide the page is and whether it has colours; `names`: NCT number → what the trial is called."""

    width: int = 100
    colour: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    def wrap(self, text: str, indent: int) -> list[str]:
        room = max(self.width - indent, 24)
        return [" " * indent + line for line in textwrap.wrap(text, room, break_long_words=False) or [""]]


def report(line: Json, page: Page) -> str:
    """One patient, or one input that could not be used."""
    return "\n".join(_unusable(line, page) if "error" in line else _patient(line, page)) + "\n"


def _unusable(line: Json, page: Page) -> Iterator[str]:
    yield page.paint(f"{line['source']}: cannot be used", "31")
    yield from page.wrap(f"{line['error']['message']}; {line['error']['remedy']}", 2)


def _patient(line: Json, page: Page) -> Iterator[str]:
    start = "" if line["start"] == line["as_of"] else f" · first dose planned {line['start']}"
    yield page.paint(f"{line['patient']} · {line['source']} · as of {line['as_of']}{start}", _BOLD)
    for note in line["notes"]:
        yield from page.wrap(f"{note['severity']}: {note['text']}", 2)
    for assessment in line["assessments"]:
        yield ""
        yield from _assessment(assessment, page)


def _assessment(assessment: Json, page: Page) -> Iterator[str]:
    name = dict(page.names).get(assessment["trial"], assessment["trial"])
    yield page.paint(f"{name} ({assessment['trial']}): {assessment['status']}", _BOLD)
    yield from page.wrap(_STATUS[assessment["status"]], 2)
    if assessment["eligible_from"]:
        yield from page.wrap(f"from {assessment['eligible_from']} on, if nothing else changes", 2)
    yield from page.wrap("a card is shown" if assessment["speaks"] else f"no card: {assessment['speaks_reason']}", 2)
    for heading, colour, members in _STANDINGS:
        criteria = [c for c in assessment["criteria"] if (c["role"], c["verdict"]) in members]
        if criteria:
            counted = sum("part_of" not in criterion for criterion in criteria)
            yield ""
            yield page.paint(f"  {heading} ({counted})", colour)
            for criterion in criteria:
                yield from _criterion(criterion, page)


def _criterion(criterion: Json, page: Page) -> Iterator[str]:
    said = _SAID.get((criterion["role"], criterion["verdict"]), criterion["verdict"])
    assumed = ", assumed" if criterion["assurance"] == "assumed" else ""
    part = f", part of {criterion['part_of']}" if "part_of" in criterion else ""
    yield from page.wrap(f"{criterion['id']} [{said}{assumed}{part}] {criterion['text']}", 4)
    for text in _because(criterion):
        for row in page.wrap(text, 8):
            yield page.paint(row, _DIM)


def _because(criterion: Json) -> Iterator[str]:
    yield criterion["because"]
    for evidence in criterion["evidence"]:
        when = f", {evidence['when']}" if evidence["when"] else ""
        yield f"{evidence['reference']}: {evidence['says']}{when}"
    if criterion["eligible_from"]:
        yield f"no longer in the way from {criterion['eligible_from']} on, if nothing else changes"
    if criterion["resolve"]:
        yield f"{criterion['resolve']['who']}: {criterion['resolve']['text']}"
