"""A real HAPI FHIR R4 server for a test session: built when needed, started on a free port, stopped by its own pid."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

SERVER = Path(__file__).parent / "server"
_NEEDED = ("java", "mvn", "curl")


def lacking() -> str:
    """What this machine lacks to run HAPI; empty where it can. In CI (`CI` set) nothing may be lacking."""
    missing = [tool for tool in _NEEDED if shutil.which(tool) is None]
    return f"HAPI needs {', '.join(missing)}" if missing and not os.environ.get("CI") else ""


@contextmanager
def running_hapi(environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """The base address of a fresh server; with no environment its database is new and in memory."""
    port = str(free_port())
    surroundings = {**os.environ, **(environment or {})}
    try:
        started = subprocess.run(
            ["./run", "start", port], cwd=SERVER, env=surroundings, check=False, capture_output=True, text=True
        )
        assert started.returncode == 0, started.stderr[-2000:]
        yield started.stdout.strip().splitlines()[-1]
    finally:
        subprocess.run(["./run", "stop", port], cwd=SERVER, check=True)


def pid_of(base: str) -> int:
    """The process of the server at this address."""
    port = base.rsplit(":", 1)[-1].split("/")[0]
    return int((SERVER / "target" / f"hapi-{port}.pid").read_text())
