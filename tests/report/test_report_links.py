"""Who may open the link of a card, for how long, and what everybody else is told."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from cds_service.app import create_app
from cds_service.report import handle
from cds_service.report.redaction import keep_out_of_logs
from cds_service.settings import Settings
from cds_service.store import Store
from cds_service.trust.caller import OPEN
from tests.cards.told import DAY, story

BASE = "https://cds.hospital.example"
SERVICE = "/cds-services/trial-eligibility-patient-view"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = b"k" * 32


class Clock:
    """The time, for a test to move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Hospital:
    """The service, the EHR's calls and the browsers of clinicians."""

    def __init__(self, store: Store | None = None, clock: Clock | None = None, **settings: Any) -> None:
        self.clock = clock or Clock()
        wanted = {"open": True, "as_of": DAY, "report_url": BASE, **settings}
        self.app = create_app(Settings(**wanted), clock=self.clock, store=store)

    def browser(self, **more: Any) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url=BASE, **more)

    async def card(self, who: str = "ines") -> dict[str, Any]:
        entries = [entry["resource"] for entry in orjson.loads(story(who))["entry"]]
        patient = next(one for one in entries if one["resourceType"] == "Patient")
        everything = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in entries]}
        keys = ("conditions", "statements", "requests", "administrations", "procedures", "allergies", "studies")
        keys += ("lists", "laboratory", "counts", "infections-1", "infections-2", "status")
        body = {
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": {"userId": "Practitioner/doc", "patientId": patient["id"]},
            "prefetch": {"patient": patient, **dict.fromkeys(keys, everything)},
        }
        async with self.browser() as ehr:
            answer = await ehr.post(SERVICE, json=body)
        assert answer.status_code == 200, answer.text
        card: dict[str, Any] = answer.json()["cards"][0]
        return card

    async def link(self, who: str = "ines") -> tuple[str, str]:
        """Address and key of the link of a new card."""
        address, _, key = (await self.card(who))["links"][0]["url"].partition("#")
        return address, key


@pytest.fixture(params=["own process", "database"])
async def hospital(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Hospital]:
    if request.param == "own process":
        yield Hospital()
        return
    store = Store(f"sqlite:///{tmp_path}/store.db", KEY)
    await store.start()
    yield Hospital(store)
    await store.close()


async def opened(browser: httpx2.AsyncClient, address: str, key: str) -> httpx2.Response:
    return await browser.post(address, data={"key": key}, follow_redirects=True)


def says(answer: httpx2.Response, status: int, heading: str) -> None:
    """A plain page: what happened, what to do, nothing of a patient, of the program or of the address."""
    assert answer.status_code == status, answer.text
    assert f"<h1>{heading}</h1>" in answer.text
    assert not re.search("24 ×10|eltrombopag|Traceback|Error|HIV|CM313", answer.text, re.IGNORECASE)
    assert answer.headers["cache-control"] == "no-store"


async def test_the_card_links_to_the_report_by_an_address_of_ours(hospital: Hospital) -> None:
    [ours, registry] = (await hospital.card())["links"]
    assert re.fullmatch(BASE + r"/report/[\w-]{32}#[\w-]{43}", ours["url"])
    assert ours["type"] == "absolute"
    assert ours["label"]
    assert registry["url"].startswith("https://clinicaltrials.gov/")


async def test_without_the_setting_there_is_neither_link_nor_page() -> None:
    closed = Hospital(report_url="")
    assert len((await closed.card())["links"]) == 1
    async with closed.browser() as browser:
        assert (await browser.get(f"/report/{handle.new_id(NOW)}")).status_code == 404
        assert (await browser.get("/static/report.css")).status_code == 404


async def test_the_first_browser_sees_the_assessment_and_sees_it_again(hospital: Hospital) -> None:
    address, key = await hospital.link()
    async with hospital.browser() as browser:
        before = await browser.get(address)
        assert "<form" in before.text
        assert "24 ×10" not in before.text  # nothing without the key
        for answer in (await opened(browser, address, key), await browser.get(address)):
            assert answer.status_code == 200
            assert "24 ×10⁹/L" in answer.text
            assert key not in answer.text
        assert "Examplesdottir" not in answer.text  # the assessment, never the record
        assert "1992" not in answer.text


