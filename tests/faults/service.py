"""The service as a process under uvicorn, called with requests; what it logs is kept, by the name of the request."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psutil
import requests

Json = dict[str, Any]
PATH = "/cds-services/trial-eligibility-patient-view"
PATIENCE = 30.0  # seconds: a bound for machines that are slow, not a measurement


@dataclass
class Process:
    """One `cds-service serve`."""

    popen: subprocess.Popen[bytes]
    base: str = ""
    lines: list[Json] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    listening: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        assert self.popen.stderr is not None
        for raw in self.popen.stderr:
            if raw.startswith(b"{"):
                self.lines.append(orjson.loads(raw))
                continue
            self.said.append(raw.decode())
            if found := re.search(r"serving (http://[\d.:]+)/cds-services", self.said[-1]):
                self.base = found[1]
                self.listening.set()
        self.listening.set()

    @property
    def files(self) -> int:
        return int(psutil.Process(self.popen.pid).num_fds())

    def call(self, body: Json, timeout: float = PATIENCE) -> requests.Response:
        return requests.post(f"{self.base}{PATH}", json=body, timeout=timeout)

    def feedback(self, body: Json) -> requests.Response:
        return requests.post(f"{self.base}{PATH}/feedback", json=body, timeout=PATIENCE)

    def logged(self, answer: requests.Response) -> Json:
        """The line about a call that was answered."""
        name = answer.headers["x-request-id"]
        return eventually(
            lambda: next(one for one in self.lines if one.get("request") == name and one["event"] == "answered")
        )

    def told(self, event: str) -> Json:
        return eventually(lambda: next(one for one in self.lines if one["event"] == event))

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.popen.send_signal(how)
        return self.popen.wait(PATIENCE)


def eventually(found: Callable[[], Any], within: float = PATIENCE) -> Any:
    """What is found, as soon as it is."""
    ends = time.monotonic() + within
    while True:
        try:
            return found()
        except (StopIteration, AssertionError, requests.RequestException):
            if time.monotonic() > ends:
                raise
        time.sleep(0.02)


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Process]:
    """The service in open mode; its data are kept in the folder."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("CDS_")}
    given |= {"CDS_DATA": str(folder), "CDS_AS_OF": "2026-11-21", **environment}
    command = [sys.executable, "-m", "cds_service", "serve", "--open", "--port", "0"]
    popen = subprocess.Popen(command, stderr=subprocess.PIPE, env=given)
    process = Process(popen)
    listener = threading.Thread(target=process.listen, daemon=True)
    listener.start()
    try:
        assert process.listening.wait(120), "serve said no address"
        assert process.base, "".join(process.said)
        yield process
    finally:
        if popen.poll() is None:
            popen.kill()
        popen.wait(PATIENCE)
        listener.join(PATIENCE)
        assert popen.stderr is not None
        popen.stderr.close()
