"""`eligible_from` is true: on that day, with nothing else changed, the criterion no longer stands in the way (G9).

The person here has lists that are kept on every day, so that nothing but the calendar changes: a problem list, a
medication list, a procedure, an allergy list, a study, a treatment of long ago. One thing is drawn that has an end.

Restrictions: an end that is not written, or lies in the very month or year of reading, is bounded by the day of reading
alone (G4), and that day moves when the record is read again. What goes on has no end to wait for.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from eligibility.assessment import CriterionResult
from tests.laws.codes import DISEASES, DRUGS, PROCEDURES, of_set
from tests.laws.law import law
from tests.laws.people import KEPT, PEOPLE, SOME_TRIAL, Person, asked, by_id, patient
from tests.laws.resources import DAY, EXACT, ITP, LISTED, PERSON, coded, resource

Json = dict[str, Any]
LONG_AGO = {"start": "2015-01-01", "end": "2016-01-01"}
EVERY_DAY: tuple[Json, ...] = (
    *KEPT,
    resource("Procedure", subject=PERSON, status="completed", code={"text": "Appendectomy"}, performedDateTime="2001"),
    resource("AllergyIntolerance", patient=PERSON, code={"text": "peanut"}, criticality="low"),
    resource("ResearchSubject", individual=PERSON, status="candidate", study={"display": "NCT01234567"}),
    resource("Condition", subject=PERSON, code=ITP[0], clinicalStatus=coded("active"), category=LISTED,
             onsetDateTime="2014-05-01"),
    resource("MedicationStatement", subject=PERSON, status="completed", effectivePeriod=LONG_AGO, reasonCode=[ITP[0]],
             medicationCodeableConcept={"text": "prednisone"}, dateAsserted="2016-02-01"),
)  # fmt: skip
_SETS = (
    "VS-RTX", "VS-CD20", "VS-IVIG", "VS-ANTID", "VS-METHYLPREDNISOLONE", "VS-DEXAMETHASONE", "VS-STEROID", "VS-TPORA",
    "VS-IS-NAMED", "VS-IS-OTHER", "VS-OTHER-RESCUE", "VS-APT", "VS-NSAID", "VS-ANTICOAG", "VS-PLT-TX",
    "VS-SPLENECTOMY", "VS-PCI", "VS-DIALYSIS", "VS-MI", "VS-UA", "VS-VENTRICULAR-ARRHYTHMIA", "VS-SEVERE-BLEED",
    "VS-SEPSIS", "VS-ACUTE-INF", "VS-HEART-DX", "VS-DELIVERY", "VS-ITP",
)  # fmt: skip
# What criteria with a window ask for, and now and then something else.
DRUGS_OVER, DONE, DISEASES_OVER = (
    (*(one for name in _SETS for one in of_set(name, concepts)), *concepts[::9])
    for concepts in (DRUGS, PROCEDURES, DISEASES)
)
BORN = ("1980-06-15",) * 4 + ("2008-12-31", "2009-03-01")


def over(draw: DrawFn, ended: str) -> Json:
    """Something that ended: a dose, a course, a procedure, an event, a study."""
    kind = draw(st.sampled_from(("dose", "infusion", "course", "single", "course", "procedure", "event", "study")))
    drug, period = draw(st.sampled_from(DRUGS_OVER)), {"start": ended[:4], "end": ended}
    if kind in ("dose", "infusion"):
        taken = {"effectiveDateTime": ended} if kind == "dose" else {"effectivePeriod": period}
        return resource("MedicationAdministration", subject=PERSON, status="completed",
                        medicationCodeableConcept=drug, **taken)  # fmt: skip
    if kind in ("course", "single"):
        taken = {"effectivePeriod": period} if kind == "course" else {"effectiveDateTime": ended}
        status = draw(st.sampled_from(("completed", "stopped")))
        return resource("MedicationStatement", subject=PERSON, status=status, medicationCodeableConcept=drug, **taken)
    if kind == "procedure":
        return resource("Procedure", subject=PERSON, status="completed", code=draw(st.sampled_from(DONE)),
                        performedDateTime=ended)  # fmt: skip
    if kind == "event":
        return resource("Condition", subject=PERSON, code=draw(st.sampled_from(DISEASES_OVER)), category=LISTED,
                        clinicalStatus=coded("resolved"), onsetDateTime=ended, abatementDateTime=ended)  # fmt: skip
    return resource("ResearchSubject", individual=PERSON, status="off-study", study={"display": "NCT07654321"},
                    period=period)  # fmt: skip


@st.composite
def waiting(draw: DrawFn, ends: tuple[str, ...]) -> Person:
    things = (*EVERY_DAY, over(draw, draw(st.sampled_from(ends))))
    named = [{**one, "id": f"r{number}"} for number, one in enumerate(things, 1)]
    born = patient(draw(st.sampled_from(BORN)), draw(st.sampled_from(("male", "female"))))
    return Person(tuple({"resource": one} for one in (born, *named)))


FAVOURABLE = 2


def rank(result: CriterionResult) -> int:
    """In the way, perhaps in the way, not in the way. A person's judgement of what counts is in the way until then."""
    return {"unknown": 1, "judgement": 0}.get(result.verdict, 0 if result.blocking else FAVOURABLE)