async def test_the_cookie_is_of_one_address_one_browser_and_a_quarter_of_an_hour(hospital: Hospital) -> None:
    address, key = await hospital.link()
    async with hospital.browser() as browser:
        answer = await browser.post(address, data={"key": key})
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert answer.headers["location"] == address.removeprefix(BASE)
    for part in ("HttpOnly", "Secure", "SameSite=strict", f"Path={address.removeprefix(BASE)}"):
        assert part in cookie
    assert 0 < int(re.findall(r"Max-Age=(\d+)", cookie)[0]) <= 900


async def test_another_browser_is_refused_and_the_first_stays(hospital: Hospital) -> None:
    address, key = await hospital.link()
    async with hospital.browser() as first, hospital.browser() as second:
        await opened(first, address, key)
        says(await opened(second, address, key), 403, "This report is open in another browser")
        assert "<form" in (await second.get(address)).text
        assert "24 ×10⁹/L" in (await first.get(address)).text


async def test_of_two_browsers_at_once_one_is_the_first(hospital: Hospital) -> None:
    address, key = await hospital.link()
    async with hospital.browser() as first, hospital.browser() as second:
        answers = await asyncio.gather(opened(first, address, key), opened(second, address, key))
    assert sorted(answer.status_code for answer in answers) == [200, 403]


async def test_it_closes_after_a_quarter_of_an_hour_and_nothing_is_left(hospital: Hospital) -> None:
    address, key = await hospital.link()
    async with hospital.browser() as browser:
        await opened(browser, address, key)
        hospital.clock.now = NOW + timedelta(minutes=14, seconds=59)
        assert "24 ×10⁹/L" in (await browser.get(address)).text
        hospital.clock.now = NOW + timedelta(minutes=15)
        says(await browser.get(address), 410, "This report has closed")
        says(await opened(browser, address, key), 410, "This report has closed")
        hospital.clock.now += timedelta(seconds=1)
        await hospital.app.state.reports.tidy()
        hospital.clock.now = NOW  # even where a clock is set back
        says(await opened(browser, address, key), 404, "There is no such report")


async def test_the_key_of_one_report_opens_no_other(hospital: Hospital) -> None:
    (ines, key_of_ines), (nora, key_of_nora) = await hospital.link("ines"), await hospital.link("nora")
    async with hospital.browser() as browser:
        says(await opened(browser, ines, key_of_nora), 404, "There is no such report")
        says(await opened(browser, nora, key_of_ines), 404, "There is no such report")
        assert (await opened(browser, ines, key_of_ines)).status_code == 200  # a wrong key did not claim it


MALFORMED = ["x", "..", "%2e%2e", "a" * 33, "a" * 31 + "=", "-" * 32 + "\u202e", "_" * 32, "0" * 4000]


@pytest.mark.parametrize("name", MALFORMED)
async def test_an_address_that_is_none_of_ours_is_told_so(name: str) -> None:
    async with Hospital().browser() as browser:
        answer = await browser.get(f"/report/{name}")
    assert answer.status_code in (404, 410)
    assert "Traceback" not in answer.text


FORMS: list[bytes] = [b"", b"key=", b"key=x", b"nokey=1", b"key=" + b"A" * 43, b"key=" + b"A" * 4000, b"\xff\xfe", b"{"]


@pytest.mark.parametrize("form", FORMS)
async def test_a_form_without_the_right_key_opens_nothing(form: bytes) -> None:
    hospital = Hospital()
    address, _ = await hospital.link()
    async with hospital.browser() as browser:
        says(await browser.post(address, content=form), 404, "There is no such report")


async def test_a_page_of_another_site_opens_nothing_in_this_browser() -> None:
    hospital = Hospital()
    address, key = await hospital.link()
    async with hospital.browser(headers={"Sec-Fetch-Site": "cross-site"}) as browser:
        says(await opened(browser, address, key), 404, "There is no such report")


