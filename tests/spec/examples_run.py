"""All worked examples of `tests/trials`, run once through the reader and the trials as shipped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "trials"))

from worked import Example, as_json, example_files, load_examples

from cds_service.catalogue import Catalogue, load_catalogue
from cds_service.documents import PatientFile, read_document
from cds_service.fhir.reader import read_record
from eligibility.assessment import Assessment, assess


@cache
def examples(folder: Path | None = None) -> tuple[Example, ...]:
    return tuple(one for path in example_files(*([folder] if folder else [])) for one in load_examples(path))


def assessment_of(example: Example, catalogue: Catalogue) -> Assessment:
    """What the service says of the story."""
    (file,) = read_document(as_json(example).encode())
    assert isinstance(file, PatientFile), file
    day = date.fromisoformat(example.as_of)
    record = read_record(
        file.patient,
        file.resources,
        terminology=catalogue.terminology,
        as_of=day,
        resolve=file.resolve,
        holes=file.holes,
        aliases=file.aliases,
    )
    trial = next(trial for trial in catalogue.trials if trial.nct_id == example.trial)
    return assess(trial, record, day, date.fromisoformat(example.start) if example.start else None)


@cache
def reached() -> dict[str, frozenset[str]]:
    """Criterion → every verdict that it was given in any worked example, asked for there or not."""
    found: dict[str, set[str]] = {}
    for name, verdict in _verdicts():
        found.setdefault(name, set()).add(verdict)
    return {name: frozenset(verdicts) for name, verdicts in found.items()}


def _verdicts() -> Iterator[tuple[str, str]]:
    catalogue = load_catalogue()
    for example in examples():
        for result in assessment_of(example, catalogue).results:
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
