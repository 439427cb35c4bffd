"""How much a day (rule G11): only structured dosage is computed with, not text, tapers, alternating days or PRN."""

from __future__ import annotations

from fractions import Fraction

import pytest
from fhir_raw import SNOMED, administration, coded, order, quantity, statement, the_exposure

from eligibility.record import Dose

DAILY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
UNKNOWN = Dose(stated=True)
VARIES = Dose(stated=True, varies=True)


def line(dose=None, timing=DAILY, **more):
    given = quantity(20, "mg") if dose is None else dose
    timed = {} if timing is None else {"timing": timing}
    return {**timed, "doseAndRate": [{"doseQuantity": given}], **more}


def dose(*dosages, drug=None):
    more = {"medicationCodeableConcept": drug} if drug else {}
    return the_exposure(statement(dosage=list(dosages), **more)).dose


def repeat(**elements):
    return {"repeat": elements}


@pytest.mark.parametrize(
    "timing, times",
    [
        (repeat(frequency=1, period=1, periodUnit="d"), 1),
        (repeat(frequency=2, period=1, periodUnit="d"), 2),
        (repeat(frequency=1, period=12, periodUnit="h"), 2),
        (repeat(frequency=1, period=8, periodUnit="h"), 3),
        (repeat(period=1, periodUnit="d"), 1),
        (repeat(frequency=1, period=1, periodUnit="wk"), Fraction(1, 7)),
        (repeat(when=["MORN", "EVE"]), 2),
        (repeat(when="HS", period=1, periodUnit="d"), 1),
        (repeat(timeOfDay=["08:00:00", "20:00:00"]), 2),
        ({"code": {"text": "QD"}}, 1),
        ({"code": {"text": "b.i.d."}}, 2),
        ({"code": coded("http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation", "TID", "three times a day")}, 3),
        ({"code": {"text": "twice a day"}}, 2),
        ({"code": {"text": "每日一次"}}, 1),
        ({"code": coded(SNOMED, "229797004", "Once daily")}, 1),
        (repeat(frequency=2, period=1, periodUnit="d") | {"code": {"text": "BID"}}, 2),
    ],
)
def test_how_often_a_day(timing, times):
    assert dose(line(timing=timing)) == Dose(daily=20 * Fraction(times), stated=True)


@pytest.mark.parametrize(
    "timing",
    [
        None,
        {},
        {"code": {"text": "as directed"}},
        {"event": ["2026-11-01"]},
        repeat(frequency=1),
        repeat(frequency=1, frequencyMax=2, period=1, periodUnit="d"),
        repeat(frequency=1, period=1, periodMax=2, periodUnit="d"),
        repeat(frequency=1, period=0, periodUnit="d"),
        repeat(frequency=1, period=1, periodUnit="fortnight"),
        repeat(when=["C"]),
        repeat(frequency=1, period=1, periodUnit="d") | {"code": {"text": "BID"}},
    ],
)
def test_a_schedule_that_is_not_told_gives_no_daily_dose(timing):
    assert dose(line(timing=timing)) == UNKNOWN


@pytest.mark.parametrize(
    "dosage",
    [
        line(timing=repeat(frequency=1, period=2, periodUnit="d")),
        line(timing=repeat(frequency=1, period=48, periodUnit="h")),
        line(timing=repeat(frequency=1, period=1, periodUnit="d", dayOfWeek=["mon", "wed"])),
        line(timing={"code": {"text": "QOD"}}),
        line(text="20 mg daily, then taper by 5 mg a week"),
        line(additionalInstruction=[{"text": "wean over two weeks"}]),
        {"text": "reduce slowly"},
        {"text": "每周递减5mg"},
        {"text": "10 mg every other day"},
    ],
)
def test_tapers_and_alternating_days_vary(dosage):
    assert dose(dosage) == VARIES


@pytest.mark.parametrize(
    "given, mg",
    [
        (quantity(20, "mg"), 20),
        (quantity(0.5, "g"), 500),
        (quantity(100, "ug"), Fraction(1, 10)),
        ({"value": 20, "unit": "MG"}, 20),
        ({"value": 20, "unit": "milligrams"}, 20),
        ({"value": 20, "unit": "毫克"}, 20),
        ({"value": 20000, "unit": "mcg"}, 20),
        ({"value": 20000, "unit": "µg"}, 20),  # the micro sign
        ({"value": 20000, "unit": "μg"}, 20),  # the Greek letter
        ({"value": 20000, "unit": "UG"}, 20),
        ({"value": 20000, "unit": "microgram"}, 20),
        ({"value": 0.02, "unit": "g"}, 20),
        ({"value": " 20 ", "unit": "mg"}, 20),
        ({"value": "2.5", "unit": "mg"}, Fraction(5, 2)),
        (quantity(20, "mg", unit="mg"), 20),
    ],
)
def test_grams_in_their_spellings(given, mg):
    assert dose(line(given)) == Dose(daily=Fraction(mg), stated=True)


