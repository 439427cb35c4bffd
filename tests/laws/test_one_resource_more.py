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
def test_an_explicit_verdict_changes_only_for_evidence_that_the_new_finding_names(
    person: Person, trial: str, more: Json
) -> None:
    """Invariant 5. That it becomes an assumed one is a change, too: a recorded fact is never silenced."""
    before = by_id(asked(person, trial))
    after = by_id(asked(person.with_more({**more, "id": "more"}), trial))
    reference = f"{more['resourceType']}/more"
    changed = [
        (name, one.verdict, after[name].verdict, after[name].finding.reason)
        for name, one in before.items()
        if explicit(one) and (explicit(after[name]), after[name].verdict) != (True, one.verdict)
    ]
    assert [each for each in changed if not names(after[each[0]], reference)] == []


@law
@given(person=PEOPLE, trial=SOME_TRIAL, more=RESOURCES)
def test_an_explicit_verdict_that_is_new_names_what_is_new(person: Person, trial: str, more: Json) -> None:
    """What was open or assumed becomes explicit by the resource that says so."""
    before = by_id(asked(person, trial))
    after = by_id(asked(person.with_more({**more, "id": "more"}), trial))
    reference = f"{more['resourceType']}/more"
    new = [name for name, one in after.items() if explicit(one) and before[name].verdict != one.verdict]
    assert [(name, after[name].finding) for name in new if not names(after[name], reference)] == []
