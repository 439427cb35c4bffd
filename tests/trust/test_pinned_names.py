"""TLS and key sets over checked addresses: the name is still what is asked for and verified."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx2
import orjson
import pytest
import trustme

from cds_service.pinned import PinnedTransport
from cds_service.reach import PUBLIC, Reach
from cds_service.trust.client_file import Keys
from cds_service.trust.jwks import KeyRing
from tests.trust.hospital import JWKS

THIS_MACHINE = Reach(loopback=True)


async def here(_host: str, _port: int) -> Sequence[str]:
    """Every name leads to this machine."""
    return ("127.0.0.1",)


class Visits:
    """Who came to a server of this machine, and the name they asked TLS for."""

    def __init__(self) -> None:
        self.count = 0
        self.names: list[str | None] = []
        self.port = 0

    def note(self, _sock: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        self.names.append(name)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count += 1
        await reader.readuntil(b"\r\n\r\n")
        body = orjson.dumps(JWKS)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()


@asynccontextmanager
async def serving(context: ssl.SSLContext | None = None) -> AsyncIterator[Visits]:
    visits = Visits()
    if context is not None:
        context.sni_callback = visits.note
    server = await asyncio.start_server(visits.answer, "127.0.0.1", 0, ssl=context)
    visits.port = server.sockets[0].getsockname()[1]
    async with server:
        yield visits


@pytest.mark.parametrize(
    ("certified", "reads"), [("ehr.example", True), ("other.example", False), ("127.0.0.1", False)], ids=str
)
async def test_the_certificate_must_be_that_of_the_name(certified: str, reads: bool) -> None:
    authority = trustme.CA()
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(certified).configure_cert(theirs)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    async with serving(theirs) as visits:
        transport = PinnedTransport(THIS_MACHINE, here, ours)
        async with httpx2.AsyncClient(transport=transport) as http:
            try:
                status = (await http.get(f"https://ehr.example:{visits.port}/")).status_code
            except httpx2.ConnectError:
                status = None
        assert status == (200 if reads else None)
        assert visits.names == ["ehr.example"]


@pytest.mark.rule("FHIR-8")
@pytest.mark.parametrize(("reach", "found"), [(PUBLIC, False), (THIS_MACHINE, True)], ids=["public", "this machine"])
async def test_keys_are_not_fetched_from_where_the_client_s_addresses_may_not_lead(reach: Reach, found: bool) -> None:
    async with serving() as visits:
        ring = KeyRing(lambda: datetime(2026, 11, 21, tzinfo=UTC), resolve=here)
        # Loopback may be written http; the name then leads here by the resolver above all the same.
        keys = Keys(url=f"http://localhost:{visits.port}/keys")
        assert (await ring.key(keys, "curve", "ES384", reach) is not None) == found
        await ring.close()
        assert visits.count == found
