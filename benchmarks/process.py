"""How long `serve` takes to be ready and how much memory it holds, asked of a real process over a real socket."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chart import AS_OF
from benchmarks.endpoints import PATH

_PATIENCE = 60.0


@dataclass(frozen=True)
class Running:
    """Seconds to ready, and resident megabytes when ready, after the calls, and at most."""

    ready: float
    idle: float
    after: float
    most: float


def running(contents: Iterable[bytes]) -> Running:
    """Starts `serve --open`, sends every call, and stops it."""
    port = free_port()
    command = [sys.executable, "-m", "cds_service", "serve", "--open", "--port", str(port)]
    begun = time.monotonic()
    with subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL) as process:
        try:
            until_ready(port, process)
            ready = time.monotonic() - begun
            idle = memory(process.pid, "VmRSS")
            _send(port, contents)
            return Running(ready, idle, memory(process.pid, "VmRSS"), memory(process.pid, "VmHWM"))
        finally:
            process.terminate()


def environment() -> dict[str, str]:
    return os.environ | {"CDS_AS_OF": AS_OF.isoformat(), "CDS_LOG_LEVEL": "WARNING"}


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.01)
    raise SystemExit("`serve --open` did not become ready")


def _send(port: int, contents: Iterable[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for content in contents:
        connection.request("POST", PATH, content, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"a call was answered with {answer.status}")


def memory(pid: int, name: str) -> float:
    """Megabytes, as the kernel counts them."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name + ":"))
