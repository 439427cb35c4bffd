"""The fault proxy: between the service and a small FHIR server, plain and over TLS, it does what a fault says."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import socket
import ssl
import threading
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme

from cds_service.ehr.chart_file import ChartFile
from tests.faults.exchange import Exchange, Json, read_request

Fault = Callable[[Exchange], Awaitable[None]]
PREFIX = "/fhir/"


async def honest(exchange: Exchange) -> None:
    await exchange.pass_on()


@dataclass
class Certificates:
    """An authority that the service trusts, and certificates with something wrong about them."""

    folder: Path
    authority: trustme.CA = field(default_factory=trustme.CA)

    @property
    def trusted(self) -> Path:
        path = self.folder / "authority.pem"
        self.authority.cert_pem.write_to_path(path)
        return path

    def contexts(self) -> dict[str, ssl.SSLContext]:
        past = datetime.datetime(2020, 1, 1)
        issue = self.authority.issue_cert
        made = {
            "tls": issue("localhost"),
            "expired": issue("localhost", not_before=datetime.datetime(2019, 1, 1), not_after=past),
            "wrong-host": issue("other.example"),
            "unknown-authority": trustme.CA().issue_cert("localhost"),
            "old-version": issue("localhost"),
        }
        contexts = {name: _context(certificate) for name, certificate in made.items()}
        contexts["old-version"].set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
            contexts["old-version"].minimum_version = ssl.TLSVersion.TLSv1
            contexts["old-version"].maximum_version = ssl.TLSVersion.TLSv1_1
        return contexts


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


class Proxy:
    """`fault` is what happens to each request at this moment; `asked` what was asked since it was set."""

    def __init__(self, chart: ChartFile, contexts: dict[str, ssl.SSLContext]) -> None:
        self._chart = chart
        self._contexts: dict[str, ssl.SSLContext | None] = {"plain": None, **contexts}
        self._servers: dict[str, asyncio.Server] = {}
        self.ports: dict[str, int] = {}
        self.fault: Fault = honest
        self.asked: Counter[str] = Counter()
        self.open = 0
        self._loop = asyncio.new_event_loop()
        self._blackhole: list[socket.socket] = []

    def address(self, way: str) -> str:
        scheme = "http" if way == "plain" else "https"
        return f"{scheme}://localhost:{self.ports[way]}/fhir"

    @contextlib.contextmanager
    def running(self) -> Iterator[Proxy]:
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        try:
            for way in self._contexts:
                self._now(self._listen(way))
            yield self
        finally:
            for way in self._contexts:
                self._now(self._stop(way))
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join(10)

    @contextlib.contextmanager
    def doing(self, fault: Fault) -> Iterator[None]:
        """While this lasts, every request meets the fault."""
        self.fault, self.asked = fault, Counter()
        try:
            yield
        finally:
            self.fault = honest

    @contextlib.contextmanager
    def away(self, way: str) -> Iterator[None]:
        """Nobody listens: connections are refused."""
        self._now(self._stop(way))
        try:
            yield
        finally:
            self._now(self._listen(way))

    @contextlib.contextmanager
    def swallowing(self, way: str) -> Iterator[None]:
        """Connections neither come about nor are refused: a queue of one that is full and that nobody empties."""
        with self.away(way), socket.socket() as listener, contextlib.ExitStack() as stack:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self.ports[way]))
            listener.listen(0)
            for _ in range(4):
                filling = stack.enter_context(socket.socket())
                filling.setblocking(False)
                filling.connect_ex(("127.0.0.1", self.ports[way]))
            yield

    def _now(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _listen(self, way: str) -> None:
        context = self._contexts[way]
        self._servers[way] = await asyncio.start_server(
            lambda reader, writer: self._serve(way, reader, writer), "127.0.0.1", self.ports.get(way, 0), ssl=context
        )
        self.ports[way] = self._servers[way].sockets[0].getsockname()[1]

    async def _stop(self, way: str) -> None:
        server = self._servers.pop(way)
        server.close()

    async def _serve(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while await self._one(way, reader, writer):
                pass
        finally:
            self.open -= 1
            with contextlib.suppress(Exception):
                writer.close()
                await writer.wait_closed()

    async def _one(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await read_request(reader)
        if request is None:
            return False
        path, host = request
        asked = path.removeprefix(PREFIX)
        self.asked[asked] += 1
        scheme = "http" if way == "plain" else "https"
        exchange = Exchange(asked, host, scheme, reader, writer, self._behind, self.asked[asked])
        with contextlib.suppress(ConnectionError):
            await self.fault(exchange)
        return exchange.keep

    async def _behind(self, asked: str) -> tuple[int, Json]:
        """The small FHIR server: one chart, read and searched."""
        answer = self._chart.fetch(asked)
        return answer.status, answer.body if answer.body is not None else {"resourceType": "OperationOutcome"}
