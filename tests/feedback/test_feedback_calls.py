"""Feedback over the wire: a card is put aside, the chart is opened again, and the right people hear nothing."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cards.override import HL7, OURS
from cds_service.store import Store
from cds_service.store.tables import card_sent
from tests.feedback.test_feedback_bodies import SECRET, accepted, item
from tests.service.calling import SERVICE, hook_call
from tests.trust.conftest import clock, folder, keys, plain_environment  # noqa: F401 — fixtures
from tests.trust.hospital import Clock, KeysAddress, Signed, deployment
from tests.trust.test_each_client import chart

FEEDBACK = f"{SERVICE}/feedback"
Json = dict[str, Any]


@pytest.fixture
async def hospital(
    folder: Path,  # noqa: F811
    clock: Clock,  # noqa: F811
    keys: KeysAddress,  # noqa: F811
    tmp_path: Path,
) -> AsyncIterator[Signed]:
    (folder / "example.yaml").write_text(deployment(suggestions=["Task"]))
    store = Store(f"sqlite:///{tmp_path}/kept.db", b"k" * 32)
    await store.start()
    service = Signed(folder, clock, keys, store=store)
    async with service.http:
        yield service
    await store.close()
    await service.gate.door.keys.close()


async def opened(hospital: Signed, user: str = "Practitioner/lee", person: Json | None = None) -> list[Json]:
    """The cards that this user gets on opening the chart."""
    body = hook_call(person or chart(), context={"userId": user, "patientId": chart()["patient"]["id"]})
    answer = await hospital.post(hospital.token(), body=body)
    assert answer.status_code == 200, answer.text
    cards: list[Json] = answer.json()["cards"]
    return cards


async def reported(hospital: Signed, *items: Json, aud: str = FEEDBACK) -> Any:
    return await hospital.post(hospital.token(aud), path=FEEDBACK, body={"feedback": list(items)})


def aside(card: str, code: str, system: str = HL7, **more: str) -> Json:
    return item(card=card, overrideReason={"reason": {"system": system, "code": code, "display": "x"}, **more})


@pytest.mark.rule("FB-1")
@pytest.mark.rule("FB-10")
async def test_feedback_is_taken_with_a_token_for_either_address(hospital: Signed) -> None:
    [card, *_] = await opened(hospital)
    for aud in (FEEDBACK, SERVICE):
        answer = await reported(hospital, item(card=card["uuid"]), aud=aud)
        assert (answer.status_code, answer.json(), answer.headers["cache-control"]) == (200, {}, "no-store")
    refused = await hospital.post(None, path=FEEDBACK, body={"feedback": [item(card=card["uuid"])]})
    assert refused.status_code == 401
    assert len(await hospital.app.state.store.feedback.all_heard()) == 1


@pytest.mark.rule("FB-9")
async def test_a_card_that_nobody_knows_is_taken_and_quiets_nothing(hospital: Signed) -> None:
    before = await opened(hospital)
    answer = await reported(hospital, aside("unknown", "patient-refuses"), accepted("s"))
    assert answer.status_code == 200
    assert await opened(hospital) == before


async def test_a_patient_who_declined_is_left_alone_by_everyone_for_180_days(hospital: Signed) -> None:
    [card, *others] = await opened(hospital)
    await reported(hospital, aside(card["uuid"], "patient-refuses"))
    hospital.clock.on(days=1)
    assert [one["uuid"] for one in await opened(hospital)] == [one["uuid"] for one in others]
    assert card["uuid"] not in [one["uuid"] for one in await opened(hospital, "PractitionerRole/roe")]
    [sent] = {one.trial for one in await hospital.app.state.store.feedback.all_sent() if one.card == card["uuid"]}
    assert sent in card["source"]["url"]


async def test_not_now_is_for_this_clinician_and_a_week(hospital: Signed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cds_service")
    cards = await opened(hospital)
    await reported(hospital, aside(cards[0]["uuid"], "wrong-time-workflow"))
    assert await opened(hospital) == []
    facts = [getattr(record, "facts", {}).get("quieted") for record in caplog.records if record.message == "answered"]
    assert facts == [None, len(cards)]
    assert len(await opened(hospital, "Practitioner/roe")) == len(cards)
    hospital.clock.on(days=7)
    assert len(await opened(hospital)) == len(cards)


@pytest.mark.rule("FB-8")
async def test_not_answering_never_quiets(hospital: Signed) -> None:
    first = await opened(hospital)
    for _ in range(3):
        assert await opened(hospital) == first
    await reported(hospital, item(card=first[0]["uuid"]), aside(first[0]["uuid"], "own", "urn:hospital"))
    assert await opened(hospital) == first


async def test_the_client_decides_for_how_long(hospital: Signed, folder: Path) -> None:  # noqa: F811
    (folder / "example.yaml").write_text(deployment(suggestions=["Task"], quiet={"not_interested": 0}))
    hospital.gate.door.registry.reread(anyway=True)
    before = await opened(hospital)
    await reported(hospital, aside(before[0]["uuid"], "not-interested", OURS))
    assert await opened(hospital) == before


async def test_feedback_that_cannot_be_kept_is_asked_for_again(hospital: Signed) -> None:
    [card, *_] = await opened(hospital)
    async with hospital.app.state.store.engine.begin() as lock:  # the database is locked
        answer = await reported(hospital, aside(card["uuid"], "patient-refuses"))
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["issue"][0]["code"] == "transient"
        await lock.rollback()
    answer = await reported(hospital, aside(card["uuid"], "patient-refuses"))
    assert answer.status_code == 200


async def test_a_database_that_is_gone_costs_no_card_and_is_counted(
    hospital: Signed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = await opened(hospital)
    await reported(hospital, aside(cards[0]["uuid"], "wrong-time-workflow"))
    assert await opened(hospital) == []
    monkeypatch.setattr("cds_service.feedback.memory.REST", 0.0)
    store = hospital.app.state.store
    await store.engine.dispose()
    (tmp_path / "kept.db").rename(tmp_path / "away.db")
    for beside in tmp_path.glob("kept.db-*"):
        beside.unlink()
    assert [one["uuid"] for one in await opened(hospital)] == [one["uuid"] for one in cards]
    assert hospital.app.state.memory.lost == {"recall": 1, "remember": 1}


async def test_a_row_that_somebody_changed_costs_no_card(hospital: Signed) -> None:
    cards = await opened(hospital)
    await reported(hospital, aside(cards[0]["uuid"], "wrong-time-workflow"))
    async with hospital.app.state.store.engine.begin() as connection:
        await connection.execute(card_sent.update().values(open="["))
    assert await opened(hospital) == cards
    assert hospital.app.state.memory.lost["recall"] == 1


async def test_without_a_database_feedback_is_refused_and_cards_come(folder: Path, clock: Clock) -> None:  # noqa: F811
    service = Signed(folder, clock)
    async with service.http:
        assert await opened(service)
        answer = await reported(service, item())
    assert answer.status_code == 503
    await service.gate.door.keys.close()


async def test_no_name_and_no_comment_leaves_the_table_it_is_kept_in(
    hospital: Signed, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    [card, *_] = await opened(hospital)
    await reported(hospital, aside(card["uuid"], "need-more-info", userComment=SECRET))
    bad = await reported(hospital, {**item(), "outcome": SECRET})
    assert bad.status_code == 400
    written = b"".join(file.read_bytes() for file in tmp_path.glob("kept.db*"))
    person = chart()["patient"]
    assert SECRET.encode() in written
    assert person["id"].encode() not in written
    assert person["name"][0]["family"].encode() not in written
    assert b"Practitioner/lee" not in written
    said = caplog.text + "".join(str(record.__dict__) for record in caplog.records) + bad.text
    assert "Canary" not in said


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", {"content-type": "application/json"}, 400),
        (b'{"feedback": [], "feedback": []}', {"content-type": "application/json"}, 400),
        (b'{"feedback": []}', {"content-type": "text/plain"}, 415),
        (b'{"feedback": []}', {"content-type": "application/json", "content-encoding": "gzip"}, 415),
        (b" " * (8 * 1024 * 1024 + 1), {"content-type": "application/json"}, 413),
    ],
)
async def test_a_body_is_refused_like_that_of_a_call(
    hospital: Signed, content: bytes, headers: dict[str, str], status: int
) -> None:
    signed = {**headers, "Authorization": f"Bearer {hospital.token(FEEDBACK)}"}
    answer = await hospital.http.post(FEEDBACK, content=content, headers=signed)
    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_a_settled_unknown_speaks_again(hospital: Signed) -> None:
    """Less was known when the card was put aside than is known now."""
    less = {**chart(), "laboratory": None, "counts": None, "infections-1": None, "infections-2": None, "status": None}
    [card, *_] = await opened(hospital, person=less)
    for one in await opened(hospital, person=less):
        await reported(hospital, aside(one["uuid"], "patient-ineligible"))
    assert await opened(hospital, person=less) == []
    again = await opened(hospital)
    assert card["source"]["url"] in [one["source"]["url"] for one in again]
