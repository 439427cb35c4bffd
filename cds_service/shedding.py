"""How many calls are answered at a time, and what a stop does: more than that, or a new call then, gets a quick 503.

A call that waits in a queue until its clinician has moved on costs as much as an answer, and the calls behind it more.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from cds_service import log, watching
from cds_service.errors import CallError, Stopping, of_error
from cds_service.routes import json_response
from cds_service.traffic import Traffic

_CALLS = "/cds-services"
_READY = "/readyz"


class Shedding:
    """Stands before everything that costs work. Whether the process lives is answered always."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self.app = app
        self.traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path == _READY and self.traffic.stopping:
            await _refuse(Stopping("this service is being stopped"), scope, receive, send)
        elif path.startswith(_CALLS):
            await self._admit(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self.traffic.refusal()
        if refusal is not None:
            watching.count("shed")
            log.event("shed", request=scope["cds_service.request"], status=503, why=type(refusal).__name__)
            await _heard_out(receive)
            await _refuse(refusal, scope, receive, send)
            return
        self.traffic.in_flight += 1
        watching.show("in_flight", self.traffic.in_flight)
        try:
            await self.app(scope, receive, send)
        finally:
            self.traffic.in_flight -= 1
            watching.show("in_flight", self.traffic.in_flight)


async def _heard_out(receive: Receive) -> None:
    """Who is still sending would meet a closed connection, and never read the answer."""
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and message.get("more_body", False)


async def _refuse(error: CallError, scope: Scope, receive: Receive, send: Send) -> None:
    status, body = of_error(error)
    await json_response(body, status, error.headers)(scope, receive, send)
