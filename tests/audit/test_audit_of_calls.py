"""What the audit tells of calls: one row each, enough to ask again and get the same verdicts, nothing of a person."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import orjson
import pytest

from cds_service.assessment_json import with_parts
from cds_service.audit import ledger
from cds_service.catalogue import load_catalogue
from cds_service.fhir.reader import begin
from cds_service.store.pseudonym import pseudonym
from eligibility import ENGINE
from eligibility.assessment import assess
from tests.audit.conftest import rows
from tests.feedback.test_feedback_calls import aside, reported
from tests.service.calling import SERVICE, hook_call, nothing_but
from tests.store.conftest import KEY
from tests.trust.hospital import Signed, deployment
from tests.trust.test_each_client import chart

Json = dict[str, Any]
CLIENT = "example-hospital"
USER = "Practitioner/lee"
NAME = "Confidential-Name-4711"
LABEL = {"security": [{"code": "R"}]}


def call_about(person: Json, user: str = USER) -> Json:
    return hook_call(person, context={"userId": user, "patientId": person["patient"]["id"]})


async def opened(hospital: Signed, person: Json | None = None, user: str = USER) -> list[Json]:
    answer = await hospital.post(hospital.token(), body=call_about(person or chart(), user))
    assert answer.status_code == 200, answer.text
    cards: list[Json] = answer.json()["cards"]
    return cards


def resources(person: Json) -> list[Json]:
    bundles = [value for key, value in person.items() if key != "patient"]
    everything = [person["patient"], *(entry["resource"] for one in bundles for entry in one["entry"])]
    return list({f"{one['resourceType']}/{one['id']}": one for one in everything}.values())


def labelled(person: Json, *kinds: str) -> Json:
    """The chart with a confidentiality label on every resource of these types."""
    copy: Json = orjson.loads(orjson.dumps(person))
    every = [copy["patient"], *(e["resource"] for k, v in copy.items() if k != "patient" for e in v["entry"])]
    for one in every:
        if one["resourceType"] in kinds:
            one["meta"] = LABEL
    return copy


@pytest.mark.rule("SEC-15")
async def test_a_call_leaves_one_row_that_tells_who_asked_when_and_what_was_sent(hospital: Signed) -> None:
    answer = await hospital.post(hospital.token(), body=call_about(chart()))
    cards = answer.json()["cards"]
    [row] = await rows(hospital)
    assert row["call"] == answer.headers["x-request-id"]
    told = {name: row[name] for name in ("client", "status", "as_of", "engine", "cards", "service")}
    assert told == {
        "client": CLIENT, "status": 200, "as_of": "2026-11-21", "engine": ENGINE, "cards": len(cards),
        "service": SERVICE.rpartition("/")[2],
    }  # fmt: skip
    assert row["patient"] == pseudonym(KEY, CLIENT, f"Patient/{chart()['patient']['id']}")
    assert row["user"] == pseudonym(KEY, CLIENT, USER)
    assert set(row["milliseconds"]) == {"all", "gather", "judge", "recall", "tell", "remember"}
    assert {one["card"] for one in row["trials"]} == {one["uuid"] for one in cards}
    assert row["data"] == dict.fromkeys(
        ("conditions", "observations", "medications", "procedures", "allergies", "studies", "lists"), "all"
    )


async def test_the_log_notes_where_the_row_stands(hospital: Signed, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cds_service")
    await opened(hospital)
    check = await hospital.app.state.store.audit.verify()
    [noted] = [getattr(record, "facts", {}).get("audit") for record in caplog.records if record.message == "answered"]
    assert noted == f"1:{check.head}"


async def test_the_row_and_the_record_give_the_same_verdicts_again(hospital: Signed) -> None:
    """With the definition that the row names, on its day: each verdict, its reason, and the entries it rests on."""
    await opened(hospital)
    [row] = await rows(hospital)
    catalogue, day, person = load_catalogue(), hospital.clock().date(), chart()
    everything = resources(person)
    record = begin(
        person["patient"], everything, terminology=catalogue.terminology, as_of=day, resolve=lambda *_: None
    ).whole()
    hashes = {
        pseudonym(KEY, CLIENT, name)[:16]: name for name in (f"{r['resourceType']}/{r['id']}" for r in everything)
    }
    assert row["as_of"] == day.isoformat()
    for told in row["trials"]:
        trial = next(one for one in catalogue.trials if one.nct_id == told["trial"])
        assert (told["definition"], told["protocol"]) == (trial.definition, trial.header.protocol)
        again = assess(trial, record, day)
        assert told["status"] == again.status.value
        results = {one.criterion.id: one for one in with_parts(again.results)}
        assert set(told["criteria"]) == set(results)
        for name, said in told["criteria"].items():
            finding = results[name].finding
            assert (said["verdict"], said["because"]) == (results[name].verdict, finding.reason.key), name
            assert said.get("assumed", False) == finding.assumed
            assert {hashes[one] for one in said.get("evidence", ())} == {one.reference for one in finding.evidence}


async def test_what_was_not_read_is_told_by_section(hospital: Signed) -> None:
    person = chart()
    del person["allergies"]
    person["lists"] = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}
    await opened(hospital, person)
    [row] = await rows(hospital)
    assert (row["data"]["allergies"], row["data"]["lists"]) == (["not-sent"], ["refused"])
    assert (row["keys"]["allergies"], row["keys"]["conditions"]) == ("absent, not-sent", "sent")
    reasons = {one.get("why") for trial in row["trials"] for one in trial["criteria"].values()}
    assert "not-sent" in reasons


async def test_a_chart_of_which_no_trial_speaks_leaves_the_versions_that_were_considered(hospital: Signed) -> None:
    await hospital.post(hospital.token(), body=hook_call(nothing_but()))
    [row] = await rows(hospital)
    versions = {trial.nct_id: trial.definition for trial in load_catalogue().trials}
    assert {one["trial"]: one["definition"] for one in row["trials"]} == versions
    assert [one["assessed"] for one in row["trials"]] == [False, False]
    assert row["cards"] == 0


async def test_a_trial_that_feedback_keeps_silent_names_the_report(hospital: Signed) -> None:
    [card, *_] = await opened(hospital)
    await reported(hospital, aside(card["uuid"], "patient-refuses"))
    hospital.clock.on(days=1)
    await opened(hospital)
    first, second = await rows(hospital)
    [silent] = [one for one in second["trials"] if "quieted" in one]
    assert silent["quieted"] == 1
    assert "card" not in silent
    assert [one.get("quieted") for one in first["trials"]] == [None, None]


async def test_a_portal_viewer_is_told_nothing_and_the_row_says_who_asked(hospital: Signed) -> None:
    assert await opened(hospital, user="RelatedPerson/9") == []
    [row] = await rows(hospital)
    assert row["user"] == pseudonym(KEY, CLIENT, "RelatedPerson/9")
    assert "trials" not in row


REFUSED: list[tuple[str, Json, int, str, bool]] = [
    ("no token", {"token": None}, 401, "unsigned", False),
    ("no JSON", {"content": b"{"}, 400, "MalformedCall", False),
    ("another hook", {"body": hook_call(nothing_but(), hook="order-select")}, 400, "MalformedCall", False),
    ("no user", {"body": hook_call(nothing_but(), context={"patientId": "p1"})}, 400, "MalformedCall", False),
    ("no patient to be had", {"body": hook_call({})}, 412, "RecordUnavailable", True),
    ("another body", {"content": b"<xml/>", "kind": "application/xml"}, 415, "UnsupportedBody", False),
]


@pytest.mark.parametrize(("given", "status", "why", "whom"), [one[1:] for one in REFUSED], ids=[o[0] for o in REFUSED])
async def test_a_refused_call_leaves_a_row_as_far_as_it_came(
    hospital: Signed, given: Json, status: int, why: str, whom: bool
) -> None:
    content = given.get("content") or orjson.dumps(given.get("body") or hook_call(nothing_but()))
    headers = {"Content-Type": given.get("kind", "application/json")}
    if given.get("token", "") is not None:
        headers["Authorization"] = f"Bearer {hospital.token()}"
    answer = await hospital.http.post(SERVICE, content=content, headers=headers)
    [row] = await rows(hospital)
    assert (answer.status_code, row["status"], row["why"]) == (status, status, why)
    assert row.get("client") == (None if status == 401 else CLIENT)
    assert ("patient" in row, "trials" in row) == (whom, False)


async def test_a_call_that_fails_leaves_a_row_too(hospital: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds_service.hooks.patient_view.coarsely", lambda *_, **__: 1 / 0)
    answer = await hospital.post(hospital.token(), body=call_about(chart()))
    [row] = await rows(hospital)
    assert (answer.status_code, row["status"], row["why"]) == (500, 500, "ZeroDivisionError")
    assert row["patient"] == pseudonym(KEY, CLIENT, f"Patient/{chart()['patient']['id']}")


async def test_another_address_leaves_none(hospital: Signed) -> None:
    token = hospital.token("/cds-services/other")
    assert (await hospital.post(token, path="/cds-services/other")).status_code == 404
    await hospital.get(hospital.token("/cds-services"))
    assert await rows(hospital) == []


async def test_strangers_fill_no_disk_and_the_next_row_counts_them(
    hospital: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "STRANGERS", 3)
    for _ in range(5):
        assert (await hospital.post(None)).status_code == 401
    await opened(hospital)
    await opened(hospital)
    hospital.clock.on(minutes=1)
    assert (await hospital.post(None)).status_code == 401
    told = [(row["status"], row.get("missing")) for row in await rows(hospital)]
    left_out = {"lost": 0, "unwritten": 2}
    assert told == [(401, None)] * 3 + [(200, left_out), (200, None), (401, None)]


async def test_no_name_value_id_or_token_reaches_a_row(hospital: Signed) -> None:
    person = chart()
    person["patient"]["name"] = [{"family": NAME}]
    [card, *_] = await opened(hospital, person)
    [row] = await rows(hospital)
    written = orjson.dumps(row).decode()
    ids = {one["id"] for one in resources(person)}
    values = {str(one["valueQuantity"]["value"]) for one in resources(person) if "valueQuantity" in one}
    dates = {one["effectiveDateTime"][:10] for one in resources(person) if "effectiveDateTime" in one}
    assert len(ids) > 5
    assert values
    for secret in (NAME, person["patient"]["birthDate"], "lee", card["summary"], hook_call()["hookInstance"]):
        assert secret not in written
    assert [one for one in ids if f'"{one}"' in written or f"/{one}" in written] == []
    assert [one for one in values if f'"{one}"' in written or f"{one} " in written] == []
    assert dates & set(written.split('"')) == set()


async def test_what_a_labelled_result_decides_is_restricted_and_so_is_what_would_tell_it(hospital: Signed) -> None:
    await opened(hospital)
    await opened(hospital, labelled(chart(), "Observation"))
    plain, hidden = await rows(hospital)
    observed = {f"Observation/{one['id']}" for one in resources(chart()) if one["resourceType"] == "Observation"}
    hashes = {pseudonym(KEY, CLIENT, name)[:16] for name in observed}
    for before, after in zip(plain["trials"], hidden["trials"], strict=True):
        rested = {name for name, one in before["criteria"].items() if hashes & set(one.get("evidence", ()))}
        assert rested
        for name in rested:
            assert after["criteria"][name] == {"verdict": "restricted"}
        assert after["status"] == "restricted"
    assert not [one for one in hashes if one in orjson.dumps(hidden).decode()]


async def test_what_a_labelled_patient_decides_is_restricted(hospital: Signed) -> None:
    """A label on the Patient is one on the whole record: not even that a trial was ruled out is written."""
    assert await opened(hospital)
    assert await opened(hospital, labelled(chart(), "Patient")) == []
    plain, hidden = await rows(hospital)
    assert [one["assessed"] for one in plain["trials"]] == [True, True]
    assert [one["assessed"] for one in hidden["trials"]] == [False, False]
    assert not [one for one in hidden["trials"] if {"criteria", "status", "card"} & one.keys()]


async def test_a_topic_left_unnamed_is_left_unnamed_here_too(hospital: Signed, folder: Path) -> None:
    (folder / "example.yaml").write_text(deployment(discreet=["HIV"]))
    hospital.gate.door.registry.reread(anyway=True)
    await opened(hospital)
    [row] = await rows(hospital)
    hidden = [one for trial in row["trials"] for one in trial["criteria"].values() if one["verdict"] == "discreet"]
    assert hidden
    assert all(set(one) == {"verdict"} for one in hidden)


async def test_a_database_that_takes_no_row_costs_no_card_and_the_next_row_tells(
    hospital: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cds_service.feedback.memory.REST", 0.0)
    monkeypatch.setattr(ledger, "REST", 0.0)
    store = hospital.app.state.store
    async with store.engine.begin() as lock:  # nobody else may write
        if store.engine.dialect.name == "postgresql":
            await lock.exec_driver_sql("LOCK TABLE audit IN EXCLUSIVE MODE")
        assert await opened(hospital)
        assert await opened(hospital)
        await lock.rollback()
    assert hospital.app.state.ledger.lost == 2
    assert await opened(hospital)
    [row] = await rows(hospital)
    assert row["missing"] == {"lost": 2, "unwritten": 0}


async def test_calls_at_once_leave_one_chain(hospital: Signed) -> None:
    answers = await asyncio.gather(*(hospital.post(hospital.token(jti=str(n))) for n in range(8)))
    assert [one.status_code for one in answers] == [200] * 8
    found = await rows(hospital)
    assert {row["call"] for row in found} == {one.headers["x-request-id"] for one in answers}
