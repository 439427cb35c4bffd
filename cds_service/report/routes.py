"""The addresses of a report: `GET /report/{id}` shows it to the browser that opened it, `POST` opens it with its key.

The key never stands in an address that is sent: a page of ours reads it behind the `#` and posts it. Whatever goes
wrong, the answer is a page that says what happened and what to do, and nothing of the patient.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from cards.report import model_of
from cards.wording.wording import Wording
from cds_service.errors import StoreUnavailable
from cds_service.languages import LANGUAGES
from cds_service.pages import STATIC
from cds_service.report.handle import OPEN_FOR
from cds_service.report.packed import Kept, in_words_of
from cds_service.report.page import HEADERS, language_names, opening, problem, render, shown
from cds_service.report.reports import PATH, Closed, Elsewhere, Reports, Unknown

COOKIE = "report"
LONGEST_FORM = 200
_PROBLEMS: dict[type[Exception], tuple[str, int]] = {
    Unknown: ("unknown", 404),
    Closed: ("gone", 410),
    Elsewhere: ("elsewhere", 403),
    StoreUnavailable: ("closed-for-now", 503),
}
Answering = Callable[[Request], Awaitable[Response]]


def report_routes(reports: Reports) -> list[BaseRoute]:
    """Nothing where no links are made."""
    if not reports.offered:
        return []
    pages = _Pages(reports)
    return [
        Route(PATH + "{id}", _told(pages.show, reports), methods=["GET"]),
        Route(PATH + "{id}", _told(pages.open, reports), methods=["POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def _told(answering: Answering, reports: Reports) -> Answering:
    async def told(request: Request) -> Response:
        try:
            return await answering(request)
        except (Unknown, Closed, Elsewhere, StoreUnavailable) as trouble:
            return problem(_wording(request, reports), *_PROBLEMS[type(trouble)])

    return told


class _Pages:
    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def show(self, request: Request) -> Response:
        """The report, where this browser opened it before; else the page that hands over the key."""
        handle = request.path_params["id"]
        self._reports.closes(handle)
        secret, key = _cookie(request)
        if not key:
            return opening(_wording(request, self._reports))
        return self._shown(request, await self._reports.open(handle, key, secret))

    async def open(self, request: Request) -> Response:
        """Takes the key once; from here on this browser shows the report, and no other does."""
        handle = request.path_params["id"]
        until = self._reports.closes(handle)
        if request.headers.get("sec-fetch-site") == "cross-site":  # another page must not open one in this browser
            raise Unknown
        key = await _key(request)
        secret = _cookie(request)[0] or secrets.token_urlsafe(32)
        await self._reports.open(handle, key, secret)
        answer = RedirectResponse(f"{PATH}{handle}", 303, HEADERS)
        answer.set_cookie(
            COOKIE,
            f"{secret}.{key}",
            max_age=self._reports.seconds_to(until),
            path=f"{PATH}{handle}",
            secure=self._reports.base.startswith("https://"),
            httponly=True,
            samesite="strict",
        )
        return answer

    def _shown(self, request: Request, opened: Kept) -> Response:
        asked = request.query_params.get("language", "")
        wording = self._reports.wording(asked if asked in LANGUAGES else opened.locale)
        kept = in_words_of(opened, wording)
        report = model_of(kept.assessment, kept.series, wording, notes=kept.notes, contact=kept.contact)
        names = language_names()
        links = {f"?language={code}": name for code, name in names.items()} if len(names) > 1 else {}
        chosen = request.query_params.get("show", "all")
        return shown(render(report, wording, minutes=OPEN_FOR.seconds // 60, languages=links, chosen=chosen))


def _wording(request: Request, reports: Reports) -> Wording:
    return reports.wording(request.query_params.get("language", ""))


def _cookie(request: Request) -> tuple[str, str]:
    """The secret of this browser and the key, as its cookie for this one address holds them."""
    secret, _, key = request.cookies.get(COOKIE, "").partition(".")
    return (secret, key) if key else ("", "")


async def _key(request: Request) -> str:
    """The one field of the form. Raises Unknown where there is none, or far too much."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise Unknown
    try:
        return parse_qs(body.decode("ascii"), strict_parsing=True)["key"][0].strip().lstrip("#")
    except (ValueError, KeyError):
        raise Unknown from None
