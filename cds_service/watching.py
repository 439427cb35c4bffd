"""What is counted while the service runs, and where it is read: one fixed table of figures, with labels of few values.

No figure can hold patient data: a label takes one of the words listed here, or the name of a client, a trial or a
prefetch key that was made known at start, and anything else is "other". The figures are those of one process; a
scraper adds up several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIServer

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)

OTHER = "other"
LOOPBACK = "127.0.0.1"
_PREFIX = "cds_"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0)


@dataclass(slots=True)
class Words:
    """A label that takes these words and no others."""

    words: frozenset[str]

    def value(self, given: object) -> str:
        text = str(given)
        return text if text in self.words else OTHER


@dataclass(slots=True)
class Names:
    """A label that takes the names of our own making that were made known, at most so many."""

    most: int
    known: set[str] = field(default_factory=set)

    def value(self, given: object) -> str:
        text = str(given)
        return text if text in self.known else OTHER

    def know(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            if len(self.known) < self.most:
                self.known.add(name)


Label = Words | Names


def _words(*words: str) -> Words:
    return Words(frozenset(words))


CLIENT = Names(200, {"open"})  # in open mode nobody signs
TRIAL = Names(50)
KEY = Names(50)

HOW = _words("used", "null", "absent", "fetched", "refused", "partial")
STANDING = _words("eligible", "potential-candidate", "ineligible")
GROUP = _words("not-read", "not-in-time", "not-understood", "not-recorded", "stale", "undated", "restricted")
FAULT = _words(
    *("connect", "timeout", "tls", "status", "not-json", "not-fhir", "too-large", "broken", "address", "token"),
    *("refused", "unreachable", "breaker", "rate-limited"),
)
STATE = _words("closed", "open", "half-open")
LOST = _words("recall", "remember", "audit", "feedback", "replay", "report")
STATUS = _words("400", "401", "404", "405", "412", "413", "415", "429", "500", "503")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the table: its kind, what it means, its labels."""

    kind: type[Counter] | type[Histogram] | type[Gauge]
    meaning: str
    labels: Mapping[str, Label] = field(default_factory=dict)


TABLE: Mapping[str, Figure] = {
    "prefetch_key": Figure(Counter, "How each prefetch key of a call was obtained.", {"key": KEY, "how": HOW}),
    "call_seconds": Figure(Histogram, "Seconds from a hook call to its answer.", {"client": CLIENT}),
    "cards": Figure(Counter, "Cards sent, by trial and status.", {"trial": TRIAL, "standing": STANDING}),
    "quieted": Figure(Counter, "Trials that feedback kept silent in a call.", {"trial": TRIAL}),
    "unknowns": Figure(Counter, "Criteria left unknown, by trial and reason.", {"trial": TRIAL, "group": GROUP}),
    "upstream_fault": Figure(Counter, "FHIR servers that did not answer as hoped.", {"kind": FAULT}),
    "upstream_retry": Figure(Counter, "Requests to FHIR servers that were sent once more."),
    "breaker_state": Figure(Counter, "Changes of a client's circuit breakers.", {"client": CLIENT, "state": STATE}),
    "breaker_open": Figure(Gauge, "Circuit breakers of a client that are open now.", {"client": CLIENT}),
    "in_flight": Figure(Gauge, "Calls that are being answered now."),
    "shed": Figure(Counter, "Calls refused because too many were being answered."),
    "store_loss": Figure(Counter, "What the database could not keep or tell.", {"what": LOST}),
    "replay_refused": Figure(Counter, "Tokens refused because they were used before."),
    "refused_call": Figure(Counter, "Calls refused, by HTTP status.", {"status": STATUS}),
}


class Watch:
    """The figures of one process."""

    def __init__(self, table: Mapping[str, Figure] = TABLE) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._table = table
        self._kept: dict[str, Any] = {name: self._made(name, one) for name, one in table.items()}

    def _made(self, name: str, figure: Figure) -> Counter | Histogram | Gauge:
        more: dict[str, Any] = {"buckets": _SECONDS} if figure.kind is Histogram else {}
        return figure.kind(_PREFIX + name, figure.meaning, tuple(figure.labels), registry=self.registry, **more)

    def count(self, name: str, /, by: int = 1, **labels: object) -> None:
        self._of(name, labels).inc(by)

    def observe(self, name: str, value: float, /, **labels: object) -> None:
        self._of(name, labels).observe(value)

    def show(self, name: str, value: float, /, **labels: object) -> None:
        self._of(name, labels).set(value)

    def _of(self, name: str, given: Mapping[str, object]) -> Any:
        """The child of these labels. A figure or label that is not in the table is a mistake of ours: KeyError."""
        takes = self._table[name].labels
        for label in given:
            takes[label]
        values = [one.value(given.get(label, OTHER)) for label, one in takes.items()]
        return self._kept[name].labels(*values) if values else self._kept[name]


WATCH = Watch()
"""The figures of this process. `count`, `observe` and `show` are all that the rest of the service knows of them."""

count = WATCH.count
"""`count("shed")`, `count("upstream_fault", kind="timeout")`: once more."""
observe = WATCH.observe
"""`observe("call_seconds", 0.12, client="example")`: one more of this size."""
show = WATCH.show
"""`show("breaker_open", 1, client="example")`: so many at this moment."""


def told(port: int) -> tuple[int, Callable[[], None]]:
    """Answers GET /metrics on a port of loopback, beside the service; the port, and how to stop. Raises OSError."""
    server, thread = start_http_server(port, LOOPBACK, WATCH.registry)
    return server.server_port, lambda: _stopped(server, thread)


def _stopped(server: WSGIServer, thread: Thread) -> None:
    server.shutdown()
    server.server_close()
    thread.join()
