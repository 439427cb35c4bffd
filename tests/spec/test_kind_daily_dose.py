"""`daily_dose` (G11; CM313-I16): what is taken a day, in prednisone equivalents per kilogram; none taken fits."""

from __future__ import annotations

from fractions import Fraction

import pytest
from holding import held, result_of, stories
from record_of import MEDICATION_LIST, Item, ago, drug, hole, order, patient, result

from eligibility.record import Dose

LIMIT = 'daily_dose: {of: [VS-STEROID], at_most: "0.5 mg/kg", as: prednisone}'
PLAIN = 'daily_dose: {of: [VS-STEROID], at_most: "20 mg"}'


def steroid(dose: object = None, name: str = "prednisone", **given: object) -> Item:
    stated = {} if dose is None else {"dose": dose}
    return drug("VS-STEROID", **{"start": "2026-01", "ingredients": name, **stated, **given})


def kg(value: str, days: int = 0) -> Item:
    return result("VS-WEIGHT", f"{value} kg", ago(days))


@stories(
    ("nothing known", [], "unknown"),
    ("none on a kept list", [MEDICATION_LIST], "met assumed"),
    ("a kept list and a hole", [MEDICATION_LIST, hole("medications")], "unknown"),
    ("stopped, on a kept list", [MEDICATION_LIST, steroid(80, intake="stopped", end="2026-11-01")], "met assumed"),
    ("exactly half a milligram per kilogram", [steroid(35), kg("70")], "met"),
    ("a little more", [steroid("35.01"), kg("70")], "not-met"),
    ("without a weight", [steroid(35)], "unknown"),
    ("a weight of 90 days ago", [steroid(35), kg("70", 90)], "met"),
    ("a weight of 91 days ago", [steroid(35), kg("70", 91)], "unknown"),
    ("a weight that cannot be", [steroid(35), kg("7000")], "unknown"),
    ("a weight in pounds", [steroid(35), result("VS-WEIGHT", "160 [lb_av]")], "met"),
    ("a weight without a unit", [steroid(35), result("VS-WEIGHT", "70")], "unknown"),
    ("a weight with a comparator", [steroid(35), kg("<70")], "unknown"),
    ("two weights of one day that differ", [steroid(35), kg("70"), kg("60")], "unknown"),
    ("no dose", [steroid(), kg("70")], "unknown"),
    ("a taper", [steroid(Dose(stated=True, varies=True)), kg("70")], "unknown"),
    ("40 mg of methylprednisolone are 50 of prednisone", [steroid(40, "methylprednisolone"), kg("100")], "met"),
    ("and too much at 99 kg", [steroid(40, "methylprednisolone"), kg("99")], "not-met"),
    ("4 mg of dexamethasone", [steroid(4, "dexamethasone"), kg("50")], "not-met"),
    ("two steroids are summed", [steroid(20), steroid(16, "methylprednisolone"), kg("70")], "not-met"),
    ("a steroid that the table does not know", [steroid(20, "unknownisone"), kg("70")], "unknown"),
    ("one dose unknown, the other too high already", [steroid(), steroid(80, "dexamethasone"), kg("70")], "not-met"),
    ("one dose unknown, the other low", [steroid(name="dexamethasone"), steroid(10), kg("70")], "unknown"),
    ("as needed", [steroid(10, as_needed=True), kg("70")], "unknown"),
    ("as needed, beside too much", [steroid(10, "hydrocortisone", as_needed=True), steroid(80), kg("70")], "not-met"),
    ("on hold", [steroid(80, intake="on-hold"), kg("70")], "judgement"),
    ("a cream", [MEDICATION_LIST, steroid(80, route="local"), kg("70")], "met assumed"),
    (
        "told by an order and a statement: once",
        [steroid(35), order("VS-STEROID", ingredients="prednisone", start=ago(9), asserted=ago(9), dose=35), kg("70")],
        "met",
    ),
    (
        "told by an order alone",
        [order("VS-STEROID", ingredients="prednisone", start=ago(9), asserted=ago(9), dose=35), kg("70")],
        "met assumed",
    ),
    ("told in mg per kg", [steroid(Dose(daily=Fraction("0.5"), per_kg=True, stated=True)), kg("70")], "met"),
    ("too much in mg per kg", [steroid(Dose(daily=Fraction("0.6"), per_kg=True, stated=True)), kg("70")], "not-met"),
)
def test_at_most_half_a_milligram_of_prednisone_per_kilogram(items: list[Item], answer: str) -> None:
    assert held(LIMIT, *items, role="inclusion") == answer


@pytest.mark.parametrize("dose, answer", [(20, "met"), (21, "not-met"), ("20.5", "not-met"), (None, "unknown")])
def test_a_limit_without_a_weight(dose: object, answer: str) -> None:
    assert held(PLAIN, steroid(dose)) == answer


@pytest.mark.parametrize(
    "items, answer",
    [
        ([steroid(20)], "met"),
        ([steroid(19)], "not-met"),
        ([steroid(19, as_needed=True)], "unknown"),  # perhaps nothing, perhaps more than that
        ([steroid(19, intake="on-hold")], "judgement"),
        ([steroid(19), steroid(5, "dexamethasone", as_needed=True)], "unknown"),
        ([steroid(20), steroid(5, "dexamethasone", as_needed=True)], "met"),
        ([steroid(20), steroid(name="dexamethasone")], "met"),
        ([steroid(19), steroid(name="dexamethasone")], "unknown"),
        ([MEDICATION_LIST], "met assumed"),  # none taken: what requires the drug writes `taking` beside it
    ],
)
def test_a_lower_limit_is_kept_by_what_is_sure_and_broken_by_nothing_that_is_not(
    items: list[Item], answer: str
) -> None:
    assert held('daily_dose: {of: [VS-STEROID], at_least: "20 mg"}', *items) == answer


@pytest.mark.parametrize(
    "born, days, answer",
    [
        ("2016-06-15", 30, "met"),
        ("2016-06-15", 31, "unknown"),
        ("2008-11-21", 90, "met"),
        ("2016", 31, "unknown"),
        ("2007", 90, "met"),
        ("2008", 31, "unknown"),
    ],
)
def test_a_childs_weight_ages_faster(born: str, days: int, answer: str) -> None:
    """G6: 30 days under 18 years, 90 days for adults; who may be a child is weighed like one."""
    assert held(LIMIT, steroid(10), kg("70", days), patient(born=born), role="inclusion") == answer


def test_an_unknown_dose_is_to_be_reconciled_and_a_missing_weight_taken() -> None:
    dose, weight = result_of(LIMIT, steroid(), kg("70")).finding, result_of(LIMIT, steroid(35)).finding
    assert [(found.reason.key, found.resolve[0].kind) for found in (dose, weight)] == [
        ("dose-unknown", "reconcile-medication"),
        ("no-weight", "record-score"),
    ]
