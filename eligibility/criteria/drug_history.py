"""What the other records of one drug say about a record of it: order, doses given and statements are one history (G5).

Two records are of one drug when their ingredients meet. The newer word supersedes an order; where it cannot be told
which word is the newer one, they contradict each other and nothing is certain (G4).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eligibility.record import Exposure, Intake, Source
from eligibility.truth import Truth
from eligibility.when import Span, When

if TYPE_CHECKING:
    from eligibility.case import Case

FRESH = Span(365, "day")  # an order, or what was said, of an earlier day says nothing about today (G5)
_TOLD = (Source.STATEMENT, Source.REPORT)
_OVER = (Intake.COMPLETED, Intake.STOPPED)
_AGAINST = (*_OVER, Intake.NOT_TAKEN, Intake.ON_HOLD)


def superseded(order: Exposure, case: Case) -> bool:
    """An order says nothing once a later statement or report speaks of the same drug (G5)."""
    return any(_speaks_later(other, order) is Truth.TRUE for other in case.same_drug(order))


def contradicted_by(entry: Exposure, case: Case) -> tuple[Exposure, ...]:
    """The records that say it is not taken (any more), where neither word is surely the newer one.

    Of an active order: an undated "stopped", one that tells of an end before the order was written, a dose left out.
    Of an active statement: an end after the day on which it was told.
    """
    if entry.source is Source.ORDER:
        return tuple(
            other
            for other in case.same_drug(entry)
            if other.intake in _AGAINST and _speaks_later(other, entry) is Truth.MISSING
        )
    told = entry.asserted if entry.source in _TOLD and entry.intake is Intake.ACTIVE else None
    if told is None:
        return ()
    return tuple(other for other in case.same_drug(entry) if other.source in _TOLD and _ended_after(other, told))


def orders_behind(entry: Exposure, case: Case) -> tuple[Exposure, ...]:
    """The orders that tell since when a drug is taken, where a statement says only that it is (assumed).

    Those that would count by themselves (active, at most 365 days old) and were written before the statement.
    """
    if entry.source not in _TOLD or entry.intake is not Intake.ACTIVE or entry.start is not None:
        return ()
    told = entry.asserted.last if entry.asserted else case.as_of
    return tuple(
        other
        for other in case.same_drug(entry)
        if other.source is Source.ORDER and other.intake is Intake.ACTIVE and _begun(other, told, case.as_of)
    )


def spoken_for(dispense: Exposure, case: Case) -> bool:
    """What was handed over says nothing where a record says that the drug is taken, or says later that it is not."""
    return any(_answers(other, dispense, case) for other in case.same_drug(dispense))


def _answers(other: Exposure, dispense: Exposure, case: Case) -> bool:
    if other.source is Source.ORDER:
        return other.intake is Intake.ACTIVE and not superseded(other, case)
    if other.source not in _TOLD:
        return False
    return other.intake is Intake.ACTIVE or _speaks_later(other, dispense) is Truth.TRUE


def may_last(dispense: Exposure, as_of: date) -> bool:
    """Whether some of what was handed over may be taken now: for the days it was to last, else for a year."""
    if dispense.end is not None:
        return dispense.end.last >= as_of
    return dispense.start is None or dispense.start.last >= FRESH.ago(as_of)


def _begun(order: Exposure, told: date, as_of: date) -> bool:
    written = order.asserted or order.start
    goes_on = order.end is None and not order.as_needed
    fresh = written is not None and written.last >= FRESH.ago(as_of)
    return goes_on and fresh and order.start is not None and order.start.last <= min(told, as_of)


def _ended_after(other: Exposure, told: When) -> bool:
    return other.intake in _OVER and other.end is not None and other.end.first > told.last


def _speaks_later(other: Exposure, order: Exposure) -> Truth:
    """Whether this is a newer word about the drug than the order; MISSING where that cannot be told."""
    if other.source is Source.ADMINISTRATION:  # a dose given does not end the order, one left out may
        return Truth.MISSING if other.intake is Intake.NOT_TAKEN else Truth.FALSE
    if other.source not in _TOLD:
        return Truth.FALSE
    ordered, spoken = order.asserted or order.start, other.asserted or other.end or other.start
    if spoken is None:
        return Truth.MISSING
    if ordered is None:
        return Truth.TRUE
    if spoken.first < ordered.first:
        return Truth.FALSE if spoken.last < ordered.first else Truth.MISSING
    before = other.intake in _OVER and other.end is not None and other.end.last < ordered.first
    return Truth.MISSING if before else Truth.TRUE
