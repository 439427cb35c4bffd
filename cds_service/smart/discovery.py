"""Where an EHR authorizes: `.well-known/smart-configuration` below the FHIR base that its file names, and nothing else.

The endpoints may lie on another host, which the registered server vouches for over TLS; they must be https, or, where
the server itself is of this machine, on this machine.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from cds_service.fhir.queries import Query
from cds_service.reach import Reach
from cds_service.smart.asking import answer_of
from cds_service.smart.troubles import ServerTrouble
from cds_service.trust.identity import THIS_MACHINE

WELL_KNOWN = "/.well-known/smart-configuration"
_ALWAYS = ("launch", "openid", "fhirUser")
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What an EHR says of its authorization server."""

    authorize: str
    token: str
    issuer: str = ""
    capabilities: frozenset[str] = frozenset()


async def discovered(http: httpx2.AsyncClient, iss: str, reach: Reach) -> Endpoints:
    """The endpoints of the server `iss`. Raises ServerTrouble."""
    status, said = await answer_of(http, iss.rstrip("/") + WELL_KNOWN)
    if status != 200:
        raise ServerTrouble(f"HTTP {status}")
    capabilities = said.get("capabilities")
    methods = said.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise ServerTrouble("no-pkce")
    issuer = said.get("issuer")
    return Endpoints(
        _endpoint(said.get("authorization_endpoint"), reach),
        _endpoint(said.get("token_endpoint"), reach),
        issuer if isinstance(issuer, str) else "",
        frozenset(one for one in capabilities if isinstance(one, str))
        if isinstance(capabilities, list)
        else frozenset(),
    )


def _endpoint(address: object, reach: Reach) -> str:
    if not isinstance(address, str) or len(address) > _LONGEST or not (address.isascii() and address.isprintable()):
        raise ServerTrouble("no-endpoint")
    try:
        parts = urlsplit(address)
        own = reach.loopback and parts.scheme == "http" and parts.hostname in THIS_MACHINE
        bad = parts.fragment or parts.username is not None or not parts.hostname or " " in address or "\\" in address
        _ = parts.port
    except ValueError:
        raise ServerTrouble("no-endpoint") from None
    if bad or not (parts.scheme == "https" or own):
        raise ServerTrouble("no-endpoint")
    return address


def scopes_for(queries: Collection[Query], capabilities: Collection[str]) -> str:
    """The least that our searches need, and our reading of the drugs and studies that entries refer to.

    In the style that the server knows: SMART 2.0 `.rs`, else 1.0 `.read`.
    """
    letters = "rs" if "permission-v2" in capabilities else "read"
    types = sorted({query.resource for query in queries} | {"Medication", "ResearchStudy"})
    return " ".join((*_ALWAYS, *(f"patient/{one}.{letters}" for one in types)))
