"""`duration` (G3, G4; CM313-I04, CART-I06a): how long a disease has been known."""

from __future__ import annotations

import pytest
from holding import because, held, result_of, stories
from record_of import PROBLEM_LIST, Item, hole, problem

AT_LEAST = "duration: {of: [VS-ITP], at_least: 3 months}"
MORE_THAN = "duration: {of: [VS-ITP], more_than: 12 months}"


def since(onset: str, **given: str) -> Item:
    return problem("VS-ITP", onset=onset, **given)


@stories(
    ("nothing known", [], "unknown"),
    ("silence is never an answer", [PROBLEM_LIST], "unknown"),
    ("a disease without a date", [problem("VS-ITP")], "unknown"),
    ("exactly three months ago", [since("2026-08-21")], "met"),
    ("a day short", [since("2026-08-22")], "not-met; 2026-11-22"),
    ("in July", [since("2026-07")], "met"),
    ("in August", [since("2026-08")], "unknown; 2026-11-30"),
    ("in September", [since("2026-09")], "not-met; 2026-12-30"),
    ("this year", [since("2026")], "unknown; 2027-02-21"),
    ("last year", [since("2025")], "met"),
    ("recorded four months ago, onset unknown", [problem("VS-ITP", recorded="2026-07-21")], "met"),
    ("recorded last month, onset unknown", [problem("VS-ITP", recorded="2026-10-21")], "unknown; 2027-01-21"),
    ("an onset is cut at the recorded date", [since("2026-08", recorded="2026-08-10")], "met"),
    ("recorded before the onset", [since("2026-10-01", recorded="2026-03-01")], "met"),
    ("two onsets: the earliest decides", [since("2026-10-01"), since("2020-01-01")], "met"),
    ("in remission", [problem("VS-ITP", "past", onset="2020")], "met"),
    ("suspected only", [problem("VS-ITP", "suspected", onset="2020")], "unknown"),
    ("refuted", [problem("VS-ITP", "denied", onset="2020")], "unknown"),
    (
        "a suspected older one beside it",
        [problem("VS-ITP", "suspected", onset="2020"), since("2026-10-01")],
        "not-met; 2027-01-01",
    ),
    ("an unspecific code", [problem("VS-ITP:unknown", onset="2020")], "unknown"),
    ("another disease", [problem("VS-HTN", onset="2020")], "unknown"),
    ("explicit evidence stands beside a hole", [since("2020"), hole("conditions")], "met"),
    ("too short, beside a hole", [since("2026-10-01"), hole("conditions")], "not-met; 2027-01-01"),
)
def test_known_for_at_least_three_months(items: list[Item], answer: str) -> None:
    assert held(AT_LEAST, *items, role="inclusion") == answer


@pytest.mark.parametrize(
    "onset, answer",
    [
        ("2025-11-20", "met"),
        ("2025-11-21", "not-met; 2026-11-22"),  # strict: the boundary day does not pass
        ("2025-11", "unknown; 2026-12-01"),
        ("2025-10", "met"),
        ("2025", "unknown; 2027-01-01"),
        ("2024", "met"),
    ],
)
def test_known_for_more_than_twelve_months(onset: str, answer: str) -> None:
    assert held(MORE_THAN, since(onset), role="inclusion") == answer


def test_onsets_that_disagree_are_told() -> None:
    found = result_of(AT_LEAST, since("2026-10-01"), since("2020-01-01")).finding
    assert [note.key for note in found.notes] == ["onsets-disagree"]
    assert result_of(AT_LEAST, since("2020"), since("2020-01-01")).finding.notes == ()


@pytest.mark.parametrize("items, reason", [([], "no-diagnosis-to-date"), ([problem("VS-ITP")], "undated-diagnosis")])
def test_the_date_of_diagnosis_is_to_be_looked_up(items: list[Item], reason: str) -> None:
    found = result_of(AT_LEAST, *items).finding
    assert because(AT_LEAST, *items) == reason
    assert [resolve.kind for resolve in found.resolve] == ["look-up-diagnosis-date"]
