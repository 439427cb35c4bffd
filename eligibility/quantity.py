"""Exact numbers with units: comparators as intervals, reference ranges, conversion only between what is comparable.

Rule G6. Numbers are `Fraction`s, never floats; a value with a comparator is an interval with open or closed ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from eligibility.truth import Truth


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or an interval of numbers, in `unit` ("" when none is given).

    `low`/`high` are None where the interval is unbounded; `low_open`/`high_open` say that the end itself is left out.
    `ucum` is true when the unit came as a UCUM code rather than as free text.
    """

    low: Fraction | None
    high: Fraction | None
    unit: str = ""
    low_open: bool = False
    high_open: bool = False
    ucum: bool = False

    @classmethod
    def exactly(cls, number: Fraction | int | str, unit: str = "", ucum: bool = False) -> Amount:
        value = Fraction(number)
        return cls(value, value, unit, ucum=ucum)

    @property
    def number(self) -> Fraction | None:
        """The one number it is, or None for an interval."""
        return self.low if self.low is not None and self.low == self.high else None

    def scaled(self, factor: Fraction, unit: str, offset: Fraction = Fraction(0)) -> Amount:
        """The same interval in another unit: value × factor + offset."""
        low = None if self.low is None else self.low * factor + offset
        high = None if self.high is None else self.high * factor + offset
        return Amount(low, high, unit, self.low_open, self.high_open, self.ucum)

    def at_most(self, limit: Fraction) -> Truth:
        if self.high is not None and self.high <= limit:
            return Truth.TRUE
        if self.low is not None and (self.low > limit or (self.low == limit and self.low_open)):
            return Truth.FALSE
        return Truth.MISSING

    def below(self, limit: Fraction) -> Truth:
        if self.high is not None and (self.high < limit or (self.high == limit and self.high_open)):
            return Truth.TRUE
        if self.low is not None and self.low >= limit:
            return Truth.FALSE
        return Truth.MISSING

    def at_least(self, limit: Fraction) -> Truth:
        return ~self.below(limit)

    def above(self, limit: Fraction) -> Truth:
        return ~self.at_most(limit)


_QUANTITY = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s+(\S.*?)\s*$")


def quantity_text(text: str) -> Amount:
    """A quantity as definitions write it: a number, a blank and a UCUM unit, such as "30 10*9/L" or "1.5 ULN"."""
    found = _QUANTITY.match(text)
    if not found:
        raise ValueError('a number and a unit in quotes, such as "30 10*9/L"')
    return Amount.exactly(found[1], found[2], ucum=True)


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """One printed range of a result. `normal` is true without a type or with type normal.

    `genders` are FHIR codes of appliesTo, empty when the range fits any; ages in completed years, None when unlimited.
    """

    low: Amount | None = None
    high: Amount | None = None
    normal: bool = True
    genders: frozenset[str] = frozenset()
    age_low: Fraction | None = None
    age_high: Fraction | None = None
    limited: bool = False  # an age or appliesTo is stated, understood or not
    understood: bool = True
