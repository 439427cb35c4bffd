"""`sex`: the administrative sex, by FHIR's codes."""

from __future__ import annotations

import pytest
from holding import held, result_of
from record_of import patient

WOMEN = "sex: {among: [female]}"
PERHAPS = "sex: {among: [female, other, unknown]}"


@pytest.mark.parametrize(
    "gender, women, perhaps",
    [
        ("female", "met", "met"),
        ("male", "not-met", "not-met"),
        ("other", "not-met", "met"),
        ("unknown", "not-met", "met"),
        (None, "unknown", "met"),  # absent is `unknown` where that is listed, else missing
    ],
)
def test_sex(gender: str | None, women: str, perhaps: str) -> None:
    assert held(WOMEN, patient(gender=gender)) == women
    assert held(PERHAPS, patient(gender=gender)) == perhaps


def test_an_absent_sex_is_to_be_asked_for() -> None:
    assert [resolve.kind for resolve in result_of(WOMEN, patient(gender=None)).finding.resolve] == ["ask-sex"]
