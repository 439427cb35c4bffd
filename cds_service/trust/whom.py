"""Which FHIR server is read for a call, if any, and with whose token (FHIR-1, FHIR-8).

A registered client's calls are answered from the servers in its deployment file and no others, by the spelling of the
file. In open mode whatever a call names is read, as far as addresses of this network and machine.
"""

from __future__ import annotations

from cds_service import log
from cds_service.errors import NotAllowed, Resting
from cds_service.fhir.address import Base
from cds_service.fhir.client import FhirClient, FhirServer
from cds_service.fhir.scopes import read_scopes
from cds_service.protocol import Access, HookCall
from cds_service.reach import ANY_OWN, Reach
from cds_service.settings import Settings
from cds_service.trust.backend import BackendTokens
from cds_service.trust.caller import OPEN, Caller
from cds_service.trust.client_file import ClientFile
from cds_service.trust.identity import reach_of


class Whom:
    """The servers that calls may be answered from."""

    def __init__(self, settings: Settings, fhir: FhirClient, tokens: BackendTokens | None = None) -> None:
        self._settings = settings
        self._fhir = fhir
        self.tokens = tokens or BackendTokens(fhir)

    async def server(self, call: HookCall) -> FhirServer | None:
        """The server that this call may be answered from, if any.

        Raises NotAllowed where the call names another than its client's, NoToken where we could get none of our own,
        Resting where it answered none of this client's last calls.
        """
        if call.access is None:
            return None
        client = call.caller.file
        if client is None:
            return self._named_freely(call.access)
        return await self._registered(call.access, call.caller, client)

    def after(self, caller: Caller, server: FhirServer | None) -> None:
        """What the reading told: whether the server answers, and that a token of our own is refused there."""
        if server is None:
            return
        self._fhir.servers.heard(caller.name, server.base.url, requests=server.requests, answers=server.answers)
        if server.unauthorised and caller.backend is not None:
            self.tokens.forget(caller.backend)

    def _named_freely(self, access: Access) -> FhirServer | None:
        """FHIR-1: an address without a token is no invitation, unless the settings say so."""
        settings = self._settings
        if not settings.open or (access.token is None and not settings.reads_without_token):
            return None
        base = Base.of(access.server)
        return None if base is None else self._at(base, access, ANY_OWN, OPEN)

    async def _registered(self, access: Access, caller: Caller, client: ClientFile) -> FhirServer | None:
        base = registered_base(access.server, client)
        if base is None:
            log.trust("server-refused", why="not-registered")
            raise NotAllowed("fhirServer is none that is registered for this client")
        if access.token is None and caller.backend is not None:
            granted = await self.tokens.token(caller.backend)
            access = Access(access.server, granted.token, granted.scope)
        if access.token is None and not client.fhir.without_token:
            return None
        return self._at(base, access, reach_of(base.url, client), caller.name)

    def _at(self, base: Base, access: Access, reach: Reach, client: str) -> FhirServer:
        settings = self._settings
        if not self._fhir.servers.admits(client, base.url):
            raise Resting("the FHIR server answered none of the last calls")
        return FhirServer(
            self._fhir,
            base,
            access.token,
            settings.max_answer,
            settings.parallel,
            reach=reach,
            scopes=read_scopes(access.scope),
        )


def registered_base(address: str, client: ClientFile) -> Base | None:
    """The base of `address`, written as in the deployment file: the same origin, its path or one below it."""
    for written in client.fhir.bases:
        allowed = Base.of(written)
        asked = Base.of(address)
        if allowed is None or asked is None or allowed.own(asked.url, asked.url) is None:
            continue
        return Base.of(f"{allowed.url}{asked.path.removeprefix(allowed.path)}")
    return None
