"""How an assessment is kept for a quarter of an hour: its findings without their sentences, and no criterion's text.

The trial is named by its definition; a page can be made of it in any language as long as that definition is in force.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

import orjson

from cards.discretion import UNNAMED, unnamed
from cards.report.series import Certainty, Count, Course, Series
from cards.wording.wording import Wording, is_restricted
from eligibility.assessment import Assessment, CriterionResult, EligibilityStatus
from eligibility.finding import Assurance, Evidence, Finding, Ground, Reason, Resolve, Turn
from eligibility.trial import Criterion, Trial
from eligibility.truth import Truth
from eligibility.when import Span, When

_KEPT: Mapping[str, type[Any]] = {
    one.__name__: one for one in (Evidence, Finding, Ground, Reason, Resolve, Turn, Span, When, Series, Count, Course)
}
_PARTS = {kind: tuple(one.name for one in fields(kind)) for kind in _KEPT.values()}
_AS_IT_IS = frozenset({str, int, bool})
_WORDS: Mapping[str, type[Enum]] = {one.__name__: one for one in (Assurance, Certainty, EligibilityStatus, Truth)}
_SIMPLE: Mapping[str, tuple[type[Any], Callable[[Any], str], Callable[[str], Any]]] = {
    "date": (date, date.isoformat, date.fromisoformat),
    "number": (Decimal, str, Decimal),
    "fraction": (Fraction, str, Fraction),
}


class Outdated(Exception):
    """The definition it was made by is no longer in force."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a report is made of."""

    assessment: Assessment
    series: Series
    notes: tuple[Reason, ...]
    contact: str | None
    locale: str


def packed(kept: Kept) -> bytes:
    told = kept.assessment
    written = {
        "trial": told.trial.nct_id,
        "definition": told.trial.definition,
        "days": [_written(told.as_of), _written(told.start), _written(told.eligible_from)],
        "status": _written(told.status),
        "silent": _written(told.silent_because),
        "results": [_result(result) for result in told.results],
        "series": _written(kept.series),
        "notes": _written(kept.notes),
        "contact": kept.contact,
        "locale": kept.locale,
    }
    return zlib.compress(orjson.dumps(written), 1)


def unpacked(content: bytes, trials: Mapping[str, Trial], wording: Callable[[str], Wording]) -> Kept:
    """`trials` by their number. Raises Outdated."""
    held = orjson.loads(zlib.decompress(content))
    trial = trials.get(held["trial"])
    if trial is None or trial.definition != held["definition"]:
        raise Outdated
    criteria = {criterion.id: criterion for criterion in trial.walk()}
    words = wording(held["locale"])
    results = tuple(_read_result(one, criteria, words) for one in held["results"])
    as_of, start, lifts = map(_read, held["days"])
    told = Assessment(trial, as_of, start, results, _read(held["status"]), lifts, _read(held["silent"]))
    return Kept(told, _read(held["series"]), _read(held["notes"]), held["contact"], held["locale"])


def in_words_of(kept: Kept, wording: Wording) -> Kept:
    """What is left unnamed, in the words of another language."""
    results = tuple(unnamed(one, wording) if one.finding.reason == UNNAMED else one for one in kept.assessment.results)
    return replace(kept, assessment=replace(kept.assessment, results=results))


def _result(result: CriterionResult) -> dict[str, Any]:
    return {
        "id": result.criterion.id,
        "finding": _written(_bare(result.finding) if is_restricted(result.finding) else result.finding),
        "verdict": result.verdict,
        "from": _written(result.eligible_from),
        "shown": _written(tuple(one for one in result.shown if not one.restricted)),
        "parts": [_result(part) for part in result.parts],
    }


def _bare(found: Finding) -> Finding:
    """What a restricted entry decided, without anything of the entry: not even sealed does it leave the call."""
    withheld = Evidence("", "", restricted=True)
    return Finding(found.truth, Reason("restricted"), found.assurance, (withheld,), silent=found.silent)


def _read_result(held: Mapping[str, Any], criteria: Mapping[str, Criterion], words: Wording) -> CriterionResult:
    parts = tuple(_read_result(part, criteria, words) for part in held["parts"])
    shown, lifts = _read(held["shown"]), _read(held["from"])
    read = CriterionResult(criteria[held["id"]], _read(held["finding"]), held["verdict"], lifts, shown, parts)
    return unnamed(read, words) if read.finding.reason == UNNAMED else read


def _written(value: Any) -> Any:
    """A value as JSON: a list for a tuple, `{name: …}` for everything that JSON has not."""
    kind = type(value)
    if value is None or kind in _AS_IT_IS:
        return value
    if kind is tuple:
        return [_written(one) for one in value]
    parts = _PARTS.get(kind)
    if parts is not None:
        return {kind.__name__: [_written(getattr(value, part)) for part in parts]}
    if isinstance(value, Enum):
        return {kind.__name__: value.value}
    name, (_, write, _) = next((n, s) for n, s in _SIMPLE.items() if isinstance(value, s[0]))
    return {name: write(value)}


def _read(held: Any) -> Any:
    if isinstance(held, list):
        return tuple(_read(one) for one in held)
    if not isinstance(held, dict):
        return held
    ((name, inside),) = held.items()
    if name in _SIMPLE:
        return _SIMPLE[name][2](inside)
    if name in _WORDS:
        return _WORDS[name](inside)
    return _KEPT[name](*(_read(one) for one in inside))
