"""Decides what the demo's EHR does at each of its addresses: the list of people, a chart, and answers to its cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from cds_service.demo.answering import Answering
from cds_service.demo.authorization import OPEN
from cds_service.demo.desk import FARTHEST, Desk
from cds_service.demo.opening import Opening, Openings, opened
from cds_service.demo.record import Person, person_of, tables
from cds_service.demo.shown import opening_shown
from cds_service.demo.store import FhirStore
from cds_service.demo.words import WORDS, Words
from cds_service.ehr.problem import EhrProblem
from cds_service.ehr.visit import Ehr, Visit, offered, visit
from cds_service.ehr.wire import FhirBase, new_session
from cds_service.pages import HEADERS, STATIC, page
from cds_service.report.page import language_names

Json = dict[str, Any]
HOOK = "patient-view"
USER = "Practitioner/demo"
_LONGEST_FORM = 8_000
_OWN = ("same-origin", "none", None)  # None: no browser, or an old one


@dataclass(frozen=True, slots=True)
class DemoChart:
    """The pages over one store; `base` is our own address, never taken from a request.

    `launches` where an app of ours is registered beside the FHIR server.
    """

    store: FhirStore
    base: str
    desk: Desk
    stories: Mapping[str, str]
    launches: bool = False
    openings: Openings = field(default_factory=Openings)

    def routes(self) -> list[BaseRoute]:
        answering = Answering(self.base, self.desk)
        return [
            Route("/", self.people, methods=["GET"]),
            Route("/chart/{patient}", self.chart, methods=["GET"]),
            Route("/chart/{patient}/accept", self._answered(answering.accept, "suggestion"), methods=["POST"]),
            Route("/chart/{patient}/aside", self._answered(answering.put_aside, "card"), methods=["POST"]),
            Route("/desk", self.moved, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    async def people(self, _request: Request) -> Response:
        return self._page("people.html", people=[self._person(own) for own in self.store.of_type("Patient")])

    async def chart(self, request: Request) -> Response:
        """Opens the chart; a link to an earlier opening shows what became of its cards, without asking again."""
        patient_id = request.path_params["patient"]
        patient = self.store.get("Patient", patient_id)
        if patient is None:
            return self._page("missing.html", 404)
        opening = self.openings.of(patient_id, request.query_params)
        if opening is None:
            problem, visits = await run_in_threadpool(self._asked, patient_id)
            opening = self.openings.keep(opened(patient_id, tuple(visits), problem))
        return self._page(
            "chart.html",
            patient=patient_id,
            person=self._person(patient),
            opening=opening_shown(opening, self.store),
            tables=tables(self.store, patient_id, Words(self.desk.locale)),
            launch=f"{OPEN}?{urlencode({'patient': patient_id})}" if self.launches else "",
        )

    async def moved(self, request: Request) -> Response:
        """Another day, or another language; back to where it was asked for."""
        asked = await _form(request)
        if asked is None:
            return self._page("refused.html", 403)
        self.desk.move(asked.get("days", ""))
        self.desk.choose(asked.get("language", ""))
        patient = asked.get("patient", "")
        return _to(_chart(patient) if patient else "/")

    def _answered(self, does: Callable[[Opening, Mapping[str, str]], None], about: str) -> Callable[[Request], Any]:
        """Back to the card or the suggestion that it was about, which says what came of it."""

        async def answered(request: Request) -> Response:
            patient, asked = request.path_params["patient"], await _form(request)
            if asked is None:
                return self._page("refused.html", 403)
            opening = self.openings.of(patient, asked)
            if opening is None:
                return _to(_chart(patient))
            await run_in_threadpool(does, opening, asked)
            place = f"{about}-{quote(asked.get(about, ''))}"
            return _to(f"{_chart(patient)}?{urlencode({'opening': opening.name})}#{place}")

        return answered

    def _asked(self, patient_id: str) -> tuple[str, list[Visit]]:
        """Opens the chart as `cds-service fire` would, over HTTP."""
        context, fhir = {"userId": USER, "patientId": patient_id}, f"{self.base}/fhir"
        try:
            with new_session() as session:
                ehr = Ehr(FhirBase(session, fhir).fetch, fhir_server=fhir)
                services = offered(session, self.base, HOOK)
                return "", [visit(session, self.base, own, HOOK, context, ehr) for own in services]
        except EhrProblem as problem:
            return f"{problem.what}: {problem.remedy}", []

    def _person(self, patient: Json) -> Person:
        return person_of(patient, self.desk.day, self.stories.get(patient["id"], ""), Words(self.desk.locale))

    def _page(self, template: str, status: int = 200, **shown: Any) -> Response:
        desk = self.desk
        languages = language_names() if desk.speak else {}
        return page(
            template,
            status,
            said=Words(desk.locale),
            desk=desk,
            farthest=FARTHEST,
            languages={code: name for code, name in languages.items() if code in WORDS},
            **{"patient": "", **shown},
        )


def _chart(patient: str) -> str:
    return f"/chart/{quote(patient, safe='')}"


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, HEADERS)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields; None where another site's page sends the form, or it is far too long."""
    if request.headers.get("sec-fetch-site") not in _OWN:
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
