"""Whether a dose that was given lately may be one of a series that goes on: the next one need not be due yet (G5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from eligibility.criteria.drug_history import superseded
from eligibility.record import Exposure, Intake, Source
from eligibility.truth import Truth
from eligibility.when import Span

if TYPE_CHECKING:
    from eligibility.case import Case

_LONGEST = 7  # days between the doses of a maintenance treatment: romiplostim is given weekly


def may_go_on(entry: Exposure, case: Case) -> Truth:
    """MISSING for a dose given so lately that the next may not be due, or is due and not yet written down; else FALSE.

    A statement made on that day or later is the newer word, whatever it says.
    """
    if entry.source is not Source.ADMINISTRATION or entry.intake is Intake.NOT_TAKEN or entry.start is None:
        return Truth.FALSE
    if superseded(entry, case):
        return Truth.FALSE
    given = (entry.end or entry.start).within(Span(_due_within(entry, case), "day").ago(case.as_of), case.as_of)
    return Truth.FALSE if given is Truth.FALSE else Truth.MISSING


def _due_within(entry: Exposure, case: Case) -> int:
    """A day more than lay between the last two days on which it was given, or than the drug's usual interval."""
    days = [case.once(_days_given).get(name, ()) for name in entry.ingredients]
    gaps = [(last - before).days for before, last in (pair[-2:] for pair in days if len(pair) > 1)]
    usual = case.tables.dosing_intervals
    gaps += [usual[name].days_at_most for name in entry.ingredients if name in usual]
    return 1 + max((gap for gap in gaps if gap <= _LONGEST), default=0)


def _days_given(case: Case) -> Mapping[str, tuple[date, ...]]:
    """The days on which each ingredient was given, as far as the record knows them exactly."""
    found: dict[str, set[date]] = {}
    for one in case.record.exposures:
        day = one.end or one.start
        if one.source is Source.ADMINISTRATION and one.intake is not Intake.NOT_TAKEN and day and day.exact:
            for name in one.ingredients:
                found.setdefault(name, set()).add(day.first)
    return {name: tuple(sorted(days)) for name, days in found.items()}
