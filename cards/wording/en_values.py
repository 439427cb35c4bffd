"""How English writes a day, a partial date, a calendar length, a number and a list."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

from eligibility.when import EARLIEST, LATEST, Span, When

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def spoken(value: date | When | Span | Decimal | int) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, When):
        return interval(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def day(value: date) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def interval(value: When) -> str:
    """As precise as it is known: a day, a month, a year, else from and to."""
    first, last = value.first, value.last
    if first == last:
        return day(first)
    if first == EARLIEST and last == LATEST:
        return "an unknown day"
    if first == EARLIEST or last == LATEST:
        return f"by {day(last)}" if first == EARLIEST and last != LATEST else f"from {day(first)}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    if first.day == 1 and last == first.replace(day=monthrange(first.year, first.month)[1]):
        return f"{MONTHS[first.month - 1]} {first.year}"
    return f"{day(first)} to {day(last)}"


def placed(value: When) -> str:
    """The same with its preposition: on a day, in a month or a year, between two days, by the latest possible one."""
    said = interval(value)
    if value.exact:
        return f"on {said}"
    if said.startswith(("by ", "from ")):
        return said
    return f"between {day(value.first)} and {day(value.last)}" if " to " in said else f"in {said}"


def begun(value: When) -> str:
    """The same after "since"."""
    return f"a day between {day(value.first)} and {day(value.last)}" if " to " in interval(value) else interval(value)


def listed(parts: list[str]) -> str:
    """a, b and c"""
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
