"""FHIR resources of one person, drawn: codes of the value sets, real statuses, dates around the trials' windows.

Restrictions: elements of one resource do not contradict each other's JSON types (damage is a law of its own), codes are
those of the value sets or plainly foreign ones, and dates lie within three years before the day of reading or a week
after it, thick around the windows of the criteria.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.laws.codes import ANSWERS, DISEASES, DRUGS, GRADES, PROCEDURES, TESTS, of_set

Json = dict[str, Any]
DAY = date(2026, 11, 21)
PERSON = {"reference": "Patient/p"}
_AGO = (0, 1, 2, 3, 5, 7, 8, 13, 14, 15, 27, 28, 29, 30, 31, 60, 89, 90, 91, 92, 93, 181, 182, 184, 364, 366, 400, 1000)
EXACT = tuple((DAY - timedelta(days=days)).isoformat() for days in _AGO)
PARTIAL = ("2026-11", "2026-10", "2026-08", "2026-05", "2025-11", "2026", "2025", "2023")
TIMED = ("2026-11-21T07:30:00Z", "2026-11-20T23:30:00-05:00", "2026-11-19T08:00:00+08:00", "2026-11-19T08:00:00.5Z")
FUTURE = ("2026-11-22", "2026-11-28", "2026-12")
PAST = (*EXACT, *EXACT, *PARTIAL, *TIMED)
DATES = (*PAST, *FUTURE)
ITP, SOME_ITP = of_set("VS-ITP", DISEASES), of_set("VS-STEROID", DRUGS)
FOREIGN = (
    {"coding": [{"system": "http://snomed.info/sct", "code": "399211009", "display": "Ingrown toenail"}]},
    {"text": "flat feet"},
    {"coding": [{"system": "urn:local", "code": "X17", "display": "hay fever"}]},
)
LISTED = [{"coding": [{"code": "problem-list-item"}]}]
_UNITS = ("10*9/L", "10*3/uL", "U/L", "mg/dL", "umol/L", "mL/min/{1.73_m2}", "m[IU]/mL", "mm[Hg]", "kg", None)
_NUMBERS = (0, 0.7, 1, 2, 3.5, 24, 29.9, 30, 31, 44, 59, 60, 72, 90, 140, 250, 7000)
_RANGE = [{"low": {"value": 10}, "high": {"value": 40}}]


def maybe(values: Any, odds: int = 2) -> SearchStrategy[Any]:
    """One of `values`, or None: the element is left out. `odds` to one that it is there."""
    return st.sampled_from((*values, *([None] * max(1, len(values) // odds))))


def resource(kind: str, **elements: Any) -> Json:
    return {"resourceType": kind, **{name: value for name, value in elements.items() if value is not None}}


def coded(code: str | None) -> Json | None:
    return {"coding": [{"code": code}]} if code else None


_CODES = st.sampled_from((*ITP * 8, *DISEASES, *FOREIGN))
_DRUG = st.sampled_from((*DRUGS, *of_set("VS-STEROID", DRUGS) * 3, *of_set("VS-RTX", DRUGS) * 2, {"text": "Xyzzymab"}))
_DATE, _DATE_OR_NONE = st.sampled_from(DATES), maybe(DATES, 4)


@st.composite
def conditions(draw: DrawFn) -> Json:
    status = draw(st.sampled_from(("active",) * 4 + ("resolved", "inactive", "remission", "recurrence", None)))
    certainty = draw(
        st.sampled_from(("confirmed",) * 4 + (None, "provisional", "refuted", "unconfirmed", "entered-in-error"))
    )
    ended = draw(_DATE) if status in ("resolved", "inactive") and draw(st.booleans()) else None
    return resource(
        "Condition",
        subject=PERSON,
        code=draw(_CODES),
        clinicalStatus=coded(status),
        verificationStatus=coded(certainty),
        category=draw(st.sampled_from((LISTED, LISTED, [coded("encounter-diagnosis")], None))),
        onsetDateTime=draw(_DATE_OR_NONE),
        recordedDate=draw(maybe(DATES, 1)),
        abatementDateTime=ended,
    )


def _value(draw: DrawFn) -> Json:
    kind = draw(st.sampled_from(("number",) * 5 + ("answer", "answer", "grade", "text", "none")))
    if kind == "number":
        unit = draw(st.sampled_from(_UNITS))
        units = {"system": "http://unitsofmeasure.org", "code": unit} if unit else {}
        return {"valueQuantity": {"value": draw(st.sampled_from(_NUMBERS)), **units, **draw(_COMPARATOR)}}
    if kind == "answer":
        return {"valueCodeableConcept": draw(st.sampled_from(ANSWERS))}
    if kind == "grade":
        return {"valueCodeableConcept": draw(st.sampled_from(GRADES))}
    if kind == "text":
        return {"valueString": draw(st.sampled_from(("positive", "negative", "< 20", "24 10*9/L", "see comment")))}
    return {"dataAbsentReason": {"text": "clotted"}}


_COMPARATOR = st.sampled_from(({},) * 5 + ({"comparator": "<"}, {"comparator": ">="}))


@st.composite
def observations(draw: DrawFn) -> Json:
    return resource(
        "Observation",
        subject=PERSON,
        status=draw(st.sampled_from(("final",) * 5 + ("amended", "corrected", "preliminary", "cancelled"))),
        code=draw(st.sampled_from((*TESTS, *of_set("VS-PLT", TESTS) * 5))),
        effectiveDateTime=draw(_DATE_OR_NONE),
        issued=draw(maybe(TIMED, 1)),
        referenceRange=draw(st.sampled_from((_RANGE, None))),
        **_value(draw),
    )


def _dosage(draw: DrawFn) -> list[Json] | None:
    kind = draw(st.sampled_from((None, "daily", "daily", "as needed", "text")))
    if kind is None:
        return None
    if kind == "text":
        return [{"text": "as directed"}]
    route = draw(maybe(("26643006", "47625008", "6064005"), 1))
    dose = {"value": draw(st.sampled_from((1, 5, 20, 50, 500))), "unit": "mg"}
    dosage: Json = {
        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": dose}],
    }
    if route:
        dosage["route"] = {"coding": [{"system": "http://snomed.info/sct", "code": route}]}
    return [{**dosage, "asNeededBoolean": True}] if kind == "as needed" else [dosage]


def _period(draw: DrawFn) -> Json:
    """Start and end in the order of the calendar: a reversed period is damage."""
    first, last = sorted((draw(_DATE), draw(_DATE)), key=lambda one: one[:10])
    form = draw(st.sampled_from(("both", "both", "start", "end")))
    return {**({"start": first} if form != "end" else {}), **({"end": last} if form != "start" else {})}


def _taken(draw: DrawFn) -> Json:
    form = draw(st.sampled_from(("day", "period", "period", "none")))
    if form == "day":
        return {"effectiveDateTime": draw(_DATE)}
    return {"effectivePeriod": _period(draw)} if form == "period" else {}


_OUTCOME = st.sampled_from((None, None, [{"text": "lack of efficacy"}], [{"text": "relapse"}]))
_REASON = st.sampled_from((None, None, [ITP[0]], [{"text": "rheumatoid arthritis"}]))


@st.composite
def statements(draw: DrawFn) -> Json:
    told = ("active",) * 3 + ("completed",) * 3 + ("stopped",) * 2 + ("on-hold", "intended", "not-taken", "unknown")
    return resource(
        "MedicationStatement",
        subject=PERSON,
        status=draw(st.sampled_from(told)),
        medicationCodeableConcept=draw(_DRUG),
        dateAsserted=draw(maybe(DATES, 1)),
        dosage=_dosage(draw),
        statusReason=draw(_OUTCOME),
        reasonCode=draw(_REASON),
        **_taken(draw),
    )


@st.composite
def orders(draw: DrawFn) -> Json:
    intent = draw(st.sampled_from(("order",) * 4 + ("plan", "proposal", "instance-order")))
    return resource(
        "MedicationRequest",
        subject=PERSON,
        status=draw(st.sampled_from(("active",) * 3 + ("completed", "stopped", "on-hold", "cancelled", "unknown"))),
        intent=intent,
        reportedBoolean=draw(st.sampled_from((None, True))) if intent == "plan" else None,
        medicationCodeableConcept=draw(_DRUG),
        authoredOn=draw(_DATE_OR_NONE),
        dosageInstruction=_dosage(draw),
        reasonCode=draw(_REASON),
    )


@st.composite
def administrations(draw: DrawFn) -> Json:
    status = ("completed",) * 4 + ("in-progress", "stopped", "not-done", "on-hold", "unknown")
    return resource(
        "MedicationAdministration",
        subject=PERSON,
        status=draw(st.sampled_from(status)),
        medicationCodeableConcept=draw(_DRUG),
        **_taken(draw),
    )


@st.composite
def procedures(draw: DrawFn) -> Json:
    return resource(
        "Procedure",
        subject=PERSON,
        status=draw(st.sampled_from(("completed",) * 4 + ("in-progress", "not-done", "unknown", "preparation"))),
        code=draw(st.sampled_from((*PROCEDURES, {"text": "Appendectomy"}))),
        performedDateTime=draw(_DATE_OR_NONE),
    )


@st.composite
def allergies(draw: DrawFn) -> Json:
    return resource(
        "AllergyIntolerance",
        patient=PERSON,
        code=draw(st.one_of(_DRUG, st.sampled_from(({"text": "peanut"}, {"text": "latex"}, {"text": "pollen"})))),
        verificationStatus=coded(draw(st.sampled_from(("confirmed", None, "unconfirmed", "refuted")))),
        criticality=draw(maybe(("high", "low"), 1)),
    )


@st.composite
def studies(draw: DrawFn) -> Json:
    status = ("on-study", "off-study", "withdrawn", "candidate", "follow-up", "on-study-observation")
    study = ("NCT01234567", "NCT05694767", "a study of daratumumab")
    return resource(
        "ResearchSubject",
        individual=PERSON,
        status=draw(st.sampled_from(status)),
        study={"display": draw(st.sampled_from(study))},
        period=draw(st.sampled_from((None, _period(draw)))),
    )


def kept_list(code: str, status: str = "current") -> Json:
    """A List by which an empty section is an answer (G7)."""
    told = {"coding": [{"system": "http://loinc.org", "code": code}]}
    return resource("List", subject=PERSON, status=status, mode="working", code=told)


@st.composite
def lists(draw: DrawFn) -> Json:
    status = draw(st.sampled_from(("current", "current", "retired")))
    return kept_list(draw(st.sampled_from(("11450-4", "10160-0"))), status)


KINDS: tuple[Callable[[], SearchStrategy[Json]], ...] = (
    conditions, conditions, observations, observations, observations, statements, statements, orders, administrations,
    procedures, allergies, studies, lists,
)  # fmt: skip
RESOURCES = st.sampled_from(KINDS).flatmap(lambda kind: kind())
