"""Which addresses are connected to: odd spellings, forms within forms, names that change their answer meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from cds_service.errors import FhirError, Unreachable
from cds_service.fhir.address import Base
from cds_service.fhir.client import FhirClient, FhirServer
from cds_service.pinned import Pinned, system_addresses
from cds_service.reach import ANY_OWN, PUBLIC, Reach, refusal

OWN_NETWORK = Reach(private=True)
THIS_MACHINE = Reach(loopback=True)

ADDRESSES: list[tuple[str, str | None, str | None, str | None]] = [
    # address                          a public one   own network     open mode
    ("93.184.215.14",                  None,          None,           None),
    ("2606:2800:21f:cb07::1",          None,          None,           None),
    ("::ffff:93.184.215.14",           None,          None,           None),
    ("64:ff9b::93.184.215.14",         None,          None,           None),
    ("10.1.2.3",                       "private",     None,           None),
    ("172.16.0.1",                     "private",     None,           None),
    ("172.32.0.1",                     None,          None,           None),
    ("192.168.1.1",                    "private",     None,           None),
    ("fd12:3456::1",                   "private",     None,           None),
    ("::ffff:10.0.0.1",                "private",     None,           None),
    ("64:ff9b::10.0.0.1",              "private",     None,           None),
    ("::10.0.0.1",                     "private",     None,           None),
    ("127.0.0.1",                      "loopback",    "loopback",     None),
    ("127.8.9.10",                     "loopback",    "loopback",     None),
    ("::1",                            "loopback",    "loopback",     None),
    ("::ffff:127.0.0.1",               "loopback",    "loopback",     None),
    ("64:ff9b::127.0.0.1",             "loopback",    "loopback",     None),
    ("169.254.169.254",                "metadata",    "metadata",     "metadata"),
    ("169.254.0.1",                    "metadata",    "metadata",     "metadata"),
    ("::ffff:169.254.169.254",         "metadata",    "metadata",     "metadata"),
    ("64:ff9b::a9fe:a9fe",             "metadata",    "metadata",     "metadata"),
    ("fd00:ec2::254",                  "metadata",    "metadata",     "metadata"),
    ("fd20:ce::254",                   "metadata",    "metadata",     "metadata"),
    ("168.63.129.16",                  "metadata",    "metadata",     "metadata"),
    ("100.100.100.200",                "metadata",    "metadata",     "metadata"),
    ("100.64.0.1",                     "special",     "special",      "special"),
    ("0.0.0.0",                        "special",     "special",      "special"),
    ("0.1.2.3",                        "special",     "special",      "special"),
    ("::",                             "special",     "special",      "special"),
    ("::ffff:0.0.0.0",                 "special",     "special",      "special"),
    ("224.0.0.1",                      "special",     "special",      "special"),
    ("255.255.255.255",                "special",     "special",      "special"),
    ("240.0.0.1",                      "special",     "special",      "special"),
    ("192.0.2.1",                      "special",     "special",      "special"),
    ("192.0.0.192",                    "special",     "special",      "special"),
    ("198.18.0.1",                     "special",     "special",      "special"),
    ("2001:db8::1",                    "special",     "special",      "special"),
    ("64:ff9b:1::1",                   "special",     "special",      "special"),
    ("fe80::1",                        "special",     "special",      "special"),
    ("fe80::1%eth0",                   "special",     "special",      "special"),
    ("fec0::1",                        "special",     "special",      "special"),
    ("ff02::1",                        "special",     "special",      "special"),
    ("ff0e::1",                        "special",     "special",      "special"),
    ("2002:7f00:1::",                  "tunnel",      "tunnel",       "tunnel"),
    ("2002:a9fe:a9fe::1",              "tunnel",      "tunnel",       "tunnel"),
    ("2001:0:a9fe:a9fe::1",            "tunnel",      "tunnel",       "tunnel"),
    ("localhost",                      "unreadable",  "unreadable",   "unreadable"),
]  # fmt: skip


@pytest.mark.rule("FHIR-8")
@pytest.mark.parametrize(("address", "public", "own", "anything"), ADDRESSES, ids=[row[0] for row in ADDRESSES])
def test_what_each_reach_allows(address: str, public: str | None, own: str | None, anything: str | None) -> None:
    assert (refusal(address, PUBLIC), refusal(address, OWN_NETWORK), refusal(address, ANY_OWN)) == (
        public,
        own,
        anything,
    )


class Listener:
    """A server of this machine that counts who comes."""

    def __init__(self) -> None:
        self.connections = 0
        self.hosts: list[str] = []
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        head = await reader.readuntil(b"\r\n\r\n")
        self.hosts += [line[6:].decode() for line in head.split(b"\r\n") if line.lower().startswith(b"host: ")]
        body = b'{"resourceType": "Patient", "id": "p1"}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    listener = Listener()
    server = await asyncio.start_server(listener.answer, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener


class Names:
    """A resolver whose answers are written down; each question takes the next, the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def read(address: str, reach: Reach, names: Names | None = None) -> object:
    base = Base.of(address)
    if base is None:
        raise Unreachable
    client = FhirClient(deadline=2.0, resolve=names or system_addresses)
    try:
        return await FhirServer(client, base, "secret-token", reach=reach).get(f"{base.url}/Patient/p1")
    finally:
        await client.close()


