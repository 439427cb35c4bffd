"""A trial in another disease is one file and what lies beside it: not a line of code and no kind of its own.

One is invented and one is published (SURPASS-2, NCT03987919); both go the whole way, from file to card.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from examples_run import Example, answer_of, assessment_of, examples
from possible import Possible

from cards.markdown import escape
from cards.render import Occasion, render_cards
from cards.wording.en import ENGLISH
from cds_service.assessment_json import patient_json
from cds_service.catalogue import Catalogue, load_catalogue, read_catalogue
from cds_service.checking import check
from cds_service.data import trials_folder
from cds_service.examples.expectations import differences
from cds_service.languages import wording_for
from eligibility.criteria.tree import KINDS
from eligibility.trial import Trial

HERE = Path(__file__).parents[1] / "trials" / "other"
FILES = {"NCT00000000": "diabetes.yaml", "NCT03987919": "surpass-2.yaml"}
STORIES = examples(HERE / "examples")
of_each = pytest.mark.parametrize("number", FILES)


@cache
def catalogue(number: str) -> Catalogue:
    """The shipped trials and the new file, with the value sets and the one conversion that lie beside it."""
    return read_catalogue(trials_folder(), [HERE / FILES[number]])


def trial(number: str) -> Trial:
    return next(trial for trial in catalogue(number).trials if trial.nct_id == number)


def stories(number: str) -> list[Example]:
    return [story for story in STORIES if story.trial == number]


@pytest.mark.parametrize("example", STORIES, ids=lambda example: example.id)
def test_the_trial_says_what_the_example_expects(example: Example) -> None:
    known = catalogue(example.trial)
    assert [str(each) for each in differences(example, answer_of(known, example), wording_for(known))] == []


@pytest.mark.parametrize("number, kinds, criteria", [("NCT00000000", 12, 21), ("NCT03987919", 8, 16)])
def test_it_is_one_file_and_uses_many_kinds(number: str, kinds: int, criteria: int) -> None:
    used = {test.word for criterion in trial(number).criteria for test in criterion.test.walk()} | {"condition"}
    assert len(used & set(KINDS)) >= kinds
    assert len(trial(number).criteria) == criteria


@of_each
def test_the_shipped_trials_stay_beside_it(number: str) -> None:
    """But for their fingerprint: the shared conversions are part of what a verdict was made with."""
    shipped = {each.nct_id for each in load_catalogue().trials}
    assert {each.nct_id for each in catalogue(number).trials} == shipped | {number}


def test_every_criterion_of_the_published_trial_is_seen_from_two_sides() -> None:
    """Whoever wrote the trial has seen each criterion let somebody in and keep somebody out, or leave it open."""
    number = "NCT03987919"
    said: dict[str, set[str]] = {}
    for story in stories(number):
        for name, verdict in story.expect.items():
            said.setdefault(name, set()).update([verdict] if isinstance(verdict, str) else verdict)
    always = {c.id for c in trial(number).criteria if c.test.always is not None}
    assert {c.id for c in trial(number).criteria} <= set(said)
    assert [name for name, verdicts in said.items() if len(verdicts) < 2 and name not in always] == []


@of_each
def test_every_verdict_of_its_examples_is_one_that_its_definition_allows(number: str) -> None:
    possible = Possible(trial(number), catalogue(number).terminology)
    for story in stories(number):
        for result in assessment_of(story, catalogue(number)).results:
            assert result.verdict in possible.verdicts(result.criterion.test), (story.name, result.criterion.id)


@of_each
def test_its_cards_have_words_for_everything_it_finds(number: str) -> None:
    said = set(ENGLISH.reasons)
    for story in stories(number):
        for result in assessment_of(story, catalogue(number)).results:
            assert result.finding.reason.key in said


@of_each
def test_the_first_story_ends_in_a_card_and_in_a_report(number: str) -> None:
    known, story = catalogue(number), stories(number)[0]
    record, assessed = answer_of(known, story)
    assert assessed is not None
    day = assessed.as_of
    [card] = render_cards([assessed], Occasion("c", "s", "h", "Patient/p"), wording_for(known, "en", escape))
    assert card.summary.startswith(trial(number).short_name)
    assert card.source.url == f"https://clinicaltrials.gov/study/{number}"
    told = patient_json("story", record, day, day, [assessed], wording_for(known))
    assert [each["id"] for each in told["assessments"][0]["criteria"]] == [c.id for c in trial(number).criteria]


@of_each
def test_check_runs_its_stories_and_asks_nothing(number: str) -> None:
    report = check(HERE / FILES[number])
    assert [(each.trial.nct_id, each.stories) for each in report.trials] == [(number, len(stories(number)))]
    assert report.status(strict=True) == 0
