"""How Simplified Chinese writes a day, a partial date, a calendar length, a number and a list."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal

from eligibility.when import EARLIEST, LATEST, Span, When

UNITS = {"day": "天", "week": "周", "month": "个月", "year": "年"}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_A_WORD = 2  # so many characters say about what one English word says


def spoken(value: date | When | Span | Decimal | int) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, When):
        return interval(value)
    if isinstance(value, Span):
        return f"{value.number}{UNITS[value.unit]}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def interval(value: When) -> str:
    """As precise as it is known: a day, a month, a year, else from and to."""
    first, last = value.first, value.last
    if first == last:
        return day(first)
    if first == EARLIEST and last == LATEST:
        return "日期不详"
    if first == EARLIEST or last == LATEST:
        return f"最晚{day(last)}" if first == EARLIEST and last != LATEST else f"{day(first)}起"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{first.year}年"
    if first.day == 1 and last == first.replace(day=monthrange(first.year, first.month)[1]):
        return f"{first.year}年{first.month}月"
    return f"{day(first)}至{day(last)}"


def placed(value: When) -> str:
    """The same inside a sentence; Chinese needs no preposition, only "between"."""
    said = interval(value)
    return f"{said}之间" if "至" in said else said


def begun(value: When) -> str:
    """The same after 自 ("since")."""
    said = interval(value)
    return f"{said}之间某日" if "至" in said else said.removesuffix("起")


def listed(parts: list[str]) -> str:
    """a、b和c"""
    return "和".join(part for part in ("、".join(parts[:-1]), *parts[-1:]) if part)


def amount(value: str) -> str:
    """3 × ULN is 3倍正常值上限."""
    return value.replace(" × ULN", "倍正常值上限").replace("ULN", "正常值上限")


def words(text: str) -> int:
    """How long it reads, in words of English: what blanks part, and one for two characters."""
    return len(text.split()) + len(_HAN.findall(text)) // _A_WORD
