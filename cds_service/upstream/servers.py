"""What this process knows of the FHIR servers it reads: who has a turn there, and which of them rest.

A breaker is a client's own, because its tokens, network and deadline may be the reason that nothing was answered.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from cds_service import log, watching
from cds_service.upstream.breaker import Breaker, State
from cds_service.upstream.limit import Turns

_MOST_BREAKERS = 1_000  # in open mode callers choose the addresses


@dataclass(frozen=True, slots=True)
class Sparing:
    """How much one server is asked: requests at once, unanswered calls before it rests, seconds of rest."""

    at_once: int = 64
    failures: int = 3
    rest: float = 3.0


@dataclass(slots=True)
class Servers:
    """The servers by base address, and the breakers by client and base address."""

    sparing: Sparing = field(default_factory=Sparing)
    clock: Callable[[], float] = time.monotonic
    turns: Turns = field(init=False)
    _breakers: OrderedDict[tuple[str, str], Breaker] = field(init=False, default_factory=OrderedDict)

    def __post_init__(self) -> None:
        self.turns = Turns(self.sparing.at_once)

    def admits(self, client: str, base: str) -> bool:
        """Whether a call of this client may read from this server."""
        with _Told(self, client, breaker := self._breaker(client, base)):
            admitted = breaker.admits(self.clock())
        if not admitted:
            watching.count("upstream_fault", kind="breaker")
        return admitted

    def heard(self, client: str, base: str, *, requests: int, answers: int) -> None:
        """How a call that was let through ended."""
        with _Told(self, client, breaker := self._breaker(client, base)):
            if answers:
                breaker.answered()
            elif requests:
                breaker.unanswered(self.clock())
            else:
                breaker.unasked(self.clock())

    def resting(self, client: str) -> int:
        """How many servers are not asked for this client, or only to find out."""
        return sum(who == client and one.state is not State.CLOSED for (who, _), one in self._breakers.items())

    def _breaker(self, client: str, base: str) -> Breaker:
        name = (client, base)
        if name not in self._breakers:
            self._breakers[name] = Breaker(self.sparing.failures, self.sparing.rest)
            if len(self._breakers) > _MOST_BREAKERS:
                self._breakers.popitem(last=False)
        self._breakers.move_to_end(name)
        return self._breakers[name]


@dataclass(slots=True)
class _Told:
    """Counts and logs the change of a breaker's state, if there is one."""

    servers: Servers
    client: str
    breaker: Breaker
    before: State = field(init=False)

    def __enter__(self) -> None:
        self.before = self.breaker.state

    def __exit__(self, *_: object) -> None:
        if self.breaker.state is self.before:
            return
        watching.count("breaker_state", client=self.client, state=self.breaker.state.value)
        watching.show("breaker_open", self.servers.resting(self.client), client=self.client)
        log.upstream(f"breaker-{self.breaker.state.value}", client=self.client)
