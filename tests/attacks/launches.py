"""Attacks on the launch from a chart (SMART App Launch): other servers, other browsers, other launches' codes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from cds_service.store import Store
from tests.attacks.attack import COOKIE, SENT_ON, SHOWN, Attack, Must, Never, Who, answered, status
from tests.attacks.evidence import Evidence
from tests.smart.edge import CONFIGURATION, EHR, ISS, TOKEN, Edge, Service, launched
from tests.smart.ward import query
from tests.trust.hospital import AUDIENCE, KEYS_URL

LAUNCH = "cds_service/smart/launch.py"
VISIT = "cds_service/smart/visit.py"
BROWSER = "cds_service/smart/browser.py"
DISCOVERY = "cds_service/smart/discovery.py"
CALLBACK = f"{AUDIENCE}/smart/callback"
VALUE = "24 ×10⁹/L"


class Launching:
    """The service, the hospital's servers at the HTTP edge, and browsers."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.edge = Edge()
        self.service = Service(folder, self.edge, store)
        self.evidence = Evidence(patient=("Examplesdottir", VALUE), database=folder / "kept.db")

    def browser(self) -> httpx2.AsyncClient:
        return self.service.browser(follow_redirects=False)

    async def back(self, browser: httpx2.AsyncClient, who: str = "ines") -> str:
        """As far as the address with code and state, to which this browser is about to return."""
        at = await launched(browser, who)
        while "/smart/callback" not in at.headers["location"]:
            at = await browser.get(at.headers["location"])
        address: str = at.headers["location"]
        for name in ("code", "state"):
            self.evidence.secrets.append(query(address)[name])
        return address

    async def seen(self, browser: httpx2.AsyncClient, address: str, **more: Any) -> httpx2.Response:
        return self.evidence.add(await browser.get(address, **more))

    def asked(self, path: str) -> int:
        """How often the hospital's servers were asked for this by us."""
        return [request.url.path for request in self.edge.asked].count(path)

    def strangers(self) -> list[str]:
        """Hosts beside the hospital's that were asked."""
        own = {httpx2.URL(address).host for address in (EHR, KEYS_URL)}
        return [request.url.host for request in self.edge.asked if request.url.host not in own]


@asynccontextmanager
async def launching(folder: Path) -> AsyncIterator[Launching]:
    store = Store(f"sqlite:///{folder}/kept.db", b"k" * 32)
    await store.start()
    yield Launching(folder, store)
    await store.close()


SERVERS = ("https://evil.example/fhir", f"{ISS}/tenant", f"{ISS}X", EHR, f"{ISS}?x", f"{ISS}/../fhir",
    "javascript:alert(1)",
           "//evil.example/fhir", "http://169.254.169.254/fhir",
           "https://fhir.ehr.example.org@evil.example/fhir")  # fmt: skip


async def _other_servers(stage: Launching) -> None:
    async with stage.browser() as browser:
        for iss in SERVERS:
            await stage.seen(browser, "/smart/launch", params={"iss": iss, "launch": "x"})
    assert stage.edge.asked == []


async def _guessed_state(stage: Launching) -> None:
    async with stage.browser() as browser:
        back = query(await stage.back(browser))
        for state in ("x", back["state"][:-1], back["state"].upper(), back["state"] + "A", back["state"][5:]):
            await stage.seen(browser, CALLBACK, params={"state": state, "code": back["code"]})
    assert stage.asked(TOKEN) == 0


async def _another_browser(stage: Launching) -> None:
    """Login CSRF: the attacker's own launch is to be finished in the clinician's browser, or the other way round."""
    async with stage.browser() as attacker, stage.browser() as clinician:
        theirs, own = await stage.back(attacker, "nora"), await stage.back(clinician)
        await stage.seen(clinician, theirs)
        await stage.seen(attacker, own)
    assert stage.asked(TOKEN) == 0


async def _injected_code(stage: Launching) -> None:
    async with stage.browser() as attacker, stage.browser() as clinician:
        stolen, own = query(await stage.back(attacker, "nora")), query(await stage.back(clinician))
        await stage.seen(clinician, CALLBACK, params={"state": own["state"], "code": stolen["code"]})
    assert stage.asked(TOKEN) == 1
    assert not [path for path in (one.url.path for one in stage.edge.asked) if path.startswith("/fhir/Patient")]


async def _again(stage: Launching) -> None:
    async with stage.browser() as browser:
        back = await stage.back(browser)
        assert (await browser.get(back)).status_code == 303
        for _ in range(3):
            await stage.seen(browser, back)
    assert stage.asked(TOKEN) == 1


async def _late(stage: Launching) -> None:
    async with stage.browser() as browser:
        back = await stage.back(browser)
        stage.service.clock.ahead = timedelta(minutes=10, seconds=1)
        await stage.seen(browser, back)
    assert stage.asked(TOKEN) == 0


