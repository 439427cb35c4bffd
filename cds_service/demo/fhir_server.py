"""Decides how the embedded FHIR R4 server answers: read, search, pages, create and update over a store in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cds_service.demo.capability import capability_statement
from cds_service.demo.paging import PAGE, Pages, Result
from cds_service.demo.parameters import PARAMETERS
from cds_service.demo.search import SearchRefused, find, parse_query
from cds_service.demo.store import FhirStore
from cds_service.errors import outcome

Json = dict[str, Any]
_MEDIA_TYPE = "application/fhir+json"


class _Refused(Exception):
    """A request that is answered with an OperationOutcome and this status."""

    def __init__(self, status: int, diagnostics: str) -> None:
        super().__init__(diagnostics)
        self.status = status


def fhir_routes(store: FhirStore, *, prefix: str = "/fhir", day: str, page: int = PAGE) -> list[Route]:
    """The server as routes below `prefix`; like HAPI, its next links point at the base itself."""
    server = _FhirServer(store, prefix, day, Pages(page))
    return [
        Route(prefix, _answered(server.page), methods=["GET"]),
        Route(f"{prefix}/metadata", _answered(server.metadata), methods=["GET"]),
        Route(f"{prefix}/{{kind}}", _answered(server.search), methods=["GET"]),
        Route(f"{prefix}/{{kind}}", _answered(server.create), methods=["POST"]),
        Route(f"{prefix}/{{kind}}/_search", _answered(server.search), methods=["POST"]),
        Route(f"{prefix}/{{kind}}/{{id}}", _answered(server.read), methods=["GET"]),
        Route(f"{prefix}/{{kind}}/{{id}}", _answered(server.update), methods=["PUT"]),
    ]


_Endpoint = Callable[[Request], Awaitable[Response]]


def _answered(endpoint: _Endpoint) -> _Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except _Refused as refused:
            return _fhir(outcome("processing", str(refused)), refused.status)
        except SearchRefused as refused:
            return _fhir(outcome("processing", str(refused)), 400)

    return answer


def _fhir(resource: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(resource), status, headers, _MEDIA_TYPE)


class _FhirServer:
    def __init__(self, store: FhirStore, prefix: str, day: str, pages: Pages) -> None:
        self._store, self._prefix, self._day, self._pages = store, prefix, day, pages

    def _base(self, request: Request) -> str:
        return str(request.base_url).rstrip("/") + self._prefix

    async def metadata(self, request: Request) -> Response:
        return _fhir(capability_statement(self._base(request), self._day))

    async def read(self, request: Request) -> Response:
        kind, own_id = _kind(request), request.path_params["id"]
        resource = self._store.get(kind, own_id)
        if resource is None:
            raise _Refused(404, f"Resource {kind}/{own_id} is not known")
        return _fhir(resource, headers=_version_headers(resource))

    async def search(self, request: Request) -> Response:
        kind, pairs = _kind(request), await _pairs(request)
        query = parse_query(kind, pairs)
        result = Result(_self_link(self._base(request), kind, pairs), find(self._store.of_type(kind), query))
        return _fhir(self._pages.page(self._base(request), result, 0 if query.only_total else query.count))

    async def page(self, request: Request) -> Response:
        asked = request.query_params
        token, offset, count = asked.get("_getpages", ""), asked.get("_getpagesoffset", ""), asked.get("_count", "")
        if not (token and offset.isdecimal() and count.isdecimal()):
            raise _Refused(400, "This is the base of a FHIR server: name a resource type, or follow a next link")
        result = self._pages.result(token)
        if result is None:
            raise _Refused(410, "The search behind this next link is not known; it may have expired")
        return _fhir(self._pages.page(self._base(request), result, int(count), offset=int(offset), token=token))

    async def create(self, request: Request) -> Response:
        return self._written(request, self._store.create(await _body(request)), 201)

    async def update(self, request: Request) -> Response:
        resource, own_id = await _body(request), request.path_params["id"]
        if resource.get("id") != own_id:
            raise _Refused(400, f"The body must have the id of the address, {own_id!r}")
        known = self._store.get(_kind(request), own_id)
        return self._written(request, self._store.put(resource), 200 if known else 201)

    def _written(self, request: Request, resource: Json, status: int) -> Response:
        where = f"{self._base(request)}/{resource['resourceType']}/{resource['id']}"
        return _fhir(resource, status, {"Location": where, **_version_headers(resource)})


def _version_headers(resource: Json) -> dict[str, str]:
    return {"ETag": f'W/"{resource["meta"]["versionId"]}"'}


def _kind(request: Request) -> str:
    kind = str(request.path_params["kind"])
    if kind not in PARAMETERS:
        raise _Refused(404, f"Unknown resource type {kind!r}; known: {', '.join(PARAMETERS)}")
    return kind


async def _pairs(request: Request) -> list[tuple[str, str]]:
    pairs = parse_qsl(request.url.query, keep_blank_values=True)
    if request.method == "POST":
        pairs += parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return pairs


def _self_link(base: str, kind: str, pairs: Sequence[tuple[str, str]]) -> str:
    query = urlencode(pairs, safe="|/:,")
    return f"{base}/{kind}?{query}" if query else f"{base}/{kind}"


async def _body(request: Request) -> Json:
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise _Refused(400, f"The body is not JSON: {error.msg} at character {error.pos}") from None
    if not isinstance(body, dict) or body.get("resourceType") != _kind(request):
        raise _Refused(400, f"The body must be a {_kind(request)} resource")
    return body
