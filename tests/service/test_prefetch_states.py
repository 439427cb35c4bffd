"""Every prefetch key, in each state in which a client may send it: what is fetched, what becomes a hole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.calling import KEYS, Service, nothing_but, without
from tests.service.ehr import PATIENT, Ehr, bundle, outcome, resource

SECTIONS = {
    "conditions": "conditions",
    "statements": "medications",
    "requests": "medications",
    "administrations": "medications",
    "procedures": "procedures",
    "allergies": "allergies",
    "studies": "studies",
    "lists": "lists",
    "laboratory": "observations",
    "counts": "observations",
    "infections-1": "observations",
    "infections-2": "observations",
    "status": "observations",
}
OPTIONAL = [key for key in SECTIONS if key != "conditions"]


def reasons(record: dict[str, Any]) -> list[tuple[str, str]]:
    return [(hole["section"], hole["reason"]) for hole in record["holes"]]


@pytest.mark.rule("PREF-7")
async def test_null_and_an_empty_bundle_both_say_searched_and_nothing_there(service: Service, ehr: Ehr) -> None:
    for nothing in (None, bundle(), {"resourceType": "Bundle", "type": "searchset", "total": 0}):
        record = await service.record(nothing_but(**dict.fromkeys(OPTIONAL, nothing)), access=True)
        assert record["holes"] == []
    assert ehr.asked == []


@pytest.mark.rule("PREF-10")
@pytest.mark.parametrize("key", ["conditions", *OPTIONAL])
async def test_an_absent_key_is_fetched_with_the_template_of_discovery(service: Service, ehr: Ehr, key: str) -> None:
    published = (await service.http.get("/cds-services")).json()["services"][0]["prefetch"]
    record = await service.record(without(nothing_but(), key), access=True)
    assert ehr.asked == [published[key].replace("{{context.patientId}}", "p1")]
    assert record["holes"] == []


@pytest.mark.rule("PREF-10")
async def test_without_any_prefetch_every_key_is_fetched_once(service: Service, ehr: Ehr) -> None:
    record = await service.record(access=True)
    assert len(ehr.asked) == len(set(ehr.asked)) == len(KEYS)
    assert record["ids"] == ["Patient/p1"]


@pytest.mark.rule("PREF-6")
@pytest.mark.parametrize("key", OPTIONAL)
async def test_an_absent_key_without_access_is_a_hole_of_its_section(service: Service, ehr: Ehr, key: str) -> None:
    record = await service.record(without(nothing_but(), key))
    assert reasons(record) == [(SECTIONS[key], "not-sent")]
    assert ehr.asked == []


@pytest.mark.rule("PREF-8")
@pytest.mark.parametrize("key", OPTIONAL)
async def test_a_refused_key_is_a_hole_and_is_not_asked_for_again(service: Service, ehr: Ehr, key: str) -> None:
    record = await service.record(nothing_but() | {key: outcome()}, access=True)
    assert reasons(record) == [(SECTIONS[key], "refused")]
    assert ehr.asked == []


@pytest.mark.rule("PREF-8")
@pytest.mark.parametrize("severity", ["error", "warning"])
async def test_a_refusal_among_the_entries_closes_silence_and_keeps_what_came(service: Service, severity: str) -> None:
    came = bundle(resource("Procedure", "x"), outcome(severity))
    record = await service.record(nothing_but(procedures=came))
    assert reasons(record) == [("procedures", "refused")]
    assert "Procedure/x" in record["ids"]


@pytest.mark.parametrize(
    "entry",
    [None, "text", 7, [], {}, {"fullUrl": "urn:uuid:1"}, {"resource": None}, {"resource": {"id": "x"}}],
    ids=["null", "text", "number", "list", "empty", "address-only", "no-resource", "no-type"],
)
async def test_an_entry_without_a_resource_is_a_hole_and_costs_nothing_else(service: Service, entry: Any) -> None:
    came = bundle(resource("AllergyIntolerance", "good"))
    came["entry"].insert(0, entry)
    record = await service.record(nothing_but(allergies=came))
    assert reasons(record) == [("allergies", "not-fhir")]
    assert "AllergyIntolerance/good" in record["ids"]


@pytest.mark.parametrize(
    "value", ["text", 7, [], {}, {"resourceType": 3}], ids=["text", "number", "list", "empty", "type"]
)
async def test_a_value_that_is_no_resource_is_as_good_as_absent(service: Service, ehr: Ehr, value: Any) -> None:
    unread = await service.record(nothing_but(lists=value))
    assert reasons(unread) == [("lists", "not-fhir")]
    fetched = await service.record(nothing_but(lists=value), access=True)
    assert fetched["holes"] == []
    assert ehr.asked == ["List?patient=p1&status=current"]


async def test_a_single_resource_answers_no_search(service: Service) -> None:
    record = await service.record(nothing_but(allergies=resource("AllergyIntolerance", "one")))
    assert "AllergyIntolerance/one" in record["ids"]
    assert reasons(record) == [("allergies", "not-fhir")]


async def test_a_server_that_claims_more_than_it_gave_is_not_believed_to_be_complete(service: Service) -> None:
    record = await service.record(nothing_but(statements=bundle(resource("MedicationStatement", "a"), total=2)))
    assert reasons(record) == [("medications", "more-pages")]


async def test_a_resource_under_another_key_still_counts_as_what_it_is(service: Service) -> None:
    record = await service.record(
        nothing_but(procedures=bundle(resource("Condition", "c"), resource("Procedure", "x")))
    )
    assert {"Condition/c", "Procedure/x"} <= set(record["ids"])


async def test_the_same_resource_on_two_keys_is_there_once(service: Service) -> None:
    same = resource("Observation", "o")
    record = await service.record(nothing_but(laboratory=bundle(same), counts=bundle(same)))
    assert record["ids"].count("Observation/o") == 1


@pytest.mark.parametrize("patient", [PATIENT, bundle(PATIENT), bundle({**PATIENT, "id": "mother"}, PATIENT)])
async def test_the_patient_may_stand_alone_or_in_a_bundle(service: Service, patient: Any) -> None:
    record = await service.record(nothing_but(patient=patient))
    assert "Patient/p1" in record["ids"]


async def test_the_patient_may_come_under_another_key(service: Service) -> None:
    record = await service.record(without(nothing_but(conditions=bundle(PATIENT)), "patient"))
    assert "Patient/p1" in record["ids"]


OBSERVATION_SETS = {
    "laboratory": {"VS-ALT", "VS-AST", "VS-BILI", "VS-CREAT", "VS-EGFR", "VS-HGB"},
    "counts": {"VS-PLT", "VS-PLT-CLUMP"},
    "infections-1": {"VS-HIV-SCREEN", "VS-HIV-CONFIRM", "VS-HIV-NAT", "VS-HBSAG", "VS-HBC", "VS-HBV-DNA"},
    "infections-2": {
        "VS-HCV-AB", "VS-HCV-RNA", "VS-SYPH-TREP", "VS-SYPH-NONTREP",
        "VS-CMV-DNA", "VS-CMV-IGM", "VS-EBV-DNA", "VS-EBV-IGM",
    },
    "status": {
        "VS-WEIGHT", "VS-BP-SYSTOLIC", "VS-BP-DIASTOLIC", "VS-ECOG", "VS-KARNOFSKY", "VS-NYHA",
        "VS-PREG-STATUS", "VS-LACT-STATUS", "VS-HCG",
    },
}  # fmt: skip


@pytest.mark.rule("G5")
@pytest.mark.parametrize("key", OBSERVATION_SETS)
async def test_a_refused_group_of_results_leaves_only_its_own_sets_unknown(service: Service, key: str) -> None:
    [hole] = (await service.record(nothing_but() | {key: outcome()}))["holes"]
    assert set(hole["sets"]) == OBSERVATION_SETS[key]
