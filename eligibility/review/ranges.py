"""The range that limits leave, and whether one range lies inside another or apart from it: exact, ends and all."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eligibility.criteria.tree import Test
from eligibility.review.question import rule_of
from eligibility.review.reading import Limit, limits_asked

_LOWER, _UPPER = ("at_least", "above"), ("at_most", "below")


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers between two ends; None where there is no end. An open end is left out itself."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def inside(self, other: Range) -> bool:
        """Whether every number here is there as well."""
        low = other.low is None or (
            self.low is not None
            and (self.low > other.low or (self.low == other.low and (self.low_open or not other.low_open)))
        )
        high = other.high is None or (
            self.high is not None
            and (self.high < other.high or (self.high == other.high and (self.high_open or not other.high_open)))
        )
        return low and high

    def apart(self, other: Range) -> bool:
        """Whether no number is in both."""
        return _ends_before(self, other) or _ends_before(other, self)


def _ends_before(one: Range, other: Range) -> bool:
    if one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and (one.high_open or other.low_open))


def range_of(test: Test) -> Range:
    """What the limits of a measurement, a dose, an age or a score leave."""
    limits = list(limits_asked(test))
    low, high = _end(limits, _LOWER), _end(limits, _UPPER)
    return Range(
        low.number if low else None,
        high.number if high else None,
        low_open=bool(low and low.word == "above"),
        high_open=bool(high and high.word == "below"),
    )


def _end(limits: list[Limit], words: tuple[str, ...]) -> Limit | None:
    return next((limit for limit in limits if limit.word in words), None)


def comparable(one: Test, other: Test) -> bool:
    """Whether two tests ask the same quantity in the same unit, each of a single result or of the person."""
    if one.word != other.word or one.word not in ("age", "score", "measurement"):
        return False
    if one.word == "age":
        return True
    mine, theirs = rule_of(one), rule_of(other)
    names = ("scale", "take") if one.word == "score" else ("of", "unit", "take")
    return all(getattr(mine, name) == getattr(theirs, name) for name in names)
