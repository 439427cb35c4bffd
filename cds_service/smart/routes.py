"""The addresses of SMART App Launch: where the EHR launches us, where its authorization server returns, the report.

Every one of them answers a browser with a page; whatever goes wrong, it says what happened and what to do, and nothing
of the patient.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from cards.wording.wording import Wording
from cds_service import log, watching
from cds_service.audit.ledger import Ledger
from cds_service.audit.witness import Witness
from cds_service.languages import LANGUAGES
from cds_service.pages import STATIC
from cds_service.report.packed import Kept
from cds_service.report.page import HEADERS
from cds_service.report.reports import Unknown
from cds_service.smart import page
from cds_service.smart.app import CALLBACK, LAUNCH, REPORT
from cds_service.smart.browser import cookie_of, in_frame, new_secret, remember, secret_of
from cds_service.smart.session import Session
from cds_service.smart.troubles import TROUBLES, Incomplete, NothingAssessed
from cds_service.smart.visit import SERVICE, Returned, Visits

Answering = Callable[[Request], Awaitable[Response]]
_REQUEST = "cds_service.request"


def smart_routes(visits: Visits, ledger: Ledger, wording: Callable[[str], Wording], locale: str) -> list[BaseRoute]:
    """`wording` by language, `locale` that of pages that belong to no client."""
    pages = _Pages(visits, ledger, wording, locale)
    return [
        Route(LAUNCH, pages.told(pages.launch), methods=["GET"]),
        Route(CALLBACK, pages.told(pages.callback), methods=["GET", "POST"]),
        Route(REPORT + "{id}", pages.told(pages.report), methods=["GET", "POST"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


class _Pages:
    def __init__(self, visits: Visits, ledger: Ledger, wording: Callable[[str], Wording], locale: str) -> None:
        self._visits = visits
        self._ledger = ledger
        self._wording = wording
        self._locale = locale

    def told(self, answering: Answering) -> Answering:
        async def told(request: Request) -> Response:
            try:
                return await answering(request)
            except tuple(TROUBLES) as trouble:
                key, status = TROUBLES[type(trouble)]
                why = f"{type(trouble).__name__}: {trouble}" if str(trouble) else type(trouble).__name__
                log.event("smart-refused", request=request.scope[_REQUEST], status=status, why=why)
                return self._trouble(request, key, status)
            except ClientDisconnect:
                raise
            except Exception as error:
                log.failure(request.scope[_REQUEST], error)
                return self._trouble(request, "smart-failed", 500)

        return told

    async def launch(self, request: Request) -> Response:
        """The EHR opens this address; the browser goes on to its authorization server."""
        iss, launch = _one(request, "iss"), _one(request, "launch")
        secret = cookie_of(request) or new_secret()
        app, address = await self._visits.begin(iss, launch, secret)
        answer: Response = (
            page.launching(self._wording(self._locale), address, secret, app.framed_by)
            if in_frame(request)
            else RedirectResponse(address, 302, HEADERS)
        )
        remember(answer, secret, app)
        return answer

    async def callback(self, request: Request) -> Response:
        """The authorization server sends the browser back here, with a code or an error."""
        secret = await secret_of(request)
        if secret is None:
            return page.handover(self._wording(self._locale), self._everybody())
        returned = Returned(_one(request, "state"), _one(request, "code"), _one(request, "error"), _one(request, "iss"))
        witness = Witness(self._ledger, request.scope[_REQUEST], SERVICE)
        try:
            app, handle, about = await self._visits.finish(returned, secret, witness)
        except Exception as error:
            if witness.caller is not None and not isinstance(error, NothingAssessed):  # which was answered
                await witness.failed(error, _status_of(error))
            raise
        client = witness.caller.name if witness.caller else None
        log.event("smart-report", request=witness.request, client=client, status=303)
        answer = RedirectResponse(f"{app.base}{REPORT}{handle}{f'?trial={about}' if about else ''}", 303, HEADERS)
        remember(answer, secret, app)
        return answer

    async def report(self, request: Request) -> Response:
        """The report, for the browser that launched it."""
        handle = request.path_params["id"]
        self._visits.sessions.closes(handle)
        secret = await secret_of(request)
        if secret is None:
            return page.handover(self._wording(self._locale), self._everybody())
        session = await self._visits.sessions.open(handle, secret, self._wording)
        caller = self._visits.named(session.client)
        if caller is None or caller.app is None:
            raise Unknown
        kept = _chosen(session, request.query_params.get("trial", ""))
        asked = request.query_params.get("language", "")
        wording = self._wording(asked if asked in LANGUAGES else kept.locale)
        shown = request.query_params.get("show", "all")
        return page.report_page(session, kept, wording, caller.app.framed_by, shown)

    def _everybody(self) -> Collection[str]:
        """Whose launch it is can be told only with the browser's secret."""
        return self._visits.framed_by()

    def _trouble(self, request: Request, key: str, status: int) -> Response:
        if status >= 400:
            watching.count("refused_call", status=status)
        asked = request.query_params.get("language", "")
        wording = self._wording(asked if asked in LANGUAGES else self._locale)
        return page.trouble(wording, key, status, self._everybody())


def _status_of(error: Exception) -> int | None:
    return TROUBLES[type(error)][1] if type(error) in TROUBLES else None


def _one(request: Request, name: str) -> str:
    """A parameter that may stand once (RFC 6749, 3.1). Raises Incomplete."""
    found = request.query_params.getlist(name)
    if len(found) > 1:
        raise Incomplete
    return found[0] if found else ""


def _chosen(session: Session, trial: str) -> Kept:
    """The report of this trial, else the first."""
    named = (one for one in session.reports if one.assessment.trial.nct_id == trial)
    return next(named, session.reports[0])
