"""A FHIR server over a real socket that misbehaves below HTTP: the answer still comes, within its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest

from tests.service.calling import Service, nothing_but, without
from tests.service.ehr import Ehr

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n"
EMPTY = b'{"resourceType":"Bundle","type":"searchset"}'


async def says_nothing(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def drips(writer: asyncio.StreamWriter) -> None:
    """Every read gets a byte in time, so no read ever times out; only the deadline ends it."""
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def hangs_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def stops_in_the_middle(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Content-Length: 1000\r\n\r\n" + EMPTY)
    await writer.drain()
    writer.close()


async def talks_nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x01 hello\r\n\r\n")
    await writer.drain()
    writer.close()


async def answers_well(writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + f"Content-Length: {len(EMPTY)}\r\n\r\n".encode() + EMPTY)
    await writer.drain()


@asynccontextmanager
async def server(behave: Behaviour) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await behave(writer)
        except ConnectionError:
            pass  # we were cut off, as meant
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    tasks_before = asyncio.all_tasks()
    try:
        yield f"http://127.0.0.1:{port}/fhir"
    finally:
        listening.close()
        for task in asyncio.all_tasks() - tasks_before:
            task.cancel()


@pytest.mark.rule("GEN-7")
@pytest.mark.parametrize(
    ("behave", "reasons"),
    [
        (says_nothing, ["out-of-time"]),
        (drips, ["out-of-time"]),
        (hangs_up, ["unreachable"]),
        (stops_in_the_middle, ["unreachable"]),
        (talks_nonsense, ["unreachable"]),
        (answers_well, []),
    ],
)
async def test_a_server_that_misbehaves_costs_one_part(ehr: Ehr, behave: Behaviour, reasons: list[str]) -> None:
    transport = httpx2.AsyncHTTPTransport()
    service = Service(ehr, open=True, deadline=0.3, transport=transport)
    async with server(behave) as base, transport:
        record = await service.record(without(nothing_but(), "procedures"), fhirServer=base)
    assert [hole["reason"] for hole in record["holes"]] == reasons


async def test_a_server_that_is_not_there_is_unreachable(ehr: Ehr) -> None:
    async with server(answers_well) as base:
        pass
    transport = httpx2.AsyncHTTPTransport()
    service = Service(ehr, open=True, deadline=1.0, transport=transport)
    async with transport:
        record = await service.record(without(nothing_but(), "procedures"), fhirServer=base)
    assert [hole["reason"] for hole in record["holes"]] == ["unreachable"]
