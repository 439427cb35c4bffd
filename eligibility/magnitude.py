"""Whether a count is of the magnitude that its unit says: 150 per µl is no platelet count but one in thousands (G6)."""

from __future__ import annotations

from collections.abc import Iterable

from eligibility.quantity import Amount, ReferenceRange
from eligibility.tables import PrintedUnit
from eligibility.units import converted


def of_another_magnitude(amount: Amount, ranges: Iterable[ReferenceRange], rows: Iterable[PrintedUnit]) -> bool:
    """`rows` are those of the test. The printed range is one of another unit, or the number is too small for its own.

    A thousands separator read as a decimal point does the same: "150.000/µl". None at all and "<1000" stay possible.
    """
    lows = [one.low for one in ranges if one.low is not None]
    return any(_too_few(amount, row) or any(_misprinted(low, row) for low in lows) for row in rows)


def _too_few(amount: Amount, row: PrintedUnit) -> bool:
    if row.counts_from is None or not amount.low or amount.high is None or not _alike(amount, row):
        return False
    return amount.high < row.counts_from


def _misprinted(low: Amount, row: PrintedUnit) -> bool:
    """The number is a lower end in this row's unit, and the unit beside it is of another size."""
    comparable = converted(low, row.unit, row.of) is not None
    return comparable and low.low is not None and row.low <= low.low <= row.high and not _alike(low, row)


def _alike(amount: Amount, row: PrintedUnit) -> bool:
    same = converted(amount, row.unit, row.of)
    return same is not None and same.low == amount.low
