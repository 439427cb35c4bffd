"""Who is told what: portals and relatives nothing; what carries a confidentiality label decides and is told nowhere.

A label on the Patient is one on the whole record. A trial whose disease stands in labelled entries alone keeps silent,
because its name would tell it. A record that was replaced gets no card (design §6, G12, G12b).
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from prometheus_client import generate_latest

from cds_service.store import Store
from cds_service.store.tables import card_sent
from cds_service.watching import WATCH
from tests.cards.told import DAY
from tests.service.calling import hook_call
from tests.trust.hospital import Clock, KeysAddress, Signed, deployment
from tests.trust.test_each_client import WHO, chart

Json = dict[str, Any]
LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
PAGES = "https://cds.example.org"
HIDDEN = "Quaggavirus"  # what the labelled result is called; nothing else in any test is called so
VALUE = "nonreactive, quagga 7.311"


@pytest.fixture
async def hospital(folder: Path, clock: Clock, keys: KeysAddress, tmp_path: Path) -> AsyncIterator[Signed]:
    (folder / "example.yaml").write_text(deployment(suggestions=["Task", "ServiceRequest"]))
    store = Store(f"sqlite:///{tmp_path}/kept.db", b"k" * 32)
    await store.start()
    service = Signed(folder, clock, keys, store=store, report_url=PAGES)
    async with service.http:
        yield service
    await store.close()
    await service.gate.door.keys.close()


def everything(person: Json) -> list[Json]:
    entries = (entry["resource"] for key, one in person.items() if key != "patient" for entry in one["entry"])
    return [person["patient"], *entries]


def labelled(*kinds: str, words: str = "") -> Json:
    """The chart with a label on each resource of these types, of those that have the words in them."""
    person: Json = orjson.loads(orjson.dumps(chart()))
    for one in everything(person):
        if one["resourceType"] in kinds and words in str(one.get("code", "")):
            one["meta"] = {"security": [LABEL]}
    return person


def hidden_hiv() -> Json:
    """The HIV result is confidential, and has a name and a value that are easily found."""
    person = labelled("Observation", words="HIV")
    for one in everything(person):
        if one.get("meta", {}).get("security"):
            one["code"]["text"] = one["code"]["coding"][0]["display"] = HIDDEN
            one["note"] = [{"text": VALUE}]
            one["id"] = f"{HIDDEN}-{one['id']}"
    return person


async def opened(hospital: Signed, person: Json, user: str = "Practitioner/lee") -> list[Json]:
    body = hook_call(person, context={"userId": user, "patientId": WHO})
    answer = await hospital.post(hospital.token(), body=body)
    assert answer.status_code == 200, answer.text
    cards: list[Json] = answer.json()["cards"]
    return cards


def told(cards: list[Json]) -> str:
    return orjson.dumps(cards).decode()


async def page_of(hospital: Signed, card: Json) -> str:
    """The report that the card links to, as a browser gets it."""
    [link] = [one["url"] for one in card["links"] if one["url"].startswith(PAGES)]
    address, _, key = link.partition("#")
    first = await hospital.http.post(address.removeprefix(PAGES), data={"key": key}, follow_redirects=True)
    assert first.status_code == 200, first.text
    text: str = first.text
    return text


async def test_a_labelled_result_decides_and_is_named_nowhere(
    hospital: Signed, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    before = await opened(hospital, chart())
    cards = await opened(hospital, hidden_hiv())
    assert [one["summary"].split(":")[0] for one in cards] == [one["summary"].split(":")[0] for one in before]
    assert "one restricted result was used" in told(cards).lower()
    pages = [await page_of(hospital, card) for card in cards]
    names = [HIDDEN, VALUE, "HIV"]
    for where in (told(cards), *pages):  # summary, detail, drafts; the page and its picture
        assert [name for name in names if name in where] == []
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    kept = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("kept.db*"))).decode("utf-8", "replace")
    figures = generate_latest(WATCH.registry).decode()
    for where in (logged, kept, figures):  # rows of audit, feedback and reports are in the database
        assert [name for name in (HIDDEN, VALUE) if name in where] == []
    assert "answered" in logged
    assert "SQLite" in kept


async def test_the_row_of_a_card_tells_nothing_that_a_labelled_result_decides(hospital: Signed) -> None:
    """It cannot be read: the criterion is open, and neither that nor the status that it makes is kept."""
    person = hidden_hiv()
    for one in everything(person):
        if HIDDEN in one["id"]:
            one.pop("valueCodeableConcept", None)
            one.pop("interpretation", None)
            one["valueString"] = "see report"
    assert await opened(hospital, person)
    async with hospital.app.state.store.engine.connect() as connection:
        rows = [row._mapping for row in await connection.execute(card_sent.select())]
    assert rows
    for row in rows:
        assert row["status"] == "restricted"
        assert not [name for name in ("CM313-E07", "CART-E24") if name in str(row["open"])]


@pytest.mark.parametrize("user", ["Patient/selma", "RelatedPerson/9"])
async def test_a_portal_is_told_nothing_unless_the_hospital_s_file_says_so(
    hospital: Signed, folder: Path, user: str
) -> None:
    assert await opened(hospital, chart(), user) == []
    (folder / "example.yaml").write_text(deployment(viewers=["Practitioner", user.split("/")[0]]))
    hospital.gate.door.registry.reread(anyway=True)
    assert await opened(hospital, chart(), user)
    (folder / "example.yaml").write_text(deployment(viewers=["Practitioner"]))
    hospital.gate.door.registry.reread(anyway=True)
    assert await opened(hospital, chart(), user) == []
    assert await opened(hospital, chart())


@pytest.mark.parametrize(
    ("person", "speaks"),
    [
        (chart(), True),
        (labelled("Observation"), True),
        (labelled("MedicationStatement", "MedicationAdministration", "MedicationRequest"), True),
        (labelled("Condition"), False),
        (labelled("Condition", words="D69"), False),
        (labelled("Patient"), False),
    ],
    ids=["no label", "results", "drugs", "problems", "the diagnosis", "the Patient"],
)
async def test_no_card_tells_by_the_name_of_its_trial_what_is_confidential(
    hospital: Signed, person: Json, speaks: bool
) -> None:
    assert bool(await opened(hospital, person)) is speaks


async def test_of_a_labelled_record_nothing_is_kept_but_that_it_was_asked_for(hospital: Signed) -> None:
    assert await opened(hospital, labelled("Patient")) == []
    async with hospital.app.state.store.engine.connect() as connection:
        assert list(await connection.execute(card_sent.select())) == []
    [row] = [one.told async for page in hospital.app.state.store.audit.rows() for one in page]
    assert [one["assessed"] for one in row["trials"]] == [False, False]


MERGED = [
    ({"active": False}, False),
    ({"link": [{"type": "replaced-by", "other": {"reference": "Patient/new"}}]}, False),
    ({"active": True, "link": [{"type": "replaces", "other": {"reference": "Patient/old"}}]}, True),
    ({"link": [{"type": "seealso", "other": {"reference": "Patient/elsewhere"}}]}, True),
]


@pytest.mark.parametrize(("changes", "speaks"), MERGED, ids=["inactive", "replaced-by", "replaces", "seealso"])
async def test_a_record_that_was_replaced_gets_no_card(hospital: Signed, changes: Json, speaks: bool) -> None:
    person = chart()
    assert bool(await opened(hospital, {**person, "patient": {**person["patient"], **changes}})) is speaks


async def test_what_is_filed_under_the_replaced_number_is_the_same_person_s(hospital: Signed) -> None:
    """Two records were merged: all problems are still filed under the old number."""
    person = orjson.loads(orjson.dumps(chart()))
    for entry in person["conditions"]["entry"]:
        entry["resource"]["subject"] = {"reference": "Patient/old"}
    assert await opened(hospital, person) == []
    person["patient"]["link"] = [{"type": "replaces", "other": {"reference": "Patient/old"}}]
    assert await opened(hospital, person)


def test_the_day_of_these_charts_is_that_of_the_clock(clock: Clock) -> None:
    assert clock().date() == DAY
