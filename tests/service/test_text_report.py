"""The readable report says what the JSON says, in words that cannot be mistaken."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cds_service.text_report import Page, report


def criterion(role: str, verdict: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": "X-1",
        "role": role,
        "class": "computable",
        "verdict": verdict,
        "assurance": "explicit",
        "text": "Has a rash.",
        "because": "Recorded: rash.",
        "evidence": [{"reference": "Condition/1", "says": "Rash", "when": "2026-08"}],
        "eligible_from": None,
        "resolve": None,
    } | changes


def line(*criteria: dict[str, Any], **changes: Any) -> dict[str, Any]:
    assessment = {
        "trial": "NCT00000001",
        "definition": "0" * 12,
        "status": "ineligible",
        "eligible_from": None,
        "speaks": False,
        "speaks_reason": "something recorded stands in the way",
        "criteria": list(criteria),
    }
    whole = {"source": "a.json", "patient": "Patient/a", "as_of": "2026-11-21", "start": "2026-11-21"}
    return whole | {"assessments": [assessment | changes], "notes": []}


@pytest.mark.rule("G1")
@pytest.mark.parametrize(
    ("role", "verdict", "said", "heading"),
    [
        ("inclusion", "met", "[met]", "Fits (1)"),
        ("inclusion", "not-met", "[not met]", "In the way (1)"),
        ("exclusion", "met", "[exclusion present]", "In the way (1)"),
        ("exclusion", "not-met", "[exclusion absent]", "Fits (1)"),
        ("exclusion", "unknown", "[unknown]", "Cannot be told from the record (1)"),
        ("inclusion", "judgement", "[judgement]", "For a person to judge (1)"),
    ],
)
def test_each_verdict_in_its_place(role: str, verdict: str, said: str, heading: str) -> None:
    told = report(line(criterion(role, verdict)), Page())
    assert said in told
    assert heading in told


def test_parts_are_shown_and_not_counted() -> None:
    told = report(line(criterion("inclusion", "met"), criterion("inclusion", "met", part_of="X-1")), Page())
    assert "Fits (1)" in told
    assert "[met, part of X-1]" in told


def test_the_reason_the_evidence_the_day_and_the_remedy_are_told() -> None:
    resolve = {"who": "care", "text": "Look again."}
    told = report(line(criterion("exclusion", "unknown", eligible_from="2026-12-01", resolve=resolve)), Page())
    for part in ("Recorded: rash.", "Condition/1: Rash, 2026-08", "from 2026-12-01 on", "care: Look again."):
        assert part in told


def test_the_trial_goes_by_its_name_and_a_planned_dose_is_told() -> None:
    told = report(line() | {"start": "2026-12-24"}, Page(names={"NCT00000001": "RASH-1"}))
    assert "RASH-1 (NCT00000001): ineligible" in told
    assert "first dose planned 2026-12-24" in told
    assert "no card: something recorded stands in the way" in told


def test_colour_changes_nothing_but_the_colour() -> None:
    whole = line(criterion("exclusion", "met"))
    painted = report(whole, Page(colour=True))
    assert "\x1b[31m" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == report(whole, Page())


def test_what_cannot_be_used_is_told_with_its_remedy() -> None:
    told = report({"source": "a.json", "error": {"message": "the file is empty", "remedy": "write to it"}}, Page())
    assert told.splitlines() == ["a.json: cannot be used", "  the file is empty; write to it"]
