"""A trial in another disease is one file and its value sets: not a line of code and no kind of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from examples_run import Example, assessment_of, examples
from possible import Possible

from cards.wording.en import ENGLISH
from cds_service.catalogue import Catalogue, read_catalogue
from cds_service.data import trials_folder
from eligibility.criteria.tree import KINDS

HERE = Path(__file__).parents[1] / "trials" / "other"
NUMBER = "NCT00000000"


@cache
def catalogue() -> Catalogue:
    """The shipped trials and the new file, with the value sets and the one conversion that lie beside it."""
    return read_catalogue(trials_folder(), [HERE / "diabetes.yaml"])


@pytest.mark.parametrize("example", examples(HERE / "examples"), ids=lambda example: example.name)
def test_the_trial_says_what_the_example_expects(example: Example) -> None:
    assessed = assessment_of(example, catalogue())
    results = {name: assessed.result(name) for name in {*example.expect, *example.assurance, *example.eligible_from}}
    assert {name: results[name].verdict for name in example.expect} == dict(example.expect)
    assert {name: results[name].finding.assurance.value for name in example.assurance} == dict(example.assurance)
    days = {name: results[name].eligible_from for name in example.eligible_from}
    assert {name: day.isoformat() if day else None for name, day in days.items()} == dict(example.eligible_from)
    assert example.status in (None, assessed.status.value)
    assert example.speaks in (None, assessed.speaks)


def test_it_is_one_file_and_uses_most_kinds() -> None:
    trial = next(trial for trial in catalogue().trials if trial.nct_id == NUMBER)
    used = {test.word for criterion in trial.criteria for test in criterion.test.walk()} | {"condition"}
    assert len(used & set(KINDS)) >= 12
    assert len(trial.criteria) == 21


def test_the_shipped_trials_stay_as_they_are() -> None:
    """But for their fingerprint: the shared conversions are part of what a verdict was made with."""
    assert [trial.nct_id for trial in catalogue().trials] == ["NCT06352281", "NCT05694767", NUMBER]


def test_every_verdict_of_its_examples_is_one_that_its_definition_allows() -> None:
    trial = next(trial for trial in catalogue().trials if trial.nct_id == NUMBER)
    possible = Possible(trial, catalogue().terminology)
    for example in examples(HERE / "examples"):
        for result in assessment_of(example, catalogue()).results:
            assert result.verdict in possible.verdicts(result.criterion.test), (example.name, result.criterion.id)


def test_its_cards_have_words_for_everything_it_finds() -> None:
    said = set(ENGLISH.reasons)
    for example in examples(HERE / "examples"):
        for result in assessment_of(example, catalogue()).results:
            assert result.finding.reason.key in said
