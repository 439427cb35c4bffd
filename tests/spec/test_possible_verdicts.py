"""Every verdict that a definition allows is claimed by a worked example, and no example ever reaches another one."""

from __future__ import annotations

from functools import cache

import pytest
from examples_run import claimed, reached
from possible import Possible

from cds_service.catalogue import load_catalogue

NEVER_BY_MACHINE = {
    "met": [
        "CM313-E06",
        "CM313-E13",
        "CM313-E17",
        "CM313-E23",
        "CM313-E24",
        "CM313-E31",
        "CART-E07",
        "CART-E17",
        "CART-E34",
    ],
    "not-met": ["CM313-I02", "CM313-I06", "CM313-I07", "CM313-I11", "CM313-I19", "CART-I01", "CART-I10"],
    "unknown": ["CM313-I02", "CM313-I11", "CM313-E06", "CART-I04", "CART-I07", "CART-E34"],
    "judgement": ["CM313-I01", "CM313-I04", "CM313-I14", "CM313-E09", "CART-I03", "CART-E12", "CART-E26"],
}


NEVER_TOGETHER = {"CM313-I15": {"judgement"}}  # a grey diagnosis without a class is unknown: the class is missing


@cache
def possible() -> dict[str, set[str]]:
    catalogue = load_catalogue()
    return {
        criterion.id: Possible(trial, catalogue.terminology).verdicts(criterion.test)
        - NEVER_TOGETHER.get(criterion.id, set())
        for trial in catalogue.trials
        for criterion in trial.walk()
    }


@pytest.mark.parametrize("name", sorted(possible()))
def test_each_possible_verdict_is_claimed_by_an_example_and_no_other(name: str) -> None:
    assert sorted(claimed().get(name, ())) == sorted(possible()[name])


def test_no_example_reaches_a_verdict_that_its_definition_does_not_allow() -> None:
    """All criteria of all examples, whether an example asks for them or not."""
    others = {name: verdicts - possible()[name] for name, verdicts in reached().items()}
    assert {name: verdicts for name, verdicts in others.items() if verdicts} == {}


@pytest.mark.parametrize("verdict", NEVER_BY_MACHINE)
def test_what_the_protocol_leaves_to_a_person_or_to_a_fact_stays_there(verdict: str) -> None:
    """From criteria.md: sentences that a machine never answers so."""
    assert [name for name in NEVER_BY_MACHINE[verdict] if verdict in possible()[name]] == []
