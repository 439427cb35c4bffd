"""A real PostgreSQL for a test session: Debian's package, a cluster in a temporary folder, never run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

_NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running cluster: its port, its only user, and a way to make a database of one's own."""

    folder: Path
    port: int
    user: str = "tester"

    def url(self, database: str, scheme: str = "postgresql+psycopg") -> str:
        return f"{scheme}://{self.user}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """A new empty database; its address."""
        _run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", self.user, database)
        return self.url(database)


def lacking_postgres() -> str:
    """What this machine lacks to run PostgreSQL; empty where it can. In CI (`CI` set) nothing may be lacking."""
    return "" if _binary("initdb") or os.environ.get("CI") else "PostgreSQL is not installed (Debian: postgresql)"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A fresh cluster on a free port of loopback; stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="pg-") as temporary:
        folder = Path(temporary) / "data"
        if os.geteuid() == 0:
            shutil.chown(temporary, _NOBODY)
            Path(temporary).chmod(0o700)
        cluster = Postgres(folder, free_port())
        _run("initdb", "-D", str(folder), "-U", cluster.user, "--auth=trust", "-E", "UTF8", "--locale=C", "-N")
        options = f"-p {cluster.port} -h 127.0.0.1 -k {temporary} -c fsync=off"
        _run("pg_ctl", "-D", str(folder), "-o", options, "-l", f"{temporary}/log", "-w", "start")
        try:
            yield cluster
        finally:
            _run("pg_ctl", "-D", str(folder), "-m", "immediate", "-w", "stop")


def _run(tool: str, *arguments: str) -> None:
    command = [_binary(tool) or tool, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **_as_nobody())
    assert done.returncode == 0, f"{tool}: {done.stderr[-1500:]}"


def _as_nobody() -> dict[str, int]:
    """PostgreSQL refuses to run as root; then it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(_NOBODY)
    return {"user": account.pw_uid, "group": account.pw_gid}


def _binary(tool: str) -> str | None:
    """Debian keeps the server's programs out of the path, by version."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"))
    return str(kept[-1]) if kept else shutil.which(tool)
