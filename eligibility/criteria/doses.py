"""How much of a drug is taken: the daily dose of one record, in mg or in mg of prednisone (G11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from eligibility.record import Exposure, Intake, Source

if TYPE_CHECKING:
    from eligibility.case import Case


def prednisone_factor(entry: Exposure, case: Case) -> Fraction | None:
    """mg of prednisone per mg of this steroid; None when the drug is none of the table, or a mixture of several."""
    factors = {case.tables.prednisone_equivalents.get(name) for name in entry.ingredients}
    return factors.pop() if len(factors) == 1 else None


def daily_milligrams(entry: Exposure, case: Case, *, prednisone: bool) -> Fraction | None:
    """mg a day of one record; None when structured dosage does not tell, or tells it per kg."""
    given = _of_the_day(entry, case) if entry.source is Source.ADMINISTRATION else entry.dose.daily
    if given is None or (entry.dose.per_kg and entry.source is not Source.ADMINISTRATION):
        return None
    if not prednisone:
        return given
    factor = prednisone_factor(entry, case)
    return None if factor is None else given * factor


def _of_the_day(entry: Exposure, case: Case) -> Fraction | None:
    """All administrations of the drug on that day together; None when one of them does not tell."""
    if entry.start is None or not entry.start.exact or entry.dose.single is None:
        return entry.dose.single
    day = case.once(_given_by_day).get((entry.start.first, entry.intake), ())
    same = [other.dose.single for other in day if other.ingredients & entry.ingredients]
    return sum((dose for dose in same if dose is not None), Fraction(0))


def _given_by_day(case: Case) -> Mapping[tuple[date, Intake], Sequence[Exposure]]:
    """The doses given, by the day that is exactly known and how they went."""
    found: dict[tuple[date, Intake], list[Exposure]] = {}
    for one in case.record.exposures:
        if one.source is Source.ADMINISTRATION and one.start is not None and one.start.exact:
            found.setdefault((one.start.first, one.intake), []).append(one)
    return found