HERE = [
    "127.0.0.1", "localhost", "LOCALHOST", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "017700000001",
    "0177.0.0.1", "0177.0.0.01", "127.1", "127.0.1", "127.00.00.01", "127.1.2.3", "0", "0.0.0.0", "0x0", "00",
    "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "127.0.0.1.", "localhost.", "①②⑦.0.0.1", "127。0。0。1",
    "169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]", "[fd00:ec2::254]",
]  # fmt: skip


@pytest.mark.rule("FHIR-8")
@pytest.mark.parametrize("host", HERE, ids=ascii)
async def test_no_spelling_of_this_machine_or_its_cloud_is_connected_to(host: str) -> None:
    """Refused before a socket is opened, or by the HTTP library as no name at all."""
    async with listening() as listener:
        with pytest.raises(Unreachable):
            await read(f"http://{host}:{listener.port}/fhir", PUBLIC)
        assert listener.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "[::1]", "2130706433"])
async def test_a_refused_address_opens_no_socket(host: str) -> None:
    network = Pinned(PUBLIC)
    with pytest.raises(Exception, match="the address is not one that is called"):
        await network.connect_tcp(host.strip("[]"), 80, 1.0)
    assert network.opened == 0


async def test_where_loopback_is_allowed_it_is_reached_under_its_name() -> None:
    async with listening() as listener:
        names = Names(["127.0.0.1"])
        assert await read(f"http://ehr.example:{listener.port}/fhir", THIS_MACHINE, names)
        assert listener.hosts == [f"ehr.example:{listener.port}"]


async def test_a_name_is_looked_up_once_and_the_checked_address_is_the_one_connected() -> None:
    """Rebinding: the second answer would be another machine, but nobody asks for it."""
    async with listening() as listener:
        names = Names(["127.0.0.1"], ["169.254.169.254"])
        await read(f"http://ehr.example:{listener.port}/fhir", THIS_MACHINE, names)
        assert (names.asked, listener.connections) == (["ehr.example"], 1)


async def test_a_name_that_turns_to_this_machine_is_refused_at_the_next_connection() -> None:
    """Each connection checks anew: what was public a minute ago is judged by what it is now."""
    async with listening() as listener:
        network = Pinned(PUBLIC, Names(["93.184.215.14"], ["127.0.0.1"]))
        assert await network._checked("ehr.example", listener.port) == ["93.184.215.14"]
        with pytest.raises(Exception, match="the address is not one that is called"):
            await network.connect_tcp("ehr.example", listener.port, 1.0)
        assert (network.opened, listener.connections) == (0, 0)


@pytest.mark.parametrize("answer", [["93.184.215.14", "127.0.0.1"], ["127.0.0.1", "93.184.215.14"], []], ids=str)
async def test_one_forbidden_address_among_several_forbids_the_name(answer: list[str]) -> None:
    async with listening() as listener:
        with pytest.raises(Unreachable):
            await read(f"http://ehr.example:{listener.port}/fhir", PUBLIC, Names(answer))
        assert listener.connections == 0


async def test_the_next_address_of_a_name_is_tried_where_the_first_does_not_answer() -> None:
    async with listening() as listener:
        names = Names(["127.0.0.2", "127.0.0.1"])
        assert await read(f"http://ehr.example:{listener.port}/fhir", THIS_MACHINE, names)


async def test_connections_are_not_shared_between_reaches() -> None:
    """One client's permission to enter the hospital's network opens nothing for another client."""
    async with listening() as listener:
        client = FhirClient(resolve=Names(["127.0.0.1"]))
        base = Base.of(f"http://ehr.example:{listener.port}/fhir")
        assert base is not None
        assert await FhirServer(client, base, reach=THIS_MACHINE).get(base.url)
        with pytest.raises(FhirError):
            await FhirServer(client, base, reach=PUBLIC).get(base.url)
        await client.close()
        assert listener.connections == 1


async def test_no_word_of_a_failure_names_the_address_or_the_token(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unreachable) as told:
        await read("http://169.254.169.254/fhir", ANY_OWN)
    said = str(told.value) + caplog.text
    assert "169.254" not in said
    assert "p1" not in said
    assert "secret-token" not in said
