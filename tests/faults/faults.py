"""What goes wrong with a FHIR server: each fault as what the proxy does with one request."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache

import orjson

from tests.faults.exchange import Exchange, Json
from tests.faults.proxy import Fault

OUTCOME: Json = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "processing", "diagnostics": "no"}],
}
METADATA = "http://169.254.169.254/latest/meta-data/"


def status(number: int, **headers: str) -> Fault:
    async def answer(exchange: Exchange) -> None:
        await exchange.json(OUTCOME, number, **headers)

    return answer


def body(content: bytes, **headers: str) -> Fault:
    async def answer(exchange: Exchange) -> None:
        await exchange.send(content, **headers)

    return answer


def raw(content: bytes) -> Fault:
    async def answer(exchange: Exchange) -> None:
        await exchange.raw(content)

    return answer


def once(fault: Fault) -> Fault:
    """The first request for the same only."""

    async def answer(exchange: Exchange) -> None:
        await (fault(exchange) if exchange.tries == 1 else exchange.pass_on())

    return answer


def only(start: str, fault: Fault) -> Fault:
    """Requests for this only; the others are answered honestly."""

    async def answer(exchange: Exchange) -> None:
        await (fault(exchange) if exchange.asked.startswith(start) else exchange.pass_on())

    return answer


def retry_at(seconds: float) -> Fault:
    """429 with the moment itself (RFC 9110, 10.2.3)."""

    async def answer(exchange: Exchange) -> None:
        moment = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
        await exchange.json(OUTCOME, 429, retry_after=moment)

    return answer


async def silence(exchange: Exchange) -> None:
    await exchange.hang()


async def close_at_once(exchange: Exchange) -> None:
    return


async def reset(exchange: Exchange) -> None:
    exchange.reset()


async def truncated(exchange: Exchange) -> None:
    content = orjson.dumps((await exchange.honestly())[1])
    await exchange.send(content[: len(content) // 2], length=len(content))


async def too_short_a_length(exchange: Exchange) -> None:
    content = orjson.dumps((await exchange.honestly())[1])
    await exchange.send(content, length=len(content) - 5)


async def reset_in_the_body(exchange: Exchange) -> None:
    await exchange.send(b'{"resourceType": "Bundle", ', length=10_000)
    await asyncio.sleep(0.02)
    exchange.reset()


async def dripping(exchange: Exchange) -> None:
    await exchange.raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 5000\r\n\r\n")
    await exchange.drip(b'{"resourceType": "Bundle", "type": "searchset"' + b" " * 4_000)


async def dripping_head(exchange: Exchange) -> None:
    await exchange.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 500)


async def stale(exchange: Exchange) -> None:
    """Promises to keep the connection and closes it: the next request on it meets its end."""
    await exchange.json((await exchange.honestly())[1], connection="keep-alive")


@cache
def bomb() -> bytes:
    """1 GiB of blanks, one MiB sent."""
    packer = zlib.compressobj(9, wbits=31)
    blanks = b" " * (1 << 20)
    return b"".join(packer.compress(blanks) for _ in range(1024)) + packer.flush()


def page(exchange: Exchange, content: Json, next: str | None) -> Json:
    links = [{"relation": "next", "url": next}] if next else []
    return {**content, "resourceType": "Bundle", "type": "searchset", "link": links, "total": None}


def paging(next: str, then: Fault | None = None) -> Fault:
    """An honest first page that goes on at `next`; `{base}` and `{page}` are filled in."""

    async def answer(exchange: Exchange) -> None:
        if "_page=" in exchange.asked and then is not None:
            await then(exchange)
            return
        content = {} if "_page=" in exchange.asked else (await exchange.honestly())[1]
        kind = exchange.asked.partition("?")[0]
        number = int(exchange.asked.rpartition("_page=")[2] or 0) if "_page=" in exchange.asked else 0
        url = next.format(base=exchange.base, kind=kind, page=number + 1)
        await exchange.json(page(exchange, content, url))

    return answer


async def somebody_elses(exchange: Exchange) -> None:
    """The page of another patient: every entry is about somebody else."""
    _, content = await exchange.honestly()
    text = orjson.dumps(content).replace(b"Patient/selma", b"Patient/somebody-else")
    await exchange.send(text)


async def somebody_else(exchange: Exchange) -> None:
    """Another Patient than the one that was asked for."""
    await exchange.json({**(await exchange.honestly())[1], "id": "somebody-else"})


async def twice_the_same(exchange: Exchange) -> None:
    _, content = await exchange.honestly()
    if content["resourceType"] == "Bundle":
        content = {**content, "entry": content.get("entry", []) * 2, "total": None}
    await exchange.json(content)


DEEP = b'{"resourceType": "Bundle", "entry": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
HTML = b"<!doctype html><title>Please log in</title>"
NOT_A_NUMBER = b'{"resourceType": "Bundle", "type": "searchset", "total": NaN}'
LATIN = '{"resourceType": "Bundle", "type": "searchset", "id": "é"}'.encode("latin-1")
BROKEN_GZIP = gzip.compress(b'{"resourceType": "Bundle"}' * 50)[:-30]
