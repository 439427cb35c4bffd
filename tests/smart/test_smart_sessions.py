"""In whose browser a report lives, also in a frame without cookies; what is kept of it, and what is never told."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from cards.card import InvalidCard, Link
from cds_service.report.redaction import redacted
from cds_service.store import Store
from tests.cards.told import story
from tests.smart.edge import EHR, ISS, TOKEN, Edge, Service, launched
from tests.smart.ward import SMART, heading, query, says
from tests.trust.hospital import AUDIENCE, CURVED

CM = "NCT05694767"
HOOK = "/cds-services/trial-eligibility-patient-view"
FRAME = {"Sec-Fetch-Dest": "iframe"}
HANDED = {"Sec-Fetch-Site": "same-origin"}
OF_A_LAUNCH = ("launch", "code", "state", "code_challenge")
KEYS = (
    "conditions", "statements", "requests", "administrations", "procedures", "allergies", "studies", "lists",
    "laboratory", "counts", "infections-1", "infections-2", "status",
)  # fmt: skip


@pytest.fixture
def edge() -> Edge:
    return Edge()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/kept.db", b"k" * 32)
    await store.start()
    yield store
    await store.close()


@pytest.fixture
def service(tmp_path: Path, edge: Edge, store: Store) -> Service:
    return Service(tmp_path, edge, store)


def no_cookies(service: Service) -> httpx2.AsyncClient:
    """A frame in which third-party cookies are blocked."""

    async def forget(response: httpx2.Response) -> None:
        response.headers.pop("set-cookie", None)
        browser.cookies.clear()

    browser = service.browser(follow_redirects=False, headers=FRAME, event_hooks={"response": [forget]})
    return browser


def kept_by(page: httpx2.Response) -> str:
    """What the script of the launch page puts into the frame's own storage."""
    found = re.search('data-secret="([^"]+)"', page.text)
    assert found
    return found[1]


def link_of(page: httpx2.Response) -> str:
    found = re.search('<a id="launching" href="([^"]+)"', page.text)
    assert found
    return found[1].replace("&amp;", "&")


async def test_the_cookie_serves_in_a_frame_and_only_there_and_for_us(service: Service) -> None:
    async with service.browser(follow_redirects=False) as browser:
        sent = (await browser.get(f"/smart/launch?iss={ISS}&launch=x")).headers["set-cookie"]
    name, *flags = sent.split("; ")
    assert re.fullmatch(r"__Host-smart=[\w-]{43}", name)
    assert flags == ["Path=/", "Max-Age=1500", "HttpOnly", "Secure", "SameSite=None", "Partitioned"]


async def test_two_launches_of_one_browser_do_not_disturb_each_other(service: Service) -> None:
    async with service.browser(follow_redirects=False) as browser:
        ends = []
        for who in ("ines", "nora"):
            at = await launched(browser, who)
            while "/smart/callback" not in at.headers["location"]:
                at = await browser.get(at.headers["location"])
            ends.append(at.headers["location"])
        addresses = [(await browser.get(end)).headers["location"] for end in ends]
        assert [(await browser.get(one)).status_code for one in addresses] == [200, 200]


async def test_in_a_frame_without_cookies_the_frames_own_storage_serves(service: Service) -> None:
    async with no_cookies(service) as frame:
        page = await frame.get((await launched(frame)).headers["location"])
        assert page.status_code == 200
        assert '<script src="/static/smart.js" defer>' in page.text
        secret = kept_by(page)
        back = (await frame.get(link_of(page))).headers["location"]
        asks = await frame.get(back)
        assert '<form method="post" id="handover"' in asks.text
        returned = await frame.post(back, data={"browser": secret}, headers=HANDED)
        assert returned.status_code == 303
        address = returned.headers["location"]
        assert secret not in address
        assert '<form method="post" id="handover"' in (await frame.get(address)).text
        for more in ("", f"?trial={CM}&language=zh-Hans"):
            shown = await frame.post(address + more, data={"browser": secret}, headers=HANDED)
            assert shown.status_code == 200
            assert "24 ×10⁹/L" in shown.text
            assert secret not in shown.text
        says(await frame.post(address, data={"browser": "a" * 43}, headers=HANDED), 403,
             "This report belongs to another browser")  # fmt: skip


