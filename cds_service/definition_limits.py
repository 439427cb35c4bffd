"""What is asked of the limits of one test: one unit that results come in, a range that holds something, a grey zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eligibility.criteria.daily_dose import DailyDoseRule
from eligibility.criteria.limits import ULN, Limits
from eligibility.criteria.measurement import MeasurementRule
from eligibility.quantity import Amount, quantity_text
from eligibility.tables import Tables
from eligibility.trial import Place
from eligibility.units import converted

_DOSES = ("mg", "mg/kg")
_RESULTS = (
    "10*9/L",
    "U/L",
    "mg/dL",
    "umol/L",
    "mL/min/{1.73_m2}",
    "kg",
    "mm[Hg]",
    "m[IU]/mL",
    "%",
    "mmol/mol",
    "kg/m2",
    "mg/g",
    "mg/mmol",
    "a",
)


def of_limits(path: str, rule: object, tables: Tables) -> Iterator[Place]:
    """The limits of a measurement or a daily dose; a range of ages or grades."""
    if isinstance(rule, Limits):
        stated = {name: quantity_text(text) for name in (*_UPPER, *_LOWER, "grey_to") if (text := getattr(rule, name))}
        units = list(dict.fromkeys(amount.unit for amount in stated.values()))
        if len(units) > 1:
            yield Place(path, f"found limits in {' and '.join(units)}, expected one unit")
        elif units:
            yield from _of_unit(path, units[0], rule, tables)
            yield from _of_range(path, stated)
        return
    low, high = _whole(rule, "at_least"), _whole(rule, "at_most")
    if low is not None and high is not None and low > high:
        yield Place(path, "nothing is at least the one and at most the other")


_UPPER, _LOWER = ("below", "at_most"), ("above", "at_least")


def _whole(rule: object, word: str) -> int | None:
    value = getattr(rule, word, None)
    return value if isinstance(value, int) else None


def _of_unit(path: str, unit: str, rule: Limits, tables: Tables) -> Iterator[Place]:
    if isinstance(rule, DailyDoseRule) and unit not in _DOSES:
        yield Place(path, f"found a limit in '{unit}', expected mg or mg/kg")
    if isinstance(rule, MeasurementRule) and unit != ULN and not _comes(unit, rule.of, tables):
        yield Place(
            path, f"found a limit in '{unit}', expected a unit that results come in, such as 10*9/L or U/L, or ULN"
        )


def _comes(unit: str, sets: Iterable[str], tables: Tables) -> bool:
    one = Amount.exactly(1, unit)
    return any(converted(one, other, sets, tables.units) is not None for other in _RESULTS)


def _of_range(path: str, stated: dict[str, Amount]) -> Iterator[Place]:
    upper = next((stated[name].number for name in _UPPER if name in stated), None)
    lower = next((stated[name].number for name in _LOWER if name in stated), None)
    grey = stated["grey_to"].number if "grey_to" in stated else None
    if upper is not None and lower is not None and lower > upper:
        yield Place(path, "nothing is above the lower limit and below the upper one")
    if grey is not None and (
        (upper is not None and grey <= upper) or (upper is None and lower is not None and grey >= lower)
    ):
        yield Place(path, "`grey_to` lies inside the limits: the zone for a person begins at the limit and ends there")
