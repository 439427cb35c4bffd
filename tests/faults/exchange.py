"""One request at the fault proxy: what was asked, the honest answer behind it, and every way of answering badly."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import orjson

Json = dict[str, Any]
LONG = 60.0  # seconds: nobody waits for that


@dataclass
class Exchange:
    """`asked` is relative to the base: `Procedure?patient=selma`. `tries` counts the requests for the same."""

    asked: str
    host: str
    scheme: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    behind: Callable[[str], Awaitable[tuple[int, Json]]]
    tries: int = 1
    keep: bool = field(default=False, init=False)

    @property
    def base(self) -> str:
        return f"{self.scheme}://{self.host}/fhir"

    async def honestly(self) -> tuple[int, Json]:
        """What the FHIR server behind the proxy says."""
        return await self.behind(self.asked)

    async def pass_on(self) -> None:
        status, content = await self.honestly()
        await self.json(content, status)

    async def json(self, content: Any, status: int = 200, **headers: str) -> None:
        await self.send(orjson.dumps(content), status, **headers)

    async def send(self, body: bytes, status: int = 200, length: int | None = None, **headers: str) -> None:
        """A whole answer; the connection is closed after it. Header names are written with underscores."""
        said = {"Content-Type": "application/fhir+json", "Content-Length": str(len(body) if length is None else length)}
        said |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        said.setdefault("Connection", "keep-alive" if self.keep else "close")
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
        await self.raw(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + body)

    async def raw(self, content: bytes) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):  # the service has turned away already
            self.writer.write(content)
            await self.writer.drain()

    async def hang(self) -> None:
        """Until the service closes the connection."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(LONG):
                while await self.reader.read(1024):
                    pass

    async def drip(self, content: bytes, every: float = 0.02) -> None:
        """Byte by byte, for as long as somebody reads."""
        with contextlib.suppress(ConnectionError):
            for at in range(len(content)):
                self.writer.write(content[at : at + 1])
                await self.writer.drain()
                await asyncio.sleep(every)

    def reset(self) -> None:
        """RST instead of an end."""
        inside = self.writer.get_extra_info("socket")
        if inside is not None:
            inside.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


async def read_request(reader: asyncio.StreamReader) -> tuple[str, str] | None:
    """Path and host of the next request on a connection; None at its end."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    first, *lines = head.split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return unquote(first.split(" ")[1]), headers.get("host", "")
