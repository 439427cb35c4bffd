"""What the service reads in a story and says of it, exactly as `cds-service assess` would from a file."""

from __future__ import annotations

import json
from datetime import date, tzinfo
from typing import NamedTuple, Protocol

from cds_service.assessing import record_of
from cds_service.catalogue import Catalogue
from cds_service.contents import Unusable
from cds_service.documents import read_document
from cds_service.examples.stories import Example
from cds_service.examples.text import ExampleError
from cds_service.settings import zone_of
from eligibility.assessment import Assessment, assess
from eligibility.record import PatientRecord


class Read(Protocol):
    """How FHIR JSON is read: on which day, by which terminology, in a hospital that lives by which time."""

    def __call__(
        self, data: bytes, as_of: date, catalogue: Catalogue, *, zone: tzinfo | None = None
    ) -> PatientRecord: ...


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
    record = (read or _read)(as_json(example).encode(), day, catalogue, zone=zone_in(example))
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


def zone_in(example: Example) -> tzinfo | None:
    """The time by which the hospital of the story lives, where it says so."""
    try:
        return zone_of(example.time_zone) if example.time_zone else None
    except ValueError:
        raise ExampleError(
            f"{example.id}: {example.time_zone!r} is no time zone; write it like Asia/Shanghai"
        ) from None


def _read(data: bytes, as_of: date, catalogue: Catalogue, *, zone: tzinfo | None = None) -> PatientRecord:
    files = read_document(data)
    found = next(iter(files), None)
    if found is None or isinstance(found, Unusable):
        raise ExampleError(f"the record cannot be read: {found.message if found else 'it holds no patient'}")
    return record_of(found, catalogue, as_of, zone=zone)
