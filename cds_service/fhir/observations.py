"""Which results an Observation holds for our value sets: its own, its components', its contained members' (G5, G6)."""

from __future__ import annotations

from dataclasses import dataclass

from cds_service.fhir.clumps import CLUMPS, CLUMPS_NOTED, SEEN, notes_clumps
from cds_service.fhir.concepts import concept_of, says_nothing
from cds_service.fhir.damage import damaged_code
from cds_service.fhir.dates import UnreadableDate, when_of
from cds_service.fhir.draft import Draft, Forgiven, NotUnderstood
from cds_service.fhir.elements import (
    NOTHING,
    Json,
    all_contained,
    code_of,
    entries,
    modified,
    part,
    parts,
    reference_in,
    text_of,
)
from cds_service.fhir.recall import Recall
from cds_service.fhir.reference_ranges import ranges_of
from cds_service.fhir.results import result_of
from eligibility.quantity import ReferenceRange
from eligibility.record import Observation, Result, Section
from eligibility.terminology import Concept, Hits, Mark
from eligibility.when import When

_GOOD = {"final": 0, "corrected": 1, "amended": 1}
_SET_ASIDE = frozenset(("entered-in-error", "cancelled", "unknown", "registered"))
_EFFECTIVE = ("effectiveDateTime", "effectiveInstant", "effectivePeriod", "effectiveTiming")
_DAY = 86_400_000_000  # in microseconds
_UNIX_EPOCH = 719_163  # 1 January 1970 as a day of the calendar
_NOBODY: frozenset[str] = frozenset()
_INHERITED = ("subject", "status", "issued", *_EFFECTIVE)


def retracted(resource: Json) -> bool:
    return code_of(resource.get("status")) in _SET_ASIDE


def concerns(resource: Json, terminology: Recall) -> frozenset[str] | None:
    """The value sets it may hold a result for, its parts included; None when nothing says what was observed."""
    if _asked_by_nobody(resource, terminology):
        return _NOBODY
    concept = concept_of(resource.get("code"))
    sets = set(_sets(terminology.finding(concept)))
    for component in parts(resource, "component"):
        sets |= _sets(terminology.finding(concept_of(component.get("code"))))
    for member in _members(resource):
        sets |= concerns(member, terminology) or frozenset()
    nameless = says_nothing(concept) and not resource.get("component")
    if not sets and (nameless or damaged_code(resource)):
        return None
    return frozenset(sets)


def _asked_by_nobody(resource: Json, terminology: Recall) -> bool:
    """Whether plainly written codes say at once that no value set holds it: so it is with most of a chart."""
    if "component" in resource or "contained" in resource:
        return False
    code = resource.get("code")
    codings = code.get("coding") if type(code) is dict else None
    if type(codings) is not list or not codings:
        return False
    for coding in codings:
        written = coding.get("code") if type(coding) is dict else None
        system = coding.get("system") if type(coding) is dict else None
        if type(written) is not str or type(system) is not str or not written.isascii() or not system.isascii():
            return False
        if not written.strip() or terminology.by_code(system, written):
            return False
    return True


def _sets(hits: Hits) -> set[str]:
    return {name for name, mark in hits.items() if mark is not Mark.NON_MEMBER}


def _members(resource: Json) -> list[Json]:
    """Members that travel inside the panel: of the same patient, and of its status and time unless they say so."""
    if not resource.get("contained"):
        return []
    inside = all_contained(resource)
    found = (inside.get(reference_in(member).removeprefix("#")) for member in parts(resource, "hasMember"))
    outer = {name: resource[name] for name in _INHERITED if name in resource and not name.startswith("effective")}
    return [
        {**outer, **_effective(resource, member), **member}
        for member in found
        if member and member.get("resourceType") == "Observation" and not member.get("hasMember")
    ]


