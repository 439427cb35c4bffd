"""Attacks through browsers: pages of other origins, frames, addresses of reports, what is open without a token."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from cds_service.report.handle import new_id, new_key
from tests.attacks.attack import CARD, COOKIE, READABLE, ROW, SENT_ON, SHOWN, USED, Attack, Must, Who, answered, status
from tests.attacks.evidence import Evidence
from tests.attacks.stage import Hospital, call
from tests.service.calling import SERVICE
from tests.trust.hospital import AUDIENCE, DISCOVERY

REPORT = "cds_service/report/reports.py"
ROUTES = "cds_service/report/routes.py"
SHIELD = "cds_service/shield.py"
CORS = "cds_service/cors.py"
APP = "cds_service/app.py"
VALUE = "×10⁹/L"  # stands in every report of this chart, and on no other page


async def link(stage: Hospital) -> tuple[str, str]:
    """Address and key of the report of a new card, known to the clinician alone."""
    body = call(hookInstance=secrets.token_hex(8))
    answer = await stage.http.post(SERVICE, json=body, headers={"Authorization": f"Bearer {stage.token()}"})
    address, _, key = answer.json()["cards"][0]["links"][0]["url"].partition("#")
    stage.evidence.patient += (VALUE,) if VALUE not in stage.evidence.patient else ()
    stage.from_here()
    return address, stage.known(key)


async def opened(stage: Hospital, address: str, key: str, **headers: str) -> None:
    """A browser of its own posts the key and follows to the page."""
    async with stage.client(follow_redirects=True, headers=headers) as browser:
        stage.evidence.add(await browser.post(address, data={"key": key}))


async def _guessed(stage: Hospital) -> None:
    address, key = await link(stage)
    for _ in range(50):
        await opened(stage, f"/report/{new_id(stage.clock())}", new_key())
        await opened(stage, address, new_key())
    await opened(stage, address, key[:-1])


async def _of_another(stage: Hospital) -> None:
    (one, key), (other, key_of_other) = await link(stage), await link(stage)
    await opened(stage, one, key_of_other)
    await opened(stage, other, key)


async def _copied(stage: Hospital) -> None:
    address, _ = await link(stage)
    async with stage.client() as browser:
        stage.evidence.add(await browser.get(address))
        stage.evidence.add(await browser.get(address, headers={"Cookie": "report=x.y"}))


async def _second_browser(stage: Hospital) -> None:
    address, key = await link(stage)
    async with stage.client(follow_redirects=True) as clinician:
        shown = await clinician.post(address, data={"key": key})
        assert VALUE in shown.text
    await opened(stage, address, key)


async def _too_late(stage: Hospital) -> None:
    address, key = await link(stage)
    async with stage.client(follow_redirects=True) as clinician:
        assert VALUE in (await clinician.post(address, data={"key": key})).text
        stage.clock.now += timedelta(minutes=15)
        stage.evidence.add(await clinician.get(address))
        await opened(stage, address, key)


async def _from_another_site(stage: Hospital) -> None:
    address, key = await link(stage)
    await opened(stage, address, key, **{"Sec-Fetch-Site": "cross-site"})


async def _framed(stage: Hospital) -> None:
    address, key = await link(stage)
    async with stage.client(follow_redirects=True) as clinician:
        for page in (await clinician.post(address, data={"key": key}), await clinician.get("/report/x")):
            stage.evidence.add(page)


def _unframed(evidence: Evidence) -> bool:
    policies = [one.headers["content-security-policy"] for one in evidence.answers]
    return bool(policies) and all("frame-ancestors 'none'" in one and "script-src" in one for one in policies)


SCRIPT = '"><script>alert(1)</script>'


async def _reflected(stage: Hospital) -> None:
    address, key = await link(stage)
    async with stage.client(follow_redirects=True) as clinician:
        assert VALUE in (await clinician.post(address, data={"key": key})).text
        for name in ("language", "show", "trial", "x"):
            stage.evidence.add(await clinician.get(address, params={name: SCRIPT}))
        for path in (f"/report/{SCRIPT}", f"/cds-services/{SCRIPT}", f"/{SCRIPT}", f"/static/{SCRIPT}"):
            stage.evidence.add(await clinician.get(path))


def _nothing_reflected(evidence: Evidence) -> bool:
    return all(b"alert(1)" not in one.body for one in evidence.answers) and answered(200, 404, 405)(evidence)


CLIMBING = ("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/pyproject.toml", "....//....//x",
            "..\\..\\x", "..%5c..%5cx", "/etc/passwd", "%00", "report.css%00.png", "../page.py", "./../../app.py",
            "..%c0%af..%c0%afetc", "~root", "file:///etc/passwd", "CON", "x" * 5000)  # fmt: skip


async def _climbing(stage: Hospital) -> None:
    async with stage.client() as http:
        for name in CLIMBING:
            for folder in ("/static/", "/report/", "/smart/report/", "/cds-services/", "/"):
                request = http.build_request("GET", f"{AUDIENCE}/x")
                request.url = request.url.copy_with(raw_path=(folder + name).encode())
                stage.evidence.add(await http.send(request))
            asked = {"trial": name, "language": name, "show": name}
            stage.evidence.add(await http.get(f"/report/{new_id(stage.clock())}x", params=asked))


def _nothing_there(evidence: Evidence) -> bool:
    files = any(word in one.body for one in evidence.answers for word in (b"root:", b"import ", b"[project]"))
    return not files and answered(404, 405, 401)(evidence)


ORIGINS = ("https://evil.example", "null", f"{AUDIENCE}.evil.example", "https://EHR.example.org.evil.example",
           "http://ehr.example.org", "https://ehr.example.org:444", "https://ehr.example.org/", "*", "file://",
           "https://xehr.example.org")  # fmt: skip


async def _other_origins(stage: Hospital) -> None:
    stage.reread(origins=["https://ehr.example.org"])
    for origin in ORIGINS:
        headers = {"Origin": origin, "Cookie": "report=x.y"}
        asking = {**headers, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        for path in (DISCOVERY, SERVICE, f"{SERVICE}/feedback", "/report/x", "/nowhere"):
            stage.evidence.add(await stage.http.options(path, headers=asking))
            stage.evidence.add(await stage.http.get(path, headers=headers))
        await stage.send(None, headers=headers)
    allowed = await stage.http.get(DISCOVERY, headers={"Origin": "https://ehr.example.org"})
    assert allowed.headers["access-control-allow-origin"] == "https://ehr.example.org"


OPEN = ("/docs", "/redoc", "/openapi.json", "/metrics", "/debug", "/admin", "/.env", "/.git/config", "/audit",
    "/clients",
        "/cds-service.db", "/cds-service.key", "/fhir/metadata", "/auth/token", "/auth/open?patient=selma")  # fmt: skip


async def _what_is_open(stage: Hospital) -> None:
    for path in OPEN:
        for method in ("GET", "POST"):
            stage.evidence.add(await stage.http.request(method, path))


async def _another_host(stage: Hospital) -> None:
    for name in ("Host", "X-Forwarded-Host", "X-Original-URL", "Forwarded"):
        for path in (
            DISCOVERY,
            f"{DISCOVERY}/",
            f"{SERVICE}/",
            "/report/x",
            "//evil.example/x",
            "/report//evil.example",
        ):
            stage.evidence.add(await stage.http.get(path, headers={name: "evil.example"}))


def _nothing_of_evil(evidence: Evidence) -> bool:
    return all(b"evil" not in one.body for one in evidence.answers) and answered(401, 404, 405)(evidence)


METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "OPTIONS")


async def _methods(stage: Hospital) -> None:
    for method in METHODS:
        for path in (SERVICE, f"{SERVICE}/feedback"):
            headers = {"X-HTTP-Method-Override": "POST", "Authorization": f"Bearer {stage.token()}"}
            stage.evidence.add(await stage.http.request(method, path, json=call(), headers=headers))


def row(name: str, who: Who, how: str, must: Must, attempt: Any, *never: Any, at: str) -> Attack:
    return Attack(name, who, how, must, never, at, attempt)


NO_SUCH = status(404, "there is no such report; which part is wrong is not told")

REPORTS: tuple[Attack, ...] = (
    row("a guessed report", Who.VIEWER, "tries ids and keys by chance, also one letter short", NO_SUCH, _guessed, SHOWN,
        COOKIE, SENT_ON, at=REPORT),
    row("the key of another report", Who.VIEWER, "opens a report with the key of another one", NO_SUCH, _of_another,
        SHOWN, COOKIE, at="cds_service/report/handle.py"),
    row("a copied address", Who.VIEWER, "copies the address, which is without the key, from a history or a log",
        Must("a page that asks for the key", answered(200, 404)), _copied, SHOWN, COOKIE, at=ROUTES),
    row("a second browser", Who.VIEWER, "copies the whole link after the clinician opened it",
        status(403, "open in another browser"), _second_browser, SHOWN, COOKIE, at=REPORT),
    row("a report after its time", Who.VIEWER, "comes a quarter of an hour later, in the clinician's browser as well",
        status(410, "it has closed"), _too_late, SHOWN, COOKIE, at=REPORT),
    row("a report slipped under", Who.PAGE, "posts a key from another site", NO_SUCH, _from_another_site, SHOWN, COOKIE,
        at=ROUTES),
    row("a page in a frame", Who.PAGE, "frames the report and lays its own buttons over it",
        Must("no page is shown in a frame (Content-Security-Policy)", _unframed), _framed, at=SHIELD),
    row("a script in the address", Who.PAGE, "puts a script into query and path of a page",
        Must("nothing of it comes back", _nothing_reflected), _reflected, at="cds_service/report/page.py"),
)  # fmt: skip

ORIGINS_AND_PATHS: tuple[Attack, ...] = (
    row("a page of another origin", Who.PAGE, "asks from other origins: alike, null, another port, another scheme",
        Must("no answer is shared with it", lambda seen: bool(seen.answers)), _other_origins, READABLE, CARD, USED,
        at=CORS),
    row("a path that climbs", Who.STRANGER, "climbs out of static files, reports, services and trials",
        Must("nothing is there, nothing of a file is told", _nothing_there), _climbing, SHOWN, SENT_ON, at=ROUTES),
    row("what is open by default", Who.STRANGER, "looks for /docs, /openapi.json, /metrics, files, the demo's servers",
        status(404, "nothing is there"), _what_is_open, SHOWN, at=APP),
    row("another host's name", Who.STRANGER, "calls under another Host or X-Forwarded-Host to be sent there",
        Must("no answer names it", _nothing_of_evil), _another_host, SENT_ON, at=APP),
    row("other methods", Who.CLIENT, "calls with PUT, TRACE, PROPFIND, or overrides the method",
        status(405, "the methods of the address are named"), _methods, CARD, ROW, at=APP),
)  # fmt: skip
