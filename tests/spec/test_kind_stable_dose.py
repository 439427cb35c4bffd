"""`stable_dose` (G5, G9, G11; CM313-I17 to I19, CART-I09): no start, stop, switch or change of dose for four weeks."""

from __future__ import annotations

from datetime import date

import pytest
from holding import held, result_of, stories
from record_of import MEDICATION_LIST, Item, ago, drug, hole, order

from eligibility.record import Dose

STABLE = "stable_dose: {of: [VS-TPORA], at_least: 4 weeks, before: first-dose}"


def romiplostim(
    start: str | None, end: str | None = None, dose: object = 20, intake: str = "active", **given: object
) -> Item:
    dated = {key: day for key, day in (("start", start), ("end", end)) if day}
    return drug("VS-TPORA", intake, **dated, **({"dose": dose} if dose is not None else {}), **given)


@stories(
    ("nothing known", [], "unknown"),
    ("none on a kept list", [MEDICATION_LIST], "met assumed"),
    ("a kept list and a hole", [MEDICATION_LIST, hole("medications")], "unknown"),
    ("stable for exactly four weeks", [romiplostim("2026-10-24")], "met"),
    ("a day short", [romiplostim("2026-10-25")], "not-met; 2026-11-22"),
    ("since October", [romiplostim("2026-10")], "unknown; 2026-11-28"),
    ("since September", [romiplostim("2026-09")], "met"),
    ("since an unknown day", [romiplostim(None)], "unknown"),
    ("no dosage, the start alone", [romiplostim("2026-01", dose=None)], "met"),
    ("no dosage, started last week", [romiplostim("2026-11-14", dose=None)], "not-met; 2026-12-12"),
    ("a taper", [romiplostim("2026-01", dose=Dose(stated=True, varies=True))], "unknown"),
    (
        "a change of dose a week ago",
        [romiplostim("2026-01", "2026-11-13", 10, "completed"), romiplostim("2026-11-14")],
        "not-met; 2026-12-12",
    ),
    (
        "a renewal in the same dose",
        [romiplostim("2026-01", "2026-11-13", intake="completed"), romiplostim("2026-11-14")],
        "met",
    ),
    (
        "a renewal after a gap",
        [romiplostim("2026-01", "2026-11-10", intake="completed"), romiplostim("2026-11-14")],
        "not-met; 2026-12-12",
    ),
    (
        "a switch to another drug",
        [romiplostim("2026-01", "2026-11-13", intake="stopped", ingredients="eltrombopag"), romiplostim("2026-11-14")],
        "not-met; 2026-12-12",
    ),
    (
        "another drug stopped beside it",
        [romiplostim("2026-01"), romiplostim("2026-01", "2026-11-10", intake="stopped", ingredients="eltrombopag")],
        "not-met; 2026-12-08",
    ),
    (
        "another drug stopped long ago",
        [romiplostim("2026-01"), romiplostim("2025", "2026-03", intake="stopped", ingredients="eltrombopag")],
        "met",
    ),
    (
        "stopped last week: none is taken",
        [MEDICATION_LIST, romiplostim("2026-01", "2026-11-14", intake="stopped")],
        "met assumed",
    ),
    ("stopped last week, no list kept", [romiplostim("2026-01", "2026-11-14", intake="stopped")], "unknown"),
    ("on hold, long unchanged", [romiplostim("2026-01", intake="on-hold")], "judgement"),
    ("as needed", [romiplostim("2026-01", as_needed=True)], "unknown"),
    ("of unknown status", [romiplostim("2026-01", intake="unknown")], "unknown"),
    ("active, but its end has passed", [romiplostim("2026-01", "2026-11-01")], "unknown"),
    ("never taken", [MEDICATION_LIST, romiplostim("2026-01", intake="not-taken")], "met assumed"),
    ("ordered long ago", [order("VS-TPORA", start="2026-01-01", asserted="2026-01-01", dose=20)], "met assumed"),
    ("from tomorrow", [MEDICATION_LIST, romiplostim("2026-11-22")], "met assumed"),
)
def test_unchanged_for_four_weeks(items: list[Item], answer: str) -> None:
    assert held(STABLE, *items, role="inclusion") == answer


def test_a_changed_drug_of_the_et_cetera_goes_to_a_person() -> None:
    written = "stable_dose: {judgement: [VS-SYK], at_least: 4 weeks}"
    assert held(written, drug("VS-SYK", start="2026-11-10", dose=100), role="inclusion") == "judgement"
    assert held(written, drug("VS-SYK", start="2026-01", dose=100), role="inclusion") == "met"


def test_the_first_dose_may_be_later_than_today() -> None:
    assert held(STABLE, romiplostim("2026-11-10"), role="inclusion", start=date(2026, 12, 8)) == "met"
    assert held(STABLE, romiplostim("2026-11-10"), role="inclusion", start=date(2026, 12, 7)).startswith("not-met")


@pytest.mark.parametrize(
    "items, notes",
    [
        ([romiplostim("2026-01")], []),
        ([romiplostim("2026-01", dose=None)], ["dose-not-recorded"]),
        ([MEDICATION_LIST, romiplostim("2026-01", ago(5), intake="stopped")], ["stopped-lately"]),
        ([MEDICATION_LIST, romiplostim("2026-01", ago(50), intake="stopped")], []),
    ],
)
def test_what_the_investigator_should_know_is_noted(items: list[Item], notes: list[str]) -> None:
    assert [note.key for note in result_of(STABLE, *items, role="inclusion").finding.notes] == notes
