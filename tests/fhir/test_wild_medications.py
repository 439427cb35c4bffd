"""fhir-in-the-wild, groups 4 and 5: whether a drug is taken, by whose word, and from when to when (rules G5, G7)."""

from __future__ import annotations

from datetime import date

import pytest
from fhir_raw import (
    administration,
    between,
    day,
    holes,
    notes,
    on,
    order,
    read,
    statement,
    the_exposure,
)

from eligibility.record import Intake, Source
from eligibility.when import EARLIEST, LATEST, When

ACTIVE, COMPLETED, STOPPED, HELD = Intake.ACTIVE, Intake.COMPLETED, Intake.STOPPED, Intake.ON_HOLD


# --- 4: times -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more, start, end, single",
    [
        ({"effectivePeriod": {"start": "2026-10-01", "end": "2026-10-14"}}, on("2026-10-01"), on("2026-10-14"), False),
        ({"effectivePeriod": {"start": "2026-10-01"}}, on("2026-10-01"), None, False),
        ({"effectivePeriod": {"end": "2026-10"}}, None, between("2026-10-01", "2026-10-31"), False),
        ({"effectivePeriod": {"start": "2024", "end": "2027-01-01"}},
         between("2024-01-01", "2024-12-31"), on("2027-01-01"), False),
        ({"effectiveDateTime": "2026-10-01"}, on("2026-10-01"), None, False),
        ({"effectiveDateTime": "2026-10", "status": "completed"},
         between("2026-10-01", "2026-10-31"), between("2026-10-01", "2026-10-31"), True),
        ({"status": "stopped"}, None, None, False),
        ({"dateAsserted": "2026-11-01"}, None, None, False),
    ],
)  # fmt: skip
def test_from_when_to_when_by_a_statement(more, start, end, single):
    """An active statement's effectiveDateTime is its start; another one's is the day itself."""
    found = the_exposure(statement(**more))
    assert (found.start, found.end, found.single) == (start, end, single)


def test_an_end_that_cannot_be_read_is_some_day_and_not_no_end():
    told = statement(effectivePeriod={"start": "2026-10-01", "end": "2026-10-32"})
    assert the_exposure(told).end == When(day("2026-10-01"), LATEST)
    assert notes(told) == ["unreadable-date"]


def test_a_period_that_ends_before_it_starts_says_only_that_it_ends():
    told = statement(effectivePeriod={"start": "2026-10-10", "end": "2026-10-01"})
    assert (the_exposure(told).start, the_exposure(told).end) == (None, When(EARLIEST, LATEST))


BOUNDS = {"start": "2026-09-01", "end": "2026-09-30"}
VALID = {"start": "2026-08-01", "end": "2026-10-31"}


def dosed(**repeat):
    return {"dosageInstruction": [{"timing": {"repeat": repeat}}]}


@pytest.mark.parametrize(
    "more, start, end",
    [
        ({"authoredOn": "2026-11-01"}, on("2026-11-01"), None),
        ({"authoredOn": "2026-11-01", "dispenseRequest": {"validityPeriod": VALID}}, on("2026-08-01"), None),
        ({"authoredOn": "2026-11-01", "dispenseRequest": {"validityPeriod": VALID}, "status": "completed"},
         on("2026-08-01"), When(date(2026, 8, 1), date(2026, 10, 31))),  # ended some day until then
        ({"dispenseRequest": {"validityPeriod": VALID}, **dosed(boundsPeriod=BOUNDS)},
         on("2026-09-01"), on("2026-09-30")),
        ({"authoredOn": "2026-11-01", **dosed(boundsDuration={"value": 5, "code": "d"})},
         on("2026-11-01"), on("2026-11-05")),
        ({"authoredOn": "2026-11-01", **dosed(boundsDuration={"value": 2, "code": "wk"})},
         on("2026-11-01"), on("2026-11-14")),
        ({}, None, None),
    ],
)  # fmt: skip
def test_from_when_to_when_by_an_order(more, start, end):
    found = the_exposure(order(**more))
    assert (found.start, found.end) == (start, end)


def test_an_order_with_one_open_instruction_goes_on():
    open_and_bound = [{"timing": {"repeat": {"boundsPeriod": BOUNDS}}}, {"text": "then 5 mg"}]
    assert the_exposure(order(dosageInstruction=open_and_bound)).end is None


