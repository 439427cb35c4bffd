"""Decides how a story told for one fixed day is moved to another day, so that "ten weeks ago" stays ten weeks ago."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

TOLD_ON = date(2026, 11, 21)
"""The day for which every date in `fhir_fixtures/patients/` is written."""

_MOMENTS = ("authored", "authoredOn", "created", "dateAsserted", "issued", "lastOccurrence", "lastUpdated", "recorded")
_NAMES = frozenset(("date", "end", "event", "occurrence", "received", "sent", "start", "time", "when", *_MOMENTS))
_ENDINGS = ("Date", "DateTime", "Instant")
_SHAPE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})(?P<clock>T.*)?)?)?\Z", re.DOTALL)


def shift_days(told: Any, days: int) -> Any:
    """A copy of a FHIR resource with every date, dateTime and instant moved by `days`.

    What is a date is known by the name of its element, never by looking like one: a code "2019" or a sentence
    in a note stays as it is. `birthDate` moves too, so that a person keeps the age the story gives.
    """
    if isinstance(told, dict):
        return {name: _shift_element(name, value, days) for name, value in told.items()}
    if isinstance(told, list):
        return [shift_days(item, days) for item in told]
    return told


def _shift_element(name: str, value: Any, days: int) -> Any:
    if not (name in _NAMES or name.endswith(_ENDINGS)):
        return shift_days(value, days)
    if isinstance(value, str):
        return shift_date(value, days)
    if isinstance(value, list):
        return [_shift_element(name, item, days) for item in value]
    return shift_days(value, days)


def shift_date(text: str, days: int) -> str:
    """One FHIR date moved by `days`, at the precision and with the time and offset it was written with.

    A partial date stands for the middle of its month or year: that day is moved and cut again, so a month stays a
    month and is off by at most half of one.
    """
    shape = _SHAPE.match(text)
    if shape is None:
        return text
    year, month, day = shape["year"], shape["month"] or "07", shape["day"] or ("15" if shape["month"] else "01")
    moved = (date(int(year), int(month), int(day)) + timedelta(days)).isoformat()
    if shape["day"]:
        return moved + (shape["clock"] or "")
    return moved[:7] if shape["month"] else moved[:4]
