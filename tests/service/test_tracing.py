"""Spans tell which route and which station took how long, and nothing of whom the call was about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from cds_service import tracing
from cds_service.errors import BadSetting
from tests.service.calling import SERVICE, Service, nothing_but
from tests.service.ehr import BASE, PATIENT_ID, Ehr

CANARY = "canary-4711"
STATIONS = ["gather", "judge", "recall", "tell", "remember"]


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    stop = tracing.use(provider)
    yield exporter
    stop()


def everything(exporter: InMemorySpanExporter) -> str:
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())


def facts(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


async def test_a_call_is_a_span_with_its_stations_inside(spans: InMemorySpanExporter) -> None:
    answer = await Service(Ehr()).call(nothing_but(), access=True)
    assert answer.status_code == 200
    *stations, call = spans.get_finished_spans()
    assert [one.name for one in stations] == STATIONS
    assert {one.parent.span_id for one in stations if one.parent} == {call.context.span_id}
    assert call.name == "POST /cds-services/{service}"
    assert facts(call) == {
        "http.request.method": "POST",
        "http.route": "/cds-services/{service}",
        "http.response.status_code": 200,
    }
    assert [facts(one) for one in stations] == [{}] * len(STATIONS)


@pytest.mark.parametrize(
    "method, address, status",
    [
        ("GET", f"/cds-services?patient={CANARY}", 200),
        ("GET", f"/{CANARY}?x={CANARY}", 404),
        ("POST", f"/cds-services/{CANARY}", 404),
        ("PUT", f"/cds-services/{CANARY}/feedback?{CANARY}", 405),
        (CANARY.upper(), "/cds-services", 405),
    ],
)
async def test_what_was_called_is_not_in_a_span(
    spans: InMemorySpanExporter, method: str, address: str, status: int
) -> None:
    headers = {"baggage": f"patient={CANARY}", "tracestate": f"x={CANARY}", "X-Request-ID": CANARY}
    answer = await Service(Ehr()).http.request(method, address, headers=headers)
    assert answer.status_code == status
    told = everything(spans)
    assert f'"http.response.status_code": {status}' in told
    assert CANARY not in told.lower()


async def test_an_error_leaves_neither_message_nor_trace(spans: InMemorySpanExporter) -> None:
    def failing(*_: Any) -> Any:
        raise ValueError(f"{CANARY} {PATIENT_ID}")

    answer = await Service(Ehr(), judge=failing).call(nothing_but())
    assert answer.status_code == 500
    told = everything(spans)
    assert '"name": "judge"' in told
    for secret in (CANARY, PATIENT_ID, "ValueError", "Traceback", BASE):
        assert secret not in told
    assert all(not one.events for one in spans.get_finished_spans())


async def test_the_callers_span_is_continued_by_its_numbers_alone(spans: InMemorySpanExporter) -> None:
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    http = Service(Ehr()).http
    await http.get("/healthz", headers={"traceparent": f"00-{trace}-{parent}-01", "tracestate": f"x={CANARY}"})
    await http.get("/healthz", headers={"traceparent": f"00-{CANARY}-{parent}-01"})
    continued, own = spans.get_finished_spans()
    assert continued.parent is not None
    assert (f"{continued.context.trace_id:032x}", f"{continued.parent.span_id:016x}") == (trace, parent)
    assert own.parent is None
    assert CANARY not in everything(spans)


async def test_off_nothing_is_traced(spans: InMemorySpanExporter) -> None:
    tracing.use(TracerProvider())()
    assert (await Service(Ehr()).http.post(SERVICE, content=b"{")).status_code == 415
    assert spans.get_finished_spans() == ()


def test_without_the_extra_the_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(BadSetting, match="CDS_OTEL: OpenTelemetry is not installed"):
        tracing.exporting()
