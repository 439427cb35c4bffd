"""Which browser a launch and its report belong to, also inside an EHR's frame, where third-party cookies are blocked.

The browser holds one secret of ours, and nothing in an address opens anything without it. It is kept in up to three
places, because no browser blocks all of them:

1. a cookie: `__Host-`, HttpOnly, Secure, `SameSite=None; Partitioned` (CHIPS), so that a frame keeps one of its own
   for the EHR it stands in, where the browser knows such cookies;
2. in a frame, beside it, the frame's own `sessionStorage`, which browsers partition likewise;
3. where that is denied too, as Chromium does with all third-party cookies blocked, the name of the frame.

Where a request comes without the cookie, a small page of ours reads the secret there and posts it to the same address
(`handover`; `pages/static/smart.js`).

A handle in the path would have done without both, but whoever copies or logs an address would hold the report; here a
copied address opens nothing. A post is taken only where the browser itself says that it comes from a page of ours
(`Sec-Fetch-Site: same-origin`): another site could post a secret of its own, and so slip its launch under a clinician.
On http, which only a demo on one machine uses, the cookie is a plain `SameSite=Lax` one.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from cds_service.report.handle import fingerprint
from cds_service.smart.app import App
from cds_service.smart.troubles import StateTrouble

NAME, SAFE_NAME = "smart", "__Host-smart"
KEPT_FOR = 25 * 60
"""Seconds: ten minutes for the launch, fifteen for the report."""

_LEAST, _MOST = 40, 64
_LONGEST_FORM = 200


def new_secret() -> str:
    return secrets.token_urlsafe(32)


async def secret_of(request: Request) -> str | None:
    """What this browser holds, by cookie or handed over; None where a page of ours has to fetch it first."""
    if request.method == "POST":
        return await _handed_over(request)
    return cookie_of(request)


def cookie_of(request: Request) -> str | None:
    found = request.cookies.get(SAFE_NAME) or request.cookies.get(NAME) or ""
    return found if _plausible(found) else None


async def _handed_over(request: Request) -> str:
    """The one field of the form. Raises StateTrouble."""
    if request.headers.get("sec-fetch-site") != "same-origin":
        raise StateTrouble("cross-site")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            raise StateTrouble("form")
    try:
        [given] = parse_qs(body.decode("ascii"), strict_parsing=True)["browser"]
    except (ValueError, KeyError):
        raise StateTrouble("form") from None
    if not _plausible(given):
        raise StateTrouble("form")
    return given


def _plausible(secret: str) -> bool:
    return _LEAST <= len(secret) <= _MOST and secret.isascii() and secret.replace("-", "").replace("_", "").isalnum()


def in_frame(request: Request) -> bool:
    """Whether the browser says that the answer is for a frame."""
    return request.headers.get("sec-fetch-dest") in ("iframe", "frame", "embed", "object")


def remember(response: Response, secret: str, app: App) -> None:
    """Python's own cookies know no `Partitioned` yet."""
    safe = app.base.startswith("https://")
    name, flags = (SAFE_NAME, "Secure; SameSite=None; Partitioned") if safe else (NAME, "SameSite=Lax")
    response.headers.append("set-cookie", f"{name}={secret}; Path=/; Max-Age={KEPT_FOR}; HttpOnly; {flags}")


def mark_of(secret: str) -> str:
    """What is kept of a browser on our side."""
    return fingerprint(secret)
