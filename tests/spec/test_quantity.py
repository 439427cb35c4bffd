"""Numbers (G6): exact, never floating; a comparator is an interval that may leave a threshold open."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_of import amount

from eligibility.quantity import Amount, quantity_text
from eligibility.truth import Truth

T, F, M = Truth.TRUE, Truth.FALSE, Truth.MISSING
THIRTY = Fraction(30)
NUMBERS = st.fractions(0, 100, max_denominator=20)


@pytest.mark.parametrize(
    "value, below, at_most",
    [
        ("29.9", T, T), ("30", F, T), ("30.0", F, T), ("30.1", F, F),
        ("<5", T, T), ("<50", M, M), ("<30", T, T), ("<=30", M, T), ("<30.0001", M, M),
        (">=30", F, M), (">30", F, F), (">29", M, M), (">=31", F, F), (">5", M, M),
        ("20-25", T, T), ("25-30", M, T), ("25-35", M, M), ("30-35", F, M), ("31-35", F, F),
    ],
)  # fmt: skip
def test_the_table_of_comparators(value: str, below: Truth, at_most: Truth) -> None:
    """G6: `<30` is below 30, `<=30` may be 30, `>=30` is not below it, `<50` tells nothing."""
    assert amount(value).below(THIRTY) is below
    assert amount(value).at_most(THIRTY) is at_most
    assert amount(value).at_least(THIRTY) is ~below
    assert amount(value).above(THIRTY) is ~at_most


@pytest.mark.parametrize("limit", ["0.1", "0.5", "1.4", "88.4", "29.9"])
def test_the_limit_itself_is_met_exactly(limit: str) -> None:
    """0.1 + 0.2 is 0.3 here: numbers are fractions."""
    assert amount(limit).at_most(Fraction(limit)) is T
    assert amount(limit).below(Fraction(limit)) is F
    assert amount("0.1").scaled(Fraction(3), "").number == Fraction("0.3")


def _of(low: Fraction, high: Fraction, low_open: bool, high_open: bool) -> Amount:
    """An interval that holds at least one number."""
    low, high = min(low, high), max(low, high)
    return Amount(low, high, "", low_open and low < high, high_open and low < high)


AMOUNTS = st.builds(_of, NUMBERS, NUMBERS, st.booleans(), st.booleans())


@given(AMOUNTS, NUMBERS, NUMBERS, NUMBERS)
def test_knowing_a_value_less_well_only_moves_answers_to_missing(
    value: Amount, down: Fraction, up: Fraction, limit: Fraction
) -> None:
    assert value.low is not None
    assert value.high is not None
    for wider in (
        Amount(value.low - down, value.high + up),
        Amount(None, value.high),
        Amount(value.low, None),
        Amount(None, None),
    ):
        for name in ("below", "at_most", "above", "at_least"):
            assert getattr(wider, name)(limit) in (getattr(value, name)(limit), M)


@given(AMOUNTS, st.fractions(0, 1, max_denominator=50), NUMBERS)
def test_an_answer_holds_for_every_number_inside(value: Amount, share: Fraction, limit: Fraction) -> None:
    assert value.low is not None
    assert value.high is not None
    number = value.low + share * (value.high - value.low)
    if (number == value.low and value.low_open) or (number == value.high and value.high_open):
        return
    told = value.below(limit)
    assert told is M or told is (T if number < limit else F)


@pytest.mark.parametrize("text", ["30", "30 ", "10*9/L", "thirty 10*9/L", "1,5 ULN", "<30 10*9/L", "", "30mg"])
def test_a_limit_is_a_number_and_a_unit(text: str) -> None:
    with pytest.raises(ValueError, match=r'^a number and a unit in quotes, such as "30 10\*9/L"$'):
        quantity_text(text)


@pytest.mark.parametrize(
    "text, number, unit", [("30 10*9/L", "30", "10*9/L"), (" 0.5  mg/kg", "0.5", "mg/kg"), ("1.5 ULN", "3/2", "ULN")]
)
def test_a_limit_is_read_exactly(text: str, number: str, unit: str) -> None:
    read = quantity_text(text)
    assert (read.number, read.unit, read.ucum) == (Fraction(number), unit, True)


def test_a_number_alone_has_no_unit() -> None:
    assert Amount.exactly(5) == Amount(Fraction(5), Fraction(5), "", ucum=False)
    assert Amount.exactly("5", "mg", ucum=True) == Amount(Fraction(5), Fraction(5), "mg", ucum=True)


@pytest.mark.parametrize("ucum", [True, False])
def test_an_interval_in_another_unit_is_as_open_as_before(ucum: bool) -> None:
    """37 °C are 98.6 °F: value × factor + offset, at either end; what is unbounded stays so."""
    fever = Amount(Fraction(37), None, "Cel", low_open=True, ucum=ucum)
    assert fever.scaled(Fraction(9, 5), "[degF]", Fraction(32)) == Amount(
        Fraction("98.6"), None, "[degF]", low_open=True, ucum=ucum
    )
    mild = Amount(None, Fraction(40), "Cel", high_open=True, ucum=ucum)
    assert mild.scaled(Fraction(9, 5), "[degF]", Fraction(32)) == Amount(
        None, Fraction(104), "[degF]", high_open=True, ucum=ucum
    )
