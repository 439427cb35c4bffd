"""People of whom laws are asked: drawn resource by resource, or those of the worked examples, or both together."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from cds_service.catalogue import load_catalogue
from cds_service.data import fixtures_folder
from cds_service.examples.stories import load_examples
from eligibility.assessment import Assessment, CriterionResult, assess
from eligibility.record import Hole, PatientRecord
from tests.laws.resources import DAY, RESOURCES, kept_list
from tests.reading import record_in

Json = dict[str, Any]
TRIALS = {trial.short_name: trial for trial in load_catalogue().trials}
STORIES = Path(__file__).parents[1] / "trials"
OFTEN = 10  # of the cast there are few, and their charts are whole ones
BIRTHS = ("1980-06-15", "1980", "1975-12", "2008-11-21", "2008-11-22", "2008-11", "2013-02-28", "1950-11-21", None)
GENDERS = ("male", "female", "other", "unknown", None)


@dataclass(frozen=True)
class Person:
    """The entries of one Bundle, the Patient first, and the days they are read on."""

    entries: tuple[Json, ...]
    as_of: date = DAY
    start: date | None = None

    @property
    def resources(self) -> list[Json]:
        return [entry["resource"] for entry in self.entries[1:]]

    def of(self, entries: Iterable[Json]) -> Person:
        """The same Patient with other entries."""
        return replace(self, entries=(self.entries[0], *entries))

    def with_more(self, *resources: Json) -> Person:
        return replace(self, entries=(*self.entries, *({"resource": one} for one in resources)))

    def without(self, place: int) -> Person:
        return replace(self, entries=tuple(one for number, one in enumerate(self.entries) if number != place))

    def with_at(self, place: int, resource: Any) -> Person:
        entries = list(self.entries)
        entries[place] = {**entries[place], "resource": resource}
        return replace(self, entries=tuple(entries))

    def on(self, day: date) -> Person:
        return replace(self, as_of=day)


def as_document(person: Person) -> bytes:
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": person.entries})


def read(person: Person, holes: Iterable[Hole] = ()) -> PatientRecord:
    return record_in(as_document(person), person.as_of, holes=holes)


def asked(person: Person, trial: str, holes: Iterable[Hole] = ()) -> Assessment:
    """`trial` by its short name: a failing example is shown in full, and a trial is long."""
    return assess(TRIALS[trial], read(person, holes), person.as_of, person.start)


def by_id(assessment: Assessment) -> dict[str, CriterionResult]:
    """Criteria and their named parts."""
    return {one.criterion.id: one for result in assessment.results for one in (result, *result.parts)}


def verdicts(assessment: Assessment) -> dict[str, object]:
    """All that a person is told, but for the words and the evidence."""
    told: dict[str, object] = {
        name: (one.verdict, one.finding.assurance, one.eligible_from) for name, one in by_id(assessment).items()
    }
    return {**told, "status": assessment.status, "speaks": assessment.speaks}


def certain(result: CriterionResult) -> bool:
    return not result.finding.truth.open


@cache
def stories() -> tuple[Person, ...]:
    """The worked examples of both trials. Left out: a Bundle that says it is a history, whose order is its meaning."""
    found = [story for path in sorted(STORIES.glob("*.yaml")) for story in load_examples(path)]
    return tuple(
        Person(
            tuple(story.bundle["entry"]),
            date.fromisoformat(story.as_of),
            date.fromisoformat(story.start) if story.start else None,
        )
        for story in found
        if story.bundle["type"] == "collection"
    )


@cache
def cast() -> tuple[Person, ...]:
    """The people of the demonstration, every one of them called Patient/p."""
    found = []
    for path in sorted((fixtures_folder() / "patients").glob("*.json")):
        text = path.read_text(encoding="utf-8")
        named = text.replace(f"Patient/{path.stem}", "Patient/p").replace(f'"id": "{path.stem}"', '"id": "p"')
        found.append(Person(tuple(orjson.loads(named)["entry"])))
    return tuple(found)


def patient(born: str | None, gender: str | None) -> Json:
    told = {"birthDate": born, "gender": gender}
    return {"resourceType": "Patient", "id": "p"} | {name: value for name, value in told.items() if value is not None}


PATIENTS = st.builds(patient, st.sampled_from(BIRTHS), st.sampled_from(GENDERS))
KEPT = (kept_list("11450-4"), kept_list("10160-0"))


@st.composite
def drawn(draw: DrawFn, most: int = 5) -> Person:
    """A Patient and a few resources; in every second record the lists are kept, so that silence speaks."""
    listed = KEPT if draw(st.booleans()) else ()
    found = [*listed, *draw(st.lists(RESOURCES, max_size=most))]
    named = [{**resource, "id": f"r{number}"} for number, resource in enumerate(found, 1)]
    return Person(tuple({"resource": one} for one in (draw(PATIENTS), *named)))


@st.composite
def told(draw: DrawFn) -> Person:
    """A worked example or one of the cast, as often as not with a drawn resource more."""
    story = copy.deepcopy(draw(st.sampled_from((*stories(), *cast() * OFTEN))))
    more = draw(st.lists(RESOURCES, max_size=1))
    return story.with_more(*({**resource, "id": f"more{number}"} for number, resource in enumerate(more)))


PEOPLE = st.one_of(drawn(), told())
SOME_TRIAL = st.sampled_from(sorted(TRIALS))
