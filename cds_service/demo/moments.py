"""Decides which stretch of time a FHIR date stands for, so that dates of any precision compare and sort."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z")


class Stretch(NamedTuple):
    """From the first to the last instant a date may mean (FHIR R4 search, section on date)."""

    start: datetime
    end: datetime


def stretch_of(value: Any) -> Stretch | None:
    """The stretch of a date, dateTime, instant or Period; None when it cannot be read."""
    if isinstance(value, dict):
        return _period(value)
    try:
        return _text(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _period(period: dict[str, Any]) -> Stretch | None:
    start, end = stretch_of(period.get("start")), stretch_of(period.get("end"))
    if start is None and end is None:
        return None
    return Stretch(start.start if start else _EARLIEST, end.end if end else _LATEST)


def _text(text: str) -> Stretch:
    shape = _SHAPE.match(text)
    if shape is None:
        return _instant(text)
    year, month, day = (int(part or 0) for part in shape.groups())
    last_month = month or 12
    last_day = day or monthrange(year, last_month)[1]
    end = datetime(year, last_month, last_day, 23, 59, 59, 999999, tzinfo=UTC)
    return Stretch(datetime(year, month or 1, day or 1, tzinfo=UTC), end)


def _instant(text: str) -> Stretch:
    moment = datetime.fromisoformat(text)
    start = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Stretch(start, start + timedelta(microseconds=0 if moment.microsecond else 999_999))