async def _handed_over(stage: Launching) -> None:
    async with stage.browser() as attacker, stage.service.browser(follow_redirects=False) as clinician:
        back = await stage.back(attacker)
        secret = attacker.cookies["__Host-smart"]
        for site in ("cross-site", "same-site", "none"):
            headers = {"Sec-Fetch-Site": site}
            stage.evidence.add(await clinician.post(back, data={"browser": secret}, headers=headers))
        stage.evidence.add(await clinician.post(back, data={"browser": secret}))


async def _copied(stage: Launching) -> None:
    async with stage.browser() as clinician, stage.browser() as another:
        shown = (await clinician.get(await stage.back(clinician))).headers["location"]
        assert VALUE in (await clinician.get(shown)).text
        await stage.back(another, "nora")
        await stage.seen(another, shown)


async def _hostile_endpoints(stage: Launching) -> None:
    good = {"authorization_endpoint": f"{EHR}/auth/authorize", "token_endpoint": f"{EHR}/auth/token",
            "code_challenge_methods_supported": ["S256"]}  # fmt: skip
    for change in ({"token_endpoint": "http://fhir.ehr.example.org/t"}, {"token_endpoint": "https://a:b@evil.example/t"},
                   {"authorization_endpoint": "javascript:alert(1)"}, {"token_endpoint": "file:///etc/passwd"},
                   {"authorization_endpoint": "https://evil.example/\r\nX: y"},
                   {"code_challenge_methods_supported": ["plain"]}):  # fmt: skip
        stage.edge.instead[CONFIGURATION] = lambda _, change=change: httpx2.Response(200, json={**good, **change})
        async with stage.browser() as browser:
            stage.evidence.add(await launched(browser, follow_redirects=False))
            await stage.seen(browser, f"/smart/launch?iss={ISS}&launch=x")
    del stage.evidence.answers[::2]  # what the EHR itself said
    assert stage.strangers() == []


async def _redirected_exchange(stage: Launching) -> None:
    stage.edge.instead[TOKEN] = lambda _: httpx2.Response(307, headers={"location": "https://evil.example/token"})
    async with stage.browser() as browser:
        await stage.seen(browser, await stage.back(browser))
    assert stage.strangers() == []


async def _patient_looks(stage: Launching) -> None:
    stage.edge.grants.user = "Patient/ines"
    async with stage.browser() as browser:
        await stage.seen(browser, await stage.back(browser))


def row(name: str, who: Who, how: str, must: Must, attempt: Any, *never: Never, at: str) -> Attack:
    return Attack(name, who, how, must, (SHOWN, *never), at, attempt, "launch")


OVER = status(403, "the launch cannot be continued, and its code is not sent on")

ATTACKS: tuple[Attack, ...] = (
    row("a launch from another server", Who.PAGE, "launches with an own or a similar `iss`",
        status(403, "the chart is not registered; nobody is asked"), _other_servers, SENT_ON, COOKIE, at=VISIT),
    row("a guessed state", Who.PAGE, "returns with a state that is made up or changed",
        Must("403 or 410: no such launch; the code is not sent on", answered(403, 410)), _guessed_state, SENT_ON,
        at=LAUNCH),
    row("a launch in another browser", Who.PAGE, "slips its own launch under a clinician, or finishes a stolen one",
        OVER,
        _another_browser, SENT_ON, at=LAUNCH),
    row("a code of another launch", Who.THIEF, "puts a stolen code into its own return (PKCE)",
        status(403, "the chart gave no access"), _injected_code, SENT_ON, at=LAUNCH),
    row("a return that is repeated", Who.THIEF, "sends the address of a return again", OVER, _again, SENT_ON,
        at=LAUNCH),
    row("a return that comes late", Who.THIEF, "keeps a return for more than ten minutes",
        status(410, "the launch took too long"), _late, SENT_ON, at=LAUNCH),
    row("a secret handed over by another page", Who.PAGE, "posts its own secret into the clinician's browser", OVER,
        _handed_over, SENT_ON, at=BROWSER),
    row("a report's address in another browser", Who.VIEWER, "copies the address of a report that was launched",
        status(403, "it belongs to another browser"), _copied, SENT_ON, at="cds_service/smart/session.py"),
    row("endpoints that lead elsewhere", Who.SERVER, "names endpoints by http, script, file, with a user, without PKCE",
        status(502, "the chart's server does not answer as expected"), _hostile_endpoints, SENT_ON, at=DISCOVERY),
    row("a token endpoint that redirects", Who.SERVER, "redirects the exchange of a code, which carries our assertion",
        Must("403 or 502, and nobody else is asked", answered(403, 502)), _redirected_exchange, SENT_ON,
        at="cds_service/smart/exchange.py"),
    row("a patient who launches", Who.VIEWER, "launches from a portal as patient or relative",
        status(403, "the report is for professionals"), _patient_looks, SENT_ON, at=VISIT),
)  # fmt: skip
