"""Real processes on one database: two workers write one chain, one that is killed breaks nothing, figures are told."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.service.calling import SERVICE, hook_call, nothing_but
from tests.trust.test_processes import COMMAND, run


@contextmanager
def serving(folder: Path, number: int) -> Iterator[list[tuple[subprocess.Popen[str], str, str]]]:
    """So many workers on one database, each with figures of its own: the process, its address, that of its figures."""
    environment = {"PATH": "/usr/bin:/bin", "CDS_DATA": str(folder), "CDS_METRICS_PORT": "0"}
    command = [*COMMAND, "serve", "--open", "--port", "0"]
    workers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) for _ in range(number)]
    patience = threading.Timer(120, lambda: [one.kill() for one in workers])
    patience.start()
    try:
        yield [(one, *_addresses(one)) for one in workers]
    finally:
        patience.cancel()
        for one in workers:
            one.terminate()
        for one in workers:
            one.communicate(timeout=60)


def _addresses(process: subprocess.Popen[str]) -> tuple[str, str]:
    figures = ""
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"figures on (http://127\.0\.0\.1:\d+/metrics)", line):
            figures = found[1]
        if found := re.search(r"serving (http://[\d.:]+)/cds-services", line):
            return found[1], figures
    raise AssertionError("serve said no address")


def called(base: str, number: int, answered: list[str]) -> None:
    for _ in range(number):
        try:
            answer = requests.post(f"{base}{SERVICE}", json=hook_call(nothing_but()), timeout=60)
        except requests.ConnectionError:
            return
        assert answer.status_code == 200
        answered.append(answer.headers["x-request-id"])


def test_two_workers_write_one_chain_and_a_killed_one_breaks_nothing(tmp_path: Path) -> None:
    answered: list[str] = []
    with serving(tmp_path, 2) as [(first, base, figures), (_, other, _)]:
        calls = [threading.Thread(target=called, args=(one, 40, answered)) for one in (base, base, other, other)]
        for one in calls:
            one.start()
        while len(answered) < 20:
            calls[2].join(0.01)
        text = requests.get(figures, timeout=10).text
        first.kill()
        for one in calls:
            one.join()
    verified = run("audit", "verify", CDS_DATA=str(tmp_path))
    assert (verified.returncode, "each as it was written" in verified.stdout) == (0, True), verified.stdout
    shown = run("audit", "show", CDS_DATA=str(tmp_path)).stdout
    assert [name for name in answered if name not in shown] == []  # what was answered was written
    assert len(answered) >= 80
    assert re.search(r'^cds_call_seconds_count\{client="open"\} [1-9]', text, re.MULTILINE)


def test_a_port_of_figures_that_is_taken_is_told(tmp_path: Path) -> None:
    with serving(tmp_path, 1) as [(_, _, figures)]:
        port = figures.removesuffix("/metrics").rpartition(":")[2]
        second = run("serve", "--open", "--port", "0", CDS_DATA=str(tmp_path), CDS_METRICS_PORT=port)
    assert (second.returncode, "choose another with CDS_METRICS_PORT" in second.stderr) == (2, True)
    assert "Traceback" not in second.stderr
