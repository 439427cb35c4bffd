"""How many calls are in hand: being answered, and of these at work, which is not waiting for an EHR.

What waits for an EHR costs next to nothing, and many may; what is at work shares one processor, so that each one more
makes all of them later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cds_service.errors import CallError, Overloaded, Stopping


@dataclass(slots=True)
class Traffic:
    """The calls being answered now. `stopping` lets those end and admits no other."""

    most: int
    most_at_work: int
    in_flight: int = 0
    away: int = 0
    stopping: bool = False

    def refusal(self) -> CallError | None:
        """Why one more call is not answered now, if it is not."""
        if self.stopping:
            return Stopping("this service is being stopped; send the call again")
        if self.in_flight >= self.most or self.in_flight - self.away >= self.most_at_work:
            return Overloaded("this service is answering as many calls as it takes; send the call again")
        return None

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """While a call waits for what others answer."""
        self.away += 1
        try:
            yield
        finally:
            self.away -= 1
