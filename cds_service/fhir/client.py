"""How a FHIR server is asked: bounded, never redirected, the token only to its own address, errors without addresses.

HAPI's quirks shape the headers: `no-store` would silently end paging, and without `no-cache` an older search is served.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from cds_service.errors import NotAuthorised, NotThere, Refused, TooMuch, Unreachable
from cds_service.fhir.address import Base
from cds_service.fhir.scopes import UNSAID, Scopes
from cds_service.json_text import NotJson, parse_json
from cds_service.pinned import PinnedTransport, Resolve, system_addresses
from cds_service.reach import ANY_OWN, Reach

_HEADERS = {
    "Accept": "application/fhir+json, application/json;q=0.9",
    "Accept-Encoding": "gzip",
    "Cache-Control": "no-cache",
}
_CONNECT = 2.0
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
    ) -> None:
        self._transport = transport
        self._deadline = deadline
        self._resolve = resolve
        self._opened: dict[Reach, httpx2.AsyncClient] = {}

    def http(self, reach: Reach) -> httpx2.AsyncClient:
        """The connections that may lead as far as this."""
        if reach not in self._opened:
            self._opened[reach] = httpx2.AsyncClient(
                transport=self._transport or PinnedTransport(reach, self._resolve),
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


@dataclass(slots=True)
class FhirServer:
    """One server, for one call and one patient. At most `parallel` requests at a time."""

    client: FhirClient
    base: Base
    token: str | None = field(default=None, repr=False)
    max_answer: int = 16 * 1024 * 1024
    parallel: int = 8
    reach: Reach = ANY_OWN
    scopes: Scopes = UNSAID
    requests: int = 0
    unauthorised: bool = False  # whether it refused the token
    _gate: asyncio.Semaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._gate = asyncio.Semaphore(self.parallel)

    async def get(self, address: str) -> Any:
        """The JSON at an address of this server. Raises a FhirError that says what went wrong, and never where."""
        async with self._gate:
            self.requests += 1
            status, body = await self._read(address)
        if 400 <= status < 500 and status not in (408, 429):
            self.unauthorised = self.unauthorised or status == 401
            raise _NO.get(status, Refused)(f"the FHIR server answered {status}")
        if status != 200:
            raise Unreachable(f"the FHIR server answered {status}")
        try:
            return parse_json(body)
        except NotJson:
            raise Unreachable("the FHIR server's answer is not JSON") from None

    async def _read(self, address: str) -> tuple[int, bytes]:
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        try:
            async with self.client.http(self.reach).stream("GET", address, headers=headers) as response:
                return response.status_code, await self._body(response)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as trouble:
            # The library's message quotes the address, which names the patient.
            raise Unreachable(f"the FHIR server could not be read: {type(trouble).__name__}") from None

    async def _body(self, response: httpx2.Response) -> bytes:
        if response.status_code != 200:
            return b""
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self.max_answer:
                raise TooMuch("the FHIR server's answer is larger than we read")
        return bytes(body)
