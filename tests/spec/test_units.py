"""Units (G6): every spelling of a platelet count that laboratories send, exact conversions, and refusals."""

from __future__ import annotations

from fractions import Fraction

import pytest
from holding import held, tables
from record_of import amount, result

from eligibility.quantity import Amount, ReferenceRange
from eligibility.units import converted

COUNTS = {
    "25": [
        "10*9/L", "10^9/L", "x10E9/L", "x10e9/L", "X10*9/L", "× 10^9/L", "10E9/L", "10⁹/L", "x10⁹/L", "10*3/uL",
        "10^3/uL", "10*3/µL", "10*3/μL", "10^3 / uL", "x10e3/uL", "x10*3/uL", "10+3/ul", "10*3/mm3", "10^3/mm3",
        "10³/mm³", "10*6/mL", "K/uL", "k/ul", "K/µL", "K/mm3", "K/mcL", "thou/uL", "Thousand/uL", "Thousands/uL",
        "thou/mm3", "Thousands Per MicroLiter", "G/L", "Gpt/L", "giga/L", "giga.l-1", "/nL", "/nanoliter", "10*9/l",
        "10*3.uL-1", "10\u200b*3/uL",
    ],
    "2.5": [
        "10*4/uL", "10^4/uL", "万/µL", "万/ul", "x10*4/µL",
    ],
    "25000": [
        "/uL", "/mm3", "/mm³", "{cells}/uL", "cells/uL", "10*6/L", "10^6/L", "/µL", "{cells}/mm3",
    ],
    "0.025": [
        "10*12/L", "10^12/L", "x10E12/L",
    ],
}  # fmt: skip


@pytest.mark.parametrize("value, unit", [(value, unit) for value, units in COUNTS.items() for unit in units])
def test_a_count_of_25_is_25_in_every_spelling(value: str, unit: str) -> None:
    assert converted(amount(f"{value} {unit}"), "10*9/L") == amount("25 10*9/L")


@pytest.mark.parametrize("ucum", [True, False])
def test_k_per_microlitre_is_thousands_and_not_kelvin(ucum: bool) -> None:
    found = converted(Amount.exactly(25, "K/uL", ucum=ucum), "10*9/L")
    assert found is not None
    assert found.number == 25


@pytest.mark.parametrize(
    "value, unit, told",
    [
        ("1000 /mm3", "10*9/L", "1"),  # critically low, not a thousand
        ("210000 {cells}/uL", "10*9/L", "210"),
        ("<30 K/uL", "10*9/L", "<30"),
        (">=30000 /uL", "10*9/L", ">=30"),
        ("0.02 g/dL", "mg/dL", "20"),
        ("9 mg/L", "mg/dL", "0.9"),
        ("88.4 umol/L", "umol/L", "88.4"),
        ("0.5 ukat/L", "U/L", "30"),
        ("40 IU/L", "U/L", "40"),
        ("70000 g", "kg", "70"),
        ("100 [lb_av]", "kg", "45.359237"),
        ("90 mL/min/1.73m2", "mL/min/{1.73_m2}", "90"),
        ("25 mIU/mL", "m[IU]/mL", "25"),
        ("25 IU/L", "m[IU]/mL", "25"),
        ("140 mmHg", "mm[Hg]", "140"),
    ],
)
def test_what_is_comparable_is_converted_exactly(value: str, unit: str, told: str) -> None:
    found, expected = converted(amount(value), unit), amount(f"{told} {unit}")
    assert found == expected


@pytest.mark.parametrize(
    "value, of, unit, told",
    [
        ("1 mg/dL", "VS-CREAT", "umol/L", "88.4"),
        ("88.4 umol/L", "VS-CREAT", "mg/dL", "1"),
        ("0.0884 mmol/L", "VS-CREAT", "mg/dL", "1"),
        ("10 mg/L", "VS-CREAT", "umol/L", "88.4"),
        ("1 mg/dL", "VS-BILI", "umol/L", "17.1"),
        ("<34.2 umol/L", "VS-BILI", "mg/dL", "<2"),
    ],
)
def test_mass_and_substance_convert_where_the_analyte_is_known(value: str, of: str, unit: str, told: str) -> None:
    found, expected = converted(amount(value), unit, [of], tables().units), amount(f"{told} {unit}")
    assert found == expected


def test_the_same_units_of_another_analyte_are_refused() -> None:
    assert converted(amount("1 mg/dL"), "umol/L", ["VS-ALT"], tables().units) is None
    assert converted(amount("1 mg/dL"), "umol/L") is None


@pytest.mark.parametrize(
    "value, unit",
    [
        ("25", "10*9/L"), ("25 fL", "10*9/L"), ("25 %", "10*9/L"), ("25 mg/dL", "10*9/L"), ("25 10*9", "10*9/L"),
        ("25 K", "10*9/L"), ("25 /HPF", "10*9/L"), ("25 10*9/kg", "10*9/L"), ("40 U/L", "mg/dL"), ("40 ULN", "U/L"),
        ("70 kg/m2", "kg"), ("25 mg", "mg/dL"), ("90 mL/min", "mL/min/{1.73_m2}"), ("1 log10 copies/mL", "copies/mL"),
        ("25 10*11/L", "10*9/L"), ("25 giraffes", "10*9/L"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(value: str, unit: str) -> None:
    assert converted(amount(value), unit) is None


def test_an_unknown_unit_compares_only_with_itself() -> None:
    assert converted(amount("3 giraffes"), "Giraffes") == amount("3 Giraffes")


def test_zero_and_offset_survive_a_scale_with_an_offset() -> None:
    """HbA1c: NGSP % = 0.09148 × IFCC + 2.152."""
    ngsp = amount("<53 mmol/mol").scaled(Fraction("0.09148"), "%", Fraction("2.152"))
    assert (ngsp.high, ngsp.high_open) == (Fraction("7.00044"), True)


PLATELETS = 'measurement: {of: [VS-PLT], below: "30 10*9/L", within: 2 days}'


@pytest.mark.parametrize(
    "value, low, answer",
    [
        ("25", "150", "met"),  # a range of 150–400 can only be ×10⁹/L
        ("250", "150", "not-met"),
        ("25000", "150000", "met"),  # and one of 150 000 only /µL
        ("25", None, "unknown"),  # never guessed
        ("25", "15", "unknown"),
        ("25", "0.150", "unknown"),
        ("25 giraffes", "150", "unknown"),  # a unit that is there is not overruled
    ],
)
def test_a_count_without_a_unit_is_read_by_its_printed_range_alone(value: str, low: str | None, answer: str) -> None:
    ranges = (ReferenceRange(low=amount(low)),) if low else ()
    assert held(PLATELETS, result("VS-PLT", value, ranges=ranges)) == answer


@pytest.mark.parametrize(
    "value, answer", [("20 10*12/L", "unknown"), ("0.02 10*12/L", "met"), ("6000 10*9/L", "unknown")]
)
def test_a_count_that_cannot_be_is_not_used(value: str, answer: str) -> None:
    assert held(PLATELETS, result("VS-PLT", value)) == answer
