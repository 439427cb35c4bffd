"""`treatment` (G5 "exposure ever"; CM313-I06, I07, E01, E21, CART-I06b, E13): a drug, a procedure, or a code of one."""

from __future__ import annotations

import pytest
from holding import held, result_of, stories
from record_of import (
    MEDICATION_LIST,
    PROBLEM_LIST,
    PROCEDURES,
    Item,
    ago,
    allergy,
    dose_given,
    drug,
    hole,
    order,
    problem,
    procedure,
    study,
)

HEADER = "treatment_history: [VS-STEROID, VS-RTX]"
EVER = "treatment: {of: [VS-CD38]}"
STEROID = drug("VS-STEROID", "stopped", start="2020", end="2021")  # keeps the treatment history open


@stories(
    ("nothing known", [], "unknown"),
    ("a treatment history without it", [STEROID], "not-met assumed"),
    ("a treatment history and a hole", [STEROID, hole("medications")], "unknown"),
    ("a medication list is no treatment history", [MEDICATION_LIST], "unknown"),
    ("given once", [dose_given("VS-CD38", "2019-03-01")], "met"),
    ("given, at an unknown day", [drug("VS-CD38", "completed", "administration")], "met"),
    ("active", [drug("VS-CD38", start="2026")], "met"),
    ("stopped", [drug("VS-CD38", "stopped", start="2019", end="2020")], "met"),
    ("on hold, as stated", [drug("VS-CD38", "on-hold", start="2026")], "met"),
    ("on hold, as ordered", [order("VS-CD38", intake="on-hold", start="2026")], "unknown"),
    ("ordered", [order("VS-CD38", start="2026-01-01", asserted="2026-01-01")], "met assumed"),
    ("reported", [drug("VS-CD38", source="report", start="2026-01-01")], "met assumed"),
    ("ordered, and given", [order("VS-CD38", start="2026-01-01"), dose_given("VS-CD38", "2026-01-02")], "met"),
    ("planned", [STEROID, drug("VS-CD38", source="plan", start="2026")], "not-met assumed"),
    ("intended", [drug("VS-CD38", "intended")], "not-met"),
    ("never taken", [drug("VS-CD38", "not-taken")], "not-met"),
    ("never taken, beside a hole", [drug("VS-CD38", "not-taken"), hole("medications")], "unknown"),
    ("of unknown status", [drug("VS-CD38", "unknown")], "unknown"),
    ("in the future", [STEROID, drug("VS-CD38", start="2026-12-01")], "not-met assumed"),
    ("a code that counts half", [drug("VS-CD38:judgement", start="2026")], "judgement"),
    ("an unspecific code", [drug("VS-CD38:unknown", start="2026")], "unknown"),
    ("given beside a hole", [dose_given("VS-CD38", "2019-03-01"), hole("medications")], "met"),
)
def test_a_drug_that_was_ever_given(items: list[Item], answer: str) -> None:
    assert held(EVER, *items, header=HEADER) == answer


@stories(
    ("nothing known", [], "unknown"),
    ("a procedure list without it", [PROCEDURES], "not-met assumed"),
    ("a problem list without it", [PROBLEM_LIST], "not-met assumed"),
    ("a hole among procedures", [PROBLEM_LIST, hole("procedures")], "unknown"),
    ("done", [procedure("VS-ORGAN-TX", "2015-05-01")], "met"),
    ("done, undated", [procedure("VS-ORGAN-TX")], "met"),
    ("not done", [procedure("VS-ORGAN-TX", done=False)], "not-met"),
    ("of unknown status", [procedure("VS-ORGAN-TX", done=None)], "unknown"),
    ("a status code", [problem("VS-ORGAN-TX:history")], "met"),
    ("a status code, resolved", [problem("VS-ORGAN-TX", "past")], "met"),
    ("a suspected status", [problem("VS-ORGAN-TX", "suspected")], "unknown"),
    ("a refuted status", [problem("VS-ORGAN-TX", "denied")], "not-met"),
)
def test_a_procedure_that_was_ever_done(items: list[Item], answer: str) -> None:
    assert held("treatment: {of: [VS-ORGAN-TX], silence: procedure-history}", *items) == answer


@pytest.mark.parametrize(
    "given, answer",
    [
        ({"start": "2026-11-07"}, "met"),  # exactly 14 days
        ({"start": "2026-11-08"}, "not-met"),
        ({"start": "2026-11"}, "unknown"),
        ({"start": "2026-10"}, "met"),
        ({}, "unknown"),
        ({"asserted": "2026-11-01"}, "met"),  # it had begun by then
        ({"asserted": "2026-11-20"}, "unknown"),
    ],
)
def test_started_at_least_two_weeks_ago(given: dict[str, str], answer: str) -> None:
    written = "treatment: {of: [VS-STEROID], started_at_least: 14 days, silence: means-no}"
    assert held(written, drug("VS-STEROID", **given)) == answer


