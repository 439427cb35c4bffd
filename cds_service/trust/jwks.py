"""Where a client's public keys are at this moment: in its file, or fetched from its `keys.url` and kept for a while.

A fetch is bounded in time and size, follows no redirect, and nobody but the deployment file says where it goes
(SEC-8, SEC-9). A key that is not in the set is looked for once more, not oftener than every half minute. While the
address is down the last good set serves, for a day at most.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
import orjson

from cds_service import log
from cds_service.pinned import PinnedTransport, Resolve, system_addresses
from cds_service.reach import PUBLIC, Reach
from cds_service.trust.client_file import Keys
from cds_service.trust.keys import BadKeySet, KeySet, VerifyingKey, read_key_set

FRESH = timedelta(minutes=10)
AGAIN = timedelta(seconds=30)
RETRY = timedelta(seconds=5)
STALE = timedelta(hours=24)
PATIENCE = 1.5
LARGEST = 256 * 1024
_HEADERS = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}


class KeysUnavailable(Exception):
    """Why an address gave no key set, in one word."""


@dataclass(slots=True)
class _Kept:
    """What is known of one address."""

    keys: KeySet | None = None
    fetched: datetime | None = None  # when `keys` came
    tried: datetime | None = None  # when it was last asked, whatever came of it
    failed: bool = False
    fetching: asyncio.Task[None] | None = None

    def within(self, moment: datetime | None, span: timedelta, now: datetime) -> bool:
        """A clock that was set back makes nothing fresh."""
        return moment is not None and timedelta(0) <= now - moment < span


class KeyRing:
    """The key sets of all clients, for one process."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        transport: httpx2.AsyncBaseTransport | None = None,
        resolve: Resolve = system_addresses,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._trusted = trusted
        self._clock = clock
        self._transport = transport
        self._resolve = resolve
        self._kept: dict[tuple[str, Reach], _Kept] = {}
        self._http: dict[Reach, httpx2.AsyncClient] = {}
        self.fetches = 0
        self.failures = 0

    async def key(self, keys: Keys, kid: str, algorithm: str, reach: Reach = PUBLIC) -> VerifyingKey | None:
        """The key that a client's token names; None when the client has no such key, as far as can be known now."""
        if keys.url is None:
            return keys.written.key(kid, algorithm)
        kept = self._kept.setdefault((keys.url, reach), _Kept())
        now = self._clock()
        if not kept.within(kept.fetched, FRESH, now):
            await self._renew(keys.url, reach, kept)
        found = self._known(kept, kid, algorithm)
        if found is None:
            await self._renew(keys.url, reach, kept)
            found = self._known(kept, kid, algorithm)
        return found

    async def close(self) -> None:
        for kept in self._kept.values():
            if kept.fetching is not None:
                kept.fetching.cancel()
        opened, self._http = self._http, {}
        for http in opened.values():
            await http.aclose()

    def _known(self, kept: _Kept, kid: str, algorithm: str) -> VerifyingKey | None:
        if kept.keys is None or not kept.within(kept.fetched, STALE, self._clock()):
            return None
        return kept.keys.key(kid, algorithm)

    async def _renew(self, url: str, reach: Reach, kept: _Kept) -> None:
        """Ask again, once for all who wait; not so soon after the last time."""
        if kept.fetching is None:
            pause = RETRY if kept.failed else AGAIN
            if kept.within(kept.tried, pause, self._clock()):
                return
            kept.tried = self._clock()
            kept.fetching = asyncio.create_task(self._fetch(url, reach, kept))
        await asyncio.shield(kept.fetching)  # a caller who hangs up does not take the answer from the others

    async def _fetch(self, url: str, reach: Reach, kept: _Kept) -> None:
        self.fetches += 1
        try:
            kept.keys = read_key_set(await self._content(url, reach))
            kept.fetched, kept.failed = self._clock(), False
        except (KeysUnavailable, BadKeySet) as trouble:
            self.failures += 1
            kept.failed = True
            log.trust("keys-unavailable", why=str(trouble), stale=kept.keys is not None)
        finally:
            kept.fetching = None

    async def _content(self, url: str, reach: Reach) -> Any:
        try:
            async with asyncio.timeout(PATIENCE), self._client(reach).stream("GET", url) as response:
                if response.status_code != 200 or response.headers.get("content-encoding", "identity") != "identity":
                    raise KeysUnavailable(f"HTTP {response.status_code}")
                return orjson.loads(await _bounded(response))
        except TimeoutError:
            raise KeysUnavailable("no answer in time") from None
        except orjson.JSONDecodeError:
            raise KeysUnavailable("not JSON") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, OSError) as trouble:
            raise KeysUnavailable(type(trouble).__name__) from None

    def _client(self, reach: Reach) -> httpx2.AsyncClient:
        """Connections are not shared between clients of different reach."""
        if reach not in self._http:
            self._http[reach] = httpx2.AsyncClient(
                transport=self._transport or PinnedTransport(reach, self._resolve, self._trusted),
                trust_env=False,
                follow_redirects=False,
                headers=_HEADERS,
                timeout=PATIENCE,
            )
        return self._http[reach]


async def _bounded(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise KeysUnavailable("too large")
    return bytes(body)
