"""The composition root: which collaborators make up the service, and what every failure becomes on the wire."""

from __future__ import annotations

import gc
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, tzinfo

import httpx2
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cds_service import log
from cds_service.catalogue import Catalogue
from cds_service.concept_maps import load_concept_maps
from cds_service.cors import Cors
from cds_service.errors import CallError, NotAdmitted, of_error, of_status
from cds_service.expansion.starting import catalogue_for
from cds_service.feedback.memory import Memory
from cds_service.fhir.client import FhirClient
from cds_service.fhir.queries import Searches
from cds_service.hooks import Judge, hooks
from cds_service.judged import plainly
from cds_service.routes import json_response, routes
from cds_service.screening import Screening
from cds_service.settings import Settings
from cds_service.store.starting import kept_ready
from cds_service.store.store import Store
from cds_service.trust.gate import Gate
from cds_service.trust.starting import gate_for, kept_up_to_date

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
) -> FastAPI:
    """The service. `catalogue` defaults to the trials shipped with it, `judge` to screening that catalogue.

    `clock` and `transport` are the two ways out into the world, for tests and demos to close. Without a `store` nothing
    is kept between calls.
    """
    settings = settings or Settings.from_environment()
    log.silence_talkative()
    catalogue = catalogue or catalogue_for(settings)
    maps = load_concept_maps(settings.concept_maps)
    judging = plainly(judge) if judge else Screening(catalogue, settings.locale, maps).judged
    fhir = FhirClient(transport=transport, deadline=settings.deadline)
    searches = Searches(catalogue.terminology.value_sets, maps)
    gate = gate_for(settings, catalogue, clock, replay=store.replay if store else None, transport=transport)
    memory = Memory(store, clock)
    published = hooks(settings, searches, judging, lambda zone: today(settings, clock, zone), fhir, memory)
    app = FastAPI(
        routes=routes(published, settings.max_body, gate, memory),
        lifespan=_lifespan(fhir, gate, store),
        openapi_url=None,
        redirect_slashes=False,  # a 307 would name the Host it was asked under
        telemetry={"logs": False, "operation_spans": False},  # its log lines quote what was sent
    )
    app.state.settings = settings
    app.state.gate = gate
    app.state.store = store
    app.state.memory = memory
    app.state.catalogue = catalogue
    app.add_exception_handler(CallError, _refuse)
    app.add_exception_handler(HTTPException, _framework)
    app.add_middleware(Shield)
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
    fhir: FhirClient, gate: Gate, store: Store | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        calm_collector()
        try:
            async with kept_ready(store), kept_up_to_date(gate):
                yield
        finally:
            await fhir.close()

    return lifespan


async def _refuse(request: Request, error: Exception) -> Response:
    status, body = of_error(error)
    why = error.why if isinstance(error, NotAdmitted) else None
    log.event("refused", request=request.scope["cds_service.request"], status=status, why=why)
    return json_response(body, status, error.headers if isinstance(error, CallError) else None)


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 — registered for nothing else
    log.event("refused", request=request.scope["cds_service.request"], status=error.status_code)
    return json_response(of_status(error.status_code), error.status_code, error.headers)


class Shield:
    """Names each request, and turns what nobody foresaw into a bare 500 (RESP-5).

    The framework's own handler would re-raise, and the server would log a message that may quote the record.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = scope["cds_service.request"] = uuid.uuid4().hex
        started = False

        async def named(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", name.encode())]
            await send(message)

        try:
            await self.app(scope, receive, named)
        except ClientDisconnect:
            log.event("disconnected", request=name, level=logging.INFO)
        except Exception as error:
            log.failure(name, error)
            if not started:
                status, body = of_error(error)
                await json_response(body, status)(scope, receive, named)
