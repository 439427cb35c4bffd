"""`taking` (G5's table "current at R?"; CM313-E34, CART-E07): what the patient takes now."""

from __future__ import annotations

import pytest
from holding import because, held, result_of, stories
from record_of import MEDICATION_LIST, Item, ago, dose_given, drug, hole, order

NOW = "taking: {of: [VS-APT]}"


def aspirin(intake: str = "active", **given: object) -> Item:
    return drug("VS-APT", intake, **{"start": "2026-01-01", **given})


@stories(
    ("nothing known", [], "unknown"),
    ("a medication list without it", [MEDICATION_LIST], "not-met assumed"),
    ("a medication list and a hole", [MEDICATION_LIST, hole("medications")], "unknown"),
    ("a medication list and an unresolved drug", [MEDICATION_LIST, hole("medications", "unresolved-drug")], "unknown"),
    ("active", [aspirin()], "met"),
    ("active, since some day this year", [aspirin(start="2026")], "met"),
    ("active, without any date", [drug("VS-APT")], "met"),
    ("active, with an end in the future", [aspirin(end="2026-12-01")], "met; 2026-12-02"),
    ("active until today", [aspirin(end="2026-11-21")], "met; 2026-11-22"),
    ("active, but its end has passed", [aspirin(end="2026-11-20")], "unknown"),
    ("active, ending some day this month", [aspirin(end="2026-11")], "unknown"),
    ("active, from tomorrow", [MEDICATION_LIST, aspirin(start="2026-11-22")], "not-met assumed"),
    ("active, asserted 365 days ago", [aspirin(start="2025-01-01", asserted="2025-11-21")], "met"),
    ("active, asserted 366 days ago", [aspirin(start="2025-01-01", asserted="2025-11-20")], "unknown"),
    ("as needed", [aspirin(as_needed=True)], "unknown"),
    ("as needed, on a kept list", [MEDICATION_LIST, aspirin(as_needed=True)], "unknown"),
    ("completed", [MEDICATION_LIST, aspirin("completed", end="2026-02-01")], "not-met assumed"),
    ("stopped", [MEDICATION_LIST, aspirin("stopped", end="2026-11-20")], "not-met assumed"),
    ("stopped, without a list", [aspirin("stopped", end="2026-11-20")], "unknown"),
    ("never taken", [MEDICATION_LIST, aspirin("not-taken")], "not-met assumed"),
    ("on hold", [aspirin("on-hold")], "judgement"),
    ("intended", [aspirin("intended")], "judgement"),
    ("of unknown status", [aspirin("unknown")], "unknown"),
    ("active and on hold", [aspirin(), aspirin("on-hold")], "met"),
    ("on hold and as needed", [aspirin("on-hold"), aspirin(as_needed=True)], "judgement"),
    ("another drug", [MEDICATION_LIST, drug("VS-STEROID", start="2026")], "not-met assumed"),
    (
        "a local form of another set",
        [MEDICATION_LIST, drug("VS-NSAID", start="2026", route="local")],
        "not-met assumed",
    ),
)
def test_statements(items: list[Item], answer: str) -> None:
    assert held(NOW, *items) == answer


@stories(
    ("active, written last month", [order("VS-APT", start=ago(30), asserted=ago(30))], "met assumed"),
    ("written 365 days ago", [order("VS-APT", start=ago(365), asserted=ago(365))], "met assumed"),
    ("written 366 days ago", [order("VS-APT", start=ago(366), asserted=ago(366))], "unknown"),
    ("undated", [order("VS-APT")], "unknown"),
    ("never alone an empty list", [order("VS-STEROID", start=ago(3), asserted=ago(3))], "unknown"),
    ("beside a statement", [order("VS-APT", start=ago(30), asserted=ago(30)), aspirin(asserted=ago(40))], "met"),
    (
        "a later statement says it was stopped",
        [
            MEDICATION_LIST,
            order("VS-APT", start=ago(30), asserted=ago(30)),
            aspirin("stopped", end=ago(5), asserted=ago(5)),
        ],
        "not-met assumed",
    ),
    (
        "an earlier statement says it was stopped",
        [
            MEDICATION_LIST,
            order("VS-APT", start=ago(30), asserted=ago(30)),
            aspirin("stopped", end=ago(50), asserted=ago(50)),
        ],
        "met assumed",
    ),
    ("as needed", [order("VS-APT", start=ago(30), asserted=ago(30), as_needed=True)], "unknown"),
    ("of which use is reported", [drug("VS-APT", source="report", start=ago(30), asserted=ago(30))], "met assumed"),
    ("a plan", [MEDICATION_LIST, drug("VS-APT", source="plan", start=ago(30))], "unknown"),
    ("a plan for another drug", [MEDICATION_LIST, drug("VS-STEROID", source="plan", start=ago(30))], "not-met assumed"),
    ("a dose given today", [MEDICATION_LIST, dose_given("VS-APT", ago(0))], "unknown"),
    ("a dose given yesterday", [MEDICATION_LIST, dose_given("VS-APT", ago(1))], "unknown"),
    ("a dose given two days ago", [MEDICATION_LIST, dose_given("VS-APT", ago(2))], "not-met assumed"),
    ("an infusion that runs", [drug("VS-APT", source="administration", start=ago(0))], "met"),
)
def test_orders_plans_and_doses(items: list[Item], answer: str) -> None:
    assert held(NOW, *items) == answer


@pytest.mark.parametrize(
    "route, answer", [("oral", "met"), ("unstated", "met"), ("parenteral", "met"), ("local", "not-met assumed")]
)
def test_only_an_explicit_local_form_takes_a_steroid_out(route: str, answer: str) -> None:
    """G11."""
    steroid = drug("VS-STEROID", start="2026", route=route)
    assert held("taking: {of: [VS-STEROID]}", MEDICATION_LIST, steroid) == answer


def test_a_grey_drug_never_makes_a_yes_by_machine() -> None:
    written = "taking: {of: [VS-APT], judgement: [VS-PLT-OTHER]}"
    assert held(written, drug("VS-PLT-OTHER", start="2026")) == "judgement"
    assert held(written, drug("VS-PLT-OTHER", start="2026"), aspirin()) == "met"
    assert held(written, drug("VS-PLT-OTHER", start="2026", as_needed=True)) == "unknown"


def test_a_record_that_it_was_stopped_may_be_made_to_answer() -> None:
    written = "taking: {of: [VS-APT], stopped: means-no}"
    assert held(written, aspirin("stopped", end=ago(20))) == "not-met"
    assert held(written, aspirin("not-taken")) == "not-met"
    assert held(written) == "unknown"


@pytest.mark.parametrize(
    "item, reason",
    [
        (aspirin(), "taking"),
        (aspirin(as_needed=True), "as-needed"),
        (aspirin("on-hold"), "on-hold"),
        (aspirin("unknown"), "intake-unclear"),
    ],
)
def test_the_reason_is_told_and_medication_is_to_be_reconciled(item: Item, reason: str) -> None:
    found = result_of(NOW, item).finding
    assert because(NOW, item) == reason
    assert {resolve.kind for resolve in found.resolve} <= {"reconcile-medication"}
    assert bool(found.resolve) is found.truth.open
