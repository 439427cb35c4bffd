"""Spans of calls, where CDS_OTEL asks for them: method, route template, status and stations, and no word of a patient.

The framework could trace by itself, but it writes addresses as they were called, and errors with their messages, into
its spans; so its tracing is off, and what a span of ours may hold is decided here. The tracer is never the global one,
which libraries would write to as they please.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cds_service.errors import BadSetting

SERVICE = "cds-service"
OTHER = "other"
_PARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_METHODS = frozenset(("GET", "POST", "OPTIONS", "HEAD", "PUT", "PATCH", "DELETE"))


class _Tracing:
    """The tracer of this process, if there is one."""

    tracer: Any = None


def use(provider: Any) -> Callable[[], None]:
    """Trace by this provider of OpenTelemetry's SDK from here on; call what is returned to stop."""
    _Tracing.tracer = provider.get_tracer(SERVICE)

    def stop() -> None:
        _Tracing.tracer = None
        provider.shutdown()

    return stop


def exporting() -> Callable[[], None]:
    """Trace to where OTEL_EXPORTER_OTLP_ENDPOINT says. Raises BadSetting where the extra is not installed."""
    try:
        sdk, export = import_module("opentelemetry.sdk.trace"), import_module("opentelemetry.sdk.trace.export")
        resources = import_module("opentelemetry.sdk.resources")
        exporter = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError:
        raise BadSetting("CDS_OTEL: OpenTelemetry is not installed; install cds-service with its extra otel") from None
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": SERVICE}))
    provider.add_span_processor(export.BatchSpanProcessor(exporter.OTLPSpanExporter()))
    return use(provider)


@contextmanager
def span(name: str, parent: Any = None, **attributes: str) -> Iterator[Any]:
    """A span of this name; None where nothing is traced. Of an error not even the type is kept: the log has it."""
    tracer = _Tracing.tracer
    if tracer is None:
        yield None
        return
    with tracer.start_as_current_span(
        name, context=parent, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as opened:
        yield opened


class Traced:
    """Stands around every request: one span with its method, the template of its address, and the status."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _Tracing.tracer is None:
            await self.app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in _METHODS else OTHER
        route = _template(scope)
        facts = {"http.request.method": method, "http.route": route}
        with span(f"{method} {route}", _parent(Headers(scope=scope)), **facts) as opened:

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    opened.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self.app(scope, receive, told)


def _template(scope: Scope) -> str:
    """The address as its route is written, never as it was called."""
    for route in scope["app"].router.routes:
        if route.matches(scope)[0] is not Match.NONE:
            return str(getattr(route, "path", OTHER)) or OTHER
    return OTHER


def _parent(headers: Headers) -> Any:
    """The caller's span, by its numbers alone; other members of a trace header could hold anything."""
    given = headers.get("traceparent", "")
    if not _PARENT.fullmatch(given):
        return None
    propagator = import_module("opentelemetry.trace.propagation.tracecontext").TraceContextTextMapPropagator()
    return propagator.extract({"traceparent": given})
