"""Neither order nor copies matter, of resources, entries or pages; what is no matter of a trial changes nothing."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.law import law
from tests.laws.people import PEOPLE, SOME_TRIAL, Person, asked, read, verdicts
from tests.laws.resources import RESOURCES
from tests.reading import record_in

Json = dict[str, Any]


@law
@given(person=PEOPLE, data=st.data())
def test_in_any_order_the_record_is_the_same(person: Person, data: st.DataObject) -> None:
    """Invariant 5. The Patient too may stand anywhere."""
    shuffled = Person(tuple(data.draw(st.permutations(person.entries))), person.as_of)
    assert read(shuffled) == read(person)


@law
@given(person=PEOPLE, data=st.data())
def test_on_any_pages_in_any_order_the_record_is_the_same(person: Person, data: st.DataObject) -> None:
    """The entries on several Bundles, as a search gives them, the last page first if it comes so."""
    pages: list[list[Json]] = [[] for _ in range(3)]
    for entry in data.draw(st.permutations(person.entries)):
        pages[data.draw(st.integers(0, 2))].append(entry)
    bundles = [{"resourceType": "Bundle", "type": "searchset", "entry": page} for page in pages]
    assert record_in(orjson.dumps(bundles), person.as_of) == read(person)


@law
@given(person=PEOPLE, data=st.data())
def test_the_same_resource_sent_again_is_the_same_record(person: Person, data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(person.entries), min_size=1, max_size=4))
    entries = data.draw(st.permutations((*person.entries, *again)))
    assert read(Person(tuple(entries), person.as_of)) == read(person)


@law
@given(person=PEOPLE, trial=SOME_TRIAL, data=st.data())
def test_a_copy_under_another_id_changes_no_verdict(person: Person, trial: str, data: st.DataObject) -> None:
    """G12: duplicates collapse, whichever of the two comes first in the order of references.

    Copied are the kinds that state facts of a person. A copied Medication would be another drug to refer to, and a
    copy of a resource with contained ones or without an id is the same all the same.
    """
    facts = [one for one in person.resources if one["resourceType"] not in ("Medication", "Patient")]
    if not facts:
        return
    copied = data.draw(st.lists(st.sampled_from(facts), min_size=1, max_size=3))
    named = data.draw(st.sampled_from(("a", "zz")))
    more = [{**one, "id": f"{named}{number}"} for number, one in enumerate(copied)]
    assert verdicts(asked(person.with_more(*more), trial)) == verdicts(asked(person, trial))


ELSEWHERE = (
    {"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "influenza"}},
    {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}},
    {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "Chest X-ray: no malignancy"}},
    {"resourceType": "DocumentReference", "status": "current", "description": "rituximab consent form"},
    {"resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "diabetes"},
    {"resourceType": "Practitioner", "id": "doc", "name": [{"text": "Dr D69.3"}]},
    {"resourceType": "ServiceRequest", "status": "active", "intent": "order", "code": {"text": "Splenectomy"}},
)
HAEMOGLOBIN = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin"}]},
    "subject": {"reference": "Patient/p"},
    "effectiveDateTime": "2026-11-21",
    "valueQuantity": {"value": 24, "unit": "g/L"},
}
SUBJECT = {"AllergyIntolerance": "patient", "ResearchSubject": "individual"}


@law
@given(
    person=PEOPLE,
    trial=SOME_TRIAL,
    resource=st.one_of(st.sampled_from((*ELSEWHERE, HAEMOGLOBIN)), RESOURCES),
    whose=st.sampled_from(("Patient/stranger", "Group/7")),
)
def test_what_is_no_matter_of_this_person_changes_nothing(
    person: Person, trial: str, resource: Json, whose: str
) -> None:
    """Resources of kinds that nobody asks for, a result that no criterion asks for, and everything of a stranger."""
    if resource not in (*ELSEWHERE, HAEMOGLOBIN):
        resource = {**resource, SUBJECT.get(resource["resourceType"], "subject"): {"reference": whose}}
    more = person.with_more({**resource, "id": "unrelated"})
    assert verdicts(asked(more, trial)) == verdicts(asked(person, trial))
