"""Invariant 12: records and assessments pickle, and another process with another hash seed says the same."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import orjson
import pytest

from benchmarks.bodies import INELIGIBLE, ORDINARY_PERSON, SPEAKING, Body, bodies
from benchmarks.chart import AS_OF
from cards.markdown import clean
from cds_service.assessment_json import patient_json
from cds_service.catalogue import Catalogue, load_catalogue
from cds_service.fhir.bundle import Json, read_page
from cds_service.fhir.reader import begin
from cds_service.fhir.resource_index import ResourceIndex
from cds_service.languages import wording_for
from eligibility.assessment import assess, may_speak, screen
from eligibility.record import PatientRecord

ROOT = Path(__file__).parents[2]
KINDS = (ORDINARY_PERSON, SPEAKING, INELIGIBLE)


@cache
def sample() -> dict[str, Body]:
    return {body.kind: body for body in bodies(20)}


def _resources(body: Body) -> tuple[Json, list[Json]]:
    sent = orjson.loads(body.content)["prefetch"]
    pages = [page for key, value in sent.items() if key != "patient" and (page := read_page(value))]
    return sent["patient"], [resource for page in pages for resource in page.resources]


def records(body: Body, catalogue: Catalogue) -> tuple[PatientRecord, PatientRecord]:
    """The record before its results are read, and the whole."""
    patient, resources = _resources(body)
    resolve = ResourceIndex(resources)
    reading = begin(patient, resources, terminology=catalogue.terminology, as_of=AS_OF, resolve=resolve)
    return reading.without_results(), reading.whole()


def told(record: PatientRecord, catalogue: Catalogue) -> bytes:
    assessments = [assess(trial, record, AS_OF) for trial in catalogue.trials]
    wording = wording_for(catalogue, "en", clean)
    return orjson.dumps(patient_json("sample", record, AS_OF, AS_OF, assessments, wording))


def everybody() -> Iterator[bytes]:
    catalogue = load_catalogue()
    for kind in KINDS:
        yield told(records(sample()[kind], catalogue)[1], catalogue)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_pickles_whether_or_not_its_details_were_read(kind: str) -> None:
    catalogue = load_catalogue()
    unread, read = records(sample()[kind], catalogue)[1], records(sample()[kind], catalogue)[1]
    said = told(read, catalogue)
    for record in (unread, read):
        copy = pickle.loads(pickle.dumps(record))
        assert copy == record
        assert told(copy, catalogue) == said


@pytest.mark.parametrize("kind", KINDS)
def test_trials_and_assessments_pickle(kind: str) -> None:
    catalogue = load_catalogue()
    record = records(sample()[kind], catalogue)[1]
    for trial in catalogue.trials:
        found = assess(trial, record, AS_OF)
        copy = pickle.loads(pickle.dumps(found))
        assert copy == found
        assert assess(copy.trial, record, AS_OF) == found


def test_another_process_with_another_hash_seed_says_the_same() -> None:
    program = "import sys; from tests.speed.test_same_everywhere import everybody; " \
              "sys.stdout.buffer.write(b'\\n'.join(everybody()))"  # fmt: skip
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        said = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT, env=environment
        )
        assert said.stdout == b"\n".join(everybody())


@pytest.mark.parametrize("kind", KINDS)
def test_a_trial_that_cannot_speak_before_the_results_are_read_does_not_speak_after(kind: str) -> None:
    catalogue = load_catalogue()
    before, after = records(sample()[kind], catalogue)
    for trial in catalogue.trials:
        assert may_speak(trial, before, AS_OF) or not screen(trial, after, AS_OF)
        assert screen(trial, after, AS_OF) or not assess(trial, after, AS_OF).speaks


def test_most_charts_are_screened_without_their_results() -> None:
    catalogue = load_catalogue()
    before = records(sample()[ORDINARY_PERSON], catalogue)[0]
    assert not any(may_speak(trial, before, AS_OF) for trial in catalogue.trials)
