"""When a polymorphic element such as onset[x] or performed[x] says something was: a date, a period, an age, a range."""

from __future__ import annotations

from cds_service.fhir.ages import at_age, between_ages
from cds_service.fhir.draft import Draft
from cds_service.fhir.elements import Json, part
from eligibility.when import EARLIEST, When


def stated(resource: Json, name: str) -> bool:
    """Whether any form of `name`[x] stands in the resource; `false` states that there is none."""
    return any(
        key.startswith(name) and key[len(name) :] in _FORMS and value not in (None, "", False)
        for key, value in resource.items()
    )


_FORMS = frozenset(("DateTime", "Date", "Period", "Age", "Range", "String", "Boolean"))


def point(resource: Json, name: str, reference: str, draft: Draft) -> When | None:
    """`name`DateTime, `name`Age or `name`Range as days; a string is never parsed (G4)."""
    dated = resource.get(f"{name}DateTime", resource.get(f"{name}Date"))
    if dated is not None:
        return draft.day(dated, reference)
    if part(resource, f"{name}Age"):
        return at_age(draft.born, part(resource, f"{name}Age"))
    return between_ages(draft.born, part(resource, f"{name}Range"))


def beginning(resource: Json, name: str, reference: str, draft: Draft) -> When | None:
    """The beginning of `name`[x]. A Period says that it began on some day within it (FHIR Condition.onset[x]).

    An open side is as wide as it can be: from ever, or until today (G4).
    """
    if f"{name}Period" not in resource:
        return point(resource, name, reference, draft)
    period = draft.period(resource[f"{name}Period"], reference)
    if period.unreadable or not (period.start or period.end):
        return period.start
    first = period.start.first if period.start else EARLIEST
    return When(first, max(first, period.end.last if period.end else draft.as_of))


def ending(resource: Json, name: str, reference: str, draft: Draft) -> When | None:
    """The end of `name`[x]: of a Period its end; one without an end ends on some day from its start until today."""
    if f"{name}Period" not in resource:
        return point(resource, name, reference, draft)
    period = draft.period(resource[f"{name}Period"], reference)
    if period.end:
        return period.end
    return When(period.start.first, max(draft.as_of, period.start.last)) if period.start else None
