"""What stands around every request: its name, headers that keep a browser from misusing an answer, no bare traceback.

The name is the caller's own `X-Request-ID` where it is short and plain, else one of ours; it comes back in the answer
and stands in each log line and in the audit.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cds_service import log, watching
from cds_service.errors import of_error
from cds_service.routes import json_response

NAME = "cds_service.request"
"""Where the scope of a request holds its name."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NOTHING_INSIDE = "default-src 'none'"
_ANCESTORS = "frame-ancestors"
_NOBODY = f"{_ANCESTORS} 'none'"
_STATIC = "/static/"


def name_of(headers: Headers) -> str:
    """The caller's name of the request; anything but one short plain name is not taken over."""
    given = headers.getlist("x-request-id")
    return given[0] if len(given) == 1 and _NAME.fullmatch(given[0]) else uuid.uuid4().hex


class Shield:
    """Names each request, adds the headers, and turns what nobody foresaw into a bare 500 (RESP-5).

    The framework's own handler would re-raise, and the server would log a message that may quote the record.
    `framed_by` are the origins of the pages that may show ours in a frame.
    """

    def __init__(self, app: ASGIApp, framed_by: Callable[[], Collection[str]]) -> None:
        self.app = app
        self._framed_by = framed_by

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = scope[NAME] = name_of(Headers(scope=scope))
        started = False

        async def shielded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = name
                self._guard(headers, scope["path"])
            await send(message)

        try:
            await self.app(scope, receive, shielded)
        except ClientDisconnect:
            log.event("disconnected", request=name, level=logging.INFO)
        except Exception as error:
            log.failure(name, error)
            status, body = of_error(error)
            watching.count("refused_call", status=status)
            if not started:
                await json_response(body, status)(scope, receive, shielded)

    def _guard(self, headers: MutableHeaders, path: str) -> None:
        """Nothing is guessed, referred, kept or framed, unless the answer itself says otherwise."""
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
        if not path.startswith(_STATIC):
            headers.setdefault("Cache-Control", "no-store")
        page = headers.get("content-type", "").startswith("text/html")
        headers["Content-Security-Policy"] = policy(
            headers.get("content-security-policy"), self._framed_by() if page else ()
        )


def policy(own: str | None, framed_by: Collection[str]) -> str:
    """A content security policy that names who may frame the page; one that names its own frames is left alone."""
    own = own or f"{_NOTHING_INSIDE}; {_NOBODY}"
    frames = f"{_ANCESTORS} {' '.join(sorted(framed_by))}" if framed_by else _NOBODY
    if _NOBODY in own:
        return own.replace(_NOBODY, frames)
    return own if _ANCESTORS in own else f"{own}; {frames}"