@pytest.mark.parametrize(
    "more, start, end, single",
    [
        ({"effectiveDateTime": "2026-10-01T08:00:00Z"}, day("2026-10-01"), day("2026-10-01"), True),
        ({"effectiveDateTime": "2026-11"}, day("2026-11-01"), day("2026-11-21"), True),
        (
            {"effectivePeriod": {"start": "2026-10-01", "end": "2026-10-02"}},
            day("2026-10-01"),
            day("2026-10-02"),
            False,
        ),
    ],
)
def test_when_a_dose_was_given(more, start, end, single):
    found = the_exposure(administration(**more))
    assert found.start is not None
    assert found.end is not None
    assert (found.start.first, found.end.last, found.single) == (start, end, single)


def test_a_dose_of_tomorrow_has_not_been_given():
    told = administration(effectiveDateTime="2026-11-22")
    assert read(told).exposures == ()
    assert notes(told) == ["future-date"]


# --- 5: status and intent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make, status, intake",
    [
        (statement, "active", ACTIVE),
        (statement, "completed", COMPLETED),
        (statement, "stopped", STOPPED),
        (statement, "on-hold", HELD),
        (statement, "intended", Intake.INTENDED),
        (statement, "not-taken", Intake.NOT_TAKEN),
        (statement, "unknown", Intake.UNKNOWN),
        (statement, "Active ", ACTIVE),
        (order, "active", ACTIVE),
        (order, "completed", COMPLETED),
        (order, "stopped", STOPPED),
        (order, "on-hold", HELD),
        (order, "unknown", Intake.UNKNOWN),
        (administration, "in-progress", ACTIVE),
        (administration, "completed", COMPLETED),
        (administration, "stopped", STOPPED),
        (administration, "not-done", Intake.NOT_TAKEN),
        (administration, "on-hold", HELD),
        (administration, "unknown", Intake.UNKNOWN),
    ],
)
def test_the_status_of_each_kind(make, status, intake):
    assert the_exposure(make(status=status)).intake is intake


@pytest.mark.parametrize(
    "ignored",
    [
        statement(status="entered-in-error"),
        administration(status="entered-in-error "),
        order(status="cancelled"),
        order(status="draft"),
        order(status="entered-in-error"),
        order(intent="proposal"),
        order(intent="option"),
        order(doNotPerform=True),
        order(intent="plan", status="cancelled"),
    ],
)
def test_what_was_understood_and_set_aside_is_no_hole(ignored):
    record = read(ignored)
    assert (record.exposures, record.holes) == ((), ())


@pytest.mark.parametrize("odd", [statement(status=None), statement(status="yes"), administration(status="active")])
def test_a_status_of_another_kind_is_a_hole(odd):
    assert [reason for _, reason, _ in holes(odd)] == ["unreadable-status"]


@pytest.mark.parametrize(
    "more, source",
    [
        ({}, Source.ORDER),
        ({"intent": "original-order"}, Source.ORDER),
        ({"intent": "instance-order"}, Source.ORDER),
        ({"intent": "plan"}, Source.PLAN),
        ({"intent": "directive"}, Source.PLAN),
        ({"intent": "plan", "reportedBoolean": True}, Source.REPORT),
        ({"intent": "plan", "reportedBoolean": False}, Source.PLAN),
        ({"intent": "plan", "reportedReference": {"reference": "Practitioner/x"}}, Source.REPORT),
        ({"intent": "plan", "requester": {"reference": "Patient/ines"}}, Source.REPORT),
        ({"intent": "plan", "requester": {"reference": "https://a.example/fhir/RelatedPerson/x"}}, Source.REPORT),
        ({"intent": "plan", "requester": {"type": "Patient", "display": "Ines"}}, Source.REPORT),
        ({"intent": "plan", "requester": {"reference": "Practitioner/Patient"}}, Source.PLAN),
        ({"intent": "order", "reportedBoolean": True}, Source.ORDER),
    ],
)
def test_an_order_a_plan_and_a_report_of_use(more, source):
    assert the_exposure(order(**more)).source is source


def test_a_report_is_told_on_the_day_it_was_authored_and_starts_on_no_known_day():
    report = order(intent="plan", reportedBoolean=True, authoredOn="2026-11-10")
    found = the_exposure(report)
    assert (found.start, found.asserted) == (None, on("2026-11-10"))
    assert read(report).openers.statements == (on("2026-11-10"),)