async def test_the_script_of_the_frame_makes_no_code_of_text(service: Service) -> None:
    async with service.browser() as browser:
        script = await browser.get("/static/smart.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "sessionStorage" in script.text
    assert not re.search(r"innerHTML|outerHTML|eval|Function\(|document\.write|://", script.text)


async def test_outside_a_frame_the_browser_is_sent_on_at_once(service: Service) -> None:
    async with service.browser(follow_redirects=False) as browser:
        for dest, status in (("document", 302), ("iframe", 200), ("frame", 200)):
            sent = await browser.get(f"/smart/launch?iss={ISS}&launch=x", headers={"Sec-Fetch-Dest": dest})
            assert sent.status_code == status


async def test_any_worker_can_go_on_where_another_began(tmp_path: Path, edge: Edge, store: Store) -> None:
    other = Store(f"sqlite:///{tmp_path}/kept.db", b"k" * 32)
    await other.start()
    first, second = Service(tmp_path, edge, store), Service(tmp_path, edge, other)
    async with first.browser(follow_redirects=False) as one, second.browser(follow_redirects=False) as two:
        at = await launched(one)
        while "/smart/callback" not in at.headers["location"]:
            at = await one.get(at.headers["location"])
        two.cookies = one.cookies
        returned = await two.get(at.headers["location"])
        assert returned.status_code == 303
        assert (await one.get(returned.headers["location"])).status_code == 200
        says(await one.get(at.headers["location"]), 403, "This launch cannot be continued")
    await other.close()


async def test_a_state_is_no_key_of_a_report_and_a_session_no_plain_one(service: Service) -> None:
    async with service.browser() as browser:
        shown = await launched(browser)
        state = next(query(str(step.url))["state"] for step in shown.history if "state=" in str(step.url))
        handle, _, key = state.partition(".")
        session = str(shown.url).partition("?")[0].rpartition("/")[2]
        for one in (handle, session):
            assert (await browser.post(f"/report/{one}", data={"key": key})).status_code == 404


async def test_of_returns_at_the_same_moment_one_is_taken(service: Service) -> None:
    async with service.browser(follow_redirects=False) as browser:
        at = await launched(browser)
        while "/smart/callback" not in at.headers["location"]:
            at = await browser.get(at.headers["location"])
        back = await asyncio.gather(*(browser.get(at.headers["location"]) for _ in range(6)))
    told = [one.status_code for one in back]
    assert told.count(303) <= 1
    assert set(told) <= {303, 403, 503}  # 503: a database that is asked by six at once may have no time for one
    assert service.edge.grants.granted <= 1


async def test_without_a_database_nothing_can_be_begun(tmp_path: Path, service: Service, store: Store) -> None:
    await store.close()
    (tmp_path / "kept.db").unlink()
    (tmp_path / "kept.db").mkdir()
    async with service.browser() as browser:
        says(await browser.get(f"/smart/launch?iss={ISS}&launch=x"), 503, "The report cannot be shown at the moment")


async def test_a_report_is_audited_and_so_is_one_that_was_refused(service: Service, store: Store) -> None:
    async with service.browser() as browser:
        await launched(browser)
        service.edge.grants.user = "Patient/ines"
        await launched(browser)
    rows = [row.told async for some in store.audit.rows() for row in some]
    assert [(row["service"], row["status"], row["client"]) for row in rows] == [
        ("smart-report", 200, "example-hospital"),
        ("smart-report", 403, "example-hospital"),
    ]
    assert {one["trial"] for one in rows[0]["trials"]} == {"NCT05694767", "NCT06352281"}
    assert rows[0]["patient"] == rows[1]["patient"]
    assert rows[1]["why"] == "NotForViewer"


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Everything that any logger says, however little it matters."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.__dict__}")

    root, ear = logging.getLogger(), Ear(level=logging.DEBUG)
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    ours = logging.getLogger("cds_service")
    level, ours_before = ours.level, ours.propagate
    ours.setLevel(logging.DEBUG)
    ours.propagate = True
    yield lines
    root.removeHandler(ear)
    root.setLevel(before)
    ours.setLevel(level)
    ours.propagate = ours_before


