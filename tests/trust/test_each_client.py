"""What follows from a deployment file: whose day, which trials, whom to call, which drafts, which codes of its own."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from cds_service.app import create_app
from cds_service.catalogue import load_catalogue
from cds_service.data import fixtures_folder
from cds_service.errors import BadSetting
from cds_service.settings import Settings
from cds_service.trust import starting
from cds_service.trust.caller import Caller
from cds_service.trust.clients import ClientError
from tests.conformance.answers import client_of
from tests.service.calling import hook_call
from tests.trust.hospital import AUDIENCE, DISCOVERY, Clock, KeysAddress, Signed, deployment

WHO = "selma"
AS_OF = date(2026, 11, 21)
CONTACT = {"name": "Study office", "role": "study nurse", "telephone": "+49 00", "hours": "8 to 16"}


def chart() -> dict[str, Any]:
    """One of the cast, whole, as an EHR would send her."""
    bundle = orjson.loads((fixtures_folder() / "patients" / f"{WHO}.json").read_bytes())
    resources = [entry["resource"] for entry in bundle["entry"]]
    [patient] = [one for one in resources if one["resourceType"] == "Patient"]
    return {
        "patient": patient,
        **{
            key: {
                "resourceType": "Bundle",
                "type": "searchset",
                "entry": [{"resource": one} for one in resources if one["resourceType"] == kind],
            }
            for key, kind in (
                ("conditions", "Condition"), ("statements", "MedicationStatement"), ("requests", "MedicationRequest"),
                ("administrations", "MedicationAdministration"), ("procedures", "Procedure"),
                ("allergies", "AllergyIntolerance"), ("studies", "ResearchSubject"), ("lists", "List"),
                ("laboratory", "Observation"), ("counts", "Observation"), ("infections-1", "Observation"),
                ("infections-2", "Observation"), ("status", "Observation"),
            )
        },
    }  # fmt: skip


async def cards(signed: Signed, user: str = "Practitioner/doc") -> list[dict[str, Any]]:
    body = hook_call(chart(), context={"userId": user, "patientId": chart()["patient"]["id"]})
    answer = await signed.post(signed.token(), body=body)
    assert answer.status_code == 200, answer.text
    told: list[dict[str, Any]] = answer.json()["cards"]
    return told


async def of(folder: Path, clock: Clock, user: str = "Practitioner/doc", **changes: Any) -> list[dict[str, Any]]:
    """The cards that a hospital with this file gets of her."""
    (folder / "example.yaml").write_text(deployment(**changes))
    return await cards(Signed(folder, clock, as_of=AS_OF), user)


async def test_only_enabled_trials_speak(folder: Path, clock: Clock) -> None:
    both = await of(folder, clock)
    assert sorted(card["summary"].split(":")[0] for card in both) == ["CAR-T", "CM313"]
    [one] = await of(folder, clock, trials={"NCT06352281": {}})
    assert one["summary"].startswith("CAR-T:")


async def test_the_local_contact_is_named(folder: Path, clock: Clock) -> None:
    told = await of(folder, clock, trials={"NCT05694767": {"contact": CONTACT}, "NCT06352281": {}})
    contacts = {card["summary"].split(":")[0]: re.findall("Study contact: (.*)", card["detail"]) for card in told}
    assert contacts == {"CM313": ["Study office, study nurse, +49 00, 8 to 16"], "CAR-T": ["not configured"]}


@pytest.mark.rule("CTX-1")
@pytest.mark.parametrize(("language", "asked", "said"), [("zh-Hans", "en", "可能适合"), ("en", "zh-Hans", "may fit")])
async def test_the_language_is_that_of_the_client_whatever_a_browser_asks_for(
    folder: Path, clock: Clock, language: str, asked: str, said: str
) -> None:
    (folder / "example.yaml").write_text(deployment(language=language))
    signed = Signed(folder, clock, as_of=AS_OF)
    signed.http.headers["Accept-Language"] = asked
    told = await cards(signed)
    assert len(told) == 2
    assert all(said in card["summary"] for card in told)


async def test_relatives_are_told_only_where_the_file_says_so(folder: Path, clock: Clock) -> None:
    assert await of(folder, clock, "Patient/selma") == []
    assert await of(folder, clock, "Patient/selma", viewers=["Patient"])
    assert await of(folder, clock, "Practitioner/doc", viewers=["Patient"]) == []


@pytest.mark.rule("CARD-10")
@pytest.mark.parametrize(
    ("taken", "made"),
    [
        ([], set()),
        (["Task"], {"Task"}),
        (["ServiceRequest"], {"ServiceRequest"}),
        (["Task", "ServiceRequest", "ResearchSubject"], {"Task", "ServiceRequest", "ResearchSubject"}),
    ],
    ids=("none", "tasks", "orders", "all"),
)
async def test_drafts_are_of_the_types_that_the_client_takes(
    folder: Path, clock: Clock, taken: list[str], made: set[str]
) -> None:
    for card in await of(folder, clock, suggestions=taken):
        drafts = card.get("suggestions", [])
        kinds = {action["resource"]["resourceType"] for draft in drafts for action in draft["actions"]}
        assert kinds == made
        assert card.get("selectionBehavior") == ("any" if made else None)


async def test_discreet_topics_are_left_off(folder: Path, clock: Clock) -> None:
    assert "HIV" in str(await of(folder, clock))
    assert "HIV" not in str(await of(folder, clock, discreet=["HIV"]))


async def test_the_client_is_part_of_every_card_s_identity(folder: Path, clock: Clock) -> None:
    here, there = await of(folder, clock), await of(folder, clock, client="other-hospital")
    assert {card["uuid"] for card in here}.isdisjoint(card["uuid"] for card in there)


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        # Half past eleven in the evening, and half past midnight: east of UTC …
        ("Asia/Shanghai", "2026-11-21T15:30", "21 Nov 2026"),
        ("Asia/Shanghai", "2026-11-21T16:30", "22 Nov 2026"),
        ("Pacific/Auckland", "2026-11-21T10:30", "21 Nov 2026"),
        ("Pacific/Auckland", "2026-11-21T11:30", "22 Nov 2026"),
        # … and west of it …
        ("America/New_York", "2026-11-22T04:30", "21 Nov 2026"),
        ("America/New_York", "2026-11-22T05:30", "22 Nov 2026"),
        ("Pacific/Honolulu", "2026-11-22T09:30", "21 Nov 2026"),
        # … and where a clock was put back two hours before (25 October, Berlin), or forward (29 March).
        ("Europe/Berlin", "2026-10-24T21:30", "24 Oct 2026"),
        ("Europe/Berlin", "2026-10-24T22:30", "25 Oct 2026"),
        ("Europe/Berlin", "2026-10-25T22:30", "25 Oct 2026"),
        ("Europe/Berlin", "2026-10-25T23:30", "26 Oct 2026"),
        ("Europe/Berlin", "2027-03-28T21:30", "28 Mar 2027"),
        ("Europe/Berlin", "2027-03-28T22:30", "29 Mar 2027"),
        ("UTC", "2026-11-21T23:30", "21 Nov 2026"),
    ],
)
async def test_the_day_is_that_of_the_client(folder: Path, zone: str, utc: str, day: str) -> None:
    clock = Clock(datetime.fromisoformat(utc).replace(tzinfo=UTC))
    (folder / "example.yaml").write_text(deployment(time_zone=zone))
    told = await cards(Signed(folder, clock))
    assert told
    assert all(f"As of {day};" in card["detail"] for card in told)


@pytest.mark.parametrize(("zone", "open_"), [("UTC", False), ("Asia/Shanghai", True), ("America/New_York", False)])
async def test_a_time_in_z_may_be_of_two_days_at_this_client(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, zone: str, open_: bool
) -> None:
    """Rituximab at 17:00 Z of 20 August: in Shanghai it may be the 21st, for which three months are not over."""
    infusion = {
        "resourceType": "MedicationAdministration", "id": "m", "status": "completed",
        "subject": {"reference": f"Patient/{WHO}"}, "medicationCodeableConcept": {"text": "rituximab"},
        "effectiveDateTime": "2026-08-20T17:00:00Z",
    }  # fmt: skip
    before = chart()
    page = {**before["administrations"], "entry": [*before["administrations"]["entry"], {"resource": infusion}]}
    monkeypatch.setattr(f"{__name__}.chart", lambda: {**before, "administrations": page})
    (folder / "example.yaml").write_text(deployment(time_zone=zone))
    [card] = [card for card in await cards(Signed(folder, clock)) if "CM313" in card["summary"]]
    assert ("rituximab, last between 20 Aug 2026 and 21 Aug 2026" in card["detail"]) is open_


def concept_map(code: str, target: str) -> bytes:
    row = {"code": code, "target": [{"code": target, "equivalence": "equivalent"}]}
    group = {"source": "https://hospital.example/lab", "target": "http://loinc.org", "element": [row]}
    return orjson.dumps({"resourceType": "ConceptMap", "status": "active", "group": [group]})


async def test_its_own_codes_are_read_and_asked_for_at_this_client_alone(folder: Path, clock: Clock) -> None:
    """The map lies beside the file; the other hospital's discovery knows nothing of it."""
    (folder / "lab.json").write_bytes(concept_map("PLT-7", "777-3"))
    (folder / "example.yaml").write_text(deployment(concept_maps=["lab.json"], tenant="a"))
    (folder / "other.yaml").write_text(deployment(client="other-hospital", tenant="b"))
    signed = Signed(folder, clock)
    asked = {}
    for tenant in ("a", "b"):
        [service] = (await signed.get(signed.token(DISCOVERY, tenant=tenant))).json()["services"]
        asked[tenant] = "PLT-7" in service["prefetch"]["counts"]
    assert asked == {"a": True, "b": False}


