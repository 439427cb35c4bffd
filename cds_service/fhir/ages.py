"""On which days a patient had an age: onset, abatement and procedures are often recorded as an age (rule G4)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from cds_service.fhir.elements import Json, exact, part, text_of
from eligibility.when import LATEST, Span, When, birthday, next_day

_UNITS = {
    "year": ("a", "ann", "y", "yr", "yrs", "year", "years", "岁", "年"),
    "month": ("mo", "mos", "month", "months", "个月", "月"),
    "week": ("wk", "wks", "week", "weeks", "周"),
    "day": ("d", "day", "days", "天", "日"),
}
_UNIT_OF = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings}
_YEARS_PER = {"year": Fraction(1), "month": Fraction(1, 12), "week": Fraction(7 * 4, 1461), "day": Fraction(4, 1461)}
_OLDEST = 200  # years; beyond it a number is no age


def _age(quantity: Json) -> tuple[Fraction, str] | None:
    number = exact(quantity.get("value"))
    unit = _UNIT_OF.get(text_of(quantity.get("code")).lower()) or _UNIT_OF.get(text_of(quantity.get("unit")).lower())
    if number is None or unit is None or number < 0 or number * _YEARS_PER[unit] > _OLDEST:
        return None
    return number, unit


def years_of(quantity: Json) -> Fraction | None:
    """An age in years, exactly for years and months; the Julian year for weeks and days."""
    age = _age(quantity)
    return None if age is None else age[0] * _YEARS_PER[age[1]]


def at_age(born: When | None, quantity: Json) -> When | None:
    """The days on which the patient was n years (months, weeks, days) old; a fraction counts as the whole below it."""
    age = _age(quantity)
    if born is None or age is None:
        return None
    whole = int(age[0])
    first = _reached(born.first, whole, age[1])
    last = next_day(_reached(born.last, whole + 1, age[1]), -1)
    match text_of(quantity.get("comparator")):
        case "<":
            return When(born.first, max(born.first, next_day(_reached(born.last, whole, age[1]), -1)))
        case "<=":
            return When(born.first, last)
        case ">" | ">=":
            return When(first, LATEST)
    return When(first, last)


def _reached(born: date, number: int, unit: str) -> date:
    return birthday(born, number) if unit == "year" else Span(number, unit).after(born)


def between_ages(born: When | None, ages: Json) -> When | None:
    """The days of a Range of ages; a side that is not given is open, but not before birth."""
    low, high = at_age(born, part(ages, "low")), at_age(born, part(ages, "high"))
    if born is None or (low is None and high is None):
        return None
    first = low.first if low else born.first
    last = high.last if high else LATEST
    return When(first, last) if first <= last else None
