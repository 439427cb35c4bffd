"""Whether a server that answered nothing lately is asked at all: a circuit breaker, by whole calls.

Counted are calls of which the server answered not one request. One search that is slow or fails must not cost the rest
of the record, so a single answer, even a refusal, closes the breaker. Time is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """`CLOSED` asks, `OPEN` does not, `HALF_OPEN` has sent one call to find out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(slots=True)
class Breaker:
    """One server as one client sees it: open for `rest` seconds after `failures` unanswered calls in a row."""

    failures: int = 3
    rest: float = 3.0
    state: State = State.CLOSED
    _failed: int = 0
    _until: float = 0.0

    def admits(self, now: float) -> bool:
        """Whether a call may ask now. After the rest one call finds out, and the next only if that one never ends."""
        if self.state is State.CLOSED:
            return True
        if now < self._until:
            return False
        self.state, self._until = State.HALF_OPEN, now + self.rest
        return True

    def answered(self) -> None:
        """The server answered a request of a call, whatever it said."""
        self.state, self._failed = State.CLOSED, 0

    def unanswered(self, now: float) -> None:
        """A call ended without one answer."""
        self._failed += 1
        if self.state is State.HALF_OPEN or (self.state is State.CLOSED and self._failed >= self.failures):
            self.state, self._until = State.OPEN, now + self.rest

    def unasked(self, now: float) -> None:
        """A call that was let through had nothing to ask: another may find out at once."""
        if self.state is State.HALF_OPEN:
            self.state, self._until = State.OPEN, now
