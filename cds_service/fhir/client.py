"""How a FHIR server is asked: bounded, never redirected, the token only to its own address, errors without addresses.

What tends to pass at once is tried a second time, where the time left allows it (`upstream.retry`).

HAPI's quirks shape the headers: `no-store` would silently end paging, and without `no-cache` an older search is served.
"""

from __future__ import annotations

import asyncio
import math
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2

from cds_service import watching
from cds_service.errors import FhirError, NotAuthorised, NotThere, Refused, TooMuch, Unreachable
from cds_service.fhir.address import Base
from cds_service.fhir.scopes import UNSAID, Scopes
from cds_service.json_text import NotJson, parse_json
from cds_service.pinned import PinnedTransport, Resolve, system_addresses
from cds_service.reach import ANY_OWN, Reach
from cds_service.upstream.retry import kind_of, pause_after_status, pause_after_trouble
from cds_service.upstream.servers import Servers

_HEADERS = {
    "Accept": "application/fhir+json, application/json;q=0.9",
    "Accept-Encoding": "gzip",
    "Cache-Control": "no-cache",
}
_CONNECT = 2.0
_LARGE = 256 * 1024
_OF_WHOM_STANDS_BEFORE = (502, 503, 504)  # a gateway says them of a server that does not answer
_NO: Mapping[int, type[Refused]] = {401: NotAuthorised, 404: NotThere, 410: NotThere}


class FhirClient:
    """The connections of this process to FHIR servers, opened when first used.

    Each reach has connections of its own: what one client may call must not serve another that may not. `transport`
    replaces them all, for tests.
    """

    def __init__(
        self,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        deadline: float = 4.0,
        resolve: Resolve = system_addresses,
        servers: Servers | None = None,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._trusted = trusted
        self.servers = servers or Servers()
        self._transport = transport
        self._deadline = deadline
        self._resolve = resolve
        self._opened: dict[Reach, httpx2.AsyncClient] = {}
        self.without_include: set[str] = set()  # bases that were asked for `_include` and sent no Medication

    def http(self, reach: Reach) -> httpx2.AsyncClient:
        """The connections that may lead as far as this."""
        if reach not in self._opened:
            self._opened[reach] = httpx2.AsyncClient(
                transport=self._transport or PinnedTransport(reach, self._resolve, self._trusted),
                trust_env=False,
                follow_redirects=False,
                headers=_HEADERS,
                timeout=httpx2.Timeout(self._deadline, connect=min(_CONNECT, self._deadline)),
            )
        return self._opened[reach]

    async def close(self) -> None:
        opened, self._opened = self._opened, {}
        for http in opened.values():
            await http.aclose()


@dataclass(frozen=True, slots=True)
class _Came:
    """What one request brought. `pause`: seconds after which it is worth another try, None where it is not."""

    status: int = 0
    body: bytes = b""
    trouble: FhirError | None = None
    pause: float | None = None


@dataclass(slots=True)
class FhirServer:
    """One server, for one call and one patient. At most `parallel` requests at a time.

    `answers` counts the requests that the server itself answered, whatever it said.
    """

    client: FhirClient
    base: Base
    token: str | None = field(default=None, repr=False)
    max_answer: int = 16 * 1024 * 1024
    parallel: int = 8
    reach: Reach = ANY_OWN
    scopes: Scopes = UNSAID
    requests: int = 0
    answers: int = 0
    unauthorised: bool = False  # whether it refused the token
    _gate: asyncio.Semaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._gate = asyncio.Semaphore(self.parallel)

    async def get(self, address: str, ends: float = math.inf) -> Any:
        """The JSON at an address of this server. Raises a FhirError that says what went wrong, and never where.

        `ends` is when, by the event loop's clock, the answer must be there: no second try goes beyond it.
        """
        came = await self._tried(address)
        if came.pause is not None and asyncio.get_running_loop().time() + came.pause < ends:
            watching.count("upstream_retry")
            await asyncio.sleep(came.pause)
            came = await self._tried(address)
        if came.trouble is not None:
            raise came.trouble
        return self._said(came.status, came.body)

    def _said(self, status: int, body: bytes) -> Any:
        if 400 <= status < 500 and status not in (408, 429):
            self.unauthorised = self.unauthorised or status == 401
            raise _NO.get(status, Refused)(f"the FHIR server answered {status}")
        if status != 200:
            raise Unreachable(f"the FHIR server answered {status}")
        try:
            return parse_json(body)
        except NotJson:
            watching.count("upstream_fault", kind="not-json")
            raise Unreachable("the FHIR server's answer is not JSON") from None

    async def _tried(self, address: str) -> _Came:
        """One request, when it is its turn in this call and at this server."""
        async with self._gate, self.client.servers.turns.turn(self.base.url):
            self.requests += 1
            came = await self._read(address)
        if came.status and came.status not in _OF_WHOM_STANDS_BEFORE:
            self.answers += 1
        return came

    async def _read(self, address: str) -> _Came:
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        try:
            async with self.client.http(self.reach).stream("GET", address, headers=headers) as response:
                body = await self._body(response)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as trouble:
            watching.count("upstream_fault", kind=kind_of(trouble))
            # The library's message quotes the address, which names the patient.
            told = Unreachable(f"the FHIR server could not be read: {type(trouble).__name__}")
            return _Came(trouble=told, pause=pause_after_trouble(trouble))
        except asyncio.CancelledError:
            watching.count("upstream_fault", kind="timeout")
            raise
        except TooMuch as trouble:
            watching.count("upstream_fault", kind="too-large")
            return _Came(200, trouble=trouble)
        return _came(response, body)

    async def _body(self, response: httpx2.Response) -> bytes:
        if response.status_code != 200:
            return b""
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(chunk) > _LARGE:
                await asyncio.sleep(0)  # unpacking does not wait for the network, but the deadline must have its say
            if len(body) > self.max_answer:
                raise TooMuch("the FHIR server's answer is larger than we read")
        return bytes(body)


def _came(response: httpx2.Response, body: bytes) -> _Came:
    status = response.status_code
    if status != 200:
        kind = "rate-limited" if status == 429 else "refused" if 400 <= status < 500 else "status"
        watching.count("upstream_fault", kind=kind)
    return _Came(status, body, pause=pause_after_status(status, response.headers.get("retry-after"), datetime.now(UTC)))
