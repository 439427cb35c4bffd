"""Whether an amount keeps limits: plain units, multiples of the upper limit of normal, a grey zone (G6)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from pydantic import field_validator

from eligibility.credible import plausible_rows
from eligibility.criteria.criterion import Parameters
from eligibility.quantity import Amount, ReferenceRange, quantity_text
from eligibility.record import Observation
from eligibility.truth import Truth
from eligibility.units import converted

if TYPE_CHECKING:
    from eligibility.case import Case

ULN = "ULN"
LIMITS: tuple[Literal["below", "at_most", "above", "at_least"], ...] = ("below", "at_most", "above", "at_least")


class Limits(Parameters):
    """One upper and one lower limit at most, named by whether the limit itself passes; `grey_to` goes to a person."""

    below: str | None = None
    at_most: str | None = None
    above: str | None = None
    at_least: str | None = None
    grey_to: str | None = None

    @field_validator("below", "at_most", "above", "at_least", "grey_to")
    @classmethod
    def _a_quantity(cls, text: str | None) -> str | None:
        if text is not None:
            quantity_text(text)
        return text

    @property
    def stated(self) -> list[tuple[str, Amount]]:
        return [(name, quantity_text(text)) for name in LIMITS if (text := getattr(self, name)) is not None]

    @property
    def unit(self) -> str:
        return self.stated[0][1].unit

    def keep(self, amount: Amount, uln: Fraction = Fraction(1)) -> Truth:
        """Whether the amount, already in the limits' unit, keeps them; in multiples of `uln` for limits in ULN."""
        truth = Truth.TRUE
        for name, limit in self.stated:
            truth = truth & getattr(amount, name)(_number(limit) * uln)
        if truth is Truth.TRUE or self.grey_to is None:
            return truth
        grey = _number(quantity_text(self.grey_to)) * uln
        upper = self.at_most is not None or self.below is not None
        reached = amount.at_most(grey) if upper else amount.at_least(grey)
        if truth is Truth.FALSE:
            return {Truth.TRUE: Truth.JUDGEMENT, Truth.FALSE: Truth.FALSE}.get(reached, Truth.MISSING)
        return Truth.FALSE if reached is Truth.FALSE else Truth.MISSING


def _number(amount: Amount) -> Fraction:
    if amount.number is None:
        raise ValueError("a limit is one number")
    return amount.number


def upper_limits(result: Observation, unit: str, case: Case) -> list[Fraction]:
    """The upper limit of normal in `unit`; both ends of the plausible bracket when none is printed; [] when unknown.

    A printed limit that no laboratory has (0, or creatinine normal up to 84 mg/dL) makes the unit itself doubtful.
    """
    printed = printed_limit(result, unit, case)
    if printed is not None:
        return [printed] if _is_a_limit(printed, unit, result, case) else []
    for row in case.tables.uln_brackets:
        if any(name in result.hits for name in row.of) and not (row.adults_only and _maybe_child(case)):
            ends = [
                converted(Amount.exactly(end, row.unit), unit, row.of, case.tables.units) for end in (row.low, row.high)
            ]
            return [end.number for end in ends if end is not None and end.number is not None]
    return []


def _is_a_limit(limit: Fraction, unit: str, result: Observation, case: Case) -> bool:
    if limit <= 0:
        return False
    for row in plausible_rows(result, case):
        same = converted(Amount.exactly(limit, unit), row.unit, row.of, case.tables.units) if row.unit else None
        number = same.number if same is not None else None
        if number is not None and (
            (row.uln_low is not None and number < row.uln_low) or (row.uln_high is not None and number > row.uln_high)
        ):
            return False
    return True


def _maybe_child(case: Case) -> bool:
    return not case.surely_from(18)


def printed_limit(result: Observation, unit: str, case: Case) -> Fraction | None:
    """The upper limit of normal that the laboratory printed for such a patient, in `unit`."""
    fitting = [r for r in result.ranges if r.normal and r.high is not None and r.understood and _fits(r, case)]
    specific = [r for r in fitting if r.limited]
    for chosen in (*specific, *(r for r in fitting if not r.limited)):
        high = _high(chosen, result, unit, case)
        if high is not None:
            return None if not chosen.limited and _adults(high, result, unit, case) else high
    return None


def _high(chosen: ReferenceRange, result: Observation, unit: str, case: Case) -> Fraction | None:
    if chosen.high is None:
        return None
    same = converted(chosen.high, unit, result.hits, case.tables.units)
    return None if same is None else same.high


def _fits(chosen: ReferenceRange, case: Case) -> bool:
    if chosen.genders and case.record.gender not in chosen.genders:
        return False
    if chosen.age_low is None and chosen.age_high is None:
        return True
    ages = case.ages
    if ages is None:
        return False
    youngest, oldest = ages
    return (chosen.age_low is None or chosen.age_low <= youngest) and (
        chosen.age_high is None or oldest <= chosen.age_high
    )


def _adults(high: Fraction, result: Observation, unit: str, case: Case) -> bool:
    """Whether a range printed without an age is an adult's, beside a child's result (G6, creatinine)."""
    for row in case.tables.adult_ranges:
        if any(name in result.hits for name in row.of) and not case.surely_from(row.under):
            limit = converted(Amount.exactly(row.high_above, row.unit), unit, row.of, case.tables.units)
            return limit is None or limit.number is None or high > limit.number
    return False
