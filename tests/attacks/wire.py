"""Attacks below HTTP: connections that are slow, heads without end, requests that two readers cut in two ways."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import psutil
import requests

from cds_service.ehr.signing import Signing
from tests.attacks.attack import CARD, ROW, SENT_ON, USED, Attack, Must, Who, answered, status
from tests.attacks.evidence import Evidence, Seen
from tests.attacks.stage import PATIENT, call
from tests.service.calling import SERVICE
from tests.trust.hospital import AUDIENCE, CURVE, ISSUER, JWKS, deployment
from tests.trust.test_processes import serving

CONNECTION = "cds_service/connection.py"
ROUTES = "cds_service/routes.py"
HTTP = "the HTTP parser (httptools)"
IN_FLIGHT = 4
SIGNING = Signing(ISSUER, "curve", CURVE, audience=AUDIENCE)


@dataclass
class Wire:
    """A process of the service and the evidence of one attack on it. It waits two seconds for a head or a body."""

    port: int
    process: psutil.Process
    evidence: Evidence

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def token(self) -> str:
        made = SIGNING.token(f"{AUDIENCE}{SERVICE}")
        self.evidence.secrets.append(made)
        return made

    async def good(self) -> int:
        """A call of the hospital, meanwhile; 503 and 408 ask for it to be sent again, and a hospital does."""
        for _ in range(50):
            headers = {"Authorization": f"Bearer {self.token()}"}
            sent = partial(requests.post, f"{self.base}{SERVICE}", json=call(), headers=headers, timeout=30)
            answer = await asyncio.to_thread(sent)
            if answer.status_code not in (503, 408):
                break
            await asyncio.sleep(0.2)
        assert answer.status_code != 200 or answer.json()["cards"]
        return answer.status_code

    async def spoken(self, *pieces: bytes, pause: float = 0.0) -> list[Seen]:
        """What comes back until the connection is closed; all of it is evidence."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        came = asyncio.ensure_future(_all(reader))
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                if came.done():
                    break
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
        seen = list(_answers(await asyncio.wait_for(came, 30)))
        writer.close()
        self.evidence.answers += seen
        return seen


async def _all(reader: asyncio.StreamReader) -> bytes:
    came = b""
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(65_536):
            came += part
    return came


def _answers(came: bytes) -> Iterator[Seen]:
    while came.startswith(b"HTTP/1.1 "):
        head, _, rest = came.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", "0"))
        yield Seen(int(first.split()[1]), headers, rest[:length])
        came = rest[length:]


@contextmanager
def process(folder: Path) -> Iterator[tuple[int, psutil.Process, Path]]:
    clients = folder / "clients"
    clients.mkdir()
    (clients / "example.yaml").write_text(deployment(keys={"jwks": JWKS}))
    patience = {"CDS_SEND_SECONDS": "2", "CDS_IN_FLIGHT": str(IN_FLIGHT), "CDS_METRICS_PORT": "0"}
    with serving(clients, folder / "store.db", 1, CDS_AS_OF="2026-11-21", **patience) as [worker]:
        yield int(worker.base.rpartition(":")[2]), psutil.Process(worker.process.pid), folder / "store.db"


def wire(port: int, process: psutil.Process, database: Path) -> Wire:
    evidence = Evidence(patient=PATIENT, database=database)
    evidence.mark()
    return Wire(port, process, evidence)


def head(wire: Wire | None, *lines: str, path: str = SERVICE, method: str = "POST") -> bytes:
    token = [] if wire is None else [f"Authorization: Bearer {wire.token()}"]
    told = ("Host: cds.example.org", "Content-Type: application/json", *token, *lines)
    return "\r\n".join((f"{method} {path} HTTP/1.1", *told)).encode() + b"\r\n\r\n"


BODY = orjson.dumps(call())


async def _slow_heads(wire: Wire) -> None:
    assert await wire.good() == 200
    before = wire.process.num_fds()
    slow = [wire.spoken(*[b"POST / HTTP/1.1\r\n"], *[b"X-More: y\r\n"] * 20, pause=0.2) for _ in range(100)]
    attack = asyncio.gather(*slow)
    await asyncio.sleep(0.1)
    assert await wire.good() == 200
    assert all(await attack)
    assert wire.process.num_fds() <= before + 5


