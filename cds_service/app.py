"""The composition root: which collaborators make up the service, and what every failure becomes on the wire."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, tzinfo
from functools import partial

import httpx2
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cds_service import log, watching
from cds_service.audit.ledger import Ledger
from cds_service.catalogue import Catalogue
from cds_service.concept_maps import load_concept_maps
from cds_service.cors import Cors
from cds_service.errors import CallError, NotAdmitted, of_error, of_status
from cds_service.expansion.starting import catalogue_for
from cds_service.feedback.memory import Memory
from cds_service.fhir.client import FhirClient
from cds_service.hooks import Judge, hooks
from cds_service.in_force import InForce
from cds_service.in_force import kept_up_to_date as trials_kept_up_to_date
from cds_service.judged import plainly
from cds_service.openapi import described
from cds_service.pinned import trusting
from cds_service.readiness import Readiness
from cds_service.report.redaction import keep_out_of_logs
from cds_service.report.reports import Reports, kept_tidy
from cds_service.report.routes import report_routes
from cds_service.routes import json_response, routes
from cds_service.settings import Settings
from cds_service.shedding import Shedding
from cds_service.shield import Shield
from cds_service.smart.app import App
from cds_service.smart.starting import Smart
from cds_service.store.starting import kept_ready
from cds_service.store.store import Store
from cds_service.tracing import Traced
from cds_service.traffic import Traffic
from cds_service.trust.gate import Gate
from cds_service.trust.starting import gate_for, kept_up_to_date, trials_taken
from cds_service.upstream.servers import Servers, Sparing

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None,
    *,
    catalogue: Catalogue | None = None,
    clock: Clock = system_clock,
    judge: Judge | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
    store: Store | None = None,
    own_app: App | None = None,
) -> FastAPI:
    """The service. `catalogue` defaults to the trials shipped with it, `judge` to screening that catalogue.

    `clock` and `transport` are the two ways out into the world, for tests and demos to close. Without a `store` nothing
    is kept between calls. `own_app` is what an EHR beside us may launch in open mode, as that of the demo does.
    """
    settings = settings or Settings.from_environment()
    log.silence_talkative()
    keep_out_of_logs()
    catalogue = catalogue or catalogue_for(settings)
    maps = load_concept_maps(settings.concept_maps)
    trials = InForce(settings, catalogue, maps, plainly(judge) if judge else None)
    trusted = trusting(settings.ca_file)
    servers = Servers(Sparing(at_once=settings.parallel_server, rest=settings.rest))
    fhir = FhirClient(transport=transport, deadline=settings.deadline, servers=servers, trusted=trusted)
    replay = store.replay if store else None
    gate = gate_for(settings, catalogue, clock, replay=replay, transport=transport, trusted=trusted, app=own_app)
    memory = Memory(store, clock)
    reports = Reports(settings.report_url, store, clock, trials)
    days = partial(today, settings, clock)
    traffic = Traffic(settings.in_flight, settings.at_work)
    published = hooks(settings, trials, trials.judged, days, fhir, memory, reports, traffic)
    ledger = Ledger(store, clock)
    smart = Smart(settings, trials, fhir, gate, store, clock, days)
    app = FastAPI(
        routes=[
            *routes(published, settings.max_body, gate, memory, ledger, Readiness(gate, store)),
            *report_routes(reports),
            *smart.routes(ledger, reports.wording),
            *described(open_mode=settings.open),
        ],
        lifespan=_lifespan(settings, trials, fhir, gate, store, reports, smart),
        openapi_url=None,
        redirect_slashes=False,  # a 307 would name the Host it was asked under
        telemetry={"logs": False, "tracing": False, "metrics": False},  # they quote what was sent (see `tracing`)
    )
    app.state.settings = settings
    app.state.gate = gate
    app.state.store = store
    app.state.memory = memory
    app.state.reports = reports
    app.state.ledger = ledger
    app.state.smart = smart
    app.state.catalogue = catalogue
    app.state.trials = trials
    app.state.traffic = traffic
    app.add_exception_handler(CallError, _refuse)
    app.add_exception_handler(HTTPException, _framework)
    app.add_middleware(Shedding, traffic=app.state.traffic)
    app.add_middleware(Traced)
    app.add_middleware(Shield, framed_by=lambda: _origins(settings, gate))
    app.add_middleware(Cors, origins=lambda: _origins(settings, gate))  # outermost: an error is readable, too
    return app


def _origins(settings: Settings, gate: Gate) -> frozenset[str]:
    """The pages of registered clients, by their files; in open mode those of the setting."""
    return settings.origins if gate.door is None else gate.door.registry.clients.origins


def today(settings: Settings, clock: Clock, zone: tzinfo | None = None) -> date:
    """The day charts are judged on: CDS_AS_OF, else the clock's day in the caller's time zone or the service's."""
    return settings.as_of or clock().astimezone(zone or settings.zone).date()


def calm_collector() -> None:
    """Trials and code stay, so the collector need not walk them; a call leaves no circles, so it may come seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _lifespan(
    settings: Settings,
    trials: InForce,
    fhir: FhirClient,
    gate: Gate,
    store: Store | None,
    reports: Reports,
    smart: Smart,
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        calm_collector()

        def taken(catalogue: Catalogue) -> None:
            app.state.catalogue = catalogue
            trials_taken(gate, settings, catalogue)

        try:
            async with (
                kept_ready(store),
                kept_up_to_date(gate),
                trials_kept_up_to_date(trials, settings, taken),
                kept_tidy(reports),
                kept_tidy(smart),
            ):
                yield
        finally:
            await fhir.close()

    return lifespan


async def _refuse(request: Request, error: Exception) -> Response:
    status, body = of_error(error)
    why = error.why if isinstance(error, NotAdmitted) else None
    watching.count("refused_call", status=status)
    log.event("refused", request=request.scope["cds_service.request"], status=status, why=why)
    return json_response(body, status, error.headers if isinstance(error, CallError) else None)


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 — registered for nothing else
    watching.count("refused_call", status=error.status_code)
    log.event("refused", request=request.scope["cds_service.request"], status=error.status_code)
    return json_response(of_status(error.status_code), error.status_code, error.headers)
