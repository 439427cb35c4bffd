"""A hospital at the HTTP edge, under https names: its servers answer as they should, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from cds_service.app import create_app
from cds_service.catalogue import load_catalogue
from cds_service.demo.authorization import CLIENT_ID
from cds_service.demo.fhir_server import fhir_routes
from cds_service.demo.fixtures import load_cast, resources_of
from cds_service.demo.store import FhirStore
from cds_service.fhir.address import Base
from cds_service.settings import Settings
from cds_service.smart.app import App
from cds_service.store import Store
from tests.smart.ward import DAY, Overheard, Watch, client_file
from tests.trust.hospital import AUDIENCE, JWKS, KEYS_URL

EHR = "https://fhir.ehr.example.org"
ISS = f"{EHR}/fhir"
CONFIGURATION, TOKEN = "/fhir/.well-known/smart-configuration", "/auth/token"
SERVER = Base.of(ISS)
assert SERVER is not None

Says = Callable[[httpx2.Request], httpx2.Response]


class Edge(httpx2.AsyncBaseTransport):
    """The hospital's servers. `instead` answers a path in their place; `asked` are the requests of the service."""

    def __init__(self) -> None:
        self.grants = Overheard(EHR, user="Practitioner/doc", app=App(CLIENT_ID, AUDIENCE, (SERVER,)))
        fhir = fhir_routes(FhirStore(resources_of(load_cast(DAY))), day=DAY.isoformat())
        self.servers = httpx2.ASGITransport(FastAPI(routes=[*self.grants.routes(), *fhir]))
        self.instead: dict[str, Says] = {}
        self.asked: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        await request.aread()
        if str(request.url) == KEYS_URL:
            return httpx2.Response(200, json=JWKS)
        says = self.instead.get(request.url.path)
        return says(request) if says else await self.servers.handle_async_request(request)


class Service:
    """One process of the service, and browsers that reach it and the hospital."""

    def __init__(self, folder: Path, edge: Edge, store: Store | None = None, **changes: Any) -> None:
        file = {"audience": AUDIENCE, "fhir": {"bases": [ISS]}, **changes}
        (folder / "example.yaml").write_text(client_file("", **file))
        self.edge = edge
        self.clock = Watch()
        self.app = create_app(
            Settings(clients=folder, as_of=DAY, report_url=AUDIENCE),
            catalogue=load_catalogue(),
            clock=self.clock,
            transport=edge,
            store=store,
        )

    def browser(self, **more: Any) -> httpx2.AsyncClient:
        mounts = {AUDIENCE: httpx2.ASGITransport(self.app), EHR: self.edge.servers}
        return httpx2.AsyncClient(mounts=mounts, base_url=AUDIENCE, **{"follow_redirects": True, **more})


async def launched(browser: httpx2.AsyncClient, who: str = "ines", **more: Any) -> httpx2.Response:
    return await browser.get(f"{EHR}/auth/open?patient={who}", **more)
