"""Every shape of real records is read right or refused visibly: the verdicts and data notes each one must give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cds_service.assessment_json import patient_json
from cds_service.catalogue import load_catalogue
from cds_service.languages import wording_for
from tests.trials.worked import Example, answer, example_files, load_examples

HERE = Path(__file__).parent
FILES = example_files(HERE)
STORIES = [story for path in FILES for story in load_examples(path)]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_the_shape_gives_these_verdicts(story: Example) -> None:
    assessed = answer(story).assessment
    if assessed is None:
        assert story.speaks is False, "the person is recorded as deceased"
        return
    results = {name: assessed.result(name) for name in {*story.expect, *story.assurance, *story.eligible_from}}
    found = {name: results[name].verdict for name in story.expect}
    assert found == {
        name: found[name] if isinstance(wanted, list) and found[name] in wanted else wanted
        for name, wanted in story.expect.items()
    }
    assert {name: results[name].finding.assurance.value for name in story.assurance} == dict(story.assurance)
    days = {name: results[name].eligible_from for name in story.eligible_from}
    assert {name: day and day.isoformat() for name, day in days.items()} == dict(story.eligible_from)
    assert story.status in (None, assessed.status.value)
    assert story.speaks in (None, assessed.speaks)


@pytest.mark.parametrize("story", [each for each in STORIES if each.notes is not None], ids=lambda story: story.id)
def test_the_person_gets_these_data_notes(story: Example) -> None:
    told = [note["text"] for note in _told(story)["notes"]]
    assert [words for words in story.notes or () if not any(words in text for text in told)] == []
    assert told or story.notes or story.notes == ()
    if story.notes == ():
        assert told == []


def test_every_group_of_shapes_has_its_file() -> None:
    assert sorted({int(path.name[:2]) for path in FILES}) == list(range(1, 21))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_story_claims_something(path: Path) -> None:
    assert re.match(r"\d\d-[a-z-]+$", path.stem)
    assert [
        story.name
        for story in load_examples(path)
        if not (story.expect or story.status or story.notes is not None or story.speaks is not None)
    ] == []


@cache
def _told(story: Example) -> Mapping[str, Any]:
    record, assessed = answer(story)
    day = date.fromisoformat(story.as_of)
    return patient_json(story.file, record, day, day, [assessed] if assessed else [], wording_for(load_catalogue()))
