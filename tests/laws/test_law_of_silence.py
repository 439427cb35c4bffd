"""What is not in a record, and what of it was not read: neither is ever a certain answer by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eligibility.assessment import CriterionResult
from eligibility.record import Hole, Section
from tests.laws.law import law
from tests.laws.people import PATIENTS, PEOPLE, SOME_TRIAL, TRIALS, Person, asked, by_id, certain

NOBODY = {"resourceType": "Patient", "id": "p"}


def fixed(trial: str) -> set[str]:
    """What the protocol fixes: criteria whose whole test is `always`."""
    return {one.id for one in TRIALS[trial].walk() if one.test.always is not None}


@law
@given(patient=PATIENTS, trial=SOME_TRIAL)
def test_a_patient_alone_is_judged_on_age_and_sex_and_on_nothing_else(patient: dict[str, str], trial: str) -> None:
    """Certain is what age and sex decide: without them it is open. All else but what the protocol fixes is open."""
    known = by_id(asked(Person(({"resource": patient},)), trial))
    unknown = by_id(asked(Person(({"resource": NOBODY},)), trial))
    assert {name for name, one in unknown.items() if certain(one)} <= fixed(trial)
    told = {e.reference for one in known.values() if certain(one) for e in one.finding.evidence}
    assert told <= {"Patient/p"}
    by_silence = [name for name, one in known.items() if certain(one) and one.finding.silent]
    assert by_silence == []


@law
@given(person=PEOPLE, trial=SOME_TRIAL)
def test_a_record_emptied_is_a_patient_alone(person: Person, trial: str) -> None:
    """Nothing of the resources taken away is left behind in what is told of the person."""
    alone = by_id(asked(person.of(()), trial))
    assert [name for name, one in alone.items() if certain(one) and one.finding.assumed] == []


RESTS_ON = {  # a List opens a key and holds no facts of its own: what it leads to is of the other sections
    "problem-list": {Section.CONDITIONS},
    "medication-list": {Section.MEDICATIONS},
    "treatment-history": {Section.MEDICATIONS},
    "procedure-history": {Section.PROCEDURES},
    "allergy-list": {Section.ALLERGIES},
    "research-history": {Section.STUDIES},
}


def assumed_from_silence(result: CriterionResult) -> bool:
    """Certain, and resting on a list in which nothing was found."""
    return certain(result) and (result.finding.silent or result.finding.reason.key in ("none", "none-acute"))


REASONS = st.sampled_from(("refused", "out-of-time", "more-pages", "unreachable"))


@law
@given(person=PEOPLE, trial=SOME_TRIAL, why=REASONS)
def test_where_nothing_was_read_in_full_nothing_is_assumed_from_silence(person: Person, trial: str, why: str) -> None:
    """G5: a hole closes silence."""
    torn = by_id(asked(person, trial, [Hole(section, why) for section in Section]))
    assert [name for name, one in torn.items() if assumed_from_silence(one)] == []


@law
@given(person=PEOPLE, trial=SOME_TRIAL, sections=st.sets(st.sampled_from(Section), min_size=1), why=REASONS)
def test_a_hole_only_ever_takes_certainty_away(person: Person, trial: str, sections: set[Section], why: str) -> None:
    """Invariant 11. What was certain stays as it was or becomes unknown; what was open never becomes certain by it."""
    whole = by_id(asked(person, trial))
    torn = by_id(asked(person, trial, [Hole(section, why) for section in sorted(sections, key=str)]))
    wrong = [
        (name, whole[name].verdict, one.verdict)
        for name, one in torn.items()
        if certain(one) and one.verdict != whole[name].verdict
    ]
    assert wrong == []
    keyed = {name: one.finding.reason.given.get("key") for name, one in torn.items() if assumed_from_silence(one)}
    assert [name for name, key in keyed.items() if sections & RESTS_ON.get(str(key), set())] == []
