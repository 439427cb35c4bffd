"""`allergy` (CART-E29): so many distinct allergies of a grade."""

from __future__ import annotations

import pytest
from holding import because, held, stories
from record_of import ALLERGY_LIST, Item, allergy, hole

SEVERE = "allergy: {grade: severe}"
UNGRADED = "allergy: {grade: ungraded}"
THREE = "allergy: {at_least: 3}"
NONE_KNOWN = allergy("none", of="", none_known=True)


@stories(
    ("nothing known", [], ("unknown", "unknown", "unknown")),
    ("a list without any", [ALLERGY_LIST], ("not-met assumed",) * 3),
    ("a list and a hole", [ALLERGY_LIST, hole("allergies")], ("unknown",) * 3),
    ("no known allergy", [ALLERGY_LIST, NONE_KNOWN], ("not-met",) * 3),
    ("no known allergy, and a hole", [ALLERGY_LIST, NONE_KNOWN, hole("allergies")], ("unknown",) * 3),
    ("a severe one", [allergy("penicillin", severe=True)], ("met", "not-met", "not-met")),
    ("a mild one", [allergy("penicillin", graded=True)], ("not-met",) * 3),
    ("one without a grade", [allergy("penicillin")], ("not-met", "met", "not-met")),
    (
        "an unconfirmed severe one",
        [allergy("penicillin", severe=True, confirmed=False)],
        ("unknown", "unknown", "unknown"),
    ),
    ("three", [allergy(name, graded=True) for name in ("nuts", "latex", "penicillin")], ("not-met", "not-met", "met")),
    ("two", [allergy(name, graded=True) for name in ("nuts", "latex")], ("not-met",) * 3),
    ("the same one three times", [allergy("nuts", graded=True)] * 3, ("not-met",) * 3),
    (
        "two, and a third that is not confirmed",
        [
            allergy("nuts", graded=True),
            allergy("latex", graded=True),
            allergy("penicillin", graded=True, confirmed=False),
        ],
        ("not-met", "not-met", "unknown"),
    ),
    ("a severe one beside a hole", [allergy("nuts", severe=True), hole("allergies")], ("met", "unknown", "unknown")),
    names="items, answers",
)
def test_severe_ungraded_and_many_allergies(items: list[Item], answers: tuple[str, str, str]) -> None:
    assert (held(SEVERE, *items), held(UNGRADED, *items), held(THREE, *items)) == answers


@pytest.mark.parametrize("of, answer", [("VS-ALLERGY", "met"), ("VS-RTX", "not-met"), ("VS-ALLERGY:never", "not-met")])
def test_an_allergy_to_something(of: str, answer: str) -> None:
    assert held("allergy: {of: [VS-ALLERGY]}", allergy("rituximab", of=of, graded=True)) == answer


def test_only_what_is_recorded_may_count() -> None:
    written = "allergy: {grade: severe, silence: means-no}"
    assert held(written) == "not-met"
    assert held(written, allergy("nuts", severe=True)) == "met"
    assert because(SEVERE, allergy("nuts", severe=True, confirmed=False)) == "allergy-unconfirmed"
