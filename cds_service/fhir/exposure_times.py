"""From when to when a drug was taken, and on which day that was told (rules G4 and G5, by kind of record)."""

from __future__ import annotations

from dataclasses import dataclass

from cds_service.fhir.dates import Period
from cds_service.fhir.draft import Draft
from cds_service.fhir.elements import Json, exact, part, parts, text_of
from eligibility.when import EARLIEST, LATEST, Span, When

_SPAN_UNITS = {"d": "day", "wk": "week", "mo": "month", "a": "year"}
_SPAN_NAMES = {"": "d", "day": "d", "days": "d", "day(s)": "d", "天": "d", "日": "d", "week": "wk", "weeks": "wk"}


@dataclass(frozen=True, slots=True)
class Times:
    """`single`: one dose on one day. `told`: the day that shows when the list was kept. `future`: not yet happened."""

    start: When | None = None
    end: When | None = None
    single: bool = False
    asserted: When | None = None
    told: When | None = None
    future: bool = False


def statement_times(resource: Json, reference: str, draft: Draft, ongoing: bool = False) -> Times:
    """effective[x] as recorded. The effectiveDateTime of an active statement is its start, without an end (G5)."""
    asserted = draft.day(resource.get("dateAsserted"), reference)
    if "effectivePeriod" in resource:
        period = draft.period(resource["effectivePeriod"], reference)
        return Times(period.start, period.end, asserted=asserted, told=asserted or period.start)
    day = draft.day(resource.get("effectiveDateTime"), reference)
    told = asserted or day
    if ongoing or day is None:
        return Times(day, None, asserted=asserted, told=told)
    return Times(day, day, True, asserted, told)


def administration_times(resource: Json, reference: str, draft: Draft) -> Times:
    """What was given lies in the past: cut at today; an administration dated later is ignored, with a note."""
    if "effectivePeriod" in resource:
        period = draft.period(resource["effectivePeriod"], reference)
        start, end = draft.past(period.start, reference), period.end
        return Times(start, _not_later(end, start, draft), future=period.start is not None and start is None)
    day = draft.day(resource.get("effectiveDateTime"), reference)
    cut = draft.past(day, reference)
    return Times(cut, cut, single=cut is not None, future=day is not None and cut is None)


def _not_later(end: When | None, start: When | None, draft: Draft) -> When | None:
    """An infusion that is to end after today has no end yet."""
    cut = end.until(draft.as_of) if end else None
    return None if cut is None or (start and cut.last < start.first) else cut


def order_times(resource: Json, reference: str, draft: Draft, over: bool, reported: bool = False) -> Times:
    """Bounds of the dosage, else the dispensing's validity, else authoredOn as start.

    What is over ended at the latest with its validity, on which day is not told: an order that may be dispensed until
    then is no intake until then (G4, G5).

    The authoredOn of a report of use is the day on which it was told, never the start of the use (G5).
    """
    authored = draft.day(resource.get("authoredOn"), reference)
    validity = draft.period(part(resource, "dispenseRequest").get("validityPeriod"), reference)
    repeats = [part(part(dosage, "timing"), "repeat") for dosage in parts(resource, "dosageInstruction")]
    bounds = [draft.period(repeat.get("boundsPeriod"), reference) for repeat in repeats]
    start = _earliest([period.start for period in bounds]) or validity.start or (None if reported else authored)
    end = _end(repeats, bounds, start) or (_at_the_latest(validity.end, start) if over else None)
    return Times(start, end, asserted=authored, told=authored or start)


def _at_the_latest(last: When | None, start: When | None) -> When | None:
    first = start.first if start else EARLIEST
    return When(first, last.last) if last and first <= last.last else None


def dispense_times(resource: Json, reference: str, draft: Draft) -> Times:
    """From the day it was handed over (else prepared) for as many days as it was to last."""
    handed = draft.day(resource.get("whenHandedOver"), reference) or draft.day(resource.get("whenPrepared"), reference)
    start = draft.past(handed, reference)
    end = _supplied_until(part(resource, "daysSupply"), start)
    return Times(start, end, future=handed is not None and start is None)


def _supplied_until(supply: Json, start: When | None) -> When | None:
    """daysSupply counts days, also where no unit is written."""
    unit = (text_of(supply.get("code")) or text_of(supply.get("unit"))).casefold()
    known = unit if unit in _SPAN_UNITS else _SPAN_NAMES.get(unit)
    return _after({**supply, "code": known}, start) if known else None


def _earliest(days: list[When | None]) -> When | None:
    return min((day for day in days if day), key=lambda day: (day.first, day.last), default=None)


def _end(repeats: list[Json], bounds: list[Period], start: When | None) -> When | None:
    """The latest end, when every instruction has one: an instruction without bounds goes on."""
    ends = [period.end or _after(part(repeat, "boundsDuration"), period.start or start)
            for repeat, period in zip(repeats, bounds, strict=True)]  # fmt: skip
    known = [end for end in ends if end]
    if not known or len(known) < len(ends):
        return None
    return max(known, key=lambda end: (end.last, end.first))


def _after(duration: Json, start: When | None) -> When | None:
    """A course of n days that starts today is taken on n days, the first one included (G3)."""
    number = exact(duration.get("value"))
    unit = _SPAN_UNITS.get(text_of(duration.get("code")) or text_of(duration.get("unit")))
    if start is None or number is None or unit is None or number.denominator != 1 or not 0 < number < 100_000:
        return None
    if duration.get("comparator"):
        return When(start.first, LATEST)
    span, one_day = Span(int(number), unit), Span(1, "day")
    return When(one_day.ago(span.after(start.first)), one_day.ago(span.after(start.last)))
