"""fhir-in-the-wild, groups 7 to 9: which results count, their values and their look-alikes (rules G5, G6)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from fhir_raw import (
    LOINC,
    PLATELETS,
    UCUM,
    coded,
    day,
    holes,
    observation,
    quantity,
    read,
    the_result,
)

from eligibility.quantity import Amount
from eligibility.terminology import Mark

# --- 7: status ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status, rank", [("final", 0), ("corrected", 1), ("amended", 1), (" Final ", 0), ("AMENDED", 1)]
)
def test_good_results(status, rank):
    found = the_result(observation(status=status))
    assert (found.rank, found.preliminary) == (rank, False)


@pytest.mark.parametrize("status", ["entered-in-error", "entered-in-error ", "cancelled", "unknown", "registered"])
def test_results_that_do_not_count_are_no_holes(status):
    record = read(observation(status=status))
    assert (record.observations, record.holes) == ({}, ())


def test_a_preliminary_result_is_kept_apart():
    assert the_result(observation(status="preliminary")).preliminary


@pytest.mark.parametrize("status", [None, "", "done", 5, {"code": "final"}])
def test_a_result_whose_status_cannot_be_read_is_a_hole_for_its_sets_only(status):
    [hole] = read(observation(status=status)).holes
    assert (hole.section.value, hole.reason) == ("observations", "unreadable-status")
    assert hole.sets == frozenset({"VS-PLT"})


# --- 8: values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, amount",
    [
        ({"valueQuantity": quantity(24)}, Amount.exactly(24, "10*9/L", ucum=True)),
        ({"valueQuantity": quantity(24.1)}, Amount.exactly("24.1", "10*9/L", ucum=True)),
        ({"valueQuantity": quantity("24.10")}, Amount.exactly("24.1", "10*9/L", ucum=True)),
        ({"valueQuantity": {"value": 24, "unit": "x10e3/uL"}}, Amount.exactly(24, "x10e3/uL")),
        ({"valueQuantity": {"value": 24, "code": "K/uL"}}, Amount.exactly(24, "K/uL")),
        ({"valueQuantity": {"value": 24, "unit": "K/uL", "code": "10*9/L", "system": UCUM}},
         Amount.exactly(24, "10*9/L", ucum=True)),
        ({"valueQuantity": {"value": 24}}, Amount.exactly(24)),
        ({"valueQuantity": quantity(5, comparator="<")}, Amount(Fraction(0), Fraction(5), "10*9/L", True, True, True)),
        ({"valueQuantity": quantity(5, comparator="<=")},
         Amount(Fraction(0), Fraction(5), "10*9/L", True, False, True)),
        ({"valueQuantity": quantity(900, comparator=">")}, Amount(Fraction(900), None, "10*9/L", True, False, True)),
        ({"valueQuantity": quantity(900, comparator=">=")}, Amount(Fraction(900), None, "10*9/L", False, False, True)),
        ({"valueQuantity": quantity("<5")}, Amount(Fraction(0), Fraction(5), "10*9/L", True, True, True)),
        ({"valueInteger": 24}, Amount.exactly(24)),
        ({"valueString": "24"}, Amount.exactly(24)),
        ({"valueString": "24 x10^9/L"}, Amount.exactly(24, "x10^9/L")),
        ({"valueString": "24万/µL"}, Amount.exactly(24, "万/µL")),
        ({"valueString": "210,000 /uL"}, Amount.exactly(210000, "/uL")),
        ({"valueString": "< 5"}, Amount(Fraction(0), Fraction(5), "", True, True)),
        ({"valueString": "≤5 10*9/L"}, Amount(Fraction(0), Fraction(5), "10*9/L", True, False)),
        ({"valueString": ">=1000"}, Amount(Fraction(1000), None, "", False, False)),
        ({"valueRange": {"low": quantity(20), "high": quantity(30)}},
         Amount(Fraction(20), Fraction(30), "10*9/L", ucum=True)),
        ({"valueRange": {"low": quantity(20)}}, Amount(Fraction(20), None, "10*9/L", ucum=True)),
    ],
)  # fmt: skip
def test_numbers_in_every_form(value, amount):
    result = the_result(observation(**value)).result
    assert result.amount == amount
    assert result.readable


@pytest.mark.parametrize(
    "value",
    [
        {"valueString": "clumped"},
        {"valueString": "24,5"},
        {"valueString": "12 345"},
        {"valueString": "1:8"},
        {"valueString": "20-30"},
        {"valueString": "1a"},
        {"valueString": "1,000 10*9/L"},
        {"valueQuantity": quantity("1,000")},
        {"valueQuantity": quantity("many")},
        {"valueQuantity": quantity(24, comparator="~")},
        {"valueQuantity": quantity("1e999999999")},
        {"valueRange": {"low": quantity(30), "high": quantity(20)}},
        {"valueRange": {"low": quantity(20), "high": quantity(30, "g/L")}},
        {"valueRatio": {"numerator": quantity(1), "denominator": quantity(8)}},
        {"valueTime": "08:00"},
        {"valueQuantity": quantity(24), "valueString": "24"},
        {"valueQuantity": quantity(24), "dataAbsentReason": {"text": "unknown"}},
    ],
)
def test_a_final_result_that_cannot_be_read_is_still_a_result(value):
    """It is the latest one, and never lets an older one decide."""
    result = the_result(observation(**value)).result
    assert not result.readable
    assert result.amount is None


@pytest.mark.parametrize(
    "nothing",
    [
        {"valueQuantity": None},
        {"valueQuantity": None, "dataAbsentReason": coded("", "unknown")},
        {"valueQuantity": {"unit": "10*9/L"}},
        {"valueString": " "},
        {"valueQuantity": None, "note": [{"text": "platelets 12"}]},
        {"valueCodeableConcept": coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "masked")},
        {"valueCodeableConcept": coded("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "MSK")},
    ],
)
def test_no_value_is_no_result(nothing):
    record = read(observation(**nothing))
    assert (record.observations, record.holes) == ({}, ())
    assert [entry.reference for entry in record.unanswered["VS-PLT"]] == ["Observation/o1"]


def test_a_test_without_a_result_says_why():
    told = {"valueQuantity": None, "dataAbsentReason": {"text": "specimen clotted"}}
    [entry] = read(observation(**told)).unanswered["VS-PLT"]
    assert entry.result.text == "specimen clotted"


def test_a_panel_is_not_without_a_result_because_its_parts_hold_them():
    part = {"code": PLATELETS, "valueQuantity": quantity(18)}
    assert read(observation(valueQuantity=None, component=[part])).unanswered == {}
    assert read(observation(valueQuantity=None, hasMember=[{"reference": "Observation/m"}])).unanswered == {}


def test_a_value_is_shown_as_written():
    assert (
        the_result(observation(valueQuantity=quantity(24.5, comparator="<", unit="x10⁹/L"))).result.text
        == "<24.5 x10⁹/L"
    )
    assert the_result(observation(valueQuantity={"value": "07", "code": "K/uL"})).result.text == "07 K/uL"


def test_a_binary_fraction_is_read_as_the_decimal_it_was_written_as():
    assert the_result(observation(valueQuantity=quantity(0.1))).result.amount == Amount.exactly("0.1", "10*9/L", True)


def test_a_panel_holds_no_result_itself_but_its_components_do():
    pressure = observation(
        code=coded(LOINC, "85354-9", "Blood pressure"),
        valueQuantity=None,
        component=[
            {"code": coded(LOINC, "8480-6"), "valueQuantity": quantity(151, "mm[Hg]")},
            {"code": coded(LOINC, "8462-4"), "valueQuantity": quantity(88, "mm[Hg]")},
        ],
    )
    record = read(pressure)
    assert sorted(record.observations) == ["VS-BP-DIASTOLIC", "VS-BP-SYSTOLIC"]
    [systolic] = record.observations["VS-BP-SYSTOLIC"]
    assert systolic.result.amount == Amount.exactly(151, "mm[Hg]", ucum=True)
    assert (systolic.reference, systolic.when and systolic.when.first) == ("Observation/o1", day("2026-11-12"))


def test_a_component_with_a_modifier_costs_its_own_sets_only():
    odd = {"code": PLATELETS, "valueQuantity": quantity(5), "modifierExtension": [{"url": "x"}]}
    good = {"code": coded(LOINC, "8480-6"), "valueQuantity": quantity(151, "mm[Hg]")}
    record = read(observation(code={"text": "panel"}, valueQuantity=None, component=[odd, good]))
    assert sorted(record.observations) == ["VS-BP-SYSTOLIC"]
    assert [(hole.reason, hole.sets) for hole in record.holes] == [("unknown-modifier", frozenset({"VS-PLT"}))]


def test_members_inside_a_panel_are_read_and_members_elsewhere_are_their_own():
    inner = {key: value for key, value in observation("m").items() if key not in ("subject", "effectiveDateTime")}
    panel = observation(
        code=coded(LOINC, "58410-2", "CBC panel"),
        valueQuantity=None,
        hasMember=[{"reference": "#m"}, {"reference": "Observation/other"}],
        contained=[inner],
    )
    found = the_result(panel)
    assert (found.reference, found.result.text) == ("Observation/o1#m", "24 10*9/L")
    assert found.when is not None
    assert found.when.first == day("2026-11-12")
    assert read(panel | {"status": "entered-in-error"}).observations == {}


def test_a_member_of_somebody_else_is_a_hole_for_its_sets():
    inner = observation("m", subject={"reference": "Patient/other"})
    panel = observation(code={"text": "panel"}, valueQuantity=None, hasMember=[{"reference": "#m"}], contained=[inner])
    assert holes(panel) == [("observations", "subject-unknown", "Observation/o1#m")]


# --- 9: platelets and their look-alikes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        coded(LOINC, "5894-1", "Prothrombin time, in platelet poor plasma"),
        coded(LOINC, "71693-2", "Immature platelet fraction"),
        coded(LOINC, "12345-0", "Platelet count"),
        {"text": "Platelets"},
    ],
)
def test_the_word_platelet_alone_makes_no_count(code):
    record = read(observation(code=code))
    assert "VS-PLT" not in record.observations
    assert record.holes == ()


def test_a_loinc_address_with_odd_spelling_is_loinc():
    for system in (
        "http://loinc.org",
        "http://loinc",
        "http://loinc.org/",
        "urn:oid:2.16.840.1.113883.6.1",
        " http://loinc.org",
    ):
        assert the_result(observation(code=coded(system, "777-3 "))).hits["VS-PLT"] is Mark.MEMBER


def test_one_local_and_one_known_code():
    code = {"coding": [{"system": "urn:local", "code": "PLT"}, {"system": LOINC, "code": "777-3"}], "text": "PLT"}
    assert the_result(observation(code=code)).label == "PLT"
