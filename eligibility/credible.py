"""In which unit a result is, and whether a person can have such a value at all (G6): what cannot be is not used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from eligibility.magnitude import of_another_magnitude
from eligibility.quantity import Amount
from eligibility.record import Observation
from eligibility.tables import Plausible, PrintedUnit, Tables
from eligibility.terminology import Mark
from eligibility.truth import Truth
from eligibility.units import converted
from eligibility.when import completed_years

if TYPE_CHECKING:
    from eligibility.case import Case

ADULT = 18


def stands_in(result: Observation, names: Iterable[str]) -> bool:
    return any(result.hits.get(name, Mark.NON_MEMBER) is not Mark.NON_MEMBER for name in names)


def unit_of(result: Observation, amount: Amount, tables: Tables) -> Amount:
    """The amount; without a unit, the printed range tells it where that is unmistakable (G6)."""
    if amount.unit:
        return amount
    fitting = [row for row in tables.printed_units if stands_in(result, row.of)]
    lows = [r.low for r in result.ranges if r.low is not None and r.low.low is not None] if fitting else []
    for row in fitting:
        if lows and all(_lies_in(low, row) for low in lows):
            return Amount(amount.low, amount.high, row.unit, amount.low_open, amount.high_open)
    return amount


def _lies_in(low: Amount, row: PrintedUnit) -> bool:
    """Whether a printed lower end is one of this unit: by its own unit where it has one, else by its size."""
    same = converted(low, row.unit, row.of) if low.unit else low
    return same is not None and same.low == low.low and low.low is not None and row.low <= low.low <= row.high


def believed(result: Observation, case: Case) -> Observation:
    """The result; one that no person can have is refused: still the latest, shown as it is, and never used (G6)."""
    amount = result.result.amount
    if amount is None or not result.result.readable:
        return result
    amount = unit_of(result, amount, case.tables)
    low, high = _bounds(result, amount.unit, case)
    too_low = low is not None and amount.at_least(low) is Truth.FALSE
    too_high = high is not None and amount.at_most(high) is Truth.FALSE
    if not too_low and not too_high and not _misplaced(result, amount, case.tables):
        return result
    return replace(result, result=replace(result.result, amount=None, readable=False, refused=True))


def _misplaced(result: Observation, amount: Amount, tables: Tables) -> bool:
    rows = [row for row in tables.printed_units if stands_in(result, row.of)]
    return bool(rows) and of_another_magnitude(amount, result.ranges, rows)


Bounds = tuple[Fraction | None, Fraction | None]


def _bounds(result: Observation, unit: str, case: Case) -> Bounds:
    """The least and the most that such a result can be, in its unit; worked out once for all results alike."""
    key = (tuple(result.hits.items()), unit, _adult(result, case))
    if key not in case.bounds:
        rows = list(plausible_rows(result, case))
        lows = [_in_unit(row.low, row, unit, case.tables) for row in rows if row.low is not None]
        highs = [_in_unit(row.high, row, unit, case.tables) for row in rows if row.high is not None]
        low = max((end for end in lows if end is not None), default=None)
        case.bounds[key] = (low, min((end for end in highs if end is not None), default=None))
    return case.bounds[key]


def _in_unit(end: Fraction, row: Plausible, unit: str, tables: Tables) -> Fraction | None:
    """An end of a row in the unit of a result; None where the two cannot be compared."""
    if not row.unit:
        return end
    same = converted(Amount.exactly(end, row.unit), unit, row.of, tables.units)
    return same.number if same is not None else None


def comparable(result: Observation, case: Case) -> bool:
    """False for a number whose unit is missing or cannot be compared with that of such results."""
    amount = result.result.amount
    rows = [row for row in plausible_rows(result, case) if row.unit]
    if amount is None or not rows:
        return True
    amount = unit_of(result, amount, case.tables)
    return any(converted(amount, row.unit, row.of, case.tables.units) is not None for row in rows)


def plausible_rows(result: Observation, case: Case) -> Iterator[Plausible]:
    for row in case.tables.plausible:
        if stands_in(result, row.of) and not (row.adults_only and not _adult(result, case)):
            yield row


def _adult(result: Observation, case: Case) -> bool:
    """Surely of age on the day of the result: a birth weight stays what it is."""
    born = case.record.born
    day = result.when.first if result.when is not None else case.as_of
    return born is not None and completed_years(born.last, day) >= ADULT
