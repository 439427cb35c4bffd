"""Which browser pages may call (SEC-14): those of explicitly named origins, on every address and on errors too."""

from __future__ import annotations

from collections.abc import Callable, Collection

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp

from cds_service.errors import outcome
from cds_service.routes import json_response


class Cors(CORSMiddleware):
    """Asks for the origins at each request, because deployment files are read again while the service runs."""

    def __init__(self, app: ASGIApp, origins: Callable[[], Collection[str]]) -> None:
        super().__init__(
            app,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type", "X-Request-ID"),
            expose_headers=("X-Request-ID",),
            max_age=600,
        )
        self._origins = origins

    def preflight_response(self, request_headers: Headers) -> Response:
        """A refusal is an OperationOutcome, as every other (RESP-5)."""
        answer = super().preflight_response(request_headers)
        if answer.status_code < 400:
            return answer
        body = outcome("not-supported", "this origin, method or header is not allowed to a browser page (SEC-14)")
        kept = {name: value for name, value in answer.headers.items() if not name.startswith("content-")}
        return json_response(body, answer.status_code, kept)

    def is_allowed_origin(self, origin: str) -> bool:
        return origin in self._origins()
