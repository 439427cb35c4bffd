"""What is tried a second time, and after how long; a wait for a turn at a server that many ask."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime

import httpcore2
import httpx2
import pytest

from cds_service.pinned import NotCalled
from cds_service.upstream.limit import Turns
from cds_service.upstream.retry import kind_of, pause_after_status, pause_after_trouble

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

STATUSES: list[tuple[int, str | None, float | None]] = [
    (502, None, 0.1),
    (503, None, 0.1),
    (504, None, 0.1),
    (503, "0", 0.1),
    (503, "2", 2.0),
    (503, " 2 ", 2.0),
    (429, "1", 1.0),
    (429, "Sat, 21 Nov 2026 12:00:03 GMT", 3.0),
    (503, "Sat, 21 Nov 2026 11:59:00 GMT", 0.1),
    (429, "Saturday, 21-Nov-26 12:00:03 GMT", 3.0),
    (429, None, None),
    (429, "soon", None),
    (503, "soon", None),
    (503, "-1", None),
    (503, "1.5", None),
    (503, "١", None),
    (503, "9" * 400, None),
    (200, "1", None),
    (400, None, None),
    (401, None, None),
    (403, None, None),
    (404, None, None),
    (408, None, None),
    (500, None, None),
    (500, "1", None),
    (501, None, None),
]


@pytest.mark.parametrize(("status", "retry_after", "pause"), STATUSES)
def test_which_answers_are_worth_a_second_try(status: int, retry_after: str | None, pause: float | None) -> None:
    assert pause_after_status(status, retry_after, NOON) == pause


def after(cause: BaseException, trouble: Exception) -> Exception:
    trouble.__cause__ = cause
    return trouble


TROUBLES: list[tuple[str, Exception, str, bool]] = [
    ("nobody listens", httpx2.ConnectError("refused"), "connect", True),
    ("an old connection was closed", httpx2.RemoteProtocolError("disconnected"), "broken", True),
    ("reset while reading", httpx2.ReadError("reset"), "broken", True),
    ("reset while writing", httpx2.WriteError("reset"), "broken", True),
    ("no connection in time", httpx2.ConnectTimeout("slow"), "timeout", False),
    ("no answer in time", httpx2.ReadTimeout("slow"), "timeout", False),
    ("a wrong certificate", after(ssl.SSLCertVerificationError("no"), httpx2.ConnectError("tls")), "tls", False),
    ("TLS broken off", after(ssl.SSLEOFError("eof"), httpx2.ConnectError("tls")), "connect", True),
    ("an address of ours", after(NotCalled("no"), httpx2.ConnectError("no")), "address", False),
    (
        "wrapped twice",
        after(after(ssl.SSLCertVerificationError("no"), httpcore2.ConnectError("tls")), httpx2.ConnectError("tls")),
        "tls",
        False,
    ),
    ("a body that is no gzip", httpx2.DecodingError("gzip"), "unreachable", False),
    ("an address that is none", httpx2.UnsupportedProtocol("ftp"), "unreachable", False),
]


@pytest.mark.parametrize(("trouble", "kind", "again"), [row[1:] for row in TROUBLES], ids=[row[0] for row in TROUBLES])
def test_which_troubles_are_worth_a_second_try(trouble: Exception, kind: str, again: bool) -> None:
    assert kind_of(trouble) == kind
    assert pause_after_trouble(trouble) == (0.1 if again else None)


async def test_a_server_gets_so_many_requests_at_once_in_the_order_of_asking() -> None:
    turns, told, most = Turns(2), list[int](), list[int]()
    busy = 0

    async def ask(number: int) -> None:
        nonlocal busy
        async with turns.turn("https://ehr.example/fhir"):
            busy += 1
            most.append(busy)
            told.append(number)
            await asyncio.sleep(0)
            busy -= 1

    await asyncio.gather(*(ask(number) for number in range(7)))
    assert (told, max(most)) == (list(range(7)), 2)


async def test_servers_do_not_wait_for_each_other_and_are_forgotten_when_nobody_asks() -> None:
    turns = Turns(1)
    async with turns.turn("https://one.example"), turns.turn("https://other.example"):
        assert len(turns) == 2
    assert len(turns) == 0


async def test_who_stops_waiting_gives_the_turn_on() -> None:
    turns = Turns(1)

    async def ask() -> str:
        async with turns.turn("base"):
            return "asked"

    async with turns.turn("base"):
        gone, waiting = asyncio.create_task(ask()), asyncio.create_task(ask())
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        assert gone.cancelled()
    assert await waiting == "asked"
    assert len(turns) == 0
