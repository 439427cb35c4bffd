"""The real service with the shipped trials, and a FHIR server that holds the cast, as an EHR calls them in a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import httpx2
from fastapi import FastAPI
from starlette.applications import Starlette

from cds_service.app import create_app
from cds_service.catalogue import Catalogue, load_catalogue
from cds_service.demo.fhir_server import fhir_routes
from cds_service.demo.fixtures import load_cast, resources_of
from cds_service.demo.store import FhirStore
from cds_service.settings import Settings
from tests.conformance.answers import client_of
from tests.service.calling import NOON, SERVICE, hook_call

Json = dict[str, Any]
DAY = date(2026, 11, 21)
EHR = "https://ehr.example/fhir"
TOLD = ("bruno", "clara", "diego", "ines", "lena", "nora", "olga", "selma", "timo")
"""People who get at least one card."""


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def records() -> FhirStore:
    return FhirStore(resources_of(load_cast(DAY)), clock=lambda: datetime.combine(DAY, time(), UTC))


class Day:
    """A client of the service in open mode; `asked` are the addresses that the service read from the EHR."""

    def __init__(self, **settings: Any) -> None:
        self.asked: list[str] = []
        inside = httpx2.ASGITransport(Starlette(routes=list(fhir_routes(records(), day=DAY.isoformat(), page=500))))
        self.ehr = _Noting(inside, self.asked)
        self.app: FastAPI = create_app(
            Settings(**{"open": True, "deadline": 30.0, **settings}),
            catalogue=catalogue(),
            clock=lambda: NOON,
            transport=self.ehr,
        )
        self.http = client_of(self.app)

    async def prefetched(self, person: str) -> Json:
        """What a client would send for a person: every template of discovery, filled and read."""
        [published] = (await self.http.get("/cds-services")).json()["services"]
        found = {}
        async with httpx2.AsyncClient(transport=self.ehr) as ehr:
            for key, template in published["prefetch"].items():
                address = f"{EHR}/{template.replace('{{context.patientId}}', person)}"
                found[key] = (await ehr.get(address)).json()
        self.asked.clear()
        return found

    async def call(self, person: str, prefetch: Json | None = None, **members: Any) -> httpx2.Response:
        context = {"userId": "Practitioner/doc", "patientId": person}
        return await self.http.post(SERVICE, json=hook_call(prefetch, **{"context": context, **members}))


class _Noting(httpx2.AsyncBaseTransport):
    """Passes on and notes what was asked."""

    def __init__(self, inside: httpx2.AsyncBaseTransport, asked: list[str]) -> None:
        self._inside = inside
        self._asked = asked

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._asked.append(str(request.url))
        return await self._inside.handle_async_request(request)


@cache
def _answers() -> dict[str, Json]:
    return {}


async def answer_for(person: str) -> Json:
    """The whole answer for one of the cast, from prefetch; each is asked for once."""
    known = _answers()
    if person not in known:
        day = Day()
        answer = await day.call(person, await day.prefetched(person))
        assert answer.status_code == 200, answer.text
        known[person] = answer.json()
    return known[person]


async def cards_for(person: str) -> list[Json]:
    cards: list[Json] = (await answer_for(person))["cards"]
    return cards
