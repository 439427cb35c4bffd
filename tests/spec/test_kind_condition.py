"""`condition` (G5, G7): the patient has, had, or never had a disease. Dated ones: test_kind_condition_dated."""

from __future__ import annotations

import pytest
from holding import because, held, result_of, stories
from record_of import PROBLEM_LIST, Item, drug, hole, patient, problem

NOW = "condition: {of: [VS-HF]}"
PAST = "condition: {of: [VS-HF], status: past}"
EVER = "condition: {of: [VS-HF], status: ever}"
DENIED = "condition: {of: [VS-HF], status: denied}"


@stories(
    ("nothing known", [], ("unknown", "unknown", "unknown")),
    ("a problem list without it", [PROBLEM_LIST], ("not-met assumed",) * 3),
    ("a problem list and a hole", [PROBLEM_LIST, hole("conditions")], ("unknown",) * 3),
    ("a problem list and a refused section", [PROBLEM_LIST, hole("conditions", "refused")], ("unknown",) * 3),
    ("current", [problem("VS-HF")], ("met", "unknown", "met")),
    ("current, on a kept list", [PROBLEM_LIST, problem("VS-HF")], ("met", "not-met", "met")),
    ("current, beside a hole", [problem("VS-HF"), hole("conditions")], ("met", "unknown", "met")),
    ("past", [problem("VS-HF", "past")], ("unknown", "met", "met")),
    ("past, on a kept list", [PROBLEM_LIST, problem("VS-HF", "past")], ("not-met", "met", "met")),
    (
        "past, and a hole that may be a current one",
        [problem("VS-HF", "past"), hole("conditions")],
        ("unknown", "met", "met"),
    ),
    ("suspected", [problem("VS-HF", "suspected")], ("unknown",) * 3),
    ("suspected, on a kept problem list", [PROBLEM_LIST, problem("VS-HF", "suspected")], ("unknown",) * 3),
    ("refuted", [problem("VS-HF", "denied")], ("unknown",) * 3),
    ("refuted, on a kept list", [PROBLEM_LIST, problem("VS-HF", "denied")], ("not-met",) * 3),
    ("refuted beside a suspected one", [problem("VS-HF", "denied"), problem("VS-HF", "suspected")], ("unknown",) * 3),
    ("past beside a current one", [problem("VS-HF", "past"), problem("VS-HF")], ("met",) * 3),
    ("another disease", [problem("VS-MI")], ("unknown",) * 3),
    ("a code that never counts", [PROBLEM_LIST, problem("VS-HF:never")], ("not-met assumed",) * 3),
    ("a history code", [problem("VS-HF:history")], ("unknown", "met", "met")),
    ("a history code, on a kept list", [PROBLEM_LIST, problem("VS-HF:history")], ("not-met", "met", "met")),
    ("a code that says there is none", [problem("VS-HF:negative")], ("unknown",) * 3),
    ("a code that says there is none, on a kept list", [PROBLEM_LIST, problem("VS-HF:negative")], ("not-met",) * 3),
    ("a code for a person to judge", [problem("VS-HF:judgement")], ("judgement", "unknown", "judgement")),
    (
        "a code for a person to judge, on a kept list",
        [PROBLEM_LIST, problem("VS-HF:judgement")],
        ("judgement", "not-met", "judgement"),
    ),
    ("an unspecific code", [problem("VS-HF:unknown")], ("unknown",) * 3),
    names="items, answers",
)
def test_a_disease_now_in_the_past_or_ever(items: list[Item], answers: tuple[str, str, str]) -> None:
    assert (held(NOW, *items), held(PAST, *items), held(EVER, *items)) == answers


@stories(
    ("refuted", [problem("VS-HF", "denied")], "met"),
    ("a code that says there is none", [problem("VS-HF:negative")], "met"),
    ("current", [problem("VS-HF")], "unknown"),
    ("an empty problem list", [PROBLEM_LIST], "not-met assumed"),
)
def test_a_disease_that_was_ruled_out(items: list[Item], answer: str) -> None:
    assert held(DENIED, *items) == answer


@pytest.mark.parametrize(
    "weight, answer, of_judgement",
    [
        ("ignored", "not-met", "not-met"),
        ("counts", "met", "judgement"),
        ("judgement", "judgement", "judgement"),
        ("unknown", "unknown", "judgement"),
    ],
)
def test_what_a_past_disease_weighs_is_written(weight: str, answer: str, of_judgement: str) -> None:
    past = [PROBLEM_LIST, problem("VS-PE", "past")]
    assert held(f"condition: {{of: [VS-PE], past: {weight}}}", *past) == answer
    assert held(f"condition: {{judgement: [VS-PE], past: {weight}}}", *past) == of_judgement


