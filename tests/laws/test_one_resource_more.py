"""One resource more: what the record said is overturned only by what says so itself, and never silenced."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from eligibility.assessment import CriterionResult
from tests.laws.law import law
from tests.laws.people import PEOPLE, SOME_TRIAL, Person, asked, by_id, certain
from tests.laws.resources import RESOURCES

Json = dict[str, Any]


def names(result: CriterionResult, reference: str) -> bool:
    """Whether the finding names it: among its grounds, or, where it could not be understood, as the hole (G5)."""
    found = result.finding
    evidence = (*found.evidence, *(one for ground in found.told for one in ground.evidence))
    return reference in {one.reference for one in evidence} | {found.reason.given.get("reference")}


def explicit(result: CriterionResult) -> bool:
    return certain(result) and not result.finding.assumed


@law
@given(person=PEOPLE, trial=SOME_TRIAL, more=RESOURCES)
def test_what_one_resource_more_changes_is_by_the_evidence_that_the_finding_names(
    person: Person, trial: str, more: Json
) -> None:
    """Invariant 5. An explicit verdict that changes, or is assumed from now on, names what overturned it: a recorded
    fact is never silenced. One that is explicit for the first time names the resource that says so.
    """
    before = by_id(asked(person, trial))
    after = by_id(asked(person.with_more({**more, "id": "more"}), trial))
    changed = [
        name
        for name, one in before.items()
        if (explicit(one) or explicit(after[name]))
        and (one.verdict, one.finding.assumed) != (after[name].verdict, after[name].finding.assumed)
    ]
    unnamed = [name for name in changed if not names(after[name], f"{more['resourceType']}/more")]
    assert [(name, before[name].verdict, after[name].verdict, after[name].finding.reason) for name in unnamed] == []