async def _silent(wire: Wire) -> None:
    """Connections on which nothing is ever said are closed without a word."""
    assert await asyncio.gather(*(wire.spoken() for _ in range(50))) == [[]] * 50
    wire.evidence.answers += await wire.spoken(b"GET /cds-services HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


async def _slow_bodies(wire: Wire) -> None:
    start = head(wire, "Content-Length: 100000")
    slow = [wire.spoken(head(wire, "Content-Length: 100000"), *[b" "] * 20, pause=0.2) for _ in range(IN_FLIGHT)]
    attack = asyncio.gather(*slow, wire.spoken(start))
    await attack
    assert await wire.good() == 200  # their places are free again


async def _many_headers(wire: Wire) -> None:
    await wire.spoken(b"POST / HTTP/1.1\r\n", *[f"X-{n}: {'y' * 1000}\r\n".encode() for n in range(2000)], pause=0.001)
    await wire.spoken(b"GET /" + b"x" * 4000, *[b"x" * 8000] * 60, pause=0.001)
    await wire.spoken(b"GET / HTTP/1.1\r\nX: ", *[b"x" * 8000] * 60, pause=0.001)


async def _chunks(wire: Wire) -> None:
    start = head(wire, "Transfer-Encoding: chunked")
    await wire.spoken(start, *[b"10000\r\n" + b" " * 65_536 + b"\r\n"] * 400)


async def _smuggled(wire: Wire) -> None:
    inner = head(wire, f"Content-Length: {len(BODY)}") + BODY
    for lines in (
        ("Content-Length: 4", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 4"),
        ("Content-Length: 4", "Content-Length: 0"),
        ("Content-Length: +4",),
        ("Content-Length: 4, 4",),
        ("Content-Length: 0x4",),
        ("Content-Length: -1",),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding : chunked",),
        ("Transfer-Encoding:\x0bchunked",),
        ("X: y\rZ: z",),
    ):
        seen = await wire.spoken(head(None, *lines) + b"0\r\n\r\n" + inner)
        assert len(seen) == 1, (lines, seen)


async def _upgrade(wire: Wire) -> None:
    lines = ("Connection: Upgrade, close", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")  # fmt: skip
    await wire.spoken(head(None, *lines, method="GET", path="/cds-services"))
    await wire.spoken(head(None, "Connection: Upgrade, HTTP2-Settings, close", "Upgrade: h2c",
        "HTTP2-Settings: AAMAAABk",
                           method="GET", path="/cds-services"))  # fmt: skip


async def _no_http(wire: Wire) -> None:
    for garbage in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, b"\x00" * 4096,
        b"\r\n" * 10 + b"x\r\n\r\n",
                    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"EHLO x\r\n",
                    b"\xff\xfe" * 50):  # fmt: skip
        await wire.spoken(garbage)


async def _figures(wire: Wire) -> None:
    listening = [one.laddr for one in wire.process.net_connections() if one.status == psutil.CONN_LISTEN]
    assert len(listening) == 2
    assert {one.ip for one in listening} == {"127.0.0.1"}
    await wire.spoken(head(None, "Connection: close", method="GET", path="/metrics"))


def row(
    name: str, how: str, must: Must, attempt: Any, *never: Any, who: Who = Who.STRANGER, at: str = CONNECTION
) -> Attack:
    return Attack(name, who, how, must, never, at, attempt, "wire")


ATTACKS: tuple[Attack, ...] = (
    row("slow heads (slowloris)", "opens a hundred connections and sends a header now and then",
        status(408, "and the connection is closed; the hospital is answered meanwhile"), _slow_heads),
    row("silent connections", "opens connections and says nothing",
        Must("they are closed", answered(401)), _silent, CARD, ROW, USED),
    row("slow bodies", "takes every place for a call and sends its body a byte at a time",
        Must("408, or 503 beyond the number of calls; the places are free again", answered(408, 503)), _slow_bodies,
        who=Who.CLIENT),
    row("a flood of headers", "sends two thousand headers, an address or a header without end",
        status(431, "as soon as 64 KB are there"), _many_headers, CARD, ROW, USED),
    row("chunks without end", "sends a body in chunks and never the last one",
        status(413, "as soon as twice the limit is there"), _chunks, CARD, ROW, who=Who.CLIENT, at=ROUTES),
    row("a request inside a request", "gives two lengths, so that a proxy and we cut the bytes at different places",
        Must("one answer, 400 or 401, and the connection is closed", answered(400, 401)), _smuggled, CARD, ROW, USED,
        at=HTTP),
    row("another protocol", "asks for WebSocket or HTTP/2 instead", status(401, "as any unsigned call"), _upgrade, CARD,
        ROW, SENT_ON),
    row("bytes that are no HTTP", "sends TLS, mail, zeros", Must("400 or 408, or nothing", answered(400, 408)),
        _no_http,
        CARD, ROW, USED, at=HTTP),
    row("figures from outside", "asks for /metrics under the service's address",
        status(404, "figures are told on a port of loopback of their own"), _figures, at="cds_service/watching.py"),
)  # fmt: skip