def test_one_entry_that_is_over_or_refuted_is_no_proof_that_there_is_no_other() -> None:
    """Without a kept list it stays open, unless the definition says that such an entry means no."""
    for standing, word in (("past", "past"), ("denied", "refuted")):
        entry = problem("VS-PE", standing)
        assert held("condition: {of: [VS-PE]}", entry) == "unknown"
        assert held("condition: {of: [VS-PE]}", entry, PROBLEM_LIST) == "not-met"
        assert held(f"condition: {{of: [VS-PE], {word}: means-no}}", entry) == "not-met"
        assert held(f"condition: {{of: [VS-PE], {word}: means-no}}", entry, hole("conditions")) == "unknown"


def test_an_entry_marked_resolved_may_weigh_otherwise_than_an_inactive_one() -> None:
    """CM313-E20: atherosclerosis does not go away."""
    written = "condition: {of: [VS-ATHERO], past: counts, resolved: judgement}"
    assert held(written, problem("VS-ATHERO", "past")) == "met"
    assert held(written, problem("VS-ATHERO", "past", resolved=True)) == "judgement"


@stories(
    ("a named disease", [problem("VS-PE")], "met"),
    ("a disease of the grey list", [problem("VS-TIA")], "judgement"),
    ("an unspecific disease", [problem("VS-STROKE")], "unknown"),
    ("a named and a grey one", [problem("VS-PE"), problem("VS-TIA")], "met"),
    ("a grey and an unspecific one", [problem("VS-TIA"), problem("VS-STROKE")], "judgement"),
    ("a grey and a suspected one", [problem("VS-TIA"), problem("VS-PE", "suspected")], "judgement"),
    ("a code of both lists counts in full", [problem("VS-PE VS-TIA")], "met"),
    ("a disease that is taken out", [PROBLEM_LIST, problem("VS-OLD-MI")], "not-met assumed"),
    ("a code of a set that is taken out", [PROBLEM_LIST, problem("VS-PE VS-OLD-MI")], "not-met assumed"),
)
def test_named_grey_and_unspecific_diseases(items: list[Item], answer: str) -> None:
    """Order inside one fact (G2): true, judgement, missing, false."""
    assert (
        held("condition: {of: [VS-PE], judgement: [VS-TIA], unknown: [VS-STROKE], except: [VS-OLD-MI]}", *items)
        == answer
    )


@pytest.mark.parametrize(
    "written, answer, reason",
    [
        ("condition: {of: [VS-HF], silence: means-no}", "not-met", "nothing-recorded"),
        ("condition: {of: [VS-HF], silence: never}", "unknown", "not-on-record"),
        ("condition: {of: [VS-HF], acute: true}", "not-met assumed", "none-acute"),
        ("condition: {of: [VS-HF]}", "not-met assumed", "none"),
    ],
)
def test_what_a_kept_problem_list_without_it_means(written: str, answer: str, reason: str) -> None:
    assert (held(written, PROBLEM_LIST), because(written, PROBLEM_LIST)) == (answer, reason)


def test_contradictions_can_be_switched_off_and_named() -> None:
    anticoagulant = [PROBLEM_LIST, drug("VS-ANTICOAG", start="2026")]
    assert held("condition: {of: [VS-PE]}", *anticoagulant) == "unknown"
    assert held("condition: {of: [VS-PE], contradicted_by: []}", *anticoagulant) == "not-met assumed"
    assert held("condition: {of: [VS-MI], contradicted_by: [anticoagulant]}", *anticoagulant) == "unknown"
    assert because("condition: {of: [VS-PE]}", *anticoagulant) == "indication"


def test_family_history_is_nobodys_disease() -> None:
    """G5: it never reaches the record's conditions; the flag alone changes nothing."""
    assert held(NOW, PROBLEM_LIST, patient(family_history=True)) == "not-met assumed"


def test_all_entries_that_decide_are_shown_and_restricted_ones_stay_marked() -> None:
    found = result_of(
        NOW, problem("VS-HF", label="one"), problem("VS-HF", label="two", restricted=True), problem("VS-HF", "past")
    )
    assert [(evidence.label, evidence.restricted) for evidence in found.finding.evidence] == [
        ("one", False),
        ("two", True),
    ]


def test_an_unknown_disease_asks_for_the_problem_list() -> None:
    assert [resolve.kind for resolve in result_of(NOW).finding.resolve] == ["review-problem-list"]
    assert [resolve.kind for resolve in result_of(NOW, problem("VS-HF", "suspected")).finding.resolve] == [
        "review-problem-list"
    ]