def test_a_mistake_in_a_map_is_one_in_the_file_that_names_it(folder: Path, clock: Clock) -> None:
    (folder / "lab.json").write_bytes(b'{"resourceType": "ValueSet"}')
    (folder / "example.yaml").write_text(deployment(concept_maps=["lab.json", "missing.json"]))
    with pytest.raises(ClientError, match=r"example\.yaml: concept_maps: lab\.json: resourceType") as told:
        Signed(folder, clock)
    assert "missing.json: no such file" in str(told.value)


def test_a_topic_that_no_value_set_is_about_is_a_mistake(folder: Path, clock: Clock) -> None:
    (folder / "example.yaml").write_text(deployment(discreet=["HIV", "unicorns"]))
    with pytest.raises(ClientError, match=r"example\.yaml: discreet\[1\]: no value set of this topic"):
        Signed(folder, clock)


def test_open_and_registered_at_once_is_refused(folder: Path, clock: Clock) -> None:
    with pytest.raises(BadSetting, match=r"CDS_OPEN .* CDS_CLIENTS"):
        Signed(folder, clock, open=True)


async def test_without_clients_and_not_open_nobody_is_let_in(folder: Path, clock: Clock) -> None:
    app = create_app(Settings(), catalogue=load_catalogue(), clock=clock)
    token = Signed(folder, clock).token(DISCOVERY)
    async with client_of(app, AUDIENCE) as http:
        answer = await http.get(DISCOVERY, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert app.state.gate.refused == {"no-clients": 1}


async def until(holds: Any) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.02)


