"""How connections are opened to names that others chose: resolved once, every address checked, that address connected.

Between check and connect nothing is looked up again, so a name cannot answer once with a public address and once with
ours (DNS rebinding). TLS still asks for, and verifies, the name.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

import httpcore2
import httpx2

from cds_service import log
from cds_service.errors import BadSetting
from cds_service.reach import Reach, refusal

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
_MOST_TRIED = 4
_CONNECTIONS, _KEPT, _KEPT_SECONDS = 100, 20, 5.0


async def system_addresses(host: str, port: int) -> Sequence[str]:
    """What the machine's own resolver says, which also reads the odd spellings of IPv4 (0x7f.1, 2130706433)."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def trusting(ca_file: Path | None) -> ssl.SSLContext | None:
    """Who vouches for servers: those the machine trusts and, beside them, the authorities of a file of our own.

    None where there is no such file. Raises BadSetting.
    """
    if ca_file is None:
        return None
    context = httpx2.create_ssl_context(trust_env=False)
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one: no certificate in it
        why = "is no file of certificates in PEM" if isinstance(error, ssl.SSLError) else "cannot be read"
        raise BadSetting(f"CDS_CA_FILE: {str(ca_file)!r} {why}") from None
    return context


class NotCalled(httpcore2.ConnectError):
    """The address is none that is connected to: a decision of ours, so trying again changes nothing."""


class Pinned(httpcore2.AsyncNetworkBackend):
    """Opens connections to checked addresses only. `opened` counts the attempts."""

    def __init__(self, reach: Reach, resolve: Resolve = system_addresses) -> None:
        self._reach = reach
        self._resolve = resolve
        self._sockets = httpcore2.AnyIOBackend()
        self._asking: dict[tuple[str, int], asyncio.Future[Sequence[str]]] = {}
        self.opened = 0

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                *others, last = (await self._checked(host, port))[:_MOST_TRIED]
                share = None if timeout is None else timeout / (len(others) + 1)
                for address in others:
                    try:
                        return await self._open(address, port, share, local_address, socket_options)
                    except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                        continue  # the same name at its next address
                return await self._open(last, port, timeout, local_address, socket_options)
        except TimeoutError:
            raise httpcore2.ConnectTimeout("no connection in time") from None

    async def sleep(self, seconds: float) -> None:
        await self._sockets.sleep(seconds)

    async def _checked(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a name, all of them allowed: one that is not makes the name one that we do not call."""
        try:
            addresses = await self._resolved(host, port)
        except (OSError, UnicodeError):
            raise httpcore2.ConnectError("the name is not known") from None
        for address in addresses:
            why = refusal(address, self._reach)
            if why is not None:
                log.trust("address-refused", why=why)
                raise NotCalled("the address is not one that is called")
        if not addresses:
            raise httpcore2.ConnectError("the name has no address")
        return addresses

    async def _resolved(self, host: str, port: int) -> Sequence[str]:
        """Whoever asks at the same moment shares one question: a resolver that hangs must not use up our threads."""
        asking = self._asking.get((host, port))
        if asking is None:
            asking = self._asking[host, port] = asyncio.ensure_future(self._resolve(host, port))
            asking.add_done_callback(lambda done: self._forget(host, port, done))
        return await asyncio.shield(asking)

    def _forget(self, host: str, port: int, done: asyncio.Future[Sequence[str]]) -> None:
        self._asking.pop((host, port), None)
        if not done.cancelled():
            done.exception()  # seen, even if whoever asked is gone

    async def _open(
        self,
        address: str,
        port: int,
        seconds: float | None,
        local: str | None,
        options: Iterable[httpcore2.SOCKET_OPTION] | None,
    ) -> httpcore2.AsyncNetworkStream:
        self.opened += 1
        return await self._sockets.connect_tcp(address, port, seconds, local, options)


class PinnedTransport(httpx2.AsyncHTTPTransport):
    """HTTP over `Pinned` connections. No proxy: it would resolve the name a second time."""

    def __init__(self, reach: Reach, resolve: Resolve = system_addresses, verify: ssl.SSLContext | None = None) -> None:
        context = verify or httpx2.create_ssl_context(trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self.network = Pinned(reach, resolve)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=_CONNECTIONS,
            max_keepalive_connections=_KEPT,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=self.network,
        )
