"""A start with a terminology server: what a trial's `definition` tells of it, and that no call waits for it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import httpx2
import pytest
import respx

from cds_service.app import create_app
from cds_service.catalogue import Catalogue, load_catalogue
from cds_service.errors import BadSetting
from cds_service.expansion.starting import catalogue_for
from cds_service.settings import Settings
from tests.spec.terms import coded, told
from tests.terminology.expanding import ADDRESS, BASE, speaking

CALL = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/1", "patientId": "p"},
    "prefetch": {
        "patient": {"resourceType": "Patient", "id": "p", "birthDate": "1980-06-15"},
        "conditions": {"resourceType": "Bundle", "type": "searchset", "entry": []},
    },
}


def definitions(catalogue: Catalogue) -> dict[str, str]:
    return {trial.nct_id: trial.definition for trial in catalogue.trials}


def test_without_a_server_the_trials_are_those_shipped() -> None:
    assert catalogue_for(Settings()) is load_catalogue()


def test_a_definition_changes_with_what_was_added_and_with_nothing_else(httpx2_mock: respx.Router) -> None:
    route = httpx2_mock.post(ADDRESS).mock(side_effect=speaking)
    settings = Settings(terminology_url=BASE)
    once, twice = catalogue_for(settings), catalogue_for(settings)
    assert route.called
    assert definitions(once) == definitions(twice)
    shipped = definitions(load_catalogue())
    assert all(definitions(once)[trial] != shipped[trial] for trial in shipped)


async def test_no_call_waits_for_the_server_and_a_start_without_it_is_ready(
    httpx2_mock: respx.Router, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("cds_service"), "handlers", [caplog.handler])
    monkeypatch.setattr(logging.getLogger("cds_service"), "propagate", False)
    route = httpx2_mock.post(ADDRESS).mock(side_effect=httpx2.ConnectError("no"))
    with caplog.at_level(logging.INFO, "cds_service"):
        app = create_app(Settings(open=True, terminology_url=BASE))
    [line] = [record for record in caplog.records if record.getMessage() == "terminology"]
    assert line.levelno == logging.WARNING
    assert line.facts["as_shipped"] == line.facts["asked"] > 0  # type: ignore[attr-defined]
    assert set(line.facts["trouble"]) == {"unreachable"}  # type: ignore[attr-defined]
    asked = route.call_count
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service.example") as http:
        assert (await http.get("/readyz")).status_code == 200
        answer = await http.post("/cds-services/trial-eligibility-patient-view", json=CALL)
    assert answer.status_code == 200
    assert route.call_count == asked
    assert definitions(app.state.catalogue) == definitions(load_catalogue())


@pytest.mark.parametrize(
    "address", ["terminology.example", "ftp://terminology.example/", "https://", "https://t.example/?x=1"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadSetting, match="CDS_TERMINOLOGY_URL: expected an address"):
        Settings.from_environment({"CDS_TERMINOLOGY_URL": address})


@contextmanager
def real_server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.terminology.term_server"]
    with Popen(command, stdout=PIPE, text=True, env=os.environ, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def test_a_real_server_is_asked_and_its_answers_outlive_it(tmp_path: Path) -> None:
    with real_server() as address:
        settings = Settings(terminology_url=address, terminology_cache=tmp_path / "answers")
        asked = catalogue_for(settings)
    down = catalogue_for(settings)
    chronic = coded("snomed", "99900001")
    assert told(asked.terminology.disease(chronic)) == {"VS-ITP": "member"}
    assert told(down.terminology.disease(chronic)) == {"VS-ITP": "member"}
    assert definitions(down) == definitions(asked)
