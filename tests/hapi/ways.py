"""The ways on which one person's record reaches the service, each to the Assessment JSON it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import httpx2
import orjson
import requests

from cds_service.app import create_app
from cds_service.assessing import Question, assess_paths
from cds_service.assessment_json import patient_json
from cds_service.catalogue import Catalogue, load_catalogue
from cds_service.demo.fixtures import story_files
from cds_service.ehr.prefetch import resolve_prefetch
from cds_service.ehr.wire import FhirBase
from cds_service.fhir.gather import Gathered
from cds_service.languages import wording_for
from cds_service.protocol import HookCall
from cds_service.screening import Screening
from cds_service.settings import Settings
from eligibility.assessment import assess

Json = dict[str, Any]
DAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CALL = "/cds-services/trial-eligibility-patient-view"


@cache
def from_files() -> Mapping[str, bytes]:
    """Person → what `assess` says of their file."""
    catalogue = load_catalogue()
    question = Question(catalogue.trials, DAY, DAY)
    lines = assess_paths([str(path) for path in story_files()], question, catalogue, wording_for(catalogue))
    return {line["patient"].removeprefix("Patient/"): told(line) for line in lines}


def told(line: Json) -> bytes:
    """The bytes that are compared: all but where the record came from."""
    return orjson.dumps({name: value for name, value in line.items() if name != "source"}, option=orjson.OPT_INDENT_2)


class Assessor:
    """Stands where the cards are made, and gives the whole Assessment JSON instead."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.screening = Screening(catalogue, "en")

    def __call__(self, gathered: Gathered, _call: HookCall, _service: str, as_of: date) -> list[Json]:
        record = self.screening.record(gathered, as_of)
        trials = () if record.deceased else self.catalogue.trials
        assessments = [assess(trial, record, as_of, as_of) for trial in trials]
        line = patient_json("", record, as_of, as_of, assessments, wording_for(self.catalogue))
        return [{"told": told(line).decode()}]  # as text: from an object the wire would leave the null members out


class SmallPages(httpx2.AsyncHTTPTransport):
    """Asks the server for pages of a few resources, as a server with such a default would send them."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        query = dict(request.url.params.multi_items())
        if query and "_getpages" not in query:
            request.url = request.url.copy_with(params={**query, "_count": str(self.size)})
        return await super().handle_async_request(request)


async def by_hook(base: str, person: str, prefetch: Mapping[str, Any] | None, pages: int | None = None) -> bytes:
    """What the real service says when called for this person, reading the real server for what is not sent."""
    catalogue = load_catalogue()
    app = create_app(
        Settings(open=True, deadline=60.0),
        catalogue=catalogue,
        clock=lambda: NOON,
        judge=Assessor(catalogue),
        transport=SmallPages(pages) if pages else None,
    )
    body: Json = {
        "hook": "patient-view",
        "hookInstance": "7b0f0a5e-6d6c-4c0a-9d6e-5f0c1f5f0a11",
        "fhirServer": base,
        "context": {"userId": "Practitioner/doc", "patientId": person},
    }
    if prefetch is not None:
        body["prefetch"] = prefetch
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://service.example", timeout=120)
    async with http:
        answer = await http.post(CALL, json=body)
    assert answer.status_code == 200, answer.text
    [card] = answer.json()["cards"]
    return str(card["told"]).encode()


def templates() -> dict[str, str]:
    """The prefetch that discovery publishes."""
    from cds_service.fhir.queries import prefetch, queries

    return prefetch(queries(load_catalogue().terminology.value_sets))


def prefetched(base: str, person: str, *, whole: bool) -> dict[str, Any]:
    """What our EHR simulator sends: each template answered by the real server."""
    with requests.Session() as session:
        context = {"patientId": person, "userId": "Practitioner/doc"}
        return dict(resolve_prefetch(templates(), context, FhirBase(session, base).fetch, whole=whole).sent)
