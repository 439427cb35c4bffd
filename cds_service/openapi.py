"""The addresses of the service as an OpenAPI 3.1 document, made of its JSON Schemas; served in open mode only.

Who calls a registered service finds it by discovery; a document of its doors is for developers and for tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from cds_service.errors import STATUS, UNEXPECTED
from cds_service.protocol import SPECIFICATION
from cds_service.routes import json_response
from cds_service.schemas import NAMES, schema

Json = dict[str, Any]
PATH = "/openapi.json"
_SCHEMAS = "#/components/schemas/"
_REFUSALS = (400, 401, 404, 413, 415, 500, 503)


def described(*, open_mode: bool) -> list[BaseRoute]:
    """The route of the document; none where calls are signed."""
    content = document()

    async def told(_: Request) -> Response:
        return json_response(content)

    return [Route(PATH, told, methods=["GET"])] if open_mode else []


def document() -> Json:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cds-service",
            "version": SPECIFICATION,
            "description": f"CDS Hooks {SPECIFICATION}: which clinical trials the patient of an open chart may fit.",
        },
        "paths": _paths(),
        "components": {"schemas": {name: _named(name) for name in NAMES}},
    }


def _paths() -> Json:
    service = {"parameters": [{"name": "service", "in": "path", "required": True, "schema": {"type": "string"}}]}
    plain = {"description": "The process answers.", "content": _json({"type": "object", "required": ["status"]})}
    return {
        "/cds-services": {"get": _operation("discover", "discovery", (401, 500, 503))},
        "/cds-services/{service}": {**service, "post": _operation("call", "cards", (*_REFUSALS, 412), "hook-call")},
        "/cds-services/{service}/feedback": {
            **service,
            "post": _operation("report", "feedback", _REFUSALS, "feedback-call"),
        },
        "/healthz": {"get": {"operationId": "live", "responses": {"200": plain}}},
        "/readyz": {"get": {"operationId": "ready", "responses": {"200": plain, **_refused((503,))}}},
        PATH: {"get": {"operationId": "describe", "responses": {"200": {"description": "This document."}}}},
    }


def _operation(name: str, answer: str, refusals: Iterable[int], body: str | None = None) -> Json:
    said = schema(answer)["title"]
    responses = {"200": {"description": said, "content": _json(_ref(answer))}, **_refused(refusals)}
    sent = {"requestBody": {"required": True, "content": _json(_ref(body))}} if body else {}
    return {"operationId": name, **sent, "responses": responses}


def _refused(statuses: Iterable[int]) -> Json:
    """RESP-5: each with an OperationOutcome, and the codes of the one table of errors."""
    codes: dict[int, set[str]] = {}
    for status, code in (*STATUS.values(), UNEXPECTED):
        codes.setdefault(status, set()).add(code)
    return {
        str(status): {"description": ", ".join(sorted(codes[status])), "content": _json(_ref("outcome"))}
        for status in sorted(statuses)
    }


def _json(schema_of_body: Json) -> Json:
    return {"application/json": {"schema": schema_of_body}}


def _ref(name: str) -> Json:
    return {"$ref": f"{_SCHEMAS}{name}"}


def _named(name: str) -> Json:
    """A schema as a component: its references lead into this document."""
    content = schema(name)
    moved: Json = _moved({key: value for key, value in content.items() if key not in ("$schema", "$id")}, name)
    return moved


def _moved(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _address(inner, name) if key == "$ref" else _moved(inner, name) for key, inner in value.items()}
    return [_moved(inner, name) for inner in value] if isinstance(value, list) else value


def _address(reference: str, name: str) -> str:
    """`common.json#/$defs/text` and `#/$defs/card`, from the root of the document."""
    file, _, place = reference.partition("#")
    return f"{_SCHEMAS}{file.removesuffix('.json') or name}{place}"
