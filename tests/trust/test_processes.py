"""Real processes: `serve` with registered clients, `client-key`, `fire` that signs, and one token at two workers."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
import requests

from cds_service.data import fixtures_folder
from cds_service.ehr.signing import Signing, signing_with
from tests.service.calling import SERVICE, hook_call, nothing_but
from tests.trust.hospital import ISSUER, KEYS_URL, deployment

PUBLIC = "https://cds.example.org"
COMMAND = (sys.executable, "-m", "cds_service")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("CDS_")} | environment
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, env=given, timeout=120, check=False)


@dataclass
class Worker:
    """One `serve`."""

    base: str
    process: subprocess.Popen[str]

    def called(self, token: str) -> int:
        body = hook_call(nothing_but())
        headers = {"Authorization": f"Bearer {token}"}
        return requests.post(f"{self.base}{SERVICE}", json=body, headers=headers, timeout=60).status_code


@contextmanager
def serving(clients: Path, database: Path, number: int = 1, **environment: str) -> Iterator[list[Worker]]:
    """So many workers with the same clients and the same database."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("CDS_")}
    given |= {"CDS_CLIENTS": str(clients), "CDS_DATABASE_URL": f"sqlite:///{database}", **environment}
    command = [*COMMAND, "serve", "--port", "0"]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=given) for _ in range(number)]
    patience = threading.Timer(120, lambda: [one.kill() for one in processes])
    patience.start()
    try:
        yield [Worker(_address(process), process) for process in processes]
    finally:
        patience.cancel()
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.communicate(timeout=60)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"serving (http://[\d.:]+)/cds-services", line):
            return found[1]
    raise AssertionError("serve said no address")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "client.pem"


@pytest.fixture
def clients(tmp_path: Path, key: Path) -> Path:
    """A hospital whose key `client-key` made."""
    made = run("client-key", str(key), "--kid", "k1")
    assert made.returncode == 0, made.stderr
    folder = tmp_path / "clients"
    folder.mkdir()
    (folder / "example.yaml").write_text(deployment(keys={"jwks": orjson.loads(made.stdout)}, audience=PUBLIC))
    return folder


@pytest.fixture
def signing(clients: Path, key: Path) -> Signing:
    return signing_with(key, ISSUER, "k1", PUBLIC)


def test_a_test_key_is_private_and_never_overwritten(clients: Path, key: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    again = run("client-key", str(key))
    assert (again.returncode, again.stdout) == (2, "")
    assert "cannot be written" in again.stderr
    assert key.read_bytes() == before


def test_serve_refuses_to_start_without_clients_or_with_a_mistake_in_them(clients: Path) -> None:
    refused = run("serve", "--port", "0")
    assert refused.returncode == 2
    assert "CDS_CLIENTS" in refused.stderr
    assert "--open" in refused.stderr
    both = run("serve", "--port", "0", "--open", CDS_CLIENTS=str(clients))
    assert both.returncode == 2
    (clients / "bad.yaml").write_text(deployment(deadline="soon"))
    mistaken = run("serve", "--port", "0", CDS_CLIENTS=str(clients))
    assert mistaken.returncode == 2
    assert "bad.yaml: deadline:" in mistaken.stderr
    assert "Traceback" not in mistaken.stderr


@pytest.mark.rule("SEC-12")
def test_one_token_is_taken_by_one_of_two_workers(clients: Path, signing: Signing, tmp_path: Path) -> None:
    """Sixty tokens, each sent to both workers at the same moment: every one is taken exactly once."""
    with serving(clients, tmp_path / "store.db", 2) as workers:
        answers = []
        for _ in range(30):
            token = signing.token(f"{PUBLIC}{SERVICE}")
            said: list[int] = []
            calls = [
                threading.Thread(target=lambda worker=worker, token=token, said=said: said.append(worker.called(token)))
                for worker in workers * 2
            ]
            for call in calls:
                call.start()
            for call in calls:
                call.join()
            answers.append(sorted(said))
    assert answers == [[200, 401, 401, 401]] * 30


def test_fire_signs_and_opens_a_chart(clients: Path, key: Path, tmp_path: Path) -> None:
    chart = str(fixtures_folder() / "patients" / "selma.json")
    with serving(clients, tmp_path / "store.db", CDS_AS_OF="2026-11-21") as [worker]:
        signed = ("--key", str(key), "--issuer", ISSUER, "--kid", "k1", "--audience", PUBLIC)
        told = run("fire", worker.base, "--file", chart, *signed)
        assert (told.returncode, "2 cards" in told.stdout) == (0, True), told.stdout
        unsigned = run("fire", worker.base, "--file", chart)
        assert unsigned.returncode == 2
        assert "401" in unsigned.stdout


def test_a_change_is_taken_over_at_once_on_a_signal(clients: Path, signing: Signing, tmp_path: Path) -> None:
    with serving(clients, tmp_path / "store.db") as [worker]:
        assert worker.called(signing.token(f"{PUBLIC}{SERVICE}")) == 200
        content = (clients / "example.yaml").read_text()
        (clients / "example.yaml").write_text(content.replace(ISSUER, "https://moved.example.org"))
        worker.process.send_signal(signal.SIGHUP)
        moved = Signing("https://moved.example.org", signing.kid, signing.key)
        ends = time.monotonic() + 30
        while worker.called(moved.token(f"{PUBLIC}{SERVICE}")) != 200:
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert worker.called(signing.token(f"{PUBLIC}{SERVICE}")) == 401


def test_what_is_signed_with_must_be_a_key(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no key")
    told = run("fire", "http://127.0.0.1:9", "--key", str(tmp_path / "no.pem"), "--issuer", ISSUER)
    assert (told.returncode, "no private key in PEM" in told.stderr) == (2, True)
    nameless = run("fire", "http://127.0.0.1:9", "--key", str(tmp_path / "no.pem"))
    assert (nameless.returncode, "--issuer" in nameless.stderr) == (2, True)


def test_a_signature_goes_to_the_service_and_nowhere_else(signing: Signing) -> None:
    there = requests.Request("POST", f"https://inside.example{SERVICE}/feedback?x=1").prepare()
    elsewhere = requests.Request("GET", "https://fhir.example/Patient/1", headers={"Authorization": "own"}).prepare()
    assert signing(there).headers["Authorization"].startswith("Bearer ")
    assert signing(elsewhere).headers["Authorization"] == "own"
    assert KEYS_URL not in str(there.headers)
