"""`screen` is a short cut and never a second opinion: it lets a trial speak exactly when `assess` would (G12b)."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cds_service.catalogue import load_catalogue
from cds_service.documents import PatientFile, read_document
from cds_service.fhir.reader import begin
from eligibility.assessment import assess, may_speak, screen
from eligibility.record import PatientRecord
from tests.laws.law import law
from tests.laws.people import PEOPLE, SOME_TRIAL, TRIALS, Person, as_document, read

WISHES = (
    {"resourceType": "Flag", "status": "active", "code": {"text": "No research contact"}},
    {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"code": "research"}]},
        "provision": {"type": "deny"},
    },
)
WISH = st.sampled_from((*WISHES, None, None, None))


def with_wish(person: Person, wish: dict[str, object] | None) -> Person:
    who = {"reference": "Patient/p"}
    return person.with_more({**wish, "id": "wish", "subject": who, "patient": who}) if wish else person


@law
@given(person=PEOPLE, trial=SOME_TRIAL, wish=WISH)
def test_screen_lets_a_trial_speak_exactly_when_assess_would(
    person: Person, trial: str, wish: dict[str, object]
) -> None:
    """Screening asks for the anchor and for what silences; that the patient is ineligible, assess alone can say."""
    asked_of = with_wish(person, wish)
    record = read(asked_of)
    assessed = assess(TRIALS[trial], record, asked_of.as_of)
    silent = assessed.silent_because
    assert screen(TRIALS[trial], record, asked_of.as_of) is (silent is None or silent.key == "ineligible")


@law
@given(person=PEOPLE, trial=SOME_TRIAL, wish=WISH)
def test_before_the_results_are_read_no_trial_is_passed_over_that_would_speak(
    person: Person, trial: str, wish: dict[str, object]
) -> None:
    """`may_speak` sees all but the results and never says no where `screen` says yes."""
    asked_of = with_wish(person, wish)
    if screen(TRIALS[trial], read(asked_of), asked_of.as_of):
        assert may_speak(TRIALS[trial], without_results(asked_of, asked_of.as_of), asked_of.as_of)


def without_results(person: Person, day: date) -> PatientRecord:
    [file] = read_document(as_document(person))
    assert isinstance(file, PatientFile)
    reading = begin(
        file.patient,
        file.resources,
        terminology=load_catalogue().terminology,
        as_of=day,
        resolve=file.resolve,
        holes=file.holes,
        aliases=file.aliases,
        forgiven=(),
    )
    return reading.without_results()
