"""Groups, the table and references (G1, G2; the language's §3): how answers combine, and what stays open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pytest
from holding import held, result_of, stories
from pydantic import ValidationError
from record_of import PROBLEM_LIST, Item, ago, drug, hole, patient, problem, result

from eligibility.criteria.groups import decided
from eligibility.finding import Finding, Reason
from eligibility.truth import Truth

# Facts whose answer does not depend on the record of a story.
FACTS = """
facts:
  yes: {sex: {among: [female]}}
  no: {sex: {among: [male]}}
  open: {recorded: {of: [VS-NYHA], within: ever}}
  person: {always: {verdict: judgement}}
"""
OPEN: Item = hole("observations", "refused")
WORDS = {"met": "yes", "not-met": "no", "unknown": "open", "judgement": "person"}


def answered(written: str) -> str:
    return held(written, OPEN, header=FACTS)


@pytest.mark.parametrize(
    "members, all_of, any_of, none_of",
    [
        ("yes, yes", "met", "met", "not-met"),
        ("yes, no", "not-met", "met", "not-met"),
        ("no, no", "not-met", "not-met", "met"),
        ("yes, open", "unknown", "met", "not-met"),
        ("no, open", "not-met", "unknown", "unknown"),
        ("yes, person", "judgement", "met", "not-met"),
        ("no, person", "not-met", "judgement", "judgement"),
        ("open, person", "unknown", "unknown", "unknown"),  # a missing fact is told before a judgement
        ("person, open, yes", "unknown", "met", "not-met"),
        ("person, open, no", "not-met", "unknown", "unknown"),
    ],
)
def test_groups(members: str, all_of: str, any_of: str, none_of: str) -> None:
    for written, answer in (("all_of", all_of), ("any_of", any_of), ("none_of", none_of)):
        assert answered(f"{written}: [{members}]") == answer
        assert answered(f"{written}: [{', '.join(reversed(members.split(', ')))}]") == answer


@pytest.mark.parametrize(
    "members, answer",
    [
        ("yes, yes, no", "met"),
        ("yes, no, no", "not-met"),
        ("yes, open, no", "unknown"),
        ("yes, person, no", "judgement"),
        ("open, no, no", "not-met"),
    ],
)
def test_two_of_three(members: str, answer: str) -> None:
    assert answered(f"count_of: {{at_least: 2, among: [{members}]}}") == answer


# ---- the table -----------------------------------------------------------------------------------------------


def table(*rows: tuple[str, str], otherwise: str = "") -> str:
    written = ", ".join(f"{{{verdict}: {test}}}" for verdict, test in rows)
    return f"decide: [{written}{f', {{otherwise: {otherwise}}}' if otherwise else ''}]"


@pytest.mark.parametrize(
    "rows, otherwise, answer",
    [
        ([("met", "yes")], "", "met"),
        ([("met", "no")], "", "not-met"),
        ([("met", "no")], "judgement", "judgement"),
        ([("met", "no"), ("judgement", "yes")], "", "judgement"),
        ([("met", "yes"), ("judgement", "yes")], "", "met"),  # the first row that holds
        ([("met", "open"), ("judgement", "yes")], "", "unknown"),  # an open row above is not passed over
        ([("met", "person"), ("judgement", "yes")], "", "judgement"),
        ([("met", "open"), ("met", "yes")], "", "met"),  # unless the rows below lead to the same verdict
        ([("judgement", "open"), ("judgement", "yes")], "", "judgement"),
        ([("not-met", "open"), ("met", "no")], "", "not-met"),
        ([("met", "open")], "met", "met"),
        ([("met", "open"), ("not-met", "yes")], "", "unknown"),
        ([("met", "person")], "", "judgement"),
        ([("met", "person"), ("unknown", "yes")], "", "unknown"),
        ([("unknown", "person")], "", "unknown"),
    ],
)
def test_the_table_is_read_from_the_top(rows: list[tuple[str, str]], otherwise: str, answer: str) -> None:
    assert answered(table(*rows, otherwise=otherwise)) == answer


def decision(rows: Sequence[tuple[str, Truth]], otherwise: str) -> Truth:
    def asked(truth: Truth) -> Callable[[], Finding]:
        return lambda: Finding(truth, Reason.of("nothing-to-test"))

    return decided([(verdict, asked(truth)) for verdict, truth in rows], otherwise).truth


@pytest.mark.parametrize("otherwise", WORDS)
@pytest.mark.parametrize("first", WORDS)
def test_a_firm_verdict_never_changes_when_an_open_fact_is_settled(first: str, otherwise: str) -> None:
    """Invariant 5, over all tables of three rows: what is firm while facts are open stays, however they turn out."""
    for verdicts in product([first], WORDS, WORDS):
        for truths in product(Truth, repeat=3):
            answer = decision(list(zip(verdicts, truths, strict=True)), otherwise)
            if answer.open:
                continue
            ways = product(*[(Truth.TRUE, Truth.FALSE) if truth.open else (truth,) for truth in truths])
            assert {decision(list(zip(verdicts, way, strict=True)), otherwise) for way in ways} == {answer}


# ---- optional tests ------------------------------------------------------------------------------------------

OPTIONAL = 'measurement: {of: [VS-EGFR], at_least: "60 mL/min/{1.73_m2}", optional: true}'


@pytest.mark.parametrize(
    "written, absent, low",
    [
        (f"all_of: [yes, {{{OPTIONAL}}}]", "met", "not-met"),
        (f"any_of: [no, {{{OPTIONAL}}}]", "not-met", "not-met"),
        (f"none_of: [{{{OPTIONAL}}}]", "met", "met"),
        (f"decide: [{{not-met: {{{OPTIONAL}}}}}, {{met: yes}}]", "met", "met"),
        (f"count_of: {{at_least: 1, among: [no, {{{OPTIONAL}}}]}}", "not-met", "not-met"),
    ],
)
def test_an_optional_test_that_was_not_done_drops_out(written: str, absent: str, low: str) -> None:
    assert held(written, header=FACTS) == absent
    assert held(written, result("VS-EGFR", "50 mL/min/{1.73_m2}"), header=FACTS) == low


# ---- assurance -----------------------------------------------------------------------------------------------

HF, DM = "condition: {of: [VS-HF]}", "condition: {of: [VS-DM]}"


@stories(
    ("all assumed", f"any_of: [{{{HF}}}, {{{DM}}}]", [PROBLEM_LIST], "not-met assumed"),
    (
        "one explicit no among several that are needed",
        f"any_of: [{{{HF}}}, {{{DM}}}]",
        [PROBLEM_LIST, problem("VS-DM", "denied")],
        "not-met assumed",
    ),
    (
        "all explicit",
        f"any_of: [{{{HF}}}, {{{DM}}}]",
        [PROBLEM_LIST, problem("VS-HF", "denied"), problem("VS-DM", "denied")],
        "not-met",
    ),
    (
        "one explicit no suffices",
        f"all_of: [{{{HF}}}, {{{DM}}}]",
        [PROBLEM_LIST, problem("VS-DM", "denied")],
        "not-met",
    ),
    ("one explicit yes suffices", f"any_of: [{{{HF}}}, {{taking: {{of: [VS-APT]}}}}]", [problem("VS-HF")], "met"),
    ("none of them, by silence", f"none_of: [{{{HF}}}]", [PROBLEM_LIST], "met assumed"),
    (
        "a row passed over by silence",
        f"decide: [{{met: {{{HF}}}}}, {{not-met: {{{DM}}}}}]",
        [PROBLEM_LIST, problem("VS-DM")],
        "not-met assumed",
    ),
    ("the first row, explicit", f"decide: [{{met: {{{HF}}}}}]", [problem("VS-HF")], "met"),
    (
        "a judgement has no assurance",
        f"decide: [{{met: {{{HF}}}}}, {{judgement: {{{DM}}}}}]",
        [PROBLEM_LIST, problem("VS-DM")],
        "judgement",
    ),
    names="written, items, answer",
)
def test_a_group_is_as_sure_as_what_decides_it(written: str, items: list[Item], answer: str) -> None:
    assert held(written, *items) == answer


# ---- time, references, conditions ----------------------------------------------------------------------------


def test_a_group_lifts_on_the_first_day_on_which_it_is_favourable() -> None:
    """G9: an event lifts in May, a drug tomorrow: both must have gone."""
    written = "any_of: [{condition: {of: [VS-MI], began_within: 6 months}}, {taking: {of: [VS-APT]}}]"
    items = [PROBLEM_LIST, problem("VS-MI", onset="2026-11-20"), drug("VS-APT", start="2026", end=ago(0))]
    assert held(written, *items) == "met; 2027-05-21"
    assert held(written.replace("any_of", "all_of"), *items) == "met; 2026-11-22"
    assert held(written, *items, drug("VS-APT", start="2026")) == "met"


def test_a_bare_word_is_a_fact_and_shared_facts_are_there() -> None:
    assert held("fact: heart_failure", problem("VS-HF")) == "met"
    assert held("all_of: [heart_failure, nyha_3_or_4]", problem("VS-HF"), result("VS-NYHA", "3")) == "met"
    assert held("all_of: [heart_failure, nyha_3_or_4]", problem("VS-HF")) == "unknown"


@stories(
    ("class three", [problem("VS-HF"), result("VS-NYHA", "3")], "met"),
    ("class two", [problem("VS-HF"), result("VS-NYHA", "2")], "judgement"),
    ("no class", [problem("VS-HF")], "unknown"),
    ("no heart failure", [PROBLEM_LIST, result("VS-NYHA", "3")], "not-met assumed"),
    ("no heart failure, and no class", [PROBLEM_LIST], "not-met assumed"),
    ("suspected", [problem("VS-HF", "suspected"), result("VS-NYHA", "2")], "unknown"),
)
def test_heart_failure_as_a_table(items: list[Item], answer: str) -> None:
    """CM313-E04: an open row above stays open; a firm "no" needs every row."""
    assert held("decide: [{met: {all_of: [heart_failure, nyha_3_or_4]}}, {judgement: heart_failure}]", *items) == answer


def test_what_would_settle_a_group_is_what_would_settle_its_open_members() -> None:
    found = result_of(f"any_of: [{{{HF}}}, {{taking: {{of: [VS-APT]}}}}]", patient()).finding
    assert [resolve.kind for resolve in found.resolve] == ["review-problem-list", "reconcile-medication"]


@pytest.mark.parametrize(
    "written, message",
    [
        ("{}", "exactly one test, found none"),
        (f"{{{HF}, sex: {{among: [male]}}}}", "exactly one test, found sex, condition"),
        ("decide: [{otherwise: met}, {met: yes}]", "the last row"),
        ("decide: [{perhaps: yes}]", "'perhaps' is no verdict"),
        ("decide: {met: yes}", "a list of rows"),
        ("decide: [{met: yes, not-met: no}]", "one `verdict: test` a row"),
    ],
)
def test_a_node_is_one_test_and_a_table_a_list_of_rows(written: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        answered(written)
