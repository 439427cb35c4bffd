"""What HAPI does that our reading must get right: pages, snapshots, caches, gone resources, compressed answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest
import requests

from cds_service.app import create_app
from cds_service.catalogue import load_catalogue
from cds_service.errors import RecordUnavailable, Refused, Unreachable
from cds_service.fhir.address import Base
from cds_service.fhir.client import FhirClient, FhirServer
from cds_service.fhir.gather import Gathered, gather
from cds_service.fhir.queries import queries
from cds_service.settings import Settings
from tests.hapi.ways import CALL, DAY

FHIR = {"Content-Type": "application/fhir+json"}
QUERIES = queries(load_catalogue().terminology.value_sets)
MANY = 57


@pytest.fixture
async def client() -> AsyncIterator[FhirClient]:
    client = FhirClient(deadline=30.0)
    yield client
    await client.close()


def server(client: FhirClient, base: str) -> FhirServer:
    found = Base.of(base)
    assert found is not None
    return FhirServer(client, found)


def put(base: str, resource: dict[str, Any]) -> None:
    kind, own_id = resource["resourceType"], resource["id"]
    requests.put(f"{base}/{kind}/{own_id}", json=resource, headers=FHIR, timeout=30).raise_for_status()


def post(base: str, resource: dict[str, Any]) -> str:
    """The id that the server gave it."""
    answer = requests.post(f"{base}/{resource['resourceType']}", json=resource, headers=FHIR, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["id"])


def problem(person: str, number: int) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": f"{person}-{number}",
        "subject": {"reference": f"Patient/{person}"},
        "code": {"text": f"invented {number}"},
    }


async def gathered(client: FhirClient, base: str, person: str, as_of: date = DAY) -> Gathered:
    return await gather(QUERIES, {}, person, as_of, server(client, base))


def named(found: Gathered, kind: str) -> set[str]:
    return {one["id"] for one in found.resources if one["resourceType"] == kind}


async def test_a_long_list_is_read_to_its_end(hapi: str, client: FhirClient) -> None:
    put(hapi, {"resourceType": "Patient", "id": "many"})
    for number in range(MANY):
        put(hapi, problem("many", number))
    found = await gathered(client, hapi, "many")
    assert named(found, "Condition") == {f"many-{number}" for number in range(MANY)}
    assert found.holes == ()


async def test_what_was_written_a_moment_ago_is_read(hapi: str, client: FhirClient) -> None:
    """HAPI keeps a search for a minute; `Cache-Control: no-cache` is sent, so the chart is as of now."""
    put(hapi, {"resourceType": "Patient", "id": "fresh"})
    assert named(await gathered(client, hapi, "fresh"), "Condition") == set()
    put(hapi, problem("fresh", 1))
    assert named(await gathered(client, hapi, "fresh"), "Condition") == {"fresh-1"}


async def test_a_deleted_entry_is_not_read_and_closes_nothing(hapi: str, client: FhirClient) -> None:
    put(hapi, {"resourceType": "Patient", "id": "gone"})
    put(hapi, problem("gone", 1))
    put(hapi, problem("gone", 2))
    requests.delete(f"{hapi}/Condition/gone-1", timeout=30).raise_for_status()
    found = await gathered(client, hapi, "gone")
    assert (named(found, "Condition"), found.holes) == ({"gone-2"}, ())


async def test_a_drug_by_the_servers_own_id_is_looked_up(hapi: str, client: FhirClient) -> None:
    put(hapi, {"resourceType": "Patient", "id": "takes"})
    drug = post(hapi, {"resourceType": "Medication", "code": {"text": "rituximab"}})
    order = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/takes"},
        "medicationReference": {"reference": f"Medication/{drug}"},
    }
    post(hapi, order)
    found = await gathered(client, hapi, "takes")
    assert drug.isdigit()
    assert named(found, "Medication") == {drug}


async def test_many_drugs_come_with_one_search(hapi: str, client: FhirClient) -> None:
    put(hapi, {"resourceType": "Patient", "id": "takes-many"})
    drugs = [post(hapi, {"resourceType": "Medication", "code": {"text": f"invented {number}"}}) for number in range(12)]
    for drug in drugs:
        taken = {
            "resourceType": "MedicationStatement",
            "status": "active",
            "subject": {"reference": "Patient/takes-many"},
            "medicationReference": {"reference": f"Medication/{drug}"},
        }
        post(hapi, taken)
    found = await gathered(client, hapi, "takes-many")
    assert named(found, "Medication") == set(drugs)
    assert found.fetched == len(QUERIES) + 1


async def test_a_person_who_is_not_there_or_was_deleted(hapi: str, client: FhirClient) -> None:
    put(hapi, {"resourceType": "Patient", "id": "left"})
    requests.delete(f"{hapi}/Patient/left", timeout=30).raise_for_status()
    for person in ("never-was", "left"):
        with pytest.raises(RecordUnavailable, match="Patient is required"):
            await gathered(client, hapi, person)


async def test_a_search_that_the_server_refuses_is_a_refusal(hapi: str, client: FhirClient) -> None:
    with pytest.raises(Refused):
        await server(client, hapi).get(f"{hapi}/Observation?no-such-parameter=1")


async def test_a_page_that_expired_is_a_refusal_and_not_an_end(hapi: str, client: FhirClient) -> None:
    lost = f"{hapi}?_getpages=5a0f3a60-31d3-4b61-b124-b4590b652925&_getpagesoffset=20&_count=20"
    with pytest.raises(Refused):
        await server(client, hapi).get(lost)


async def test_a_page_lost_between_two_reads_is_more_than_was_read(hapi: str, client: FhirClient) -> None:
    put(hapi, {"resourceType": "Patient", "id": "paged"})
    for number in range(25):
        put(hapi, problem("paged", number))
    first = requests.get(f"{hapi}/Condition?patient=paged&_count=10", timeout=30).json()
    [link] = [one for one in first["link"] if one["relation"] == "next"]
    search = link["url"].split("_getpages=")[1].split("&")[0]
    link["url"] = link["url"].replace(search, "5a0f3a60-31d3-4b61-b124-b4590b652925")
    patient = {"resourceType": "Patient", "id": "paged"}
    found = await gather(QUERIES, {"patient": patient, "conditions": first}, "paged", DAY, server(client, hapi))
    assert {(hole.section.value, hole.reason) for hole in found.holes} == {("conditions", "more-pages")}
    assert len(named(found, "Condition")) == 10


async def test_compressed_answers_are_read(cast_on_hapi: str, client: FhirClient) -> None:
    plain = requests.get(f"{cast_on_hapi}/Observation?patient=ines", headers={"Accept-Encoding": "gzip"}, timeout=30)
    assert plain.headers["Content-Encoding"] == "gzip"
    found = await server(client, cast_on_hapi).get(f"{cast_on_hapi}/Observation?patient=ines")
    assert found["resourceType"] == "Bundle"


async def test_a_server_that_still_starts_cannot_be_read(hapi: str) -> None:
    """HAPI's port answers 503 while it starts; a fake of that stands in, the rest is real."""
    starting = httpx2.MockTransport(lambda _: httpx2.Response(503, headers={"Retry-After": "5"}))
    client = FhirClient(transport=starting, deadline=2.0)
    with pytest.raises(Unreachable):
        await server(client, hapi).get(f"{hapi}/Patient/ines")
    with pytest.raises(RecordUnavailable):
        await gathered(client, hapi, "ines", datetime.now(UTC).date())
    await client.close()


async def test_the_address_of_nobody_is_never_asked_for(cast_on_hapi: str) -> None:
    """`Observation?patient=` answers everybody's results on HAPI: an empty id must not reach the server."""
    everybody = requests.get(f"{cast_on_hapi}/Observation?patient=&_summary=count", timeout=30).json()
    assert everybody["total"] > 500
    asked: list[str] = []

    def watched(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(500)

    app = create_app(Settings(open=True), transport=httpx2.MockTransport(watched))
    call = {
        "hook": "patient-view",
        "hookInstance": "7b0f0a5e-6d6c-4c0a-9d6e-5f0c1f5f0a12",
        "fhirServer": cast_on_hapi,
        "context": {"userId": "Practitioner/doc", "patientId": ""},
    }
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://service.example") as http:
        answer = await http.post(CALL, json=call)
    assert (answer.status_code, asked) == (400, [])