def _effective(panel: Json, member: Json) -> Json:
    own = any(name in member for name in (*_EFFECTIVE, "issued"))
    return {} if own else {name: panel[name] for name in _EFFECTIVE if name in panel}


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the parts of one Observation share."""

    reference: str
    when: When | None
    issued: int | None
    rank: int
    restricted: bool
    preliminary: bool
    undated: bool  # a day is written that cannot be read: it may be the latest of all
    forgiven: Forgiven


def read(resource: Json, reference: str, draft: Draft, panel: Json = NOTHING) -> None:
    """`panel` is the Observation that contains this one: what is contained has no label of its own (dom-5)."""
    status = code_of(resource.get("status"))
    if status not in _GOOD and status != "preliminary":
        raise NotUnderstood("unreadable-status")
    when = _when(resource, reference, draft)
    cut = draft.past(when, reference)
    if when and not cut:
        return  # dated after today: ignored and noted (G3)
    if says_nothing(concept_of(resource.get("code"))) and not resource.get("component"):
        raise NotUnderstood("no-code")
    frame = _Frame(
        reference,
        cut,
        _issued(resource),
        _GOOD.get(status, 0),
        draft.restricted(resource, panel),
        status == "preliminary",
        when is None and any(resource.get(name) for name in _EFFECTIVE),
        draft.forgiven,
    )
    for element in (resource, *parts(resource, "component")):
        _result(element, frame, draft)
    for member in _members(resource):
        _member(member, resource, reference, draft)


def _result(element: Json, frame: _Frame, draft: Draft) -> None:
    concept = concept_of(element.get("code"))
    hits = draft.terminology.finding(concept)
    sets = _sets(hits)
    if not sets:
        return
    if modified(element):
        draft.hole(Section.OBSERVATIONS, frame.reference, NotUnderstood("unknown-modifier", frozenset(sets)))
        return
    if frame.undated:
        draft.hole(Section.OBSERVATIONS, frame.reference, NotUnderstood("unreadable", frozenset(sets)))
    if notes_clumps(element, hits):
        clumped: Hits = {CLUMPS: Mark.MEMBER}
        draft.observations.append(_observation({}, Concept((), CLUMPS_NOTED), clumped, SEEN, frame))
    result = result_of(element, draft.terminology)
    if not result.absent:
        draft.observations.append(_observation(element, concept, hits, result, frame))
    elif not element.get("component") and not element.get("hasMember"):
        draft.unanswered.append(_observation(element, concept, hits, result, frame))


def _observation(element: Json, concept: Concept, hits: Hits, result: Result, frame: _Frame) -> Observation:
    later = {} if element.get("referenceRange") else {"ranges": ()}
    return Observation.of(
        _Ranges(element, result, frame.forgiven),
        **later,
        reference=frame.reference,
        label=concept.label,
        hits=hits,
        result=result,
        when=frame.when,
        issued=frame.issued,
        rank=frame.rank,
        restricted=frame.restricted,
        preliminary=frame.preliminary,
    )


@dataclass(frozen=True, slots=True)
class _Ranges:
    """The printed ranges are read when a limit is a multiple of them."""

    element: Json
    result: Result
    forgiven: Forgiven

    def read(self, name: str) -> tuple[ReferenceRange, ...]:
        if name != "ranges":
            raise AttributeError(name)
        try:
            return ranges_of(self.element, self.result.amount)
        except self.forgiven:  # whatever an odd range provokes: one is printed, and it cannot be read (G5)
            return (ReferenceRange(limited=True, understood=False),)


def _member(member: Json, panel: Json, reference: str, draft: Draft) -> None:
    sets = concerns(member, draft.terminology)
    if not sets or retracted(member):
        return
    name = f"{reference}#{text_of(member.get('id'))}"
    try:
        if modified(member):
            raise NotUnderstood("unknown-modifier")
        if reference_in(member.get("subject")) != reference_in(panel.get("subject")):
            raise NotUnderstood("subject-unknown")
        read(member, name, draft, panel)
    except NotUnderstood as cause:
        draft.hole(Section.OBSERVATIONS, name, NotUnderstood(cause.reason, sets))


def _when(resource: Json, reference: str, draft: Draft) -> When | None:
    """The collection, effective[x]; `issued` only where that is missing, not where it cannot be read."""
    name = next((name for name in _EFFECTIVE if resource.get(name)), None)
    if name == "effectivePeriod":
        period = draft.period(resource[name], reference)
        return None if period.unreadable else period.whole
    if name == "effectiveTiming":
        days = [draft.day(event, reference) for event in entries(part(resource, name).get("event"))]
        known = [day for day in days if day]
        return When(min(day.first for day in known), max(day.last for day in known)) if known else None
    return draft.day(resource.get(name or "issued"), reference)


def _issued(resource: Json) -> int | None:
    try:
        when = when_of(resource.get("issued"))
    except UnreadableDate:
        return None
    if when is None or when.instant is not None:
        return when.instant if when else None
    return (when.first.toordinal() - _UNIX_EPOCH) * _DAY
