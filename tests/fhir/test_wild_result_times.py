"""fhir-in-the-wild, group 12: when a result was taken and the range it was printed with (rules G5, G6)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from fhir_raw import (
    SNOMED,
    coded,
    day,
    notes,
    observation,
    quantity,
    read,
    the_result,
)

from eligibility.quantity import Amount


@pytest.mark.parametrize(
    "times, first, last",
    [
        ({"effectiveDateTime": "2026-11-12T23:59:59.123+08:00"}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": "2026-11-12T08:00:00"}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": "2026-11-12T24:00:00Z"}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": " 2026-11-12 "}, "2026-11-12", "2026-11-12"),
        ({"effectiveInstant": "2026-11-12T08:00:00Z"}, "2026-11-12", "2026-11-12"),
        ({"effectivePeriod": {"start": "2026-11-10", "end": "2026-11-12"}}, "2026-11-10", "2026-11-12"),
        ({"effectivePeriod": {"start": "2026-11-10"}}, "2026-11-10", "2026-11-10"),
        ({"effectivePeriod": {"end": "2026-11-12"}}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": None, "issued": "2026-11-13T08:00:00Z"}, "2026-11-13", "2026-11-13"),
        ({"effectiveDateTime": "2026-11-12", "issued": "2026-11-13T08:00:00Z"}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": "2026-11"}, "2026-11-01", "2026-11-21"),
    ],
)
def test_when_a_result_was_taken(times, first, last):
    when = the_result(observation(**times)).when
    assert when is not None
    assert (when.first, when.last) == (day(first), day(last))


def test_a_result_without_any_date_is_kept_without_one():
    assert the_result(observation(effectiveDateTime=None)).when is None


def test_an_unreadable_date_is_not_replaced_by_the_date_of_issue():
    told = observation(effectiveDateTime="2026-02-30", issued="2026-11-13T08:00:00Z")
    assert the_result(told).when is None
    assert notes(told) == ["unreadable-date"]


def test_a_result_of_tomorrow_is_ignored_and_told():
    record = read(observation(effectiveDateTime="2026-11-22"))
    assert record.observations == {}
    assert [note.key for note in record.notes] == ["future-date"]


def test_the_time_of_day_and_of_issue_order_results_of_one_day():
    early = the_result(observation(effectiveDateTime="2026-11-12T08:00:00Z", issued="2026-11-12T09:00:00Z"))
    late = the_result(observation(effectiveDateTime="2026-11-12T09:30:00+01:00", issued="2026-11-12T09:00:01Z"))
    assert early.when is not None
    assert late.when is not None
    assert (early.when.instant or 0) < (late.when.instant or 0)
    assert (late.issued or 0) - (early.issued or 0) == 1_000_000


def ranges(*elements, **more):
    return the_result(observation(referenceRange=list(elements), **more)).ranges


def test_an_end_without_a_unit_is_in_the_unit_of_the_value():
    [found] = ranges({"low": {"value": 150}, "high": {"value": 400, "unit": "K/uL"}})
    assert found.low == Amount.exactly(150, "10*9/L", ucum=True)
    assert found.high == Amount.exactly(400, "K/uL")
    assert (found.normal, found.limited, found.understood) == (True, False, True)


@pytest.mark.parametrize(
    "text, low, high",
    [
        ("150 - 400", 150, 400),
        ("150-400 10*9/L", 150, 400),
        ("150–400", 150, 400),
        ("(150 - 400)", 150, 400),
        ("150 to 400", 150, 400),
        ("< 35", None, 35),
        ("<=35", None, 35),
        (">60", 60, None),
        ("0.5-1.0", Fraction(1, 2), 1),
    ],
)
def test_a_range_that_is_only_printed(text, low, high):
    [found] = ranges({"text": text})
    assert (found.low and found.low.number, found.high and found.high.number) == (low, high)


@pytest.mark.parametrize("text", ["negative", "see report", "0,5 - 1,0", "Adult: 150 - 400", "400 - 150", "35"])
def test_a_text_that_is_no_simple_range_is_none(text):
    assert ranges({"text": text}) == ()


def test_ranges_for_women_for_adults_and_for_treatment():
    woman = {"high": quantity(33), "appliesTo": [coded(SNOMED, "248152002", "Female")]}
    adult = {"high": quantity(40), "age": {"low": quantity(18, "a"), "high": quantity(216, "mo")}}
    treated = {"high": quantity(9), "type": coded("", "treatment")}
    strange = {"high": quantity(9), "appliesTo": [{"text": "third trimester"}], "age": {"low": quantity(9, "x")}}
    for_women, for_adults, under_treatment, for_whom = ranges(woman, adult, treated, strange)
    assert (for_women.genders, for_women.limited, for_women.understood) == (frozenset({"female"}), True, True)
    assert (for_adults.age_low, for_adults.age_high, for_adults.understood) == (18, 18, True)
    assert not under_treatment.normal
    assert (for_whom.limited, for_whom.understood) == (True, False)
