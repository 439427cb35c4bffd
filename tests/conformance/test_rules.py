"""The list of rules is complete and well made, every rule that binds a service has a test, and the page is fresh."""

from __future__ import annotations

import re

import pytest

from tests.conformance.rules import IDENTITY, ROOT, Rule, marked, rules
from tests.conformance.told import PAGE, page

LAST = {
    "GEN": 8, "DISC": 16, "REQ": 9, "CTX": 7, "PREF": 15, "FHIR": 9, "RESP": 7, "CARD": 25, "FB": 11, "SEC": 16,
    "EXT": 3,
}  # fmt: skip
EVERY = list(rules().values())


def test_no_rule_is_left_out() -> None:
    assert list(rules()) == [f"{family}-{number}" for family, last in LAST.items() for number in range(1, last + 1)]


@pytest.mark.parametrize("rule", EVERY, ids=[rule.id for rule in EVERY])
def test_a_rule_is_tested_or_says_why_not(rule: Rule) -> None:
    if rule.binds_the_service:
        assert rule.kind == "tested"
    if rule.kind == "tested":
        assert marked().get(rule.id), f"no test carries the marker of {rule.id}: {rule.text}"
    else:
        assert len(rule.said) > 10
    assert rule.text.endswith(".")
    assert not rule.said.endswith(".")


def test_a_duty_of_others_is_told_as_theirs() -> None:
    assert {rule.kind for rule in EVERY if rule.of != "service"} <= {"coped", "because"}
    assert {rule.kind for rule in EVERY if rule.of == "service"} <= {"tested", "because"}


def test_every_marker_names_a_rule() -> None:
    assert [one for one in marked() if IDENTITY.fullmatch(one) and one not in rules()] == []


def test_every_rule_that_a_message_names_is_on_the_page() -> None:
    """An OperationOutcome names the rule broken by its id."""
    named = {
        found[0]
        for path in (ROOT / "cds_service").rglob("*.py")
        for found in re.finditer(IDENTITY, path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= set(rules())


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.conformance.told"