@pytest.mark.parametrize("unit", ["{tbl}", "TAB", "tablet", "Tablet(s)", "片"])
def test_tablets_times_the_strength_in_the_name(unit):
    drug = {"text": "Prednisone 20 mg oral tablet"}
    assert dose(line({"value": 2, "unit": unit}), drug=drug) == Dose(daily=Fraction(40), stated=True)


@pytest.mark.parametrize(
    "given",
    [
        {"value": 1},
        {"value": 1, "code": "1"},
        {"value": 5, "unit": "mL"},
        {"value": 1, "unit": "puff"},
        {"value": 20, "unit": "mg/m2"},
        quantity(20, "mg", unit="tablet"),
        quantity(20, "mg", comparator="<"),
        quantity(-20, "mg"),
        {"unit": "mg"},
    ],
)
def test_what_is_no_mass_gives_no_daily_dose(given):
    assert dose(line(given)) == UNKNOWN


def test_tablets_of_a_drug_without_a_strength():
    assert dose(line({"value": 1, "unit": "tablet"}), drug={"text": "prednisone"}) == UNKNOWN


def test_the_strength_of_a_medication_resource_serves():
    strength = {"numerator": quantity(25, "mg"), "denominator": {"value": 1, "unit": "tablet"}}
    made_of = [{"itemCodeableConcept": {"text": "eltrombopag"}, "strength": strength}]
    drug = {"resourceType": "Medication", "id": "m", "ingredient": made_of}
    taken = statement(medicationReference={"reference": "Medication/m"}, dosage=[line({"value": 2, "unit": "tablet"})])
    assert the_exposure(taken, drug).dose.daily == 50


def test_by_body_weight_and_by_day():
    assert dose(line(quantity(1, "mg/kg"))) == Dose(daily=Fraction(1), per_kg=True, stated=True)
    assert dose(line(quantity(1, "mg/kg/d"))) == Dose(daily=Fraction(1), per_kg=True, stated=True)
    assert dose(line(quantity(30, "mg/d"), timing=None)) == Dose(daily=Fraction(30), stated=True)
    assert dose(line(quantity(30, "mg/d"), timing={"code": {"text": "BID"}})) == UNKNOWN


@pytest.mark.parametrize(
    "dosage",
    [
        {"timing": DAILY, "doseAndRate": [{"doseRange": {"low": quantity(10, "mg"), "high": quantity(20, "mg")}}]},
        {"timing": DAILY, "maxDosePerPeriod": {"numerator": quantity(20, "mg"), "denominator": quantity(1, "d")}},
        {"timing": DAILY, "doseAndRate": [{"rateQuantity": quantity(20, "mg/h")}]},
        {"timing": DAILY, "doseAndRate": [{"doseQuantity": quantity(10, "mg")}, {"doseQuantity": quantity(20, "mg")}]},
        {"text": "20 mg daily"},
        line(modifierExtension=[{"url": "x"}]),
        line(asNeededBoolean=True),
        line(asNeededCodeableConcept={"text": "pain"}),
    ],
)
def test_ranges_rates_text_and_prn_give_no_daily_dose(dosage):
    assert dose(dosage) == UNKNOWN


def test_an_ordered_and_a_calculated_dose_that_agree():
    both = [{"type": {"text": kind}, "doseQuantity": quantity(20, "mg")} for kind in ("ordered", "calculated")]
    assert dose({"timing": DAILY, "doseAndRate": both}).daily == 20


def test_doses_side_by_side_are_summed():
    assert dose(line(quantity(20, "mg")), line(quantity(10, "mg"))) == Dose(daily=Fraction(30), stated=True)
    assert dose(line(sequence=1), line(quantity(10, "mg"), sequence=1)).daily == 30


def test_a_sum_needs_every_part():
    assert dose(line(), {"text": "and 5 mg at night"}) == UNKNOWN
    assert dose(line(), line(quantity(1, "mg/kg"))) == UNKNOWN


@pytest.mark.parametrize(
    "dosages",
    [
        (line(sequence=1), line(quantity(10, "mg"), sequence=2)),
        (line(timing=repeat(frequency=1, period=1, periodUnit="d", boundsPeriod={"start": "2026-11-01"})), line()),
    ],
)
def test_doses_one_after_another_vary(dosages):
    assert dose(*dosages) == VARIES


def test_nothing_written_is_nothing_stated():
    assert the_exposure(statement()).dose == Dose()
    assert dose({"route": {"text": "oral"}}) == Dose()


def test_orders_are_read_by_their_dosage_instruction():
    assert the_exposure(order(dosageInstruction=[line()])).dose == Dose(daily=Fraction(20), stated=True)


def test_an_administration_is_one_dose():
    pulse = administration(effectiveDateTime="2026-10-01", dosage={"dose": quantity(1, "g"), "text": "over one hour"})
    assert the_exposure(pulse).dose == Dose(single=Fraction(1000), stated=True)
    per_kg = administration(dosage={"dose": quantity(30, "mg/kg")})
    assert the_exposure(per_kg).dose == Dose(stated=True)
    assert the_exposure(administration()).dose == Dose()
