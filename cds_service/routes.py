"""The addresses of CDS Hooks: discovery, the service calls and feedback, from bytes to an answer and back to bytes.

The section of the specification stands above each. Bodies are read raw and parsed once by orjson, which refuses NaN.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from cds_service import figures, log, watching
from cds_service.audit.chain import Anchor
from cds_service.audit.ledger import Ledger
from cds_service.audit.witness import Witness
from cds_service.errors import BodyTooLarge, MalformedCall, UnknownAddress, UnsupportedBody, outcome
from cds_service.feedback.memory import Memory
from cds_service.feedback.reading import read_feedback
from cds_service.hooks import Hook
from cds_service.json_text import NamedTwice, NotJson, parse_json
from cds_service.protocol import Answer, read_call, without_empty
from cds_service.readiness import Readiness, ready
from cds_service.trust.gate import Gate

_JSON = "application/json"
_HEARD_OUT = 2  # times the longest body: a sender that meets a closed connection sees no answer


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type=_JSON)


def routes(
    hooks: Mapping[str, Hook], max_body: int, gate: Gate, memory: Memory, ledger: Ledger, readiness: Readiness
) -> list[BaseRoute]:
    """Every address of the service itself."""

    # CDS Hooks › Discovery (DISC-1, DISC-2, DISC-11)
    async def discovery(request: Request) -> Response:
        caller = await gate.admit(request)
        return json_response(without_empty({"services": [hook.discovery(caller) for hook in hooks.values()]}))

    # CDS Hooks › Calling a CDS Service (REQ-1; A-5: an unknown id is 404)
    async def call(request: Request) -> Response:
        service = request.path_params["service"]
        witness = Witness(ledger, request.scope["cds_service.request"], service)
        try:
            answer = await answered(request, service, witness)
        except Exception as error:
            if service in hooks:
                await witness.failed(error)
            raise
        _tell(witness, answer, await witness.answered(answer))
        # RESP-1, RESP-2: `cards` stays, also when empty. The answer is about a patient: nobody keeps it.
        cards = [without_empty(card) for card in answer.cards]
        return json_response({"cards": cards}, headers={"Cache-Control": "no-store"})

    async def answered(request: Request, service: str, witness: Witness) -> Answer:
        witness.caller = await gate.admit(request)
        hook = hooks.get(service)
        if hook is None:
            raise UnknownAddress("there is no service of this id; GET /cds-services lists them (DISC-7)")
        _check_headers(request.headers)
        witness.call = read_call(_parsed(await _body(request, max_body)), hook.hook, witness.caller)
        return await hook.answer(witness.call)

    async def healthy(_: Request) -> Response:
        return json_response({"status": "ok"})

    async def ready_now(_: Request) -> Response:
        told = await readiness.told()
        if ready(told):
            return json_response({"status": "ok", **told})
        why = ", ".join(f"{what}: {state}" for what, state in told.items())
        return json_response(outcome("transient", f"not ready: {why}"), 503, {"Retry-After": "5"})

    return [
        Route("/cds-services", discovery, methods=["GET"]),
        Route("/cds-services/{service}", call, methods=["POST"]),
        _feedback(hooks, max_body, gate, memory),
        Route("/healthz", healthy, methods=["GET"]),
        Route("/readyz", ready_now, methods=["GET"]),
    ]


def _feedback(hooks: Mapping[str, Hook], max_body: int, gate: Gate, memory: Memory) -> BaseRoute:
    # CDS Hooks › Feedback (FB-1; FB-9, A-3: whatever is kept is 200, a card that we do not know too)
    async def feedback(request: Request) -> Response:
        caller = await gate.admit(request)
        if request.path_params["service"] not in hooks:
            raise UnknownAddress("there is no service of this id; GET /cds-services lists them (DISC-7)")
        _check_headers(request.headers)
        items = read_feedback(_parsed(await _body(request, max_body)))
        await memory.keep(caller, items)
        name = request.scope["cds_service.request"]
        log.event("feedback", request=name, client=caller.name, status=200, entries=len(items))
        return json_response({}, headers={"Cache-Control": "no-store"})

    return Route("/cds-services/{service}/feedback", feedback, methods=["POST"])


def _check_headers(headers: Mapping[str, str]) -> None:
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _JSON:
        raise UnsupportedBody("Content-Type must be application/json (GEN-1)")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedBody("the body must be sent without Content-Encoding (GEN-1)")


async def _body(request: Request, limit: int) -> bytes:
    """The body. One that is too long is refused when it has been heard out, so that the caller can read the refusal;
    one that is far too long is refused as soon as that is known."""
    refusal = BodyTooLarge(f"the body is larger than {limit} bytes; send fewer or shorter prefetch keys")
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > _HEARD_OUT * limit:
        raise refusal
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > _HEARD_OUT * limit:
            raise refusal
        if length <= limit:
            chunks.append(chunk)
    if length > limit:
        raise refusal
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _parsed(body: bytes) -> Any:
    try:
        return parse_json(body)
    except NamedTwice as mistake:
        raise MalformedCall(f"the body is ambiguous: {mistake}; send each member once (GEN-1)") from None
    except NotJson as mistake:
        raise MalformedCall(f"the body is not JSON: line {mistake.line}, column {mistake.column} (GEN-1)") from None


def _tell(witness: Witness, answer: Answer, place: Anchor | None) -> None:
    """An answer in the log and in the figures. The log keeps the head of the audit chain where no database is."""
    client = witness.caller.name if witness.caller else None
    figures.answered(client or watching.OTHER, answer, witness.seconds)
    log.event(
        "answered",
        request=witness.request,
        client=client,
        service=witness.service,
        status=200,
        milliseconds=round(witness.seconds * 1000, 1),
        keys=answer.keys,
        entries=answer.entries,
        holes=answer.holes,
        fetched=answer.fetched,
        cards=len(answer.cards),
        quieted=len(answer.quieted) or None,
        audit=str(place) if place else None,
    )