def later(day: date, days: int) -> date:
    return day + timedelta(days=days)


LATELY = tuple(one for one in EXACT if one >= "2025-11")
PARTLY = ("2026-10", "2026-08", "2026-05", "2025", "2025-11")


def settling_days(person: Person, trial: str) -> dict[str, date]:
    today = by_id(asked(person, trial))
    return {name: one.eligible_from for name, one in today.items() if one.eligible_from is not None}


def heard_on(person: Person, trial: str, days: set[date]) -> dict[date, dict[str, CriterionResult]]:
    return {day: by_id(asked(person.on(day), trial)) for day in sorted(days | {DAY}) if day >= DAY}


@law
@given(person=waiting(LATELY), trial=SOME_TRIAL, more=st.sets(st.integers(1, 400), max_size=2))
def test_of_one_past_exposure_time_changes_a_verdict_once_and_on_that_day(
    person: Person, trial: str, more: set[int]
) -> None:
    """On the day it no longer stands in the way, on the day before it does, and so it stays on either side."""
    days = settling_days(person, trial)
    assume(days)
    marks = {later(day, step) for day in days.values() for step in (-1, 0)} | {later(DAY, step) for step in more}
    heard = heard_on(person, trial, marks)
    for name, its in days.items():
        before = {one[name].verdict for day, one in heard.items() if day < its}
        after = {rank(one[name]) for day, one in heard.items() if day >= its}
        assert (name, its, before, after) == (name, its, {heard[DAY][name].verdict}, {FAVOURABLE})
        assert rank(heard[DAY][name]) != FAVOURABLE


@law
@given(person=waiting(PARTLY), trial=SOME_TRIAL, more=st.sets(st.integers(0, 430), min_size=2, max_size=4))
def test_with_a_partial_end_what_blocks_becomes_unknown_and_then_favourable(
    person: Person, trial: str, more: set[int]
) -> None:
    """Each at most once, in that order; favourable from the day that is told, and not the day before."""
    days = settling_days(person, trial)
    marks = {later(day, step) for day in days.values() for step in (-1, 0)} | {later(DAY, step) for step in more}
    heard = heard_on(person, trial, marks)
    newest = f"/r{len(EVERY_DAY) + 1}"
    about_it = {n for n, one in heard[DAY].items() if any(e.reference.endswith(newest) for e in one.finding.evidence)}
    for name in sorted(about_it | set(days)):
        course = [rank(one[name]) for one in heard.values()]
        assert (name, course) == (name, sorted(course))
    for name, its in days.items():
        told = {day: rank(one[name]) == FAVOURABLE for day, one in heard.items()}
        assert (name, told) == (name, {day: day >= its for day in heard})


def ends_later(resource: Json, day: date) -> bool:
    """Whether an end is written that lies, or may lie, after the day of reading."""
    periods = [one for name, one in resource.items() if name.endswith("eriod") and isinstance(one, dict)]
    return any(
        str(one.get("end", ""))[:10] > day.isoformat()[: len(str(one["end"]))] for one in periods if "end" in one
    )


@law
@given(person=PEOPLE, trial=SOME_TRIAL)
def test_the_day_is_true_of_any_record_as_far_as_time_alone_decides(person: Person, trial: str) -> None:
    """Of a record whose results and lists grow old meanwhile: on the day it may be unknown, and never in the way; on
    the day before it is not yet out of the way.

    Left out is what has an end after the day of reading: such a date is ignored (G3) until the day has come.
    """
    assume(not any(ends_later(resource, person.as_of) for resource in person.resources))
    today = by_id(asked(person, trial))
    days = {name: one.eligible_from for name, one in today.items() if one.eligible_from is not None}
    for day in sorted(set(days.values())):
        then, before = by_id(asked(person.on(day), trial)), by_id(asked(person.on(later(day, -1)), trial))
        names = [name for name, its in days.items() if its == day]
        assert [(name, then[name].verdict, day) for name in names if then[name].blocking] == []
        assert [(name, before[name].verdict, day) for name in names if rank(before[name]) == FAVOURABLE] == []
