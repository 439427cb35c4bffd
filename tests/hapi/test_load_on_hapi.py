"""`load` against the real server: once, again, changed, refused, in others' way, and killed half-way."""

from __future__ import annotations

import io
import json
import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from cds_service.load import Loading, load
from tests.hapi.real_hapi import lacking, pid_of, running_hapi
from tests.hapi.ways import DAY

CAST = 756
FHIR = {"Content-Type": "application/fhir+json"}


def loaded(asked: Loading) -> tuple[int, str]:
    said = io.StringIO()
    return load(asked, DAY, said), said.getvalue()


def written(folder: Path, *resources: dict[str, Any]) -> str:
    path = folder / "people.json"
    path.write_text(json.dumps(list(resources)), encoding="utf-8")
    return str(path)


def test_repeating_it_changes_nothing(cast_on_hapi: str) -> None:
    assert loaded(Loading(cast_on_hapi, as_of=DAY)) == (
        0,
        f"{CAST} resources: 0 created, 0 updated, {CAST} unchanged, 0 refused.\n",
    )


def test_a_dry_run_says_what_is_there_and_writes_nothing(cast_on_hapi: str) -> None:
    version = requests.get(f"{cast_on_hapi}/Patient/ines", timeout=30).json()["meta"]["versionId"]
    status, said = loaded(Loading(cast_on_hapi, as_of=DAY + timedelta(30), dry_run=True))
    assert (status, said.splitlines()[0]) == (
        0,
        f"Would write {CAST} resources, {CAST} of them in place of what is there:",
    )
    assert requests.get(f"{cast_on_hapi}/Patient/ines", timeout=30).json()["meta"]["versionId"] == version


def test_references_by_address_are_kept(hapi: str, tmp_path: Path) -> None:
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "fullUrl": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1",
                "resource": {
                    "resourceType": "Condition",
                    "id": "urn-problem",
                    "subject": {"reference": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"},
                    "code": {"text": "invented"},
                },
            },
            {
                "fullUrl": "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0",
                "resource": {"resourceType": "Patient", "id": "urn-person"},
            },
        ],
    }
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    assert loaded(Loading(hapi, [str(path)]))[0] == 0
    stored = requests.get(f"{hapi}/Condition/urn-problem", timeout=30).json()
    assert stored["subject"]["reference"] == "Patient/urn-person"


def test_people_that_are_not_ours_are_left_alone_unless_told(hapi: str, tmp_path: Path) -> None:
    theirs = {"resourceType": "Patient", "id": "somebody-else", "gender": "female"}
    requests.put(f"{hapi}/Patient/somebody-else", json=theirs, headers=FHIR, timeout=30).raise_for_status()
    ours = written(tmp_path, {"resourceType": "Patient", "id": "somebody-else", "gender": "male"})
    status, said = loaded(Loading(hapi, [ours]))
    assert (status, "Patient/somebody-else" in said, "Nothing was written" in said) == (2, True, True)
    assert requests.get(f"{hapi}/Patient/somebody-else", timeout=30).json()["gender"] == "female"
    assert loaded(Loading(hapi, [ours], overwrite=True)) == (
        0,
        "1 resources: 0 created, 1 updated, 0 unchanged, 0 refused.\n",
    )


def test_one_that_the_server_refuses_costs_only_itself(hapi: str, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"resourceType": "Patient", "id": "refused-not"},
        {"resourceType": "Condition", "id": "lost", "subject": {"reference": "Patient/nowhere-to-be-found"}},
    )
    status, said = loaded(Loading(hapi, [path]))
    assert status == 2
    assert "2 resources: 1 created, 0 updated, 0 unchanged, 1 refused." in said
    assert "refused: Condition/lost: HTTP 400: HAPI-1094" in said


class KillsAt(io.StringIO):
    """Kills the server when the progress bar has been drawn so often."""

    def __init__(self, pid: int, times: int) -> None:
        super().__init__()
        self.pid, self.left = pid, times

    def flush(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(self.pid, signal.SIGKILL)


@pytest.mark.skipif(bool(lacking()), reason=lacking() or "HAPI can run")
def test_killed_half_way_repeating_completes_it(tmp_path: Path) -> None:
    database = {"SPRING_DATASOURCE_URL": f"jdbc:h2:file:{tmp_path}/db"}
    said = io.StringIO()
    with running_hapi(database) as base:
        half = Loading(base, as_of=DAY, at_once=100)
        assert load(half, DAY, said, KillsAt(pid_of(base), 3)) == 2
    assert said.getvalue().startswith("300 resources: 300 created, 0 updated, 0 unchanged, 0 refused.\n")
    assert "Repeat the command then" in said.getvalue()
    with running_hapi(database) as base:
        status, told = loaded(Loading(base, as_of=DAY))
        assert status == 0
        there, new = int(told.split(" unchanged")[0].split()[-1]), int(told.split(" created")[0].split()[-1])
        assert (there + new, new > 0, there > 0) == (CAST, True, True)
        answer = requests.get(f"{base}/Patient?_summary=count", timeout=30).json()
        assert answer["total"] == 25