@pytest.mark.parametrize(
    "item, answer",
    [
        (drug("VS-RADIO", "stopped", start="2026-01", end="2026-10-24"), "met"),
        (drug("VS-RADIO", "stopped", start="2026-01", end="2026-10-25"), "not-met"),
        (drug("VS-RADIO", "stopped", start="2026-01", end="2026-10"), "unknown"),
        (drug("VS-RADIO", "stopped", start="2026-01-01"), "unknown"),  # ended some day up to today
        (drug("VS-RADIO", "stopped", start="2026-01-01", asserted="2026-10-01"), "met"),  # by the day it was told
        (drug("VS-RADIO", start="2026-01"), "not-met"),  # still going on
        (procedure("VS-RADIO", "2026-10-24"), "met"),
        (procedure("VS-RADIO", "2026-11-01"), "not-met"),
        (procedure("VS-RADIO"), "unknown"),
    ],
)
def test_ended_at_least_four_weeks_ago(item: Item, answer: str) -> None:
    assert held("treatment: {of: [VS-RADIO], ended_at_least: 4 weeks, silence: means-no}", item) == answer


@stories(
    ("a year ago to the day", [procedure("VS-PCI", "2025-11-21")], "met; 2026-11-22"),
    ("a year and a day ago", [procedure("VS-PCI", "2025-11-20")], "not-met"),
    ("this spring", [procedure("VS-PCI", "2026-04-01")], "met; 2027-04-02"),
    ("in November of last year", [procedure("VS-PCI", "2025-11")], "unknown; 2026-12-01"),
    ("undated", [procedure("VS-PCI")], "unknown"),
    ("a status code", [problem("VS-PCI:history")], "unknown"),
    ("a status code recorded two years ago", [problem("VS-PCI:history", recorded="2024-01-01")], "not-met"),
    ("a status code recorded this year", [problem("VS-PCI:history", recorded="2026-03-01")], "unknown; 2027-03-02"),
    ("not done", [procedure("VS-PCI", "2026-04-01", done=False)], "not-met"),
    ("none on a kept list", [PROCEDURES], "not-met assumed"),
)
def test_in_the_last_year(items: list[Item], answer: str) -> None:
    assert held("treatment: {of: [VS-PCI], within: 1 year, silence: procedure-history}", *items) == answer


@stories(
    ("no reason documented", [drug("VS-RTX", "stopped", start="2025")], "not-met"),
    ("no response", [drug("VS-RTX", "stopped", start="2025", outcomes="no-response")], "met"),
    ("a relapse", [drug("VS-RTX", "stopped", start="2025", outcomes="relapse")], "not-met"),
    ("intolerance", [drug("VS-RTX", "stopped", start="2025", outcomes="intolerance")], "met"),
    ("an allergy to it", [allergy("rituximab", of="VS-RTX")], "met"),
    ("an unconfirmed allergy", [STEROID, allergy("rituximab", of="VS-RTX", confirmed=False)], "not-met assumed"),
    ("a procedure without success", [procedure("VS-RTX", "2020", outcomes="no-response")], "met"),
    ("a status code tells no outcome", [problem("VS-RTX:history")], "not-met"),
    ("one of two courses", [drug("VS-RTX", "stopped"), drug("VS-RTX", "stopped", outcomes="no-response")], "met"),
    ("nothing known", [], "unknown"),
)
def test_a_documented_reason(items: list[Item], answer: str) -> None:
    assert held("treatment: {of: [VS-RTX], outcome: [no-response, intolerance]}", *items, header=HEADER) == answer


@pytest.mark.parametrize(
    "status, answer", [("on-study", "met"), ("off-study", "met"), ("screening", "unknown"), ("candidate", "unknown")]
)
def test_a_study_of_the_drug_counts_where_it_is_written(status: str, answer: str) -> None:
    written = "treatment: {of: [VS-CD38], also_in: [studies]}"
    assert held(written, study(status, of="VS-CD38")) == answer
    assert held(EVER, study(status, of="VS-CD38")) == "unknown"


def test_named_drugs_and_the_et_cetera() -> None:
    written = "treatment: {of: [VS-IS-NAMED], judgement: [VS-IS-OTHER], silence: means-no}"
    assert held(written, drug("VS-IS-OTHER", start="2026")) == "judgement"
    assert held(written, drug("VS-IS-OTHER", start="2026"), drug("VS-IS-NAMED", start="2026")) == "met"
    assert held(written, drug("VS-IS-OTHER", "not-taken")) == "not-met"


def test_an_unknown_history_is_to_be_asked_for_and_an_unknown_day_looked_up() -> None:
    asked = result_of(EVER, header=HEADER).finding
    dated = result_of("treatment: {of: [VS-PCI], within: 1 year}", procedure("VS-PCI", "2025-11")).finding
    assert [resolve.kind for resolve in (*asked.resolve, *dated.resolve)] == ["ask-treatment-history", "look-up-date"]


def test_the_window_may_end_at_the_first_dose() -> None:
    from datetime import date

    written = "treatment: {of: [VS-IVIG], within: 2 weeks, before: first-dose, silence: means-no}"
    given = dose_given("VS-IVIG", ago(5))
    assert held(written, given) == "met; 2026-12-01"
    assert held(written, given, start=date(2026, 12, 1)) == "not-met"
