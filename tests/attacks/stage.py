"""The hospital that is attacked: the whole service with a database, a FHIR server, a neighbour, and an attacker.

Servers are real and of this machine. The attacker's server answers whatever it is asked, keys, tokens and records, so
that an attack whose request gets there would go on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import orjson

from cds_service.app import create_app
from cds_service.catalogue import Catalogue, load_catalogue
from cds_service.data import fixtures_folder
from cds_service.ehr.chart_file import ChartFile, read_chart_file
from cds_service.ehr.signing import Signing
from cds_service.settings import Settings
from cds_service.store import Store
from tests.attacks.evidence import Evidence
from tests.conformance.answers import client_of
from tests.service.calling import SERVICE, hook_call
from tests.trust.hospital import AUDIENCE, CURVED, JWKS, OTHER_CURVE, Clock, deployment, jwk
from tests.trust.test_each_client import chart
from tests.trust.tokens import NOW

Json = dict[str, Any]
DAY = date(2026, 11, 21)
WHO = "selma"
PATIENT = ("Eksempel", "1988-04-22")
GRANT = {"token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "cds"}
ACCESS = "access-token-of-the-hospital"
NEIGHBOUR = Signing("https://neighbour.example.org", "curve", OTHER_CURVE)
FEEDBACK = f"{SERVICE}/feedback"


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def record() -> ChartFile:
    return read_chart_file(str(fixtures_folder() / "patients" / f"{WHO}.json"))


HANGS = object()
"""What a server says that takes a call and never answers."""


class Place:
    """A server of this machine. `says` answers a path instead of what it usually answers; `heads` is what it heard."""

    def __init__(self, usually: Callable[[str], Any]) -> None:
        self.usually = usually
        self.says: dict[str, Any] = {}
        self.heads: list[bytes] = []
        self.port = 0

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def asked(self) -> list[str]:
        return [head.split(b" ")[1].decode() for head in self.heads]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            path = head.split(b" ")[1].decode()
            said = self.says.get(path.partition("?")[0], None)
            said = self.usually(path) if said is None else said
            if said is HANGS:
                await asyncio.sleep(3600)
            writer.write(said if isinstance(said, bytes) else http(said))
            await writer.drain()
            writer.close()


def http(content: Any, first: str = "200 OK", **headers: str) -> bytes:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    told = {"content-length": str(len(body)), "connection": "close", **headers}
    lines = [f"HTTP/1.1 {first}", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def fhir(path: str) -> Any:
    """The record of the chart, under any base that ends in /fhir; the hospital's keys at /keys."""
    if path == "/keys":
        return JWKS
    return record().fetch(path.partition("/fhir/")[2]).body


def attackers(path: str) -> Any:
    """A key set of the attacker under the names of the hospital's keys, for keys; else the record."""
    if "fhir" in path:
        return fhir(path)
    return {"keys": [jwk(OTHER_CURVE, "curve"), jwk(OTHER_CURVE, "stranger")]}


