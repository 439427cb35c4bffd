"""The addresses of CDS Hooks: discovery, the service calls and feedback, from bytes to an answer and back to bytes.

The section of the specification stands above each. Bodies are read raw and parsed once by orjson, which refuses NaN.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from cds_service import log
from cds_service.errors import BodyTooLarge, MalformedCall, UnknownAddress, UnsupportedBody
from cds_service.feedback.memory import Memory
from cds_service.feedback.reading import read_feedback
from cds_service.hooks import Hook
from cds_service.json_text import NamedTwice, NotJson, parse_json
from cds_service.protocol import Answer, read_call, without_empty
from cds_service.trust.caller import Caller
from cds_service.trust.gate import Gate

_JSON = "application/json"


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type=_JSON)


def routes(hooks: Mapping[str, Hook], max_body: int, gate: Gate, memory: Memory) -> list[BaseRoute]:
    """Every address of the service itself."""

    # CDS Hooks › Discovery (DISC-1, DISC-2, DISC-11)
    async def discovery(request: Request) -> Response:
        caller = await gate.admit(request)
        return json_response(without_empty({"services": [hook.discovery(caller) for hook in hooks.values()]}))

    # CDS Hooks › Calling a CDS Service (REQ-1; A-5: an unknown id is 404)
    async def call(request: Request) -> Response:
        started = time.perf_counter()
        caller = await gate.admit(request)
        hook = hooks.get(request.path_params["service"])
        if hook is None:
            raise UnknownAddress("there is no service of this id; GET /cds-services lists them")
        _check_headers(request.headers)
        answer = await hook.answer(read_call(_parsed(await _body(request, max_body)), hook.hook, caller))
        _log(request, hook, caller, answer, started)
        # RESP-1, RESP-2: `cards` stays, also when empty. The answer is about a patient: nobody keeps it.
        cards = [without_empty(card) for card in answer.cards]
        return json_response({"cards": cards}, headers={"Cache-Control": "no-store"})

    async def healthy(_: Request) -> Response:
        return json_response({"status": "ok"})

    return [
        Route("/cds-services", discovery, methods=["GET"]),
        Route("/cds-services/{service}", call, methods=["POST"]),
        _feedback(hooks, max_body, gate, memory),
        Route("/healthz", healthy, methods=["GET"]),
        # The trials are loaded before the first request is taken; a slow EHR is no reason to be unready.
        Route("/readyz", healthy, methods=["GET"]),
    ]


def _feedback(hooks: Mapping[str, Hook], max_body: int, gate: Gate, memory: Memory) -> BaseRoute:
    # CDS Hooks › Feedback (FB-1; FB-9, A-3: whatever is kept is 200, a card that we do not know too)
    async def feedback(request: Request) -> Response:
        caller = await gate.admit(request)
        if request.path_params["service"] not in hooks:
            raise UnknownAddress("there is no service of this id; GET /cds-services lists them")
        _check_headers(request.headers)
        items = read_feedback(_parsed(await _body(request, max_body)))
        await memory.keep(caller, items)
        name = request.scope["cds_service.request"]
        log.event("feedback", request=name, client=caller.name, status=200, entries=len(items))
        return json_response({}, headers={"Cache-Control": "no-store"})

    return Route("/cds-services/{service}/feedback", feedback, methods=["POST"])


def _check_headers(headers: Mapping[str, str]) -> None:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise UnsupportedBody("Content-Type must be application/json")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedBody("the body must be sent without Content-Encoding")


async def _body(request: Request, limit: int) -> bytes:
    """The body, refused as soon as it is known to be too long: announced, or met while reading chunks."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > limit:
        raise BodyTooLarge(f"the body is larger than {limit} bytes")
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > limit:
            raise BodyTooLarge(f"the body is larger than {limit} bytes")
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _parsed(body: bytes) -> Any:
    try:
        return parse_json(body)
    except NamedTwice as mistake:
        raise MalformedCall(f"the body is ambiguous: {mistake}") from None
    except NotJson as mistake:
        raise MalformedCall(f"the body is not JSON: line {mistake.line}, column {mistake.column}") from None


def _log(request: Request, hook: Hook, caller: Caller, answer: Answer, started: float) -> None:
    log.event(
        "answered",
        request=request.scope["cds_service.request"],
        client=caller.name,
        service=hook.id,
        status=200,
        milliseconds=round((time.perf_counter() - started) * 1000, 1),
        keys=answer.keys,
        entries=answer.entries,
        holes=answer.holes,
        fetched=answer.fetched,
        cards=len(answer.cards),
        quieted=len(answer.quieted) or None,
    )
