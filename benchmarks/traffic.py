"""Calls over real sockets, as fast as asked or as many as come back, and how each one ended."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from subprocess import DEVNULL, Popen
from sys import executable
from tempfile import TemporaryDirectory

import orjson

from benchmarks.bodies import Body
from benchmarks.endpoints import PATH
from benchmarks.process import environment, free_port, until_ready

PATIENCE = 30.0
BROKEN = 0  # the status of a call that got no answer
HANGING = "hanging"


@dataclass
class Ended:
    """How the calls of one phase ended: seconds by status, and the answers that told no time to come back."""

    seconds: dict[int, list[float]] = field(default_factory=dict)
    without_retry: int = 0
    lasted: float = 0.0

    def add(self, status: int, seconds: float, head: bytes) -> None:
        self.seconds.setdefault(status, []).append(seconds)
        self.without_retry += status == 503 and b"retry-after:" not in head.lower()

    @property
    def statuses(self) -> dict[int, int]:
        return dict(sorted(Counter({status: len(all_) for status, all_ in self.seconds.items()}).items()))

    @property
    def rate(self) -> float:
        """Answers with cards, or with none to show, a second."""
        return len(self.seconds.get(200, ())) / self.lasted

    def quantile(self, part: float, status: int = 200) -> float:
        sorted_ = sorted(self.seconds.get(status, [0.0]))
        return sorted_[min(len(sorted_) - 1, int(part * len(sorted_)))]


@dataclass(frozen=True)
class Service:
    """One `serve --open` of its own, with data in a folder that goes with it."""

    port: int
    pid: int


@contextmanager
def serving() -> Iterator[Service]:
    port = free_port()
    command = [executable, "-m", "cds_service", "serve", "--open", "--port", str(port)]
    with TemporaryDirectory() as folder:
        given = environment() | {"CDS_DATA": folder, "CDS_LOG_LEVEL": "ERROR", "CDS_REST": "0.01"}
        with Popen(command, env=given, stderr=DEVNULL) as process:
            try:
                until_ready(port, process)
                yield Service(port, process.pid)
            finally:
                process.terminate()


async def call(port: int, content: bytes, ended: Ended, path: str = PATH) -> None:
    """One call on a connection of its own."""
    begun = time.monotonic()
    status, head = BROKEN, b""
    try:
        async with asyncio.timeout(PATIENCE):
            status, head = await _exchanged(port, path, content)
    except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
        status = BROKEN
    ended.add(status, time.monotonic() - begun, head)


async def _exchanged(port: int, path: str, content: bytes) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
        writer.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        told = await reader.readuntil(b"\r\n\r\n")
        await reader.read()
        return int(told.split(b" ", 2)[1]), told
    finally:
        writer.close()


async def at_once(port: int, calls: Sequence[Body], hands: int, seconds: float) -> Ended:
    """So many hands, each sending the next call when the last is answered."""
    ended, following = Ended(), cycle(calls)
    begun = time.monotonic()

    async def hand() -> None:
        while time.monotonic() - begun < seconds:
            await call(port, next(following).content, ended)

    await asyncio.gather(*(hand() for _ in range(hands)))
    ended.lasted = time.monotonic() - begun
    return ended


async def at_a_rate(port: int, calls: Sequence[Body], rate: float, seconds: float) -> Ended:
    """So many calls a second, whether or not the earlier ones are answered."""
    ended, following = Ended(), cycle(calls)
    begun = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            group.create_task(call(port, next(following).content, ended))
        ended.lasted = time.monotonic() - begun
    return ended


@asynccontextmanager
async def hanging() -> AsyncIterator[str]:
    """A FHIR server that takes every connection and answers nothing."""
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/fhir"


def to_be_read(body: Body, server: str) -> Body:
    """The same chart with Patient and conditions sent, and the rest to be read from a server."""
    told = orjson.loads(body.content)
    told["prefetch"] = {key: told["prefetch"][key] for key in ("patient", "conditions")}
    access = {"access_token": "token", "token_type": "Bearer", "expires_in": 300, "subject": "load"}
    told |= {"fhirServer": server, "fhirAuthorization": {**access, "scope": "patient/*.read"}}
    return Body(body.kind, orjson.dumps(told), body.resources)
