"""A token of our own where a call brings none: SMART Backend Services, `private_key_jwt` with ES384 or RS384.

Only clients whose deployment file sets up `fhir.backend` have this. A token is asked for in bounded time and size, at
the address in the file alone, kept until shortly before it ends, and never logged or printed.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import jwt

from cds_service import log
from cds_service.errors import NoToken
from cds_service.fhir.client import FhirClient
from cds_service.json_text import NotJson, parse_json
from cds_service.trust.identity import Identity

PATIENCE = 1.5
RETRY = 5.0
MARGIN = 10.0
_LIFE = 120
_UNSAID_LIFE = 60.0
_LARGEST = 64 * 1024
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Granted:
    """A token, what it is for, and when (in seconds since 1970) it ends."""

    token: str = field(repr=False)
    scope: str | None
    until: float


@dataclass(slots=True)
class _Kept:
    granted: Granted | None = None
    failed: float | None = None
    asking: asyncio.Task[None] | None = None


class BackendTokens:
    """The tokens of this process. `fetches` counts how often one was asked for."""

    def __init__(self, fhir: FhirClient, clock: Callable[[], float] = time.time) -> None:
        self._fhir = fhir
        self._clock = clock
        self._kept: dict[Identity, _Kept] = {}
        self.fetches = 0

    async def token(self, identity: Identity) -> Granted:
        """A token that is good for a while. Raises NoToken."""
        kept = self._kept.setdefault(identity, _Kept())
        if not self._good(kept.granted):
            await self._renew(identity, kept)
        if kept.granted is None or kept.granted.until <= self._clock():
            raise NoToken("the authorization server gave no token")
        return kept.granted

    def forget(self, identity: Identity) -> None:
        """The FHIR server refused the token: the next call asks for another."""
        self._kept.pop(identity, None)

    def _good(self, granted: Granted | None) -> bool:
        return granted is not None and granted.until - MARGIN > self._clock()

    async def _renew(self, identity: Identity, kept: _Kept) -> None:
        """Once for all who wait, and not at once again after a failure."""
        if kept.asking is None:
            if kept.failed is not None and 0 <= self._clock() - kept.failed < RETRY:
                return
            kept.asking = asyncio.create_task(self._fetch(identity, kept))
        await asyncio.shield(kept.asking)  # a caller who hangs up does not take the token from the others

    async def _fetch(self, identity: Identity, kept: _Kept) -> None:
        self.fetches += 1
        try:
            kept.granted, kept.failed = await self._asked(identity), None
        except NoToken as trouble:
            kept.failed = self._clock()
            log.trust("token-unavailable", why=str(trouble))
        finally:
            kept.asking = None

    async def _asked(self, identity: Identity) -> Granted:
        asked = self._clock()
        form = {
            "grant_type": "client_credentials",
            "scope": identity.scope,
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion(identity, int(asked)),
        }
        try:
            async with asyncio.timeout(PATIENCE):
                return _granted(await self._answer(identity, form), identity, asked)
        except TimeoutError:
            raise NoToken("no answer in time") from None
        except NotJson:
            raise NoToken("not JSON") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as trouble:
            raise NoToken(type(trouble).__name__) from None

    async def _answer(self, identity: Identity, form: Mapping[str, str]) -> Any:
        http = self._fhir.http(identity.reach)
        async with http.stream("POST", identity.token_url, data=form, headers=_HEADERS) as response:
            if response.status_code != 200 or response.headers.get("content-encoding", "identity") != "identity":
                raise NoToken(f"HTTP {response.status_code}")
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _LARGEST:
                    raise NoToken("too large")
        return parse_json(bytes(body))


def assertion(identity: Identity, now: int) -> str:
    """RFC 7523, as SMART narrows it: for the token address alone, once, for two minutes."""
    claims = {"iss": identity.client_id, "sub": identity.client_id, "aud": identity.token_url}
    times = {"iat": now, "exp": now + _LIFE, "jti": str(uuid.uuid4())}
    headers = {"kid": identity.key_id, "typ": "JWT"}
    return jwt.encode(claims | times, identity.key, algorithm=identity.algorithm, headers=headers)


def _granted(content: Any, identity: Identity, asked: float) -> Granted:
    """The token of the answer. A scope that is left out is the one asked for (RFC 6749, 5.1)."""
    said = content if isinstance(content, dict) else {}
    token, kind, life, scope = (said.get(name) for name in ("access_token", "token_type", "expires_in", "scope"))
    if not isinstance(token, str) or not token or not (token.isascii() and token.isprintable()) or " " in token:
        raise NoToken("no bearer token")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise NoToken("no bearer token")
    seconds = float(life) if isinstance(life, int) and not isinstance(life, bool) else _UNSAID_LIFE
    return Granted(token, scope if isinstance(scope, str) else identity.scope, asked + seconds)
