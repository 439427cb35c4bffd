"""Every worked example and every golden card once more, in seconds: what a mutant of a rule is held against.

Records are read when this module is loaded, by the program as it is; a mutant only decides. Only the criteria of which
a story claims something are decided, and their sentences said, so that a reason nobody can word is noticed, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

import pytest

from cards.render import render_cards
from cards.wording.wording import Wording
from cds_service.assessment_json import criterion_json
from cds_service.catalogue import load_catalogue
from cds_service.examples.answers import zone_in
from cds_service.languages import wording_for
from eligibility.assessment import CriterionResult, _case, _result, assess
from eligibility.record import PatientRecord
from eligibility.trial import Criterion, Trial
from tests.cards import told
from tests.reading import record_in
from tests.trials.said import path_of, said_of
from tests.trials.worked import Example, as_json, example_files, load_examples

TRIALS = {trial.nct_id: trial for trial in load_catalogue().trials}


@dataclass(frozen=True, eq=False)
class Story:
    """An example and what is recorded in it."""

    example: Example
    record: PatientRecord
    as_of: date
    start: date | None

    @property
    def trial(self) -> Trial:
        return TRIALS[self.example.trial]


@cache
def words() -> Wording:
    return wording_for(load_catalogue())


def _read(example: Example) -> Story:
    as_of = date.fromisoformat(example.as_of)
    start = date.fromisoformat(example.start) if example.start else None
    return Story(example, record_in(as_json(example).encode(), as_of, zone=zone_in(example)), as_of, start)


def _living(name: str) -> list[Story]:
    [path] = [path for path in example_files() if path.stem == name]
    return [story for example in load_examples(path) if not (story := _read(example)).record.deceased]


STORIES = {path.stem: _living(path.stem) for path in example_files()}
CAST = {who: record_in(told.story(who), told.DAY) for who in told.PEOPLE}


def results(story: Story) -> Iterator[CriterionResult]:
    """Those of which the example claims something, and of groups their reported parts."""
    wanted = {*story.example.expect, *story.example.assurance, *story.example.eligible_from} - {"trial"}
    case = _case(story.trial, story.record, story.as_of, story.start)
    for criterion in story.trial.criteria:
        if _names(criterion) & wanted:
            found = _result(criterion, case)
            yield from (each for each in (found, *found.parts) if each.criterion.id in wanted)


def _names(criterion: Criterion) -> set[str]:
    return {criterion.id, *(member.id for member in criterion.members)}


def told_of(name: str) -> str:
    """Everything that is said of the examples of one file, as it is kept in `tests/trials/said`."""
    return "".join(said_of(story.example.id, results(story), words()) for story in STORIES[name])


@pytest.mark.parametrize("name", STORIES)
def test_the_examples_of_a_file_hold(name: str) -> None:
    for story in STORIES[name]:
        example = story.example
        for result in results(story):
            said = criterion_json(result, None, words())
            claimed = example.expect.get(result.criterion.id, result.verdict)
            assert said["verdict"] in (claimed if isinstance(claimed, list) else [claimed]), example.id
            assert said["assurance"] == example.assurance.get(result.criterion.id, said["assurance"]), example.id
            day = example.eligible_from.get(result.criterion.id, said["eligible_from"])
            assert said["eligible_from"] == day, example.id


@pytest.mark.parametrize("name", STORIES)
def test_the_sentences_of_a_file_are_those_that_were_kept(name: str) -> None:
    assert told_of(name) == path_of(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", STORIES)
def test_the_trials_of_a_file_stand_as_told(name: str) -> None:
    for story in STORIES[name]:
        example = story.example
        if example.status is None and example.speaks is None and "trial" not in example.eligible_from:
            continue
        found = assess(story.trial, story.record, story.as_of, story.start)
        assert example.status in (None, found.status.value), example.id
        assert example.speaks in (None, found.speaks), example.id
        lifts = found.eligible_from.isoformat() if found.eligible_from else None
        assert lifts == example.eligible_from.get("trial", lifts), example.id


@pytest.mark.parametrize("who", CAST)
def test_the_cards_of_the_cast_are_the_golden_ones(who: str) -> None:
    found = [assess(trial, CAST[who], told.DAY) for trial in TRIALS.values()]
    shown = render_cards(found, told.occasion(who), told.words())
    written = {f"{who}-{card.summary.split(':')[0]}.md": told.as_golden(card) for card in shown}
    assert written == {path.name: path.read_text(encoding="utf-8") for path in told.GOLDEN.glob(f"{who}-*.md")}
