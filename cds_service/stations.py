"""The stations of a call, timed for the audit and, where tracing is on, told as spans: names of ours, nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from cds_service import tracing


class Stations:
    """The stations of one call, with the seconds spent at each."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """While the call is at this station."""
        began = time.perf_counter()
        try:
            with tracing.span(name):
                yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began