async def test_a_changed_file_is_taken_over_while_the_service_runs(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(starting, "LOOK_EVERY", 0.05)
    caplog.set_level("INFO")
    signed = Signed(folder, clock, KeysAddress())
    registry = signed.gate.door.registry

    def in_force() -> Caller:
        return registry.clients.callers["example-hospital"]

    async with signed.app.router.lifespan_context(signed.app):
        assert in_force().deadline == 4.0
        (folder / "example.yaml").write_text(deployment(deadline="2.5"))
        await until(lambda: in_force().deadline == 2.5)
        (folder / "example.yaml").write_text(deployment(deadline="soonest"))
        await until(lambda: registry.refused)
        assert in_force().deadline == 2.5
        (folder / "lab.json").write_bytes(concept_map("PLT-7", "777-3"))
        (folder / "example.yaml").write_text(deployment(concept_maps=["lab.json"]))
        await until(lambda: in_force().maps is not None)
        before = in_force().maps
        (folder / "lab.json").write_bytes(concept_map("PLT-77", "777-3"))
        await until(lambda: in_force().maps is not before)
        assert (await signed.post(signed.token())).status_code == 200
    told = [line.getMessage() for line in caplog.records]
    assert {"clients-reread", "clients-refused"} <= set(told)
    assert told.count("clients-refused") == 1
