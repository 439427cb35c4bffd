"""`score` (G6; ECOG in CM313-I14, NYHA in CM313-I15 and CART-E11): a grade by number, coded answer or Roman numeral."""

from __future__ import annotations

import pytest
from holding import because, held, result_of, stories
from record_of import Item, ago, hole, result

ECOG = "score: {scale: ecog, at_most: 2}"
NYHA = "score: {scale: nyha, at_least: 3}"


def ecog(value: str, days: int = 0, **given: object) -> Item:
    return result("VS-ECOG", value, ago(days), **given)


def nyha(value: str, days: int = 0, **given: object) -> Item:
    return result("VS-NYHA", value, ago(days), **given)


@stories(
    ("nothing known", [], "unknown"),
    ("0", [ecog("0")], "met"),
    ("2", [ecog("2")], "met"),
    ("3", [ecog("3")], "not-met"),
    ("5", [ecog("5")], "not-met"),
    ("6 is no grade", [ecog("6")], "unknown"),
    ("one and a half is no grade", [ecog("1.5")], "unknown"),
    ("at most 2 is no grade", [ecog("<=2")], "unknown"),
    ("1 to 2 is no grade", [ecog("1-2")], "unknown"),
    ("a coded answer", [ecog("asymptomatic", codes="loinc|LA9622-7")], "met"),
    ("a coded grade 3", [ecog("grade 3", codes="loinc|LA9625-0")], "not-met"),
    ("two codes that differ", [ecog("?", codes="loinc|LA9622-7 loinc|LA9625-0")], "unknown"),
    ("a code that is none", [ecog("?", codes="loinc|LA1-1")], "unknown"),
    ("words", [ecog("ECOG PS 1")], "met"),
    ("other words", [ecog("bedridden")], "unknown"),
    ("unreadable", [ecog("unreadable")], "unknown"),
    ("28 days ago", [ecog("1", 28)], "met"),
    ("29 days ago", [ecog("1", 29)], "unknown"),
    ("the latest decides", [ecog("3", 10), ecog("1", 1)], "met"),
    ("two of one day that differ", [ecog("3"), ecog("1")], "unknown"),
    ("two of one day that agree", [ecog("0"), ecog("1")], "met"),
    ("of an unknown day", [result("VS-ECOG", "1", None)], "unknown"),
    ("of this month", [result("VS-ECOG", "1", "2026-11")], "met"),
    ("of this autumn", [result("VS-ECOG", "1", "2026-10..2026-11")], "unknown"),
    ("a preliminary one", [ecog("1", preliminary=True)], "unknown"),
    ("Karnofsky only", [result("VS-KARNOFSKY", "90")], "unknown"),
)
def test_ecog_0_to_2(items: list[Item], answer: str) -> None:
    assert held(ECOG, *items, role="inclusion") == answer


@pytest.mark.parametrize(
    "value, codes, answer",
    [
        ("III", "", "met"),
        ("class IV", "", "met"),
        ("NYHA II", "", "not-met"),
        ("NYHA class: III", "", "met"),
        ("1", "", "not-met"),
        ("0", "", "unknown"),
        ("5", "", "unknown"),
        ("x", "snomed|420913000", "met"),
        ("x", "loinc|LA28405-1", "not-met"),
        ("II-III", "", "unknown"),
        ("IV or V", "", "unknown"),
    ],
)
def test_nyha_3_or_4(value: str, codes: str, answer: str) -> None:
    assert held(NYHA, nyha(value, codes=codes)) == answer


@pytest.mark.parametrize(
    "written, items, answer",
    [
        ("{scale: nyha, at_least: 3, within: 1 year}", [nyha("3", 365)], "met"),
        ("{scale: nyha, at_least: 3, within: 1 year}", [nyha("3", 366)], "unknown"),
        ("{scale: nyha, at_least: 3, within: ever}", [nyha("3", 3000)], "met"),
        ("{scale: nyha, at_least: 3}", [nyha("3", 90)], "met"),
        ("{scale: nyha, at_least: 3}", [nyha("3", 91)], "unknown"),
        ("{scale: nyha, at_least: 3, within: 1 year, take: highest}", [nyha("3", 300), nyha("2", 1)], "met"),
        ("{scale: nyha, at_least: 3, within: 1 year, take: latest}", [nyha("3", 300), nyha("2", 1)], "not-met"),
        ("{scale: nyha, at_least: 3, within: 1 year, take: lowest}", [nyha("3", 300), nyha("2", 1)], "not-met"),
        ("{scale: nyha, at_most: 2, within: 1 year, take: highest}", [nyha("3", 300), nyha("2", 1)], "not-met"),
        ("{scale: nyha, at_least: 3, within: 1 year, take: highest}", [nyha("?", 300), nyha("2", 1)], "unknown"),
        ("{scale: nyha, at_least: 3, within: 1 year, take: highest}", [nyha("?", 300), nyha("3", 1)], "met"),
    ],
)
def test_windows_and_the_worst_grade(written: str, items: list[Item], answer: str) -> None:
    assert held(f"score: {written}", *items) == answer


@pytest.mark.parametrize(
    "items, reason, shown",
    [
        ([], "never-graded", []),
        ([ecog("1", 40)], "grade-stale", ["1"]),
        ([result("VS-KARNOFSKY", "90")], "other-scale", ["90"]),
        ([ecog("bedridden")], "grade-unreadable", ["bedridden"]),
        ([hole("observations", "refused")], "hole", []),
    ],
)
def test_an_unknown_grade_says_why(items: list[Item], reason: str, shown: list[str]) -> None:
    found = result_of(ECOG, *items).finding
    assert (because(ECOG, *items), [evidence.value for evidence in found.evidence]) == (reason, shown)
    assert [resolve.kind for resolve in found.resolve] == ["record-score"]


def test_an_optional_grade_drops_out_unless_it_may_lie_in_a_part_not_read() -> None:
    written = "all_of: [{age: {at_least: 18}}, {score: {scale: nyha, at_least: 3, optional: true}}]"
    assert held(written) == "met"
    assert held(written, nyha("2")) == "not-met"
    assert held(written, hole("observations", "out-of-time")) == "unknown"
