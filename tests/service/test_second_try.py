"""A FHIR server on a bad day: what is tried once more, and when a server that answers nothing is left alone."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest

from tests.service.calling import Service, nothing_but, without
from tests.service.ehr import Ehr, Hang, bundle


def reasons(record: dict[str, Any]) -> list[str]:
    return [hole["reason"] for hole in record["holes"]]


class Once:
    """An answer to the first request; from the second on another."""

    def __init__(self, first: Any, then: Any) -> None:
        self.answers = [then, first]

    def __call__(self) -> Any:
        return self.answers.pop() if len(self.answers) > 1 else self.answers[0]


def busy(seconds: str) -> httpx2.Response:
    return httpx2.Response(503, headers={"Retry-After": seconds})


PASSING: list[tuple[str, Any, int, list[str]]] = [
    ("503", 503, 2, []),
    ("no connection", httpx2.ConnectError("x"), 2, []),
    ("a connection that broke", httpx2.RemoteProtocolError("x"), 2, []),
    ("busy for a moment", busy("0"), 2, []),
    ("busy for longer than there is time", busy("3"), 1, ["unreachable"]),
    ("500 is no passing trouble", 500, 1, ["unreachable"]),
    ("403 is an answer", 403, 1, ["refused"]),
    ("nor is a time-out tried twice", httpx2.ReadTimeout("x"), 1, ["unreachable"]),
]


@pytest.mark.rule("FHIR-6")
@pytest.mark.parametrize(("first", "times", "holes"), [row[1:] for row in PASSING], ids=[row[0] for row in PASSING])
async def test_what_passes_is_tried_once_more(
    service: Service, ehr: Ehr, first: Any, times: int, holes: list[str]
) -> None:
    answer = Once(first, bundle())
    ehr.every = lambda asked: answer() if asked == "Procedure?patient=p1" else None
    record = await service.record(access=True)
    assert reasons(record) == holes
    assert ehr.asked.count("Procedure?patient=p1") == times


async def test_a_server_that_answers_nothing_is_left_alone_and_asked_again(ehr: Ehr) -> None:
    """Three calls without one answer; then the card says that it was not asked, and after the rest all is well."""
    service = Service(ehr, deadline=0.2, rest=0.5)
    ehr.every = lambda asked: Hang()
    ehr.answers.clear()
    sent = nothing_but()
    for _ in range(3):
        record = await service.record(without(sent, "lists"), access=True)
        assert reasons(record) == ["out-of-time"]
    so_far = len(ehr.asked)
    assert reasons(await service.record(without(sent, "lists"), access=True)) == ["resting"]
    refusal = await service.call(access=True)
    assert refusal.status_code == 412
    assert "not asked" in refusal.json()["issue"][0]["diagnostics"]
    assert len(ehr.asked) == so_far
    ehr.every = None
    await asyncio.sleep(0.5)
    assert reasons(await service.record(without(sent, "lists"), access=True)) == []


async def test_one_search_that_never_answers_does_not_cost_the_others(ehr: Ehr) -> None:
    service = Service(ehr, deadline=0.2)
    ehr.every = lambda asked: Hang() if asked.startswith("Procedure") else None
    for _ in range(5):
        assert reasons(await service.record(access=True)) == ["out-of-time"]
