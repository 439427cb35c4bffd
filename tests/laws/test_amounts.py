"""The same amount is the same verdict, in whatever comparable unit it was written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from tests.laws.codes import DRUGS, TESTS, of_set
from tests.laws.law import law
from tests.laws.people import BIRTHS, KEPT, SOME_TRIAL, Person, asked, patient, verdicts
from tests.laws.resources import ITP, LISTED, PERSON, coded, resource

Json = dict[str, Any]


class Analyte(NamedTuple):
    """What is measured; numbers about its limits in the first unit; how many of each unit one of the first is.

    Numbers and units are chosen so that every product is a finite decimal: a laboratory prints no fractions.
    """

    name: str
    numbers: tuple[str, ...]
    units: dict[str, str]
    high: str | None = None


ANALYTES = (
    Analyte(
        "VS-PLT", ("0", "1", "20", "29.9", "30", "30.1", "45", "140", "4999"),
        {"10*9/L": "1", "10*3/uL": "1", "K/uL": "1", "x10E3/uL": "1", "G/L": "1", "/nL": "1", "Thousand/uL": "1",
         "10*4/uL": "0.1", "万/µL": "0.1", "/uL": "1000", "/mm3": "1000", "{cells}/uL": "1000", "10*6/L": "1000",
         "10*12/L": "0.001"},
    ),
    Analyte("VS-ALT", ("30", "60", "60.6", "90", "90.6", "180", "180.6"),
            {"U/L": "1", "IU/L": "1", "U/mL": "0.001", "mU/mL": "1"}, "60"),
    Analyte("VS-AST", ("0.5", "1", "1.01", "1.5", "1.51", "3", "3.01"), {"ukat/L": "1", "U/L": "60"}, "1"),
    Analyte("VS-BILI", ("0.4", "1", "1.01", "1.5", "1.51", "3"), {"mg/dL": "1", "umol/L": "17.1", "mg/L": "10"}, "1"),
    Analyte("VS-CREAT", ("0.6", "0.9", "1.2", "1.21", "1.8", "1.81", "2.4", "2.41"),
            {"mg/dL": "1", "umol/L": "88.4", "µmol/l": "88.4", "mmol/L": "0.0884", "mg/L": "10"}, "1.2"),
    Analyte("VS-CREAT", ("0.8", "0.9", "1.4", "1.41", "2", "2.8", "3"), {"mg/dL": "1", "umol/L": "88.4"}),
    Analyte("VS-EGFR", ("14.4", "15", "44.4", "45", "59.4", "60", "90"),
            {"mL/min/{1.73_m2}": "1", "mL/min/1.73m2": "1"}),
    Analyte("VS-BP-SYSTOLIC", ("139", "140", "180"), {"mm[Hg]": "1", "mmHg": "1"}),
    Analyte("VS-HCG", ("4.9", "5", "24.9", "25", "1000"), {"m[IU]/mL": "1", "mIU/mL": "1", "[IU]/L": "1",
                                                        "[IU]/mL": "0.001"}),
    Analyte("VS-WEIGHT", ("20", "88", "110", "132"), {"[lb_av]": "1", "kg": "0.45359237", "g": "453.59237"}),
)  # fmt: skip
STEROID = of_set("VS-STEROID", DRUGS)


def quantity(number: str, unit: str, factor: str, as_text: bool, comparator: str | None) -> Json:
    value = Decimal(number) * Decimal(factor)
    told = {"comparator": comparator} if comparator else {}
    return {"value": f"{value:f}" if as_text else float(value), "unit": unit, **told}


def itp() -> Json:
    return resource("Condition", subject=PERSON, code=ITP[0], clinicalStatus=coded("active"), category=LISTED, id="itp")


def steroid(dose: Json, drug: Json) -> Json:
    dosage = {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
              "doseAndRate": [{"doseQuantity": dose}]}  # fmt: skip
    period = {"start": "2026-06-01"}
    return resource("MedicationStatement", subject=PERSON, status="active", medicationCodeableConcept=drug, id="drug",
                    effectivePeriod=period, dosage=[dosage], dateAsserted="2026-11-20")  # fmt: skip


def person(born: str | None, gender: str, *resources: Json) -> Person:
    listed = [{**one, "id": f"list{number}"} for number, one in enumerate(KEPT)]
    return Person(tuple({"resource": one} for one in (patient(born, gender), *listed, itp(), *resources)))


def result(code: Json, value: Json, high: Json | None) -> Json:
    return resource("Observation", subject=PERSON, status="final", code=code, effectiveDateTime="2026-11-20",
                    valueQuantity=value, referenceRange=[{"high": high}] if high else None, id="result")  # fmt: skip


@law
@given(
    analyte=st.sampled_from(ANALYTES),
    born=st.sampled_from(BIRTHS),
    gender=st.sampled_from(("male", "female")),
    trial=SOME_TRIAL,
    comparator=st.sampled_from((None, None, None, "<", "<=", ">", ">=")),
    as_text=st.booleans(),
    data=st.data(),
)
def test_a_result_in_any_unit_gives_the_same_verdicts(
    analyte: Analyte,
    born: str | None,
    gender: str,
    trial: str,
    comparator: str | None,
    as_text: bool,
    data: st.DataObject,
) -> None:
    number = data.draw(st.sampled_from(analyte.numbers))
    code = data.draw(st.sampled_from(of_set(analyte.name, TESTS)))
    first, *others = analyte.units
    other = data.draw(st.sampled_from(others))
    told = []
    for unit in (first, other):
        factor = analyte.units[unit]
        high = quantity(analyte.high, unit, factor, False, None) if analyte.high else None
        measured = result(code, quantity(number, unit, factor, as_text and unit == other, comparator), high)
        more = [steroid(quantity("25", "mg", "1", False, None), STEROID[0])] if analyte.name == "VS-WEIGHT" else []
        told.append(verdicts(asked(person(born, gender, measured, *more), trial)))
    assert told[1] == told[0]


MASSES = {"mg": "1", "g": "0.001", "ug": "1000", "mcg": "1000"}


@law
@given(
    milligrams=st.sampled_from(("2.5", "5", "20", "29.9", "30", "30.1", "40", "250", "500")),
    unit=st.sampled_from(sorted(MASSES)),
    drug=st.sampled_from(STEROID),
    trial=SOME_TRIAL,
    as_text=st.booleans(),
)
def test_a_dose_in_any_unit_gives_the_same_verdicts(
    milligrams: str, unit: str, drug: Json, trial: str, as_text: bool
) -> None:
    weight = result(of_set("VS-WEIGHT", TESTS)[0], quantity("60", "kg", "1", False, None), None)
    told = [
        verdicts(asked(person("1980-06-15", "male", weight, steroid(dose, drug)), trial))
        for dose in (
            quantity(milligrams, "mg", "1", False, None),
            quantity(milligrams, unit, MASSES[unit], as_text, None),
        )
    ]
    assert told[1] == told[0]
