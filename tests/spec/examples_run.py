"""The worked examples of `tests/trials` as tests of the language see them: which verdicts they claim and reach."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "trials"))

from worked import Example, answer, answer_of, examples

from cds_service.catalogue import Catalogue
from eligibility.assessment import Assessment

__all__ = ["Example", "assessment_of", "claimed", "examples", "reached"]


def assessment_of(example: Example, catalogue: Catalogue) -> Assessment:
    """What a catalogue that is not the shipped one says of somebody alive."""
    assessment = answer_of(catalogue, example).assessment
    assert assessment is not None, example.id
    return assessment


@cache
def reached() -> dict[str, frozenset[str]]:
    """Criterion → every verdict that it was given in any worked example, asked for there or not."""
    found: dict[str, set[str]] = {}
    for name, verdict in _verdicts():
        found.setdefault(name, set()).add(verdict)
    return {name: frozenset(verdicts) for name, verdicts in found.items()}


def _verdicts() -> Iterator[tuple[str, str]]:
    for example in examples():
        assessment = answer(example).assessment
        for result in assessment.results if assessment else ():
            for each in (result, *result.parts):
                yield each.criterion.id, each.verdict


@cache
def claimed() -> dict[str, frozenset[str]]:
    """Criterion → every verdict that some worked example claims of it."""
    found: dict[str, set[str]] = {}
    for example in examples():
        for name, verdict in example.expect.items():
            found.setdefault(name, set()).update([verdict] if isinstance(verdict, str) else [])
    return {name: frozenset(verdicts) for name, verdicts in found.items()}
