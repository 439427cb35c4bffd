"""Whether one record of a drug says that it is taken now: the table of rule G5."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eligibility.case import exposure_evidence, happened
from eligibility.criteria.criterion import Facts
from eligibility.criteria.drug_history import (
    FRESH,
    contradicted_by,
    may_last,
    orders_behind,
    spoken_for,
    superseded,
)
from eligibility.criteria.series import may_go_on
from eligibility.finding import Evidence
from eligibility.record import Exposure, Intake, Source
from eligibility.truth import Truth

if TYPE_CHECKING:
    from eligibility.case import Case

ASSUMED = (Source.ORDER, Source.REPORT)  # what they tell of intake is assumed (G5)
_NOT_NOW = (Intake.COMPLETED, Intake.STOPPED, Intake.NOT_TAKEN)
_TO_JUDGE = (Intake.ON_HOLD, Intake.INTENDED)


def latest_end(entry: Exposure, as_of: date) -> date:
    """The latest day on which something completed or stopped without a recorded end can have ended (G4).

    min(R, dateAsserted); the day on which an order was authored is its beginning and limits nothing.
    """
    if entry.asserted is None or entry.source is Source.ORDER:
        return as_of
    return min(as_of, entry.asserted.last)


def taken_now(entry: Exposure, case: Case) -> Truth | None:
    """TRUE, FALSE, MISSING or JUDGEMENT as G5's table says; None for a record that states nothing about today."""
    day = case.as_of
    if entry.source is Source.PLAN:
        return Truth.MISSING  # no fact, but its own drug makes "takes no …" unknown
    if entry.source is Source.DISPENSE:
        return Truth.MISSING if may_last(entry, day) and not spoken_for(entry, case) else None
    if entry.intake in _NOT_NOW:
        return may_go_on(entry, case)
    if not happened(entry, day):
        return None
    if entry.source is Source.ORDER and superseded(entry, case):
        return None
    if entry.intake in _TO_JUDGE:
        return Truth.JUDGEMENT
    if entry.intake is Intake.UNKNOWN or entry.as_needed or _stale(entry, day) or _over(entry, day):
        return Truth.MISSING
    if contradicted_by(entry, case):
        return Truth.MISSING
    if entry.start is not None and entry.start.on_or_before(day) is Truth.MISSING:
        return Truth.TRUE  # what is active has begun: the partial start is cut at R (G4)
    return Truth.TRUE


def _over(entry: Exposure, day: date) -> bool:
    """`active` with an end that lies, or may lie, before today is a contradiction."""
    return entry.end is not None and entry.end.before(day) is not Truth.FALSE


def _stale(entry: Exposure, day: date) -> bool:
    """Asserted (an order: authored) more than 365 days ago, or an order without any date at all."""
    if entry.source is Source.ADMINISTRATION:
        return False
    told = entry.asserted or (entry.start if entry.source is Source.ORDER else None)
    if told is None:
        return entry.source is Source.ORDER
    return told.last < FRESH.ago(day)


def told_by(entry: Exposure, case: Case) -> tuple[Evidence, ...]:
    """The record itself, what contradicts it, and the orders that tell its beginning."""
    beside = (*contradicted_by(entry, case), *orders_behind(entry, case))
    return tuple(exposure_evidence(one) for one in (entry, *beside))


def is_assumed(entry: Exposure, case: Case) -> bool:
    """Whether what it tells of intake rests on an order or a report (G5)."""
    return entry.source in ASSUMED or bool(orders_behind(entry, case))


def doubt(entry: Exposure, case: Case) -> tuple[str, Facts]:
    """Why it is not clear whether it is taken: a key of the wording and its facts (G5's table)."""
    day = case.as_of
    facts: Facts = {"label": entry.label}
    if entry.as_needed:
        return "as-needed", facts
    if entry.source is Source.PLAN:
        return "intake-planned", facts
    if entry.source is Source.DISPENSE:
        return "intake-dispensed", {**facts, "last": entry.start, "until": entry.end}
    if contradicted_by(entry, case):
        return "intake-contradicted", facts
    if entry.intake is Intake.UNKNOWN:
        return "intake-unclear", facts
    if entry.intake in _NOT_NOW:
        return "intake-given", {**facts, "last": entry.start}
    if _over(entry, day):
        return "intake-over", {**facts, "last": entry.end}
    if _stale(entry, day):
        return "intake-stale", {**facts, "last": entry.asserted or entry.start, "span": FRESH}
    return "intake-unclear", facts


def told_intake(entry: Exposure) -> str | None:
    """`on-hold` or `intended`, where that is what goes to a person."""
    return entry.intake.value if entry.intake in _TO_JUDGE else None
