"""The way out to the authorization server and back: PKCE, and a state for one return of one browser.

What a launch needs on its return is sealed under a key that exists in `state` alone, so every worker can finish it and
nobody who reads the database can.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

import orjson

from cds_service.report.handle import Bound, NoHandle, fingerprint, new_id, new_key, seal, unseal, until_of
from cds_service.report.sealed import Sealed, Shelf
from cds_service.smart.app import App
from cds_service.smart.browser import mark_of
from cds_service.smart.discovery import Endpoints
from cds_service.smart.troubles import LaunchOver, StateTrouble

RETURN_WITHIN = timedelta(minutes=10)
_KIND = "launch"


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a launch when the browser comes back."""

    client: str
    iss: str
    token_url: str
    issuer: str
    browser: str
    verifier: str = field(repr=False)


class Launches:
    """The launches on their way."""

    def __init__(self, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._shelf = shelf
        self._clock = clock

    async def begin(
        self, client: str, app: App, endpoints: Endpoints, *, iss: str, launch: str, scope: str, secret: str
    ) -> str:
        """Where the browser is sent: the authorization request (SMART App Launch, RFC 7636). StoreUnavailable."""
        handle, key, verifier = new_id(self._clock(), RETURN_WITHIN), new_key(), secrets.token_urlsafe(48)
        begun = Begun(client, iss, endpoints.token, endpoints.issuer, mark_of(secret), verifier)
        bound = Bound(handle, client, _KIND, "")
        await self._shelf.add(
            [Sealed(bound, until_of(handle), seal(orjson.dumps(asdict(begun)), _sealing(key), bound))], self._clock()
        )
        asked = {
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
            "launch": launch,
            "scope": scope,
            "state": f"{handle}.{key}",
            "aud": iss,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        return f"{endpoints.authorize}{'&' if urlsplit(endpoints.authorize).query else '?'}{urlencode(asked)}"

    async def take(self, state: str, secret: str) -> Begun:
        """The launch of this state, once, for the browser that began it.

        Raises StateTrouble, LaunchOver, StoreUnavailable. Another browser does not use the state up.
        """
        handle, _, key = state.partition(".")
        try:
            if until_of(handle) <= self._clock():
                raise LaunchOver
            sealed = await self._shelf.find(handle)
            if sealed is None or sealed.bound.trial != _KIND:
                raise StateTrouble("unknown")
            begun = Begun(**orjson.loads(unseal(sealed.content, _sealing(key), sealed.bound)))
        except NoHandle:
            raise StateTrouble("unknown") from None
        if not secrets.compare_digest(begun.browser, mark_of(secret)):
            raise StateTrouble("browser")
        if not await self._shelf.claim(handle, fingerprint(secrets.token_urlsafe(32))):  # the first to ask has it
            raise StateTrouble("used")
        return begun


def _sealing(key: str) -> str:
    """Not the key of the state itself: a state is no key of a report."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"launch {key}".encode()).digest()).rstrip(b"=").decode()


def challenge_of(verifier: str) -> str:
    """RFC 7636, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
