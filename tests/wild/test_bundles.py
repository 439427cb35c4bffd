"""Groups 17 and 18 for whole documents: several Patients, every type of Bundle, odd entries, NDJSON, lists, pages."""

from __future__ import annotations

from itertools import permutations

import pytest

from cds_service.contents import Unusable
from tests.wild.told import PATIENT, Json, Told, bundle, of_p, people, person, problem, told

OTHER: Json = {"resourceType": "Patient", "id": "q", "gender": "female", "birthDate": "2020-01-01"}
HYPERTENSION = problem("htn", "I10", "Essential (primary) hypertension")
DIABETES = problem("dm", "E11.9", "Type 2 diabetes mellitus without complications")
ULCER_OF_Q = problem("ulcer", "K25.9") | {"subject": {"reference": "Patient/q"}}
ASKED = ("CM313-E25", "CM313-E30")
KNOWN = {"CM313-E25": "met", "CM313-E30": "not-met"}
OPEN = {"CM313-E25": "met", "CM313-E30": "unknown"}


def entry(resource: Json | None = None, **members: object) -> Json:
    return members | ({"resource": resource} if resource else {})


def by_name(found: list[Told]) -> dict[str, dict[str, str]]:
    return {one.record.reference: one.verdicts(ASKED) for one in found}


# --- several people --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations([PATIENT, OTHER, HYPERTENSION, DIABETES, ULCER_OF_Q])))
def test_of_two_people_in_a_bundle_each_has_what_is_theirs(order: tuple[Json, ...]) -> None:
    assert by_name(people(bundle(*order))) == {
        "Patient/p": KNOWN,
        "Patient/q": {"CM313-E25": "not-met", "CM313-E30": "met"},
    }


def test_what_is_nobodys_may_be_anybodys() -> None:
    nobodys = {name: value for name, value in DIABETES.items() if name != "subject"}
    found = people(bundle(PATIENT, OTHER, HYPERTENSION, ULCER_OF_Q, nobodys))
    assert by_name(found) == {
        "Patient/p": {"CM313-E25": "unknown", "CM313-E30": "unknown"},
        "Patient/q": {"CM313-E25": "unknown", "CM313-E30": "met"},
    }
    assert all(any("Condition/dm" in note for note in one.notes) for one in found)


def test_what_is_about_somebody_who_is_not_here_is_told_to_all() -> None:
    strangers = DIABETES | {"subject": {"reference": "Patient/stranger"}}
    found = people(bundle(PATIENT, OTHER, HYPERTENSION, strangers))
    assert [one.verdict("CM313-E25") for one in found] == ["not-met", "unknown"]  # q has no problem list
    assert all(any("Condition/dm" in note for note in one.notes) for one in found)


PAGES = [
    {"resourceType": "Bundle", "type": "searchset", "entry": [entry(PATIENT, fullUrl="https://a.example/Patient/p")]},
    {"resourceType": "Bundle", "entry": [entry(PATIENT, fullUrl="urn:uuid:8E1D3F0E-6E09-4D6E-A1D0-9F3A3B8B7D10")]},
    bundle(HYPERTENSION, DIABETES | {"subject": {"reference": "urn:uuid:8e1d3f0e-6e09-4d6e-a1d0-9f3a3b8b7d10"}}),
]


@pytest.mark.parametrize("order", list(permutations(PAGES)))
def test_every_address_under_which_a_patient_was_sent_is_theirs(order: tuple[Json, ...]) -> None:
    assert person(list(order)).verdicts(ASKED) == KNOWN


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_several_copies_of_a_patient_the_newest_version_counts(newest_first: bool) -> None:
    old = PATIENT | {"meta": {"versionId": "9"}}
    new = PATIENT | {"meta": {"versionId": "10"}, "birthDate": "2010-01-01"}
    copies = (new, old) if newest_first else (old, new)
    assert person(bundle(*copies)).verdict("CM313-I01") == "not-met"


# --- documents -------------------------------------------------------------------------------------------------------