async def test_a_report_of_a_definition_that_changed_since_has_closed(hospital: Hospital) -> None:
    address, key = await hospital.link()
    trials = hospital.app.state.trials.catalogue.trials
    before = [trial.definition for trial in trials]
    try:
        for trial in trials:
            object.__setattr__(trial, "definition", "another")
        async with hospital.browser() as browser:
            says(await opened(browser, address, key), 410, "This report has closed")
    finally:
        for trial, definition in zip(trials, before, strict=True):
            object.__setattr__(trial, "definition", definition)


async def test_two_workers_share_one_report_and_its_one_browser(tmp_path: Path) -> None:
    stores = [Store(f"sqlite:///{tmp_path}/store.db", KEY) for _ in range(2)]
    for store in stores:
        await store.start()
    one, other = (Hospital(store) for store in stores)
    address, key = await one.link()
    async with other.browser() as first, one.browser() as second:
        assert (await opened(first, address, key)).status_code == 200
        assert (await opened(second, address, key)).status_code == 403
    for store in stores:
        await store.close()


async def test_nothing_readable_is_in_the_database(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.db", KEY)
    await store.start()
    hospital = Hospital(store)
    address, key = await hospital.link()
    async with hospital.browser() as browser:
        await opened(browser, address, key)
    await store.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for told in (key, "Eltrombopag", "Platelets", "ines", "Examplesdottir", "2026-11-12"):
        assert told.encode() not in kept


async def test_a_database_that_is_down_costs_the_link_and_not_the_card(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/no/such/folder/store.db", KEY)
    hospital = Hospital(store)
    card = await hospital.card()
    assert len(card["links"]) == 1
    async with hospital.browser() as browser:
        answer = await opened(browser, f"{BASE}/report/{handle.new_id(NOW)}", handle.new_key())
        says(answer, 503, "The report cannot be shown at the moment")
    await store.close()


def bound(**changes: str) -> handle.Bound:
    return handle.Bound(**{"id": "i", "client": OPEN, "trial": "t", "patient": "p", **changes})


@pytest.mark.parametrize("changes", [{"id": "j"}, {"client": "other"}, {"trial": "u"}, {"patient": "q"}])
def test_a_report_is_bound_to_its_id_client_trial_and_patient(changes: dict[str, str]) -> None:
    key = handle.new_key()
    sealed = handle.seal(b"content", key, bound())
    assert handle.unseal(sealed, key, bound()) == b"content"
    with pytest.raises(handle.NoHandle):
        handle.unseal(sealed, key, bound(**changes))


def test_the_address_of_a_report_is_in_no_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):  # a test that started a server may have set them
        for member, value in (("propagate", True), ("disabled", False), ("level", logging.NOTSET)):
            monkeypatch.setattr(logging.getLogger(name), member, value)
    keep_out_of_logs()
    with caplog.at_level(logging.INFO):
        logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "::1", "GET", "/report/abc?x=1", "1.1", 200)
        logging.getLogger("uvicorn.error").error("failed at /report/abc")
    assert "abc" not in caplog.text
    assert caplog.text.count("/report/…") >= 2  # whoever else listens hears it as well


# what may stand in CDS_REPORT_URL
ADDRESSES = [
    ("https://cds.hospital.example", True),
    ("https://cds.hospital.example/", True),
    ("http://127.0.0.1:8080", True),
    ("http://cds.hospital.example", False),
    ("https://cds.hospital.example/path", False),
    ("https://user@cds.hospital.example", False),
    ("cds.hospital.example", False),
    ("javascript:alert(1)", False),
]


@pytest.mark.parametrize(("address", "taken"), ADDRESSES)
def test_links_are_made_of_an_https_address_of_our_own(address: str, taken: bool) -> None:
    environment = {"CDS_REPORT_URL": address}
    if taken:
        assert Settings.from_environment(environment).report_url == address.rstrip("/")
    else:
        with pytest.raises(Exception, match="CDS_REPORT_URL"):
            Settings.from_environment(environment)