async def test_no_token_and_nothing_of_a_patient_is_logged_or_kept(
    service: Service, tmp_path: Path, heard: list[str], store: Store
) -> None:
    async with service.browser() as browser:
        shown = await launched(browser)
        assert "24 ×10⁹/L" in shown.text
        service.edge.instead[TOKEN] = lambda _: httpx2.Response(400, json={"error": "ines Examplesdottir"})
        await launched(browser)
        del service.edge.instead[TOKEN]
        service.edge.instead["/fhir/Patient/ines"] = lambda _: httpx2.Response(500, text="ines Examplesdottir")
        await launched(browser)
        cookie = browser.cookies["__Host-smart"]
    await store.close()
    secrets = [*service.edge.grants.tokens, cookie]
    secrets += [one for step in shown.history for name, one in query(str(step.url)).items() if name in OF_A_LAUNCH]
    assert len(secrets) >= 5
    said = "\n".join(heard)
    assert "smart-refused" in said
    assert not [one for one in [*secrets, "Examplesdottir", "Patient/ines", "eltrombopag"] if one in said]
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("kept.db*"))
    assert b"session" in kept
    assert not [one for one in [*secrets, "Examplesdottir", "ines", "eltrombopag"] if one.encode() in kept]
    for service_side in (service.app.state.smart, service.app.state.smart.visits):
        assert not [one for one in secrets if one in repr(vars(service_side))]


@pytest.mark.parametrize(
    "path", ["/smart/launch?iss=a&launch=b", "/smart/callback?code=a&state=b", "/smart/report/abc"]
)
def test_a_web_servers_own_log_shows_no_address_of_a_launch(path: str) -> None:
    shown = redacted(f'127.0.0.1 - "GET {path} HTTP/1.1" 200')
    assert path not in shown
    assert shown.endswith('… HTTP/1.1" 200')
    assert "code=" not in shown


async def cards(service: Service) -> list[dict[str, Any]]:
    entries = [entry["resource"] for entry in orjson.loads(story("ines"))["entry"]]
    everything = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in entries]}
    patient = next(one for one in entries if one["resourceType"] == "Patient")
    body = {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/doc", "patientId": patient["id"]},
        "prefetch": {"patient": patient, **dict.fromkeys(KEYS, everything)},
    }
    now = int(service.clock().timestamp())
    token = CURVED.token(f"{AUDIENCE}{HOOK}", iat=now, exp=now + 60)
    async with service.browser() as ehr:
        answer = await ehr.post(HOOK, json=body, headers={"Authorization": f"Bearer {token}"})
    found: list[dict[str, Any]] = answer.json()["cards"]
    return found


@pytest.mark.rule("CARD-21", "CARD-22")
async def test_a_card_links_to_the_launch_where_the_file_says_so(service: Service) -> None:
    [card] = await cards(service)
    smart = [one for one in card["links"] if one["type"] == "smart"]
    assert smart == [
        {
            "label": "The whole assessment of CM313, in the chart: timeline and all criteria",
            "url": f"{AUDIENCE}/smart/launch",
            "type": "smart",
            "appContext": CM,
        }
    ]
    assert card["links"][0] == smart[0]


async def test_without_smart_in_the_file_there_is_no_such_link_and_no_launch(tmp_path: Path, edge: Edge) -> None:
    service = Service(tmp_path, edge, smart=None)
    [card] = await cards(service)
    assert {one["type"] for one in card["links"]} == {"absolute"}
    async with service.browser() as browser:
        says(await browser.get(f"/smart/launch?iss={ISS}&launch=x"), 403, "This chart is not registered here")
    assert SMART["client_id"] not in edge.asked


@pytest.mark.rule("CARD-22")
def test_only_a_smart_link_carries_a_context() -> None:
    with pytest.raises(InvalidCard, match="CARD-22"):
        Link("Registry", f"{EHR}/x", "absolute", CM)


async def test_the_report_is_the_same_as_behind_the_link_of_a_card(service: Service) -> None:
    """One page, one template: what differs is how it is opened."""
    async with service.browser() as browser:
        shown = await launched(browser)
    assert heading(shown).startswith("CM313: ")
    for part in ("answer", "next", "timeline", "criteria", "unread", "note"):
        assert f'id="{part}"' in shown.text