RESOURCES = [PATIENT, HYPERTENSION, DIABETES]
SHAPES = {
    "a Bundle": [bundle(*RESOURCES)],
    "a Bundle without a type": [bundle(*RESOURCES, type=None)],
    "a list of resources": [RESOURCES],
    "a resource a line": RESOURCES,
    "a list of Bundles": [[bundle(PATIENT), bundle(HYPERTENSION), bundle(DIABETES)]],
    "searches answered in a batch": [
        bundle(bundle(PATIENT), bundle(HYPERTENSION, DIABETES, type="searchset"), type="batch-response")
    ],
    "a transaction": [bundle(type="transaction") | {"entry": [
        *(entry(one, request={"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}) for one in RESOURCES),
        entry(request={"method": "DELETE", "url": "Condition/old"}),
    ]}],
    "the answer to a transaction, with what it made": [bundle(type="transaction-response") | {"entry": [
        *(entry(one, response={"status": "201 Created"}) for one in RESOURCES), entry(response={"status": "204"}),
    ]}],
    "a history": [bundle(type="history") | {"entry": [
        entry(PATIENT), entry(DIABETES), entry(HYPERTENSION),
        entry(request={"method": "DELETE", "url": "Condition/ulcer"}), entry(problem("ulcer", "K25.9")),
        entry(problem("dm", "K25.9")),
    ]}],
    "one entry where an array belongs": [[{"resourceType": "Bundle", "entry": entry(one)} for one in RESOURCES]],
    "every entry twice": [bundle(*RESOURCES, *RESOURCES)],
    "entries with members that nobody knows": [bundle() | {"entry": [entry(one, colour="red") for one in RESOURCES]}],
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_whole_document_of_any_shape_says_the_same(shape: str) -> None:
    assert person(*SHAPES[shape]).verdicts(ASKED) == KNOWN
    assert person(*SHAPES[shape]).notes == []


WARNING: Json = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "suppressed"}]}
LOSSES = {
    "an entry without a resource": entry(fullUrl="urn:uuid:1"),
    "an empty entry": {},
    "an entry that is a string": "Condition/1",
    "an entry that is null": None,
    "a resource without a type": entry({"id": "x", "code": {"text": "?"}}),
    "a resource that is a list of strings": entry(resource=None) | {"resource": ["Condition"]},
    "an OperationOutcome": entry(WARNING, search={"mode": "outcome"}),
    "an answer that was refused": entry(response={"status": "403 Forbidden"}),
    "an answer that failed": entry(response={"status": "500", "outcome": WARNING}),
    "a page of several": entry(bundle(type="searchset", link=[{"relation": "next", "url": "https://a.example?p=2"}])),
    "a search that found more than it gave": entry(bundle(type="searchset", total=7)),
    "a Bundle whose entries are no list": entry({"resourceType": "Bundle", "entry": "none"}),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_an_odd_entry_may_have_held_closes_silence(loss: str) -> None:
    found = person(bundle() | {"entry": [*map(entry, RESOURCES), LOSSES[loss]]})
    assert found.verdicts(ASKED) == OPEN
    assert [note for note in found.notes if note.startswith("Not everything recorded under")] != []


NOTHING_USABLE = {
    "an OperationOutcome alone": [WARNING],
    "an empty Bundle": [bundle()],
    "a search that found nothing": [{"resourceType": "Bundle", "type": "searchset", "total": 0}],
    "conditions of nobody": [bundle(HYPERTENSION)],
    "no FHIR": [{"name": "p"}],
    "an empty list": [[]],
}


@pytest.mark.parametrize("document", NOTHING_USABLE)
def test_a_document_about_nobody_says_what_would_help(document: str) -> None:
    [problem_told] = told(*NOTHING_USABLE[document])
    assert isinstance(problem_told, Unusable)
    assert problem_told.message
    assert problem_told.remedy


# --- ids and addresses -----------------------------------------------------------------------------------------------


def test_resources_without_ids_are_each_their_own() -> None:
    nameless = [{**one, "id": None} for one in (DIABETES, problem("x", "K25.9"), problem("y", "I26.99"))]
    found = person(bundle(PATIENT, *nameless))
    asked = ("CM313-E25", "CM313-E30", "CM313-E18")
    assert found.verdicts(asked) == dict.fromkeys(asked, "met")


def test_a_patient_without_an_id_is_known_by_the_address() -> None:
    patient = {name: value for name, value in PATIENT.items() if name != "id"}
    whose = {"subject": {"reference": "urn:uuid:4d6ea1d0"}}
    entries = [entry(patient, fullUrl="urn:uuid:4d6ea1d0"), entry(HYPERTENSION | whose), entry(DIABETES | whose)]
    assert person(bundle() | {"entry": entries}).verdicts(ASKED) == KNOWN


def test_the_same_id_on_two_servers_is_two_drugs() -> None:
    aspirin, folate = (
        {"resourceType": "Medication", "id": "m", "code": {"text": t}} for t in ("aspirin", "folic acid")
    )
    taking = of_p(
        "MedicationStatement",
        "s",
        status="active",
        medicationReference={"reference": "Medication/m"},
        dateAsserted="2026-11-20",
    )
    at = {"https://a.example": aspirin, "https://b.example": folate}
    for base, verdict in (
        ("https://a.example", "met"),
        ("https://b.example", "not-met"),
        ("https://c.example", "unknown"),
    ):
        entries = [entry(drug, fullUrl=f"{server}/Medication/m") for server, drug in at.items()]
        entries += [entry(PATIENT), entry(taking, fullUrl=f"{base}/MedicationStatement/s")]
        assert person(bundle() | {"entry": entries}).verdict("CM313-E34") == verdict
