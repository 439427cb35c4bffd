"""A record damaged where everybody can see it: nothing raises, and no certain verdict rests on the damage.

What a damaged resource may be taken for lies between two readings: it is understood all the same, or it is lost and
leaves a hole. A certain verdict must be that of one of the two; anything else would rest on the damage itself.

What is no visible damage, and therefore not drawn: an element that is missing, a text or a code that was cut to another
valid one (`D69.3` to `D69`), a code of a clinical system that no value set knows (so are most codes of any record: an
unclassified problem has rules of its own, G7c), another person's reference, an empty object or array (it says nothing,
and reads as missing), and the type and id of a resource, by which it is another resource.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eligibility.assessment import Assessment
from eligibility.record import Hole, Section
from tests.laws.law import law
from tests.laws.people import PEOPLE, SOME_TRIAL, Person, asked, by_id, certain, read

Json = dict[str, Any]
Place = tuple[Any, ...]

SECTIONS = {
    "Condition": Section.CONDITIONS,
    "Observation": Section.OBSERVATIONS,
    "MedicationStatement": Section.MEDICATIONS,
    "MedicationRequest": Section.MEDICATIONS,
    "MedicationAdministration": Section.MEDICATIONS,
    "MedicationDispense": Section.MEDICATIONS,
    "Medication": Section.MEDICATIONS,
    "Procedure": Section.PROCEDURES,
    "AllergyIntolerance": Section.ALLERGIES,
    "ResearchSubject": Section.STUDIES,
    "List": Section.LISTS,
}
CLOSED_LISTS = frozenset(  # elements whose codes FHIR itself lists: an unknown one there is plainly wrong
    ("status", "intent", "clinicalStatus", "verificationStatus", "criticality", "severity", "comparator", "mode")
)
WRONG = (None, 17, True, "?", ["?"], {"x": 1}, [[]], [None], {"value": {"value": "?"}}, "2026-02-30")


def places(value: Any, so_far: Place = ()) -> Iterator[Place]:
    """Every place inside a resource, outer ones first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*so_far, key)
        yield from places(part, (*so_far, key))


def at(value: Any, place: Place) -> Any:
    for key in place:
        value = value[key]
    return value


def changed(resource: Json, place: Place, value: Any) -> Json:
    damaged = copy.deepcopy(resource)
    at(damaged, place[:-1])[place[-1]] = value
    return damaged


def same_type(one: Any, other: Any) -> bool:
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return type(one) is type(other) or (numbers and not isinstance(one, bool) and not isinstance(other, bool))


def damages(place: Place, value: Any) -> list[Any]:
    """What may stand there that plainly is damage: null, another type, one level too deep, cut in two, unknown."""
    found: list[Any] = [wrong for wrong in WRONG if not same_type(wrong, value)]
    found += [{"value": value}, [[value]], [value, None]]
    named = [key for key in place if isinstance(key, str)]
    if isinstance(value, str) and value[:4].isdigit() and "-" in value:
        found += [value[:6], f"{value}?", "2026-13-45"]
    if isinstance(value, str) and (named[0] in CLOSED_LISTS or named[-1] in CLOSED_LISTS) and named[-1] != "system":
        found += ["zzz", value[:3]]
    return found


def lost(person: Person, number: int, place: Place, trial: str) -> Assessment:
    """The same without the resource: a hole in its section, whatever it may have held; of a Patient, without what is
    damaged, since age and sex are facts of their own.
    """
    resource = person.entries[number]["resource"]
    if not number:
        return asked(person.with_at(0, {name: one for name, one in resource.items() if name != place[0]}), trial)
    section = SECTIONS.get(resource.get("resourceType"))
    return asked(person.without(number), trial, [Hole(section, "unreadable")] if section else [])


@law
@given(person=PEOPLE, trial=SOME_TRIAL, data=st.data())
def test_no_certain_verdict_rests_on_visible_damage(person: Person, trial: str, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(person.entries) - 1))
    resource = person.entries[number]["resource"]
    choice = [place for place in places(resource) if place[-1] not in ("resourceType", "id")]
    place = data.draw(st.sampled_from(choice)) if choice else None
    if place is None:
        return
    damage = data.draw(st.sampled_from(damages(place, at(resource, place))))
    after = by_id(asked(person.with_at(number, changed(resource, place, damage)), trial))
    before = by_id(asked(person, trial))
    without = by_id(lost(person, number, place, trial))
    wrong = [
        (name, before[name].verdict, one.verdict, one.finding.reason)
        for name, one in after.items()
        if certain(one) and one.verdict not in (before[name].verdict, without[name].verdict)
    ]
    assert wrong == []


@law
@given(person=PEOPLE, data=st.data())
def test_what_is_missing_never_raises_and_never_makes_order_matter(person: Person, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(person.entries) - 1))
    resource = person.entries[number]["resource"]
    choice = [place for place in places(resource) if place != ("resourceType",)]
    if not choice:
        return
    place = data.draw(st.sampled_from(choice))
    poorer = copy.deepcopy(resource)
    del at(poorer, place[:-1])[place[-1]]
    fewer = person.with_at(number, poorer)
    assert read(fewer.of(reversed(fewer.entries[1:]))) == read(fewer)


@law
@given(person=PEOPLE, data=st.data())
def test_damage_in_several_places_never_raises_and_never_makes_order_matter(
    person: Person, data: st.DataObject
) -> None:
    for number in range(len(person.entries)):
        resource = person.entries[number]["resource"]
        choice = [place for place in places(resource) if place[-1] not in ("resourceType", "id")]
        if choice and data.draw(st.booleans()):
            place = data.draw(st.sampled_from(choice))
            wrong = data.draw(st.sampled_from(damages(place, at(resource, place))))
            person = person.with_at(number, changed(resource, place, wrong))
    assert read(person.of(reversed(person.entries[1:]))) == read(person)
