"""Which FHIR server is read for a call, if any, and with whose token (FHIR-1, FHIR-8).

A registered client's calls are answered from the servers in its deployment file and no others, by the spelling of the
file. In open mode whatever a call names is read, as far as addresses of this network and machine.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from cds_service import log
from cds_service.fhir.address import Base
from cds_service.protocol import Access, HookCall
from cds_service.reach import ANY_OWN, Reach
from cds_service.settings import Settings
from cds_service.trust.client_file import ClientFile

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Readable:
    """A server that may be read during one call."""

    base: Base
    token: str | None = field(repr=False)
    reach: Reach


def readable(call: HookCall, settings: Settings) -> Readable | None:
    """The server that this call may be answered from, if any."""
    if call.access is None:
        return None
    client = call.caller.file
    return _named_freely(call.access, settings) if client is None else _registered(call.access, client)


def _named_freely(access: Access, settings: Settings) -> Readable | None:
    """FHIR-1: an address without a token is no invitation, unless the settings say so."""
    if not settings.open or (access.token is None and not settings.reads_without_token):
        return None
    base = Base.of(access.server)
    return None if base is None else Readable(base, access.token, ANY_OWN)


def _registered(access: Access, client: ClientFile) -> Readable | None:
    base = registered_base(access.server, client)
    if base is None:
        log.trust("server-refused", why="not-registered", level=logging.WARNING)
        return None
    if access.token is None and not client.fhir.without_token:
        return None
    return Readable(base, access.token, reach_of(base, client))


def registered_base(address: str, client: ClientFile) -> Base | None:
    """The base of `address`, written as in the deployment file: the same origin, its path or one below it."""
    for written in client.fhir.bases:
        allowed = Base.of(written)
        asked = Base.of(address)
        if allowed is None or asked is None or allowed.own(asked.url, asked.url) is None:
            continue
        return Base.of(f"{allowed.url}{asked.path.removeprefix(allowed.path)}")
    return None


def reach_of(base: Base, client: ClientFile) -> Reach:
    """Loopback only where the file itself writes it, never where a name turns out to lead there."""
    return Reach(private=client.fhir.private_network, loopback=base.origin[1] in _THIS_MACHINE)
