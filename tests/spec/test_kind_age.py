"""`age` (G3, G4; CM313-I01, CART-I03): completed years, both ends of the range included."""

from __future__ import annotations

import pytest
from holding import because, held, result_of, stories
from record_of import Item, patient

ADULT = "age: {at_least: 18}"
RANGE = "age: {at_least: 8, at_most: 75}"


@pytest.mark.parametrize(
    "born, answer",
    [
        ("2008-11-21", "met"),  # the 18th birthday counts
        ("2008-11-22", "not-met; 2026-11-22"),
        ("2009-02-28", "not-met; 2027-02-28"),
        ("2012-02-29", "not-met; 2030-03-01"),  # 29 February: the year is complete on 1 March
        ("2008-11", "unknown; 2026-11-30"),  # straddles the birthday: at the latest from its last day
        ("2008", "unknown; 2026-12-31"),
        ("2008-10", "met"),
        ("2007", "met"),
        ("2008-12", "not-met; 2026-12-31"),
        ("1921", "met"),
    ],
)
def test_an_adult(born: str, answer: str) -> None:
    assert held(ADULT, patient(born=born), role="inclusion") == answer


@pytest.mark.parametrize(
    "born, answer",
    [
        ("2018-11-21", "met"),
        ("2018-11-22", "not-met; 2026-11-22"),
        ("1950-11-22", "met"),  # 75 until the day before the 76th birthday
        ("1950-11-21", "not-met"),  # an upper limit never lifts
        ("1950-11", "unknown"),
        ("1950", "unknown"),
        ("1940", "not-met"),
        ("2018", "unknown; 2026-12-31"),
    ],
)
def test_a_range_of_ages(born: str, answer: str) -> None:
    assert held(RANGE, patient(born=born), role="inclusion") == answer


@stories(
    ("no birth date", [patient(born=None)], "no-birth-date"),
    ("a birth date that straddles", [patient(born="2008")], "age-undecided"),
    names="items, reason",
)
def test_an_unknown_age_is_to_be_asked_for(items: list[Item], reason: str) -> None:
    found = result_of(ADULT, *items)
    assert (found.verdict, because(ADULT, *items)) == ("unknown", reason)
    assert [resolve.kind for resolve in found.finding.resolve] == ["ask-birth-date"]


def test_an_age_is_told_with_its_birth_date() -> None:
    found = result_of(ADULT, patient(born="2000-01-01")).finding
    assert found.reason.given["years"] == 26
    assert [evidence.reference for evidence in found.evidence] == ["Patient/p"]