class Hospital:
    """The service with two registered clients, the hospital and its neighbour, as an attacker meets it."""

    def __init__(self, folder: Path, home: Place, neighbour: Place, evil: Place, **settings: Any) -> None:
        self.folder, self.home, self.neighbour, self.evil = folder, home, neighbour, evil
        self.clock = Clock(datetime.fromtimestamp(NOW, UTC))
        self.clients = folder / "clients"
        self.clients.mkdir(exist_ok=True)
        self.settings = settings
        self.workers: list[Any] = []
        self.evidence = Evidence(
            home={(host, home.port) for host in ("127.0.0.1", "::1")},
            strangers=[evil.heads, neighbour.heads],
            secrets=[ACCESS],
            patient=PATIENT,
            database=folder / "store.db",
        )
        self.file()
        self.neighbours_file()
        self.store = Store(f"sqlite:///{folder / 'store.db'}", b"k" * 32)
        self.app = self.worker(self.store)
        self.http = self.client()

    def worker(self, store: Store | None, **settings: Any) -> Any:
        """One process of the service."""
        wanted = {"clients": self.clients, "as_of": DAY, "report_url": AUDIENCE, **self.settings, **settings}
        made = create_app(Settings(**wanted), catalogue=catalogue(), clock=self.clock, store=store)
        self.workers.append(made)
        return made

    def client(self, app: Any = None, **more: Any) -> httpx2.AsyncClient:
        return client_of(app or self.app, AUDIENCE, **more)

    @property
    def read(self) -> list[str]:
        """What the hospital's FHIR server was asked for."""
        return [path.removeprefix("/fhir/") for path in self.home.asked if path.startswith("/fhir")]

    def file(self, **changes: Any) -> None:
        """The hospital's deployment file, before the service reads it or to be read again."""
        said = {"keys": {"url": f"{self.home.base}/keys"}, "fhir": {"bases": [f"{self.home.base}/fhir"]}, **changes}
        (self.clients / "example.yaml").write_text(deployment(**said))

    def neighbours_file(self) -> None:
        said = {
            "client": "neighbour",
            "issuer": NEIGHBOUR.issuer,
            "keys": {"jwks": {"keys": [jwk(OTHER_CURVE, "curve")]}},
        }
        fhir = {"bases": [f"{self.neighbour.base}/fhir"]}
        (self.clients / "neighbour.yaml").write_text(deployment(**said, fhir=fhir))

    def reread(self, **changes: Any) -> None:
        """The hospital's file says something else from now on."""
        self.file(**changes)
        self.app.state.gate.door.registry.reread(anyway=True)

    def token(self, path: str = SERVICE, by: Signing = CURVED, **claims: Any) -> str:
        made = by.token(f"{AUDIENCE}{path}", **{"iat": NOW, "exp": NOW + 60, **claims})
        return self.known(made)

    def known(self, secret: str) -> str:
        """From now on this must not be told to anybody else or logged."""
        if len(secret) > 8:
            self.evidence.secrets.append(secret)
        return secret

    async def send(self, token: str | None, body: Any = None, path: str = SERVICE, **more: Any) -> httpx2.Response:
        """A call whose answer is evidence; with a good token and no other body it brings a card."""
        headers = {**({} if token is None else {"Authorization": f"Bearer {token}"}), **more.pop("headers", {})}
        app = more.pop("app", None)
        given = more if "content" in more else {"json": body or call(), **more}
        async with self.client(app) as http:
            return self.evidence.add(await http.post(path, headers=headers, **given))

    async def refused(self) -> bytes:
        """What who has no token at all is told."""
        return (await self.http.post(SERVICE, json=call())).content

    def from_here(self) -> None:
        """What happens from here on is of the attack."""
        self.evidence.mark()
        self.evidence.verifications = -self._verifications

    def to_here(self) -> None:
        self.evidence.verifications += self._verifications

    @property
    def _verifications(self) -> int:
        return sum(worker.state.gate.verifications for worker in self.workers)


def call(prefetch: Json | None = None, **members: Any) -> Json:
    """The chart as the hospital sends it: two cards."""
    context = {"userId": "Practitioner/doc", "patientId": chart()["patient"]["id"]}
    return hook_call(chart() if prefetch is None else prefetch, **{"context": context, **members})


def fetching(server: str, token: str | None = ACCESS, **members: Any) -> Json:
    """The chart as an EHR sends it that leaves the reading to us."""
    access = {} if token is None else {"fhirAuthorization": {**GRANT, "access_token": token}}
    return call(
        {"patient": chart()["patient"], "conditions": chart()["conditions"]}, fhirServer=server, **access, **members
    )


@asynccontextmanager
async def hospital(folder: Path, **settings: Any) -> AsyncIterator[Hospital]:
    async with contextlib.AsyncExitStack() as stack:
        places = [Place(fhir), Place(fhir), Place(attackers)]
        for place in places:
            server = await asyncio.start_server(place.answer, "127.0.0.1", 0)
            place.port = server.sockets[0].getsockname()[1]
            stack.push_async_callback(_closed, server)
        stage = Hospital(folder, *places, **settings)
        await stage.store.start()
        await stack.enter_async_context(stage.http)
        yield stage
        for worker in stage.workers:
            if worker.state.gate.door is not None:
                await worker.state.gate.door.keys.close()
        await stage.store.close()


def open_hospital(folder: Path) -> contextlib.AbstractAsyncContextManager[Hospital]:
    """The same in open mode: unsigned calls, and the server that a call names."""
    return hospital(folder, open=True, clients=None)


async def _closed(server: asyncio.Server) -> None:
    server.close()
