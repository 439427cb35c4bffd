"""How long and how large a request may be before any of it is a call: a head of 64 KB, head and body each in its time.

The web server itself waits for ever for a head or a body that is begun and not ended, and keeps as many headers as come
(slowloris, header floods). Here a connection that sends nothing whole in time is answered 408, or closed, and its place
is free again.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from cds_service import log, watching
from cds_service.errors import outcome

LONGEST_HEAD = 64 * 1024
_LATE = (408, "Request Timeout", "timeout", "the call did not come in time; send it again, at once and whole")
_LONG = (431, "Request Header Fields Too Large", "too-long", f"the headers are longer than {LONGEST_HEAD} bytes")


class Bounded(HttpToolsProtocol):
    """One connection. `seconds` are for a head, and again for the body after it."""

    seconds = 10.0
    _due: asyncio.TimerHandle | None = None
    _silent = True
    _head: int | None = 0  # bytes of a head that is not whole yet, beyond its first piece

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # narrowed by uvicorn
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._due is None and (self.cycle is None or self.cycle.response_complete):
            self._expect()
        self._silent = False
        begun = self._head is not None
        super().data_received(data)
        if begun and self._head is not None:
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                self._refuse(*_LONG)

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = None
        self._expect()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._came()
        super().on_message_complete()

    def _expect(self) -> None:
        """Whatever comes next, head or body, must be whole in time."""
        self._came()
        self._due = self.loop.call_later(self.seconds, self._late)

    def _came(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _late(self) -> None:
        self._due = None
        if self._silent:  # a browser that connected ahead, and has nothing to ask
            self.transport.close()
        else:
            self._refuse(*_LATE)

    def _refuse(self, status: int, reason: str, code: str, told: str) -> None:
        """A whole answer where none was begun; then, or instead, the connection is closed."""
        if self.transport.is_closing():
            return
        watching.count("refused_call", status=status)
        log.connection(status)
        if self._unanswered():
            body = orjson.dumps(outcome(code, told))
            lines = (f"HTTP/1.1 {status} {reason}", "content-type: application/json", f"content-length: {len(body)}",
                     "cache-control: no-store", "connection: close")  # fmt: skip
            self.transport.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        self.transport.close()

    def _unanswered(self) -> bool:
        """Whether what is being sent now has no answer: of a head the call before it is answered, or there was none."""
        if self._head is None:
            return not self.cycle.response_started
        return self.cycle is None or self.cycle.response_complete


def bounded(seconds: float) -> type[Bounded]:
    """Connections that give a caller so many seconds."""
    members: dict[str, Any] = {"seconds": seconds}
    return type("Bounded", (Bounded,), members)
