"""`always`: sentences that leave nothing to test (classes A and J)."""

from __future__ import annotations

from datetime import date

import pytest
from holding import held, result_of
from pydantic import ValidationError
from record_of import PROBLEM_LIST, Item, hole, patient, problem

RECORDS: list[list[Item]] = [
    [],
    [PROBLEM_LIST],
    [problem("VS-ITP")],
    [hole("conditions")],
    [patient(born=None, gender=None)],
]


@pytest.mark.parametrize("items", RECORDS)
@pytest.mark.parametrize("verdict", ["met", "judgement"])
@pytest.mark.parametrize("role", ["inclusion", "exclusion"])
def test_the_verdict_is_the_same_on_every_record(items: list[Item], verdict: str, role: str) -> None:
    assert held(f"always: {{verdict: {verdict}}}", *items, role=role) == verdict


@pytest.mark.parametrize("as_of, answer", [("2023-04-09", "unknown"), ("2023-04-10", "met"), ("2026-11-21", "met")])
def test_before_an_amendment_the_older_rule_is_not_supported(as_of: str, answer: str) -> None:
    written = 'always: {verdict: met, since: "2023-04-10"}'
    day = date.fromisoformat(as_of)
    assert held(written, as_of=day) == answer
    assert [resolve.kind for resolve in result_of(written, as_of=day).finding.resolve] == (
        ["not-supported"] if answer == "unknown" else []
    )


@pytest.mark.parametrize(
    "written", ["always: {verdict: not-met}", "always: {}", "always: {verdict: met, since: April}"]
)
def test_a_fixed_verdict_is_met_or_a_judgement(written: str) -> None:
    with pytest.raises(ValidationError):
        held(written)
