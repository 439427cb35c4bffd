"""What is compared: the service, the service made to assess everybody, and a bare endpoint that parses and answers."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response

from benchmarks.chart import AS_OF
from cards.render import Occasion, render_cards
from cds_service.app import calm_collector, create_app
from cds_service.catalogue import Catalogue
from cds_service.fhir.gather import Gathered
from cds_service.protocol import HookCall
from cds_service.screening import Screening
from cds_service.settings import Settings
from cds_service.trust.caller import OPEN
from eligibility.assessment import assess

PATH = "/cds-services/trial-eligibility-patient-view"
Endpoint = Callable[[bytes], Awaitable[bytes]]


def bare() -> Endpoint:
    """FastAPI and orjson, nothing else: the least that any service written in them spends on the same bodies."""
    app = FastAPI(openapi_url=None)

    @app.post(PATH)
    async def answer(request: Request) -> Response:
        call = orjson.loads(await request.body())
        return Response(orjson.dumps({"cards": [], "of": call["hookInstance"]}), media_type="application/json")

    return _asgi(app)


def service(catalogue: Catalogue) -> Endpoint:
    """The service as `serve` runs it."""
    return _asgi(create_app(Settings(open=True), catalogue=catalogue, clock=_noon))


def whole_service(catalogue: Catalogue) -> Endpoint:
    """The same without screening: every criterion of every trial is decided, also for those whom none concerns."""
    screening = Screening(catalogue, "en")

    def judge(gathered: Gathered, call: HookCall, name: str, as_of: date) -> list[dict[str, Any]]:
        record = screening.record(gathered, as_of)
        assessments = [assess(trial, record, as_of) for trial in catalogue.open_trials]
        occasion = Occasion(OPEN, name, call.instance, record.reference)
        return [card.as_json() for card in render_cards(assessments, occasion, screening.wording)]

    return _asgi(create_app(Settings(open=True), catalogue=catalogue, clock=_noon, judge=judge))


def _noon() -> datetime:
    return datetime.combine(AS_OF, time(12), UTC)


def _asgi(app: Any) -> Endpoint:
    """Calls an application without a socket: what is measured is its own work."""

    async def call(content: bytes) -> bytes:
        sent: list[bytes] = []
        status = 0

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            sent.append(message.get("body", b""))

        await app(_scope(len(content)), receive, send)
        if status != 200:
            raise SystemExit(f"the call was answered with {status}: {b''.join(sent).decode()}")
        return b"".join(sent)

    return call


def _scope(length: int) -> dict[str, Any]:
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": PATH, "raw_path": PATH.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"content-type", b"application/json"), (b"content-length", str(length).encode())],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip


def collector(tuned: bool) -> None:
    """The collector as `serve` sets it once the trials are loaded, or as Python starts with it."""
    gc.unfreeze()
    gc.collect()
    if tuned:
        calm_collector()
    else:
        gc.set_threshold(*DEFAULT)


DEFAULT = gc.get_threshold()
