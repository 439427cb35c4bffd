"""What is seen of an attack: answers, connections, what strangers received, rows, log lines."""

from __future__ import annotations

import io
import logging
import socket
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import orjson

from cds_service import log

TABLES = ("used_token", "card_sent", "feedback", "report", "audit")
_CONNECTED: list[list[tuple[str, int]]] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Python itself tells of every connection that is tried, whatever library tries it."""
    if event == "socket.connect" and _CONNECTED and isinstance(arguments[1], tuple):
        _CONNECTED[-1].append(arguments[1][:2])


sys.addaudithook(_hear)


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer, however it was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def cards(self) -> list[Any]:
        try:
            content = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return []
        found = content.get("cards", []) if isinstance(content, dict) else []
        return found if isinstance(found, list) else []


@dataclass(slots=True)
class Evidence:
    """`secrets` are tokens and keys of the attack, `patient` is what only the record holds. `home` are the hospital's
    own addresses; `strangers` is what other servers received, `database` the file."""

    home: set[tuple[str, int]] = field(default_factory=set)
    answers: list[Seen] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)
    strangers: list[list[bytes]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    patient: tuple[str, ...] = ()
    database: Path | None = None
    before: dict[str, int] = field(default_factory=dict)
    unsigned: bytes = b""
    verifications: int = 0
    text: io.StringIO = field(default_factory=io.StringIO)
    log: io.StringIO = field(default_factory=io.StringIO)

    def add(self, response: httpx2.Response) -> httpx2.Response:
        self.answers.append(Seen(response.status_code, dict(response.headers), response.content))
        return response

    @property
    def cards(self) -> list[Any]:
        return [card for one in self.answers for card in one.cards]

    @property
    def connected_elsewhere(self) -> list[tuple[str, int]]:
        return [one for one in self.connected if one not in self.home]

    @property
    def tokens_elsewhere(self) -> list[bytes]:
        heads = [head for heads in self.strangers for head in heads]
        return [head for head in heads if any(secret.encode() in head for secret in self.secrets)]

    @property
    def locations(self) -> list[str]:
        return [one.headers["location"] for one in self.answers if "location" in one.headers]

    @property
    def cookies(self) -> list[str]:
        return [one.headers["set-cookie"] for one in self.answers if "set-cookie" in one.headers]

    @property
    def shared(self) -> list[str]:
        name = "access-control-allow-origin"
        return [one.headers[name] for one in self.answers if name in one.headers]

    @property
    def shown(self) -> list[str]:
        return [word for word in self.patient for one in self.answers if word.encode() in one.body]

    @property
    def leaked(self) -> list[str]:
        said = self.text.getvalue() + self.log.getvalue()
        return [word for word in (*self.patient, *self.secrets) if word in said]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of the service's own log; a line that is no JSON object fails here."""
        found = [orjson.loads(line) for line in self.log.getvalue().splitlines()]
        assert all(isinstance(one, dict) for one in found)
        return found

    def count(self, table: str) -> int:
        if self.database is None or not self.database.exists():
            return 0
        with closing(sqlite3.connect(self.database)) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def mark(self) -> None:
        """What happens from here on is of the attack."""
        self.before = {table: self.count(table) for table in TABLES}
        for part in (self.answers, self.connected, *self.strangers):
            part.clear()

    def rows(self, *tables: str) -> list[str]:
        """The tables that have grown, each as often as it has new rows."""
        return [table for table in tables for _ in range(self.count(table) - self.before.get(table, 0))]


@contextmanager
def names(**addresses: list[str]) -> Iterator[list[str]]:
    """What DNS says while this lasts: `_` stands for `.` in a name, and no other name is known. Yields what was asked.

    The one thing that is faked is the machine's own resolver.
    """
    known = {name.replace("_", "."): found for name, found in addresses.items()}
    asked: list[str] = []

    def found(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else str(host)
        asked.append(name)
        if name not in known:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        families = {address: socket.AF_INET6 if ":" in address else socket.AF_INET for address in known[name]}
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for address, family in families.items()]

    real, socket.getaddrinfo = socket.getaddrinfo, found  # type: ignore[assignment]
    try:
        yield asked
    finally:
        socket.getaddrinfo = real


@contextmanager
def observing(evidence: Evidence) -> Iterator[None]:
    """While this lasts connections are heard and every logger at its most talkative is written down."""
    ours, root = logging.getLogger("cds_service"), logging.getLogger()
    kept = (ours.handlers, ours.level, ours.propagate, root.level)
    everything = logging.StreamHandler(evidence.text)
    with redirect_stderr(evidence.log):
        log.configure("DEBUG")
    root.addHandler(everything)
    root.setLevel(logging.DEBUG)
    _CONNECTED.append(evidence.connected)
    try:
        yield
    finally:
        _CONNECTED.remove(evidence.connected)
        root.removeHandler(everything)
        ours.handlers, ours.level, ours.propagate = kept[:3]
        root.setLevel(kept[3])
