"""`measurement` against the upper limit of normal (G6; CM313-I12, I13, CART-E21, E22): ranges, brackets, grey zones."""

from __future__ import annotations

from fractions import Fraction

import pytest
from holding import held, result_of
from record_of import Item, amount, patient, result

from eligibility.quantity import ReferenceRange

NORMAL = 'measurement: {of: [VS-ALT], at_most: "1 ULN", grey_to: "1.5 ULN"}'
KIDNEY = 'measurement: {of: [VS-CREAT], at_most: "1 ULN", grey_to: "1.5 ULN"}'
HIGH = 'measurement: {of: [VS-ALT], above: "3 ULN"}'
FILTRATION = 'measurement: {of: [VS-EGFR], at_least: "60 mL/min/{1.73_m2}", grey_to: "45 mL/min/{1.73_m2}"}'


def printed(high: str, **given: object) -> ReferenceRange:
    return ReferenceRange(high=amount(high), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value, answer",
    [
        ("40", "met"),
        ("40.1", "judgement"),
        ("60", "judgement"),
        ("60.1", "not-met"),  # the grey zone includes its end
        ("<40", "met"),
        ("<50", "unknown"),
        (">40", "unknown"),
        (">60", "not-met"),
        ("45-55", "judgement"),
        ("35-45", "unknown"),
    ],
)
def test_up_to_one_and_a_half_times_the_limit_goes_to_a_person(value: str, answer: str) -> None:
    assert held(NORMAL, result("VS-ALT", f"{value} U/L", uln="40 U/L"), role="inclusion") == answer


@pytest.mark.parametrize(
    "value, answer", [("120", "not-met"), ("120.1", "met"), (">120", "met"), (">100", "unknown"), ("<100", "not-met")]
)
def test_more_than_three_times_the_limit(value: str, answer: str) -> None:
    assert held(HIGH, result("VS-ALT", f"{value} U/L", uln="40 U/L")) == answer


@pytest.mark.parametrize(
    "value, answer",
    [
        ("29", "met"),
        ("30", "met"),  # below the lowest limit that any laboratory uses
        ("31", "unknown"),
        ("70", "unknown"),
        ("105", "unknown"),
        ("106", "not-met"),  # 1.5 × 70: beyond the highest
    ],
)
def test_without_a_printed_limit_both_ends_of_the_plausible_ones_must_agree(value: str, answer: str) -> None:
    assert held(NORMAL, result("VS-ALT", f"{value} U/L"), role="inclusion") == answer


def test_bilirubin_has_no_plausible_limit() -> None:
    written = NORMAL.replace("VS-ALT", "VS-BILI")
    assert held(written, result("VS-BILI", "0.1 mg/dL"), role="inclusion") == "unknown"
    assert held(written, result("VS-BILI", "17.1 umol/L", uln="1.0 mg/dL"), role="inclusion") == "met"


@pytest.mark.parametrize(
    "ranges, answer",
    [
        ((printed("40 U/L", normal=False),), "unknown"),  # a therapeutic or critical range is no normal range
        ((printed("40 U/L", normal=False), printed("60 U/L")), "met"),
        (
            (
                printed("40 U/L", genders=frozenset({"male"}), limited=True),
                printed("60 U/L", genders=frozenset({"female"}), limited=True),
            ),
            "met",
        ),
        (
            (
                printed("60 U/L", genders=frozenset({"male"}), limited=True),
                printed("40 U/L", genders=frozenset({"female"}), limited=True),
            ),
            "judgement",
        ),
        (
            (
                printed("40 U/L", age_low=Fraction(60), limited=True),
                printed("60 U/L", age_high=Fraction(59), limited=True),
            ),
            "met",
        ),
        ((printed("60 U/L", limited=True, understood=False),), "unknown"),
        ((printed("60 fL"),), "unknown"),
        ((printed("60 U/L", genders=frozenset({"male"}), limited=True),), "unknown"),
    ],
)
def test_the_printed_range_that_fits_the_patient(ranges: tuple[ReferenceRange, ...], answer: str) -> None:
    """A woman of 46, ALT 50: normal when the limit is 60, grey when it is 40, unknown when no printed range fits."""
    assert held(NORMAL, result("VS-ALT", "50 U/L", ranges=ranges), role="inclusion") == answer


@pytest.mark.parametrize(
    "born, value, uln, answer",
    [
        ("1980-06-15", "1.2 mg/dL", "1.2 mg/dL", "met"),
        ("1980-06-15", "106.08 umol/L", "1.2 mg/dL", "met"),  # exactly 1.2 mg/dL
        ("1980-06-15", "1.2 mg/dL", "106.08 umol/L", "met"),
        ("1980-06-15", "0.8 mg/dL", None, "met"),
        ("1980-06-15", "1.2 mg/dL", None, "unknown"),
        ("1980-06-15", "2.2 mg/dL", None, "not-met"),
        ("2016-06-15", "0.8 mg/dL", "1.2 mg/dL", "unknown"),  # an adult's range beside a child's result
        ("2016-06-15", "0.5 mg/dL", "0.7 mg/dL", "met"),
        ("2016-06-15", "0.7 mg/dL", "1.0 mg/dL", "met"),
        ("2016-06-15", "0.5 mg/dL", "88.5 umol/L", "unknown"),
        ("2016-06-15", "0.5 mg/dL", None, "unknown"),  # children have no plausible limit
        ("2010-06-15", "0.8 mg/dL", "1.2 mg/dL", "met"),  # from 16 years on
        (None, "0.5 mg/dL", None, "unknown"),  # perhaps a child
        ("1980", "0.8 mg/dL", None, "met"),  # only the year of birth is known, and it is an adult's
        ("1980", "1.2 mg/dL", "1.2 mg/dL", "met"),
        ("2009", "0.8 mg/dL", "1.2 mg/dL", "met"),  # 16 or 17
        ("2010", "0.8 mg/dL", "1.2 mg/dL", "unknown"),  # 15 or 16
    ],
)
def test_creatinine(born: str | None, value: str, uln: str | None, answer: str) -> None:
    assert held(KIDNEY, result("VS-CREAT", value, uln=uln), patient(born=born), role="inclusion") == answer


def test_a_childs_own_range_is_used() -> None:
    ranges = (printed("1.2 mg/dL", age_low=Fraction(5), age_high=Fraction(12), limited=True),)
    assert (
        held(KIDNEY, result("VS-CREAT", "1.1 mg/dL", ranges=ranges), patient(born="2016-06-15"), role="inclusion")
        == "met"
    )


@pytest.mark.parametrize(
    "value, answer",
    [
        ("60", "met"),
        ("59", "judgement"),
        ("45", "judgement"),
        ("44", "not-met"),
        (">60", "met"),
        ("<45", "not-met"),
        (">90", "met"),
        ("<60", "unknown"),
    ],
)
def test_a_lower_limit_with_a_grey_zone(value: str, answer: str) -> None:
    assert held(FILTRATION, result("VS-EGFR", f"{value} mL/min/{{1.73_m2}}"), role="inclusion") == answer


def test_a_missing_limit_says_so() -> None:
    item: Item = result("VS-ALT", "50 U/L")
    assert result_of(NORMAL, item, role="inclusion").finding.reason.key == "no-upper-limit"
