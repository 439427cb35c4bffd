"""What day a FHIR date, dateTime, instant or Period means: the calendar day as written, never converted (G3, G4).

A time in `Z` does not tell where it was written. In a hospital that lives by another time it is the day of UTC or the
local one: an interval, which can only turn a boundary to unknown. Any other offset is taken as written.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from eligibility.when import EARLIEST, LATEST, Span, When

_DATE_TIME = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})(?:[Tt ](?P<time>.*))?)?)?", re.ASCII | re.DOTALL
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:$|[Tt ])", re.ASCII)
_TIME = re.compile(
    r"(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?"
    r"\s?(?:(?P<utc>[Zz])|(?P<sign>[+-])(?P<zone_hour>\d{2}):?(?P<zone_minute>\d{2})?)?",
    re.ASCII,
)
_UNIX_EPOCH = date(1970, 1, 1).toordinal()
_UNIX_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000  # in microseconds


class UnreadableDate(ValueError):
    """Something stands where a date belongs, and no day can be read from it."""


def when_of(value: object, zone: tzinfo | None = None) -> When | None:
    """The day or days a FHIR date means; None when nothing is written; `UnreadableDate` for what cannot be.

    `zone` is the hospital's time, where it is known and another one than UTC.
    """
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise UnreadableDate
    when = _parsed(value)
    return _by_both(when, zone) if zone and when and value.rstrip()[-1] in "Zz" else when


def elsewhere(zone: tzinfo | None) -> tzinfo | None:
    """The zone, where it makes a difference to what is written in `Z`."""
    return None if zone is UTC else zone


def _by_both(when: When, zone: tzinfo) -> When:
    """The calendar day in UTC and the one in the hospital: both readings of a time in `Z`."""
    if when.instant is None:
        return when
    try:
        local = (_UNIX_BEGIN + timedelta(microseconds=when.instant)).astimezone(zone).date()
    except (OverflowError, ValueError):  # at the ends of the calendar
        return when
    return When(min(when.first, local), max(when.last, local), when.instant, clocked=True)


_OLDEST = Span(130, "year")  # nobody has ever been so old


def credible(when: When | None, born: When | None, as_of: date) -> When | None:
    """The same; `UnreadableDate` for a day before birth or beyond any life: a placeholder, never "long ago"."""
    if when is not None and when.last < max(born.first if born else EARLIEST, _OLDEST.ago(as_of)):
        raise UnreadableDate
    return when


def _parsed(text: str) -> When | None:
    text = text.strip()
    if not text:
        return None
    if _DAY.match(text):
        return _on_day(text)
    found = _DATE_TIME.fullmatch(text)
    if not found:
        raise UnreadableDate
    try:
        return _interval(found)
    except ValueError as impossible:  # 30 February, month 13, year 0
        raise UnreadableDate from impossible


def _on_day(text: str) -> When:
    """The common case, a whole day with or without a time."""
    try:
        on = date.fromisoformat(text[:10])
    except ValueError as impossible:  # 30 February, month 13, year 0
        raise UnreadableDate from impossible
    return When(on, on, _instant(on, text[11:]))


def _interval(found: re.Match[str]) -> When:
    year, month, day = found["year"], found["month"], found["day"]
    if not month:
        return When(date(int(year), 1, 1), date(int(year), 12, 31))
    if not day:
        first = date(int(year), int(month), 1)
        return When(first, first.replace(day=monthrange(first.year, first.month)[1]))
    on = date(int(year), int(month), int(day))
    return When.on(on, _instant(on, found["time"]))


def _instant(on: date, time: str | None) -> int | None:
    """Microseconds since 1970 in UTC, for ordering only; a time without a zone is taken as if it were UTC."""
    if not time:
        return None
    found = _TIME.fullmatch(time)
    if not found:
        raise UnreadableDate
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise UnreadableDate
    seconds = (on.toordinal() - _UNIX_EPOCH) * 86400 + hour * 3600 + minute * 60 + second - _offset(found)
    return seconds * _SECOND + int((found["fraction"] or "")[:6].ljust(6, "0"))


def _offset(found: re.Match[str]) -> int:
    if not found["sign"]:
        return 0
    seconds = int(found["zone_hour"]) * 3600 + int(found["zone_minute"] or 0) * 60
    return seconds if found["sign"] == "+" else -seconds


@dataclass(frozen=True, slots=True)
class Period:
    """A FHIR Period as read. `unreadable`: a boundary is written that no day can be read from, or they are reversed.

    An end that is written but unreadable is some day we do not know, never "no end": that would keep a drug current.
    """

    start: When | None = None
    end: When | None = None
    unreadable: bool = False

    @property
    def whole(self) -> When | None:
        """From the first possible start to the last possible end; one boundary alone stands for both."""
        if self.start is None or self.end is None:
            return self.start or self.end
        start, end = self.start, self.end
        clocked = start.clocked and end.clocked and (start.first, start.last) == (end.first, end.last)
        return When(start.first, max(end.last, start.last), start.instant, clocked)


def period_of(value: object, born: When | None = None, as_of: date = EARLIEST, zone: tzinfo | None = None) -> Period:
    """A Period; whose boundaries must be days of this person's life, where they are known."""
    if not isinstance(value, dict):
        return Period(unreadable=value is not None)
    start, start_bad = _boundary(value.get("start"), born, as_of, zone)
    end, end_bad = _boundary(value.get("end"), born, as_of, zone)
    if start and end and end.last < start.first:
        return Period(None, When(EARLIEST, LATEST), unreadable=True)
    if end_bad:
        end = When(start.first if start else EARLIEST, LATEST)
    return Period(start, end, start_bad or end_bad)


def _boundary(value: object, born: When | None, as_of: date, zone: tzinfo | None) -> tuple[When | None, bool]:
    try:
        return credible(when_of(value, zone), born, as_of), False
    except UnreadableDate:
        return None, True
