"""What no person can have is refused, however it came to be written; what somebody can have is used (G6)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from holding import because, held, result_of, tables
from record_of import ago, amount, drug, patient, result

from eligibility.quantity import Amount
from eligibility.record import Result
from eligibility.units import converted, counts_single_cells

ADULT, CHILD = "1980-06-15", "2020-06-15"


def measured(of: str, unit: str) -> str:
    """Any possible value keeps this limit, so only what is refused stays open."""
    return f'measurement: {{of: [{of}], at_least: "-1000000000 {unit}", within: 28 days}}'


def reading(of: str, value: str, born: str = ADULT) -> str:
    unit = next(row.unit for row in tables().plausible if of in row.of)
    return held(measured(of, unit), result(of, value), patient(born=born))


# The most extreme that was ever seen in the living, and the least that cannot be.
EXTREMES = [
    ("VS-PLT", "0 10*9/L", None, "5000 10*9/L", "5001 10*9/L"),
    ("VS-PLT", "0 /uL", None, "5000000 /uL", "5000001 /uL"),
    ("VS-PLT", "0.001 10*12/L", None, "5 10*12/L", "20 10*12/L"),
    ("VS-WEIGHT", "10 kg", "9.9 kg", "635 kg", "7000 kg"),
    ("VS-WEIGHT", "10000 g", "70 g", "1399 [lb_av]", "15400 lb"),
    ("VS-WEIGHT", "400 oz", "7 oz", "22000 oz", "250000 oz"),
    ("VS-ALT", "0 U/L", None, "50000 U/L", "400000 U/L"),
    ("VS-AST", "0 U/L", None, "800 ukat/L", "40000 ukat/L"),
    ("VS-BILI", "0 mg/dL", None, "50 mg/dL", "101 mg/dL"),
    ("VS-BILI", "0 umol/L", None, "855 umol/L", "17000 umol/L"),
    ("VS-CREAT", "0.07 mg/dL", "0 mg/dL", "73 mg/dL", "88 mg/dL"),
    ("VS-CREAT", "7 umol/L", "0.9 umol/L", "6400 umol/L", "88000 umol/L"),
    ("VS-CREAT", "0.007 mmol/L", "0.0009 mmol/L", "6 mmol/L", "88 mmol/L"),
    ("VS-EGFR", "0 mL/min/1.73m2", None, "250 mL/min/1.73m2", "900 mL/min/1.73m2"),
    ("VS-BP-SYSTOLIC", "30 mm[Hg]", "12 mm[Hg]", "370 mm[Hg]", "1200 mm[Hg]"),
    ("VS-BP-SYSTOLIC", "4 kPa", "1.6 kPa", "40 kPa", "120 kPa"),
    ("VS-BP-DIASTOLIC", "0 mm[Hg]", None, "350 mm[Hg]", "800 mm[Hg]"),
    ("VS-HCG", "0 mIU/mL", None, "5000000 mIU/mL", "200000000 mIU/mL"),
    ("VS-HGB", "0.7 g/dL", "0.4 g/dL", "27 g/dL", "140 g/dL"),
    ("VS-HGB", "7 g/L", "4 g/L", "270 g/L", "14000 g/L"),
    ("VS-HGB", "0.5 mmol/L", "0.2 mmol/L", "16 mmol/L", "140 mmol/L"),
    ("VS-HBA1C", "2.5 %", "0.07 %", "20 %", "70 %"),
]


@pytest.mark.parametrize("of, lowest, too_low, highest, too_high", EXTREMES)
def test_a_true_extreme_is_used_and_the_impossible_is_not(
    of: str, lowest: str, too_low: str | None, highest: str, too_high: str
) -> None:
    assert [reading(of, lowest), reading(of, highest)] == ["met", "met"]
    assert [reading(of, value) for value in (too_low, too_high) if value] == ["unknown"] * (2 if too_low else 1)


def test_every_row_of_the_table_is_tried_above() -> None:
    assert {name for row in tables().plausible if row.unit for name in row.of} == {row[0] for row in EXTREMES}


@pytest.mark.parametrize("value, answer", [("3.4 kg", "met"), ("0.25 kg", "met"), ("0.07 kg", "unknown")])
def test_a_child_may_weigh_what_no_adult_does(value: str, answer: str) -> None:
    assert reading("VS-WEIGHT", value, CHILD) == answer


@pytest.mark.parametrize(
    "value, answer",
    [
        (">4000 10*9/L", "met"),
        (">6000 10*9/L", "unknown"),  # surely more than can be
        ("<6000 10*9/L", "met"),
        ("4000-6000 10*9/L", "met"),
    ],
)
def test_an_interval_is_refused_where_no_part_of_it_can_be(value: str, answer: str) -> None:
    assert reading("VS-PLT", value) == answer


PLATELETS = 'measurement: {of: [VS-PLT], below: "30 10*9/L", within: 28 days}'


def test_a_refused_result_is_the_latest_and_says_so() -> None:
    older, newest = result("VS-PLT", "20 10*9/L", ago(3)), result("VS-PLT", "20 10*12/L", ago(1))
    found = result_of(PLATELETS, older, newest).finding
    assert (found.truth.value, found.reason.key) == ("missing", "result-refused")
    assert [entry.value for entry in found.evidence] == ["20 10*12/L"]
    assert [(note.key, note.given["reference"]) for note in found.notes] == [("result-refused", "Observation/1")]


def test_the_impossible_does_not_stop_a_newer_result() -> None:
    items = result("VS-PLT", "20 10*12/L", ago(3)), result("VS-PLT", "20 10*9/L", ago(1))
    found = result_of(PLATELETS, *items).finding
    assert (found.truth.value, found.notes) == ("true", ())


def test_the_highest_of_several_is_not_the_impossible_one() -> None:
    written = 'measurement: {of: [VS-PLT], above: "1000 10*9/L", take: highest, within: 28 days}'
    items = result("VS-PLT", "20 10*9/L", ago(3)), result("VS-PLT", "20000 10*9/L", ago(1))
    assert held(written, *items) == "unknown"


@pytest.mark.parametrize(
    "value, key",
    [("25", "result-unit"), ("25 fL", "result-unit"), ("unreadable", "result-unreadable")],
)
def test_the_reason_says_what_is_wrong_with_a_result(value: str, key: str) -> None:
    item = result("VS-PLT", value)
    assert because(PLATELETS, item) == key
    assert [note.key for note in result_of(PLATELETS, item).finding.notes] == [key]


def test_a_result_that_decides_is_not_spoken_of() -> None:
    assert result_of(PLATELETS, result("VS-PLT", "25 10*9/L")).finding.notes == ()


def test_what_rests_on_a_restricted_entry_names_it_in_no_note() -> None:
    assert result_of(PLATELETS, result("VS-PLT", "20 10*12/L", restricted=True)).finding.notes == ()


def test_a_panel_does_not_count_what_cannot_be() -> None:
    written = (
        'panel: {tests: {hcg: {of: [VS-HCG], positive_from: "25 m[IU]/mL", negative_below: "5 m[IU]/mL"}}, '
        "rules: [{met: {hcg: positive}}, {not-met: {hcg: negative}}, {otherwise: unknown}]}"
    )
    below_nothing = replace(result("VS-HCG", "3 mIU/mL"), result=Result("-3 mIU/mL", Amount.exactly(-3, "mIU/mL")))
    too_much, not_pregnant, pregnant = (result("VS-HCG", f"{n} mIU/mL") for n in (200_000_000, 3, 30))
    told = [held(written, item) for item in (below_nothing, too_much, not_pregnant, pregnant)]
    assert told == ["unknown", "unknown", "not-met", "met"]


def test_a_dose_by_weight_is_not_computed_with_an_impossible_one() -> None:
    written = 'daily_dose: {of: [VS-STEROID], at_most: "0.5 mg/kg"}'
    steroid = drug("VS-STEROID", dose=20, start="2026-01-01")
    assert held(written, steroid, result("VS-WEIGHT", "70 kg"), role="inclusion") == "met"
    assert held(written, steroid, result("VS-WEIGHT", "7000 kg"), role="inclusion") == "unknown"
    assert because(written, steroid, result("VS-WEIGHT", "7000 kg"), role="inclusion") == "weight-unusable"


KIDNEY = 'measurement: {of: [VS-CREAT], at_most: "1 ULN", grey_to: "1.5 ULN"}'


@pytest.mark.parametrize(
    "of, value, uln, answer",
    [
        ("VS-CREAT", "62 mg/dL", "84 mg/dL", "unknown"),  # both in µmol/L
        ("VS-CREAT", "62 umol/L", "84 umol/L", "met"),
        ("VS-CREAT", "0.9 mg/dL", "0 mg/dL", "unknown"),  # a placeholder
        ("VS-CREAT", "0.9 mg/dL", "1.3 mg/dL", "met"),
        ("VS-ALT", "50 U/L", "0 U/L", "unknown"),
        ("VS-ALT", "50 U/L", "900 U/L", "unknown"),
        ("VS-BILI", "17 mg/dL", "21 mg/dL", "unknown"),
        ("VS-BILI", "0.9 mg/dL", "1.2 mg/dL", "met"),
    ],
)
def test_a_limit_of_normal_that_no_laboratory_has_leaves_the_unit_in_doubt(
    of: str, value: str, uln: str, answer: str
) -> None:
    written = KIDNEY.replace("VS-CREAT", of)
    assert held(written, result(of, value, uln=uln), role="inclusion") == answer


@pytest.mark.parametrize(
    "value, told",
    [
        ("13 g/dL", "130 g/L"),
        ("130 g/L", "13 g/dL"),
        ("8 mmol/L", "12.8916 g/dL"),
        ("12.8916 g/dL", "8 mmol/L"),
        ("<8 mmol/L", "<128.916 g/L"),
    ],
)
def test_haemoglobin_converts_exactly(value: str, told: str) -> None:
    expected = amount(told)
    assert converted(amount(value), expected.unit, ["VS-HGB"], tables().units) == expected


@pytest.mark.parametrize(
    "value, kilograms",
    [
        ("70 kg", "70"),
        ("70000 g", "70"),
        ("1 lb", "0.45359237"),
        ("16 oz", "0.45359237"),
        ("1 [oz_av]", "0.028349523125"),
        ("1 [stone_av]", "6.35029318"),
        ("70000000 mg", "70"),
    ],
)
def test_weights_convert_exactly(value: str, kilograms: str) -> None:
    found = converted(amount(value), "kg")
    assert found is not None
    assert found.number == Fraction(kilograms)


@pytest.mark.parametrize("unit, whole", [("/uL", True), ("{cells}/uL", True), ("/mm3", True), ("10*9/L", False)])
def test_where_single_cells_are_counted_a_comma_can_only_group(unit: str, whole: bool) -> None:
    assert counts_single_cells(unit) is whole
