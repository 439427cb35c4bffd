"""The embedded FHIR server answers as HAPI does where our service can tell the difference."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cds_service.demo.fhir_server import fhir_routes
from cds_service.demo.store import FhirStore
from tests.demo.people import ana, ben, condition, count, patient


@pytest.fixture
def server() -> Iterator[TestClient]:
    store = FhirStore([*ana(), *ben()])
    with TestClient(Starlette(routes=fhir_routes(store, day="2026-11-21"))) as client:
        yield client


def ids(bundle: dict[str, Any]) -> list[str]:
    Bundle.model_validate(bundle)
    return [entry["resource"]["id"] for entry in bundle.get("entry", [])]


def next_link(bundle: dict[str, Any]) -> str | None:
    return next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)


def test_reads_a_resource(server: TestClient) -> None:
    answer = server.get("/fhir/Patient/ana")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/fhir+json")
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.json()["birthDate"] == "1988-04-02"


@pytest.mark.parametrize(
    "method, path, body, status, words",
    [
        ("GET", "Patient/nobody", None, 404, "Patient/nobody is not known"),
        ("GET", "Spaceship/1", None, 404, "Unknown resource type"),
        ("GET", "Observation?bogus=1", None, 400, 'Unknown search parameter "bogus"'),
        ("GET", "Observation?code:not=777-3", None, 400, "Modifier"),
        ("GET", "Observation?patient=", None, 400, "no value"),
        ("GET", "Observation?_count=many", None, 400, "_count"),
        ("GET", "Observation?date=soon", None, 400, "Not a date"),
        ("GET", "Condition?status=active", None, 400, 'Unknown search parameter "status"'),
        ("GET", "Observation?_sort=weight", None, 400, 'Unknown search parameter "weight"'),
        ("GET", "?_getpages=gone&_getpagesoffset=20&_count=20", None, 410, "expired"),
        ("GET", "", None, 400, "name a resource type"),
        ("POST", "Patient", "{", 400, "not JSON"),
        ("POST", "Patient", '{"resourceType":"Group"}', 400, "must be a Patient"),
        ("PUT", "Patient/ana", '{"resourceType":"Patient","id":"ben"}', 400, "id of the address"),
    ],
)
def test_refuses_with_an_operation_outcome(server, method, path, body, status, words) -> None:
    separator = "" if path.startswith("?") or not path else "/"
    answer = server.request(method, f"/fhir{separator}{path}", content=body)
    assert answer.status_code == status
    OperationOutcome.model_validate(answer.json())
    assert words in answer.json()["issue"][0]["diagnostics"]


def test_a_search_of_45_is_paged_by_20_and_gives_each_once(server: TestClient) -> None:
    url: str | None = "/fhir/Observation?patient=ana&_sort=-date"
    pages = []
    while url:
        page = server.get(url).json()
        assert page["total"] == 45
        pages.append(ids(page))
        url = next_link(page)
    assert [len(page) for page in pages] == [20, 20, 5]
    assert [own for page in pages for own in page] == [f"plt-{n:02}" for n in reversed(range(45))]


def test_a_page_is_never_larger_than_the_server_likes(server: TestClient) -> None:
    assert len(ids(server.get("/fhir/Observation?patient=ana&_count=200").json())) == 20


def test_the_next_link_points_at_the_base_and_hides_what_was_asked(server: TestClient) -> None:
    link = next_link(server.get("/fhir/Observation?patient=ana").json())
    assert link is not None
    assert urlsplit(link).path == "/fhir"
    assert "ana" not in link


def test_later_pages_are_a_snapshot(server: TestClient) -> None:
    link = next_link(server.get("/fhir/Observation?patient=ana&_sort=date&_count=2").json())
    server.put("/fhir/Observation/early", json=count("early", "Patient/ana", "2020-01-01"))
    assert ids(server.get(str(link)).json()) == ["plt-02", "plt-03"]


@pytest.mark.parametrize(
    "search, found",
    [
        ("Patient?_id=ana", ["ana"]),
        ("Patient?_id=ana,ben", ["ana", "ben"]),
        ("Patient?name=mun", ["ben"]),
        ("Patient?identifier=https://hospital.example/mrn|mrn-ben", ["ben"]),
        ("Patient?identifier=https://other.example|mrn-ben", []),
        ("Observation?patient=ben", ["ben-1"]),
        ("Observation?patient=Patient/ben", ["ben-1"]),
        ("Observation?subject=Patient/ben", ["ben-1"]),
        ("Observation?subject=Group/ben", []),
        ("Observation?subject=ben&code=777-3,26515-7", ["ben-1"]),
        ("Observation?subject=ben&code=http://loinc.org|777-3", ["ben-1"]),
        ("Observation?subject=ben&code=http://loinc.org|", ["ben-1"]),
        ("Observation?subject=ben&code=http://snomed.info/sct|777-3", []),
        ("Observation?subject=ben&code=|777-3", []),
        ("Observation?subject=ben&code=777", []),
        ("Observation?subject=ben&category=laboratory&status=final", ["ben-1"]),
        ("Observation?subject=ben&category=vital-signs", []),
        ("Observation?subject=ben&status=amended", []),
        ("Observation?subject=ben&date=2026-11-20", ["ben-1"]),
        ("Observation?subject=ben&date=ge2026-11-20", ["ben-1"]),
        ("Observation?subject=ben&date=gt2026-11-20", []),
        ("Observation?subject=ben&date=lt2026-11", []),
        ("Observation?subject=ana&date=le2026-09-02&_sort=date", ["plt-00", "plt-01"]),
        ("Condition?patient=ana&clinical-status=active", ["itp"]),
        ("Condition?patient=Patient/nobody", []),
        ("Observation?patient=ana&_count=0", []),
        ("Observation?patient=ana&_summary=count", []),
        ("Observation?patient=ana&_count=1&_sort=-date", ["plt-44"]),
    ],
)
def test_finds(server: TestClient, search: str, found: list[str]) -> None:
    assert ids(server.get(f"/fhir/{search}").json()) == found


def test_a_search_by_post_is_the_same_search(server: TestClient) -> None:
    form = "application/x-www-form-urlencoded"
    by_post = server.post("/fhir/Observation/_search", content="patient=ben", headers={"content-type": form})
    by_get = server.get("/fhir/Observation?patient=ben")
    assert by_post.json() == by_get.json()


def test_what_has_no_date_comes_last_either_way(server: TestClient) -> None:
    server.put("/fhir/Observation/undated", json=count("undated", "Patient/ben", None))
    assert ids(server.get("/fhir/Observation?patient=ben&_sort=date").json()) == ["ben-1", "undated"]
    assert ids(server.get("/fhir/Observation?patient=ben&_sort=-date").json()) == ["ben-1", "undated"]


def test_a_bundle_says_how_it_was_asked_and_how_much_there_is(server: TestClient) -> None:
    page = server.get("/fhir/Observation?patient=ana&code=http://loinc.org|777-3&_count=2").json()
    assert page["link"][0] == {
        "relation": "self",
        "url": "http://testserver/fhir/Observation?patient=ana&code=http://loinc.org|777-3&_count=2",
    }
    assert page["total"] == 45
    assert page["entry"][0]["fullUrl"] == "http://testserver/fhir/Observation/plt-00"
    assert {entry["search"]["mode"] for entry in page["entry"]} == {"match"}


def test_an_empty_result_has_no_entry(server: TestClient) -> None:
    page = server.get("/fhir/Procedure?patient=ana").json()
    assert page["total"] == 0
    assert "entry" not in page
    Bundle.model_validate(page)


def test_creates_under_an_id_of_its_own_and_finds_it_again(server: TestClient) -> None:
    answer = server.post("/fhir/Condition", json=condition("mine", "Patient/ben"))
    assert answer.status_code == 201
    own_id = answer.json()["id"]
    assert own_id != "mine"
    assert answer.headers["location"] == f"http://testserver/fhir/Condition/{own_id}"
    assert ids(server.get("/fhir/Condition?patient=ben").json()) == [own_id]


def test_an_update_is_a_new_version(server: TestClient) -> None:
    assert server.put("/fhir/Patient/cy", json=patient("cy")).status_code == 201
    again = server.put("/fhir/Patient/cy", json=patient("cy", "Changed"))
    assert again.status_code == 200
    assert again.headers["etag"] == 'W/"2"'
    assert server.get("/fhir/Patient/cy").json()["name"][0]["family"] == "Changed"


def test_says_what_it_can(server: TestClient) -> None:
    statement = server.get("/fhir/metadata").json()
    CapabilityStatement.model_validate(statement)
    assert statement["fhirVersion"] == "4.0.1"
    [observation] = [own for own in statement["rest"][0]["resource"] if own["type"] == "Observation"]
    assert {"patient", "code", "category", "date"} <= {own["name"] for own in observation["searchParam"]}
