"""What the service reads in a story and says of it, exactly as `cds-service assess` would from a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from cds_service.assessing import record_of
from cds_service.catalogue import Catalogue
from cds_service.contents import Unusable
from cds_service.documents import PatientFile, read_document
from cds_service.examples.stories import Example
from cds_service.examples.text import ExampleError
from eligibility.assessment import Assessment, assess
from eligibility.record import PatientRecord

Read = Callable[[bytes, date, Catalogue], PatientRecord]


class Answer(NamedTuple):
    """What the service reads in a story and says of it: nothing, where the person is deceased (G12)."""

    record: PatientRecord
    assessment: Assessment | None


def answer_of(catalogue: Catalogue, example: Example, read: Read | None = None) -> Answer:
    """The trial of the story held against its record, on its day; `read` reads FHIR JSON in another way."""
    trial = next((trial for trial in catalogue.trials if trial.nct_id == example.trial), None)
    if trial is None:
        raise ExampleError(f"{example.id}: no trial {example.trial} here")
    day = day_of(example, example.as_of)
    record = (read or _read)(as_json(example).encode(), day, catalogue)
    if record.deceased:
        return Answer(record, None)
    return Answer(record, assess(trial, record, day, day_of(example, example.start) if example.start else None))


def as_json(example: Example) -> str:
    return json.dumps(example.bundle, ensure_ascii=False)


def day_of(example: Example, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise ExampleError(f"{example.id}: {text!r} is no day of the calendar; write it like 2026-11-21") from None


def _read(data: bytes, as_of: date, catalogue: Catalogue) -> PatientRecord:
    files = read_document(data)
    found = next(iter(files), None)
    if found is None or isinstance(found, Unusable):
        raise ExampleError(f"the record cannot be read: {found.message if found else 'it holds no patient'}")
    return _record(found, as_of, catalogue)


def _record(file: PatientFile, as_of: date, catalogue: Catalogue) -> PatientRecord:
    return record_of(file, catalogue, as_of)
