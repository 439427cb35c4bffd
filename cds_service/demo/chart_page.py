"""Decides what the demo's two pages show: the list of people, and a chart with its cards as an EHR gets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from cds_service.demo.authorization import OPEN
from cds_service.demo.record import Person, person_of, tables
from cds_service.demo.store import FhirStore
from cds_service.ehr.prefetch import Prefetch
from cds_service.ehr.problem import EhrProblem
from cds_service.ehr.told import issues, tell_prefetch
from cds_service.ehr.visit import Ehr, Visit, offered, visit
from cds_service.ehr.wire import FhirBase, new_session
from cds_service.pages import STATIC, page

Json = dict[str, Any]
HOOK = "patient-view"
USER = "Practitioner/demo"


@dataclass(frozen=True, slots=True)
class DemoChart:
    """The pages over one store; `base` is our own address, never taken from a request."""

    store: FhirStore
    base: str
    as_of: date
    stories: Mapping[str, str]

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.people, methods=["GET"]),
            Route("/chart/{patient}", self.chart, methods=["GET"]),
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    async def people(self, _request: Request) -> Response:
        return self._page("people.html", people=[self._person(own) for own in self.store.of_type("Patient")])

    async def chart(self, request: Request) -> Response:
        patient_id = request.path_params["patient"]
        patient = self.store.get("Patient", patient_id)
        if patient is None:
            return self._page("missing.html", 404)
        problem, visits = await run_in_threadpool(self._opened, patient_id)
        shown: Json = {"person": self._person(patient), "tables": tables(self.store, patient_id)}
        return self._page("chart.html", problem=problem, visits=[_shown(one, patient_id) for one in visits], **shown)

    def _opened(self, patient_id: str) -> tuple[str, list[Visit]]:
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
        return person_of(patient, self.as_of, self.stories.get(patient["id"], ""))

    def _page(self, template: str, status: int = 200, **shown: Any) -> Response:
        return page(template, status, day=self.as_of.isoformat(), **shown)


def _shown(visited: Visit, patient: str) -> Json:
    return {
        "service": visited.service,
        "status": visited.status,
        "cards": None if visited.cards is None else [_card(card, patient) for card in visited.cards],
        "reasons": " ".join(issues(visited.answer)),
        "sent": tell_prefetch(visited.prefetch or Prefetch(), 10_000),
        "request": _pretty(visited.request),
        "answer": _pretty(visited.answer),
    }


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _card(card: Json, patient: str) -> Json:
    """The parts of a card that are shown; an address that is not http is text, not a link."""
    return {
        "indicator": str(card.get("indicator", "info")),
        "summary": str(card.get("summary", "")),
        "detail": str(card.get("detail", "")),
        "source": _link(card.get("source") or {}),
        "links": [_link(launched(link, patient)) for link in card.get("links", [])],
        "reasons": [str(reason.get("display", "")) for reason in card.get("overrideReasons", [])],
    }


def launched(link: Json, patient: str) -> Json:
    """A smart link leads to the EHR itself, which launches the app for the patient of this chart (CARD-22)."""
    if link.get("type") != "smart":
        return link
    asked = {"patient": patient, "app": str(link.get("url", "")), "about": str(link.get("appContext", ""))}
    return {**link, "url": f"{OPEN}?{urlencode(asked)}"}


def _link(link: Json) -> Json:
    url = str(link.get("url", ""))
    return {"label": str(link.get("label", url)), "href": url if url.startswith(("https://", "http://", OPEN)) else ""}
