"""Who is let in: every call of the three routes is of a registered client, unless open mode lets everybody in.

The order is that of SEC-12: issuer, audience, times, tenant, signature, and last whether the token was used before.
Every refusal costs one verification of a signature and reads the same, so that neither words nor work tell a stranger
how near they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request

from cds_service import watching
from cds_service.errors import NotAdmitted
from cds_service.settings import Settings
from cds_service.smart.app import App
from cds_service.trust.caller import Caller, unsigned
from cds_service.trust.client_file import ClientFile
from cds_service.trust.clients import Clients, Registry
from cds_service.trust.dummy import dummy_verification, prepare
from cds_service.trust.identity import reach_of
from cds_service.trust.jwks import KeyRing
from cds_service.trust.keys import VerifyingKey
from cds_service.trust.seen import Seen
from cds_service.trust.token import Token, bearer, check_times, opened

_FEEDBACK = "/feedback"


@dataclass(frozen=True, slots=True)
class Door:
    """What verifying takes: the clients in force, their keys, the used tokens, the time."""

    registry: Registry
    keys: KeyRing
    seen: Seen
    clock: Callable[[], datetime]


class Gate:
    """Stands before discovery, calls and feedback. Without a door and not open, nobody is let in.

    `refused` counts by reason, `verifications` every signature that was held against a key.
    """

    def __init__(self, settings: Settings, door: Door | None = None, app: App | None = None) -> None:
        self._unsigned = unsigned(settings, app) if settings.open else None
        self.door = door
        self.refused: Counter[str] = Counter()
        self.verifications = 0
        if self._unsigned is None:
            prepare()

    @property
    def open(self) -> bool:
        """Whether everybody is let in."""
        return self._unsigned is not None

    @property
    def callers(self) -> tuple[Caller, ...]:
        """Everybody who is known at this moment, by their deployment files."""
        if self._unsigned is not None:
            return (self._unsigned,)
        return () if self.door is None else tuple(self.door.registry.clients.callers.values())

    def speak(self, locale: str) -> None:
        """In open mode: the language of calls from now on, as a demo's switch sets it."""
        if self._unsigned is not None:
            self._unsigned = replace(self._unsigned, locale=locale)

    async def admit(self, request: Request) -> Caller:
        """By whom this call is made. Raises NotAdmitted, and where CDS_REPLAY=strict asks for it, StoreUnavailable."""
        if self._unsigned is not None:
            return self._unsigned
        attempt = _Attempt()
        try:
            return await self._admitted(request, attempt)
        except NotAdmitted as refusal:
            self.refused[refusal.why] += 1
            if refusal.why == "replayed":
                watching.count("replay_refused")
            if not attempt.verified:
                self.verifications += 1
                dummy_verification(attempt.algorithm)
            raise

    async def _admitted(self, request: Request, attempt: _Attempt) -> Caller:
        door = self.door
        if door is None:
            raise NotAdmitted("no-clients")
        token = opened(bearer(request.headers.getlist("authorization")))
        attempt.algorithm = token.algorithm
        clients = door.registry.clients  # one version for the whole call, whatever is reread meanwhile
        client = _claimed(token, clients, request.scope["path"], door.clock().timestamp())
        key = await _key(token, client, door.keys)
        attempt.verified = True
        self.verifications += 1
        if not key.verifies(token.signed, token.signature):
            raise NotAdmitted("signature")
        await door.seen.admit(token)
        return clients.callers[client.client]


@dataclass(slots=True)
class _Attempt:
    """What was done for one call, so that a refusal can make up for what was not."""

    algorithm: str = ""
    verified: bool = False


async def _key(token: Token, client: ClientFile, ring: KeyRing) -> VerifyingKey:
    """SEC-8, SEC-9: the client's own key of this name. A `jku` is only ever compared, never followed."""
    if token.jku is not None and token.jku != client.keys.url:
        raise NotAdmitted("jku")
    reach = reach_of(client.keys.url or "", client)
    key = await ring.key(client.keys, token.kid, token.algorithm, reach)
    if key is None:
        raise NotAdmitted("key")
    return key


def _claimed(token: Token, clients: Clients, path: str, now: float) -> ClientFile:
    """The client that a token claims to come from; nothing of it is proven yet."""
    candidates = clients.issued_by(token.issuer)
    if not candidates:
        raise NotAdmitted("issuer")
    addressed = [one for one in candidates if _names(token.audiences, one.audience, path)]
    if not addressed:
        raise NotAdmitted("audience")
    check_times(token, now)
    for client in addressed:
        if client.tenant == token.tenant:
            return client
    raise NotAdmitted("tenant")


def _names(audiences: Iterable[str], base: str, path: str) -> bool:
    """SEC-7: the exact public address that is called; feedback may also name its service (FB-10)."""
    address = f"{base.rstrip('/')}{path}"
    accepted = {address, address.removesuffix(_FEEDBACK)}
    return not accepted.isdisjoint(audiences)
