"""The clients of the tests: whatever a test asks for, the answer it gets is held against the schemas of the service."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import httpx2
import orjson
from jsonschema_rs import Draft202012Validator, Registry

from cds_service.schemas import NAMES, schema

_CALLED = re.compile(r"/cds-services/[^/]+")
_JSON = "application/json"


@cache
def validator(name: str) -> Draft202012Validator:
    registry = Registry([(f"{one}.json", schema(one)) for one in NAMES])
    return Draft202012Validator(schema(name), registry=registry, validate_formats=False)


def breaks(name: str, body: Any) -> list[str]:
    """Where a body breaks the schema of this name, and how."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in validator(name).iter_errors(body)
    ]


def schema_of(path: str, status: int) -> str | None:
    """The schema that an answer of the service follows; none for the pages and the FHIR server of the demo."""
    if not path.startswith("/cds-services") and path not in ("/healthz", "/readyz"):
        return None
    if status >= 400:
        return "outcome"
    if path == "/cds-services":
        return "discovery"
    if path.endswith("/feedback"):
        return "feedback"
    return "cards" if _CALLED.fullmatch(path) else None


def check(method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """Fails where an answer is not what the rules promise."""
    name = None if method in ("HEAD", "OPTIONS") and status < 400 else schema_of(path, status)
    if name is None or method == "HEAD":
        return
    assert content_type == _JSON, f"{method} {path}: {content_type}"
    wrong = breaks(name, orjson.loads(body))
    assert not wrong, f"{method} {path}, {status}: {wrong}"


async def _checked(response: httpx2.Response) -> None:
    request = response.request
    body = await response.aread()
    check(request.method, request.url.path, response.status_code, response.headers.get("content-type", ""), body)


def client_of(app: Any, base_url: str = "http://service.example", **more: Any) -> httpx2.AsyncClient:
    """A client of this app, without a socket."""
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url=base_url, event_hooks={"response": [_checked]}, **more
    )
