"""The OpenAPI document tells of every route, and no call made by its schemas, or against them, breaks the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance
from starlette.routing import Route

from cds_service.app import create_app
from cds_service.demo.serving import address_of, listening, serving
from cds_service.openapi import document
from cds_service.schemas import NAMES
from cds_service.settings import Settings
from cds_service.store import Store
from tests.conformance.answers import check
from tests.conformance.hospital_day import DAY, catalogue
from tests.service.calling import NOON, SERVICE
from tests.service.ehr import Ehr
from tests.trust.hospital import Clock, KeysAddress, Signed, deployment

CALL, FEEDBACK = "/cds-services/{service}", "/cds-services/{service}/feedback"
OURS = {"service": SERVICE.rpartition("/")[2]}
GOOD, BAD = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
CASES: list[tuple[str, GenerationMode, Mapping[str, str] | None, int]] = [
    (CALL, GOOD, OURS, 700),
    (CALL, BAD, OURS, 700),
    (CALL, GOOD, None, 50),
    (FEEDBACK, GOOD, OURS, 300),
    (FEEDBACK, BAD, OURS, 250),
    (FEEDBACK, GOOD, None, 20),
]
PLAIN = ("/cds-services", "/healthz", "/readyz", "/openapi.json")


def small() -> dict[str, Any]:
    """The document with lists of at most three, which are drawn much faster than such of a thousand."""
    content = document()
    reported = content["components"]["schemas"]["feedback-call"]["properties"]["feedback"]
    reported["maxItems"] = reported["items"]["properties"]["acceptedSuggestions"]["maxItems"] = 3
    del reported["items"]["if"], reported["items"]["then"]
    return content


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real service with its trials and a database, on a socket; the FHIR server behind it knows nothing."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('fuzz')}/kept.db", b"k" * 32)
    settings = Settings(open=True, as_of=DAY, report_url="https://reports.example")
    app = create_app(settings, catalogue=catalogue(), transport=Ehr(), store=store)
    with listening(0) as listener, serving(app, listener):
        yield address_of(listener)


@pytest.mark.rule("RESP-4")
@pytest.mark.rule("RESP-5")
@pytest.mark.parametrize(
    ("path", "mode", "fixed", "count"), CASES, ids=[f"{row[0]} {row[1].value} {row[3]}" for row in CASES]
)
def test_no_call_breaks_the_service(
    address: str, path: str, mode: GenerationMode, fixed: Mapping[str, str] | None, count: int
) -> None:
    operation = schemathesis.openapi.from_dict(small())[path]["POST"]
    parameters = {"path_parameters": dict(fixed)} if fixed else {}
    seen: list[int] = []

    @given(operation.as_strategy(generation_mode=mode, **parameters))
    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def sent(case: Case) -> None:
        answer = case.call(base_url=address, session=session)
        case.validate_response(answer, checks=[not_a_server_error, status_code_conformance, content_type_conformance])
        check("POST", urlsplit(answer.request.url or "").path, answer.status_code, "application/json", answer.content)
        seen.append(answer.status_code)

    with requests.Session() as session:
        sent()
    assert len(seen) >= count * 0.9
    assert max(seen) < 500


REPORT = {
    "openapi": "3.1.0",
    "info": {"title": "pages", "version": "1"},
    "paths": {
        "/report/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "language", "in": "query", "schema": {"type": "string"}},
                {
                    "name": "report",
                    "in": "cookie",
                    "schema": {"type": "string", "pattern": "^[a-z]+\\.[a-z]+$"},
                },
            ],
            "get": {"responses": {str(one): {"description": "A page."} for one in (403, 404, 410)}},
            "post": {
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {"type": "object", "properties": {"key": {"type": "string"}}}
                        }
                    }
                },
                "responses": {str(one): {"description": "A page."} for one in (403, 404, 410)},
            },
        }
    },
}
"""The pages are for browsers and stand in no document of ours; whoever guesses an id gets a page that says no."""


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_guess_breaks_or_opens_a_report(address: str, method: str) -> None:
    operation = schemathesis.openapi.from_dict(REPORT)["/report/{id}"][method]
    seen: list[int] = []

    @given(operation.as_strategy(generation_mode=GOOD))
    @settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def sent(case: Case) -> None:
        answer = case.call(base_url=address, session=session, allow_redirects=False)
        case.validate_response(answer, checks=[not_a_server_error, status_code_conformance])
        seen.append(answer.status_code)

    with requests.Session() as session:
        sent()
    assert set(seen) <= {403, 404, 410}


def test_that_is_at_least_two_thousand_calls() -> None:
    assert sum(row[3] for row in CASES) >= 2000


@pytest.mark.parametrize("path", PLAIN)
def test_what_takes_nothing_answers(address: str, path: str) -> None:
    case = schemathesis.openapi.from_dict(document())[path]["GET"].Case()
    answer = case.call(base_url=address)
    case.validate_response(answer, checks=[not_a_server_error, status_code_conformance, content_type_conformance])
    assert answer.status_code == 200


def test_every_route_of_the_service_is_described() -> None:
    app = create_app(Settings(open=True), catalogue=catalogue())
    served = {
        (route.path, method)
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    told = {
        (path, method.upper())
        for path, item in document()["paths"].items()
        for method in item
        if method in ("get", "post")
    }
    assert served == told


def test_every_schema_is_in_it_and_every_reference_leads_somewhere() -> None:
    content = document()
    assert set(content["components"]["schemas"]) == set(NAMES)
    references = list(_references(content))
    assert references
    for reference in references:
        place: Any = content
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        assert isinstance(place, dict)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "$ref" else _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


async def test_it_is_served_in_open_mode_only(tmp_path: Path, address: str) -> None:
    (tmp_path / "example.yaml").write_text(deployment())
    registered = Signed(tmp_path, Clock(NOON), KeysAddress())
    assert (await registered.http.get("/openapi.json")).status_code == 404
    assert requests.get(f"{address}/openapi.json", timeout=10).json() == document()
    assert registered.gate.door is not None
    await registered.gate.door.keys.close()
