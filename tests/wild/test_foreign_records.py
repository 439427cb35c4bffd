"""Twenty records in the manner of other vendors and countries: what is said of them, and what nobody recognised."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from cds_service.documents import PatientFile, read_document, read_source
from tests.wild.told import TODAY, Told, person

HERE = Path(__file__).parent / "foreign"
EXPECTED: Mapping[str, Any] = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
FILES = {path.stem: path for path in sorted(HERE.iterdir()) if path.suffix != ".yaml"}


def told_of(name: str) -> Told:
    text = FILES[name].read_text(encoding="utf-8")
    lines = text.splitlines() if FILES[name].suffix == ".ndjson" else [text]
    return person(*map(json.loads, lines), as_of=as_of(name))


def as_of(name: str) -> date:
    day: date = EXPECTED[name].get("as_of", TODAY)
    return day


def test_there_are_twenty_and_each_is_judged() -> None:
    assert sorted(FILES) == sorted(EXPECTED)
    assert len(FILES) == 20


@pytest.mark.parametrize("name", FILES)
def test_it_reads_as_one_person_without_error(name: str) -> None:
    [found] = read_document(read_source(str(FILES[name])))
    assert isinstance(found, PatientFile)
    assert [hole.reason for hole in told_of(name).record.holes if hole.reason == "unreadable"] == []


@pytest.mark.parametrize("name", FILES)
def test_its_key_verdicts(name: str) -> None:
    wanted = EXPECTED[name]["verdicts"]
    assert told_of(name).verdicts(wanted) == wanted


@pytest.mark.parametrize("name", FILES)
def test_what_nobody_recognised_is_named(name: str) -> None:
    told = told_of(name)
    assert told.named("unclassified-problem") == EXPECTED[name]["problems"]
    assert told.named("unclassified-drug") == EXPECTED[name]["drugs"]
    assert [label for label in EXPECTED[name]["problems"] if not any(label in note for note in told.notes)] == []


@pytest.mark.parametrize("name", FILES)
def test_a_vaccination_a_relative_and_a_test_that_was_done_are_no_infection(name: str) -> None:
    told = told_of(name)
    assert told.verdict("CM313-E08") in ("unknown", "not-met")
    assert told.verdict("CM313-E07") in ("unknown", "not-met")
