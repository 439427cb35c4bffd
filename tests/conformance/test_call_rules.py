"""Service calls as clients make them, well and badly: REQ, CTX, PREF, FHIR and RESP over the real service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from tests.conformance.hospital_day import EHR, Day
from tests.service.calling import SERVICE, Service, hook_call, nothing_but, without
from tests.service.ehr import BASE, Ehr, Hang, bundle, resource
from tests.trust.hospital import Clock, Signed, deployment

GRANT = {"access_token": "t", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.rs", "subject": "cds"}


@pytest.fixture
def ehr() -> Ehr:
    return Ehr()


@pytest.fixture
async def service(ehr: Ehr) -> AsyncIterator[Service]:
    made = Service(ehr, deadline=2.0)
    async with made.http:
        yield made


@pytest.mark.rule("REQ-1")
async def test_a_call_is_a_post_of_json(day: Day) -> None:
    prefetch = await day.prefetched("ines")
    assert (await day.call("ines", prefetch)).status_code == 200
    for method in ("GET", "PUT", "DELETE"):
        answer = await day.http.request(method, SERVICE)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.rule("REQ-2")
@pytest.mark.parametrize("hook", ["order-select", "patient-view ", "Patient-View", None, 7, ""])
async def test_a_hook_that_is_not_advertised_is_refused(service: Service, ehr: Ehr, hook: Any) -> None:
    answer = await service.http.post(SERVICE, json={**hook_call(nothing_but()), "hook": hook})
    assert answer.status_code == 400
    assert "(REQ-2)" in answer.text
    assert ehr.asked == []


@pytest.mark.rule("REQ-3")
async def test_a_hook_instance_may_come_twice_and_the_answer_is_the_same(day: Day) -> None:
    prefetch = await day.prefetched("ines")
    first, again = await day.call("ines", prefetch), await day.call("ines", prefetch)
    assert first.json() == again.json()
    other = await day.call("ines", prefetch, hookInstance="2f0c3d1e-0b52-5c0a-9d57-3e1a8f2b7c60")
    assert {card["uuid"] for card in other.json()["cards"]}.isdisjoint(card["uuid"] for card in first.json()["cards"])


@pytest.mark.rule("REQ-3")
@pytest.mark.parametrize("instance", ["urn:uuid:d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "D1577C69", "x" * 4096])
async def test_its_form_is_not_relied_on(service: Service, instance: str) -> None:
    assert (await service.record(nothing_but(), hookInstance=instance))["instance"] == instance


@pytest.mark.rule("REQ-4")
async def test_an_authorization_needs_its_server(service: Service) -> None:
    answer = await service.call(nothing_but(), fhirAuthorization=GRANT)
    assert answer.status_code == 400
    assert "fhirServer is required" in answer.text


@pytest.mark.rule("REQ-5")
@pytest.mark.rule("FHIR-1")
async def test_a_server_without_a_token_is_no_invitation(ehr: Ehr) -> None:
    closed = Service(ehr, allow_open_fhir=False)
    answer = await closed.call({}, fhirServer=BASE)
    assert answer.status_code == 412
    assert ehr.asked == []


@pytest.mark.rule("REQ-6")
@pytest.mark.parametrize("context", [None, [], "p1"])
async def test_a_call_without_context_is_refused(service: Service, context: Any) -> None:
    answer = await service.http.post(SERVICE, json={**hook_call(nothing_but()), "context": context})
    assert answer.status_code == 400
    assert "(REQ-6)" in answer.text


@pytest.mark.rule("REQ-7")
@pytest.mark.rule("PREF-5")
@pytest.mark.rule("PREF-12")
async def test_all_some_or_no_keys_with_or_without_the_member_give_the_same_cards(day: Day) -> None:
    sent = await day.prefetched("ines")
    whole = (await day.call("ines", sent)).json()
    assert day.asked == []
    for prefetch in (None, {}, dict(list(sent.items())[:5])):
        day.asked.clear()
        assert (await day.call("ines", prefetch, fhirServer=EHR)).json() == whole
        assert len(day.asked) >= len(sent) - len(prefetch or {})


@pytest.mark.rule("CTX-2")
@pytest.mark.parametrize("patient", ["Patient/p1", "p1?_id=p2", "..", "p1%2f", "https://ehr.example/Patient/p1", " "])
async def test_a_patient_id_is_a_bare_id(service: Service, ehr: Ehr, patient: str) -> None:
    answer = await service.call(
        nothing_but(), access=True, context={"userId": "Practitioner/doc", "patientId": patient}
    )
    assert answer.status_code == 400
    assert "(CTX-2)" in answer.text
    assert ehr.asked == []


@pytest.mark.rule("CTX-3")
@pytest.mark.parametrize("encounter", [None, "e1", "Encounter/e1", 7])
async def test_an_encounter_changes_nothing(service: Service, encounter: Any) -> None:
    context = {"userId": "Practitioner/doc", "patientId": "p1", "encounterId": encounter}
    assert await service.record(nothing_but(), context=context) == await service.record(nothing_but())


@pytest.mark.rule("CTX-7")
async def test_members_of_a_later_version_of_the_hook_are_ignored(service: Service) -> None:
    context = {"userId": "Practitioner/doc", "patientId": "p1", "episodeId": "x", "team": [{"a": None}]}
    assert await service.record(nothing_but(), context=context) == await service.record(nothing_but())


@pytest.mark.rule("PREF-13")
async def test_a_result_of_another_patient_is_held_against_nobody(service: Service) -> None:
    strange = resource("Observation", "x") | {"subject": {"reference": "Patient/other"}}
    answer = await service.call(nothing_but(patient={"resourceType": "Patient", "id": "other"}))
    assert (answer.status_code, "(PREF-13)" in answer.text) == (400, True)
    assert (await service.call(nothing_but(laboratory=bundle(strange)))).status_code == 200


@pytest.mark.rule("PREF-13")
async def test_the_platelets_of_another_patient_do_not_count(day: Day) -> None:
    sent = await day.prefetched("bruno")
    told = (await day.call("bruno", sent)).json()["cards"]
    for key in ("laboratory", "counts"):
        for entry in sent[key].get("entry", []):
            entry["resource"]["subject"] = {"reference": "Patient/ines"}
    assert (await day.call("bruno", sent)).json()["cards"] != told


@pytest.mark.rule("PREF-15")
async def test_no_template_needs_fhirpath(day: Day) -> None:
    [published] = (await day.http.get("/cds-services")).json()["services"]
    assert not [one for one in published["prefetch"].values() if "today()" in one or "%" in one]


@pytest.mark.rule("FHIR-2")
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 200),
        ({"patient": "p1"}, 200),
        ({"scope": "patient/*.read", "patient": None}, 200),
        ({"expires_in": "300"}, 200),
        ({"patient": "p2"}, 400),
        ({"access_token": ""}, 400),
        ({"access_token": "a b"}, 400),
        ({"scope": ["patient/*.rs"]}, 400),
    ],
    ids=str,
)
async def test_a_grant_must_hold_a_token_and_not_be_for_somebody_else(
    service: Service, change: dict[str, Any], status: int
) -> None:
    answer = await service.call({}, fhirServer=BASE, fhirAuthorization={**GRANT, **change})
    assert answer.status_code == status
    assert status == 200 or "(FHIR-2)" in answer.text


@pytest.mark.rule("FHIR-5")
async def test_nothing_is_read_after_the_answer(ehr: Ehr) -> None:
    """The client may revoke the token at that moment."""
    ehr.every = lambda asked: Hang() if asked.startswith("Observation") else None
    service = Service(ehr, deadline=0.2)
    before = asyncio.all_tasks()
    async with service.http:
        record = await service.record(access=True)
    assert "out-of-time" in {hole["reason"] for hole in record["holes"]}
    await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before


@pytest.mark.rule("RESP-3")
@pytest.mark.rule("PREF-11")
async def test_without_the_record_it_is_412_and_without_results_it_is_not(service: Service, ehr: Ehr) -> None:
    assert (await service.call({})).status_code == 412
    assert (await service.call(without(nothing_but(), "laboratory"))).status_code == 200
    ehr.every = lambda asked: 403
    assert (await service.call(without(nothing_but(), "conditions"), access=True)).status_code == 412


@pytest.mark.rule("RESP-4")
@pytest.mark.rule("RESP-5")
async def test_whatever_is_refused_is_an_operation_outcome(ehr: Ehr, tmp_path: Any) -> None:
    """The client of the tests holds each body against the schema; here is one of every status there is."""
    (tmp_path / "example.yaml").write_text(deployment())
    signed = Signed(tmp_path, Clock(datetime(2026, 11, 21, 12, tzinfo=UTC)))
    small, full = Service(ehr, max_body=10), Service(ehr)
    full.app.state.traffic.in_flight = full.app.state.traffic.most

    def broken(*_: object) -> list[dict[str, Any]]:
        raise ValueError

    plain = Service(ehr)
    text = {"Content-Type": "text/plain"}
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answers: list[httpx2.Response] = [
        await plain.http.post(SERVICE, json=[]),
        await plain.http.options(SERVICE, headers=asked),
        await signed.post(None),
        await plain.http.post("/cds-services/another", json={}),
        await plain.http.get(SERVICE),
        await plain.call({}),
        await small.call(nothing_but()),
        await plain.http.post(SERVICE, content=b"{}", headers=text),
        await Service(ehr, judge=broken).call(nothing_but()),
        await full.call(nothing_but()),
    ]
    assert [one.status_code for one in answers] == [400, 400, 401, 404, 405, 412, 413, 415, 500, 503]
    assert {one.json()["resourceType"] for one in answers} == {"OperationOutcome"}
    assert signed.gate.door is not None
    await signed.gate.door.keys.close()
