"""What a bearer token must say to be considered at all, and what each of its claims must be (SEC-5 to SEC-7, SEC-10).

Everything here is looked at before the signature is known to be good: nothing in it is believed, only refused.
`NotAdmitted` carries the reason for our own log and counters; the caller never reads it (SEC-12).
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cds_service.errors import NotAdmitted
from cds_service.json_text import NotJson, parse_json
from cds_service.trust.keys import ALGORITHMS

LONGEST_LIFE = 300
"""Seconds between `iat` and `exp`; a token that lives longer is worth more to a thief than to a client."""
LEEWAY = 30
"""Seconds by which a client's clock may be ahead (SEC-13). `exp` has none: a late clock only shortens a token."""
LONGEST = 8192
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\Z")
_NAME = 255
_END_OF_TIME = 2**36


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart. It never prints itself."""

    algorithm: str
    kid: str
    jku: str | None
    issuer: str
    jti: str
    claims: Mapping[str, Any] = field(repr=False)
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @property
    def audiences(self) -> tuple[str, ...]:
        """SEC-7: a string or an array of them."""
        audience = self.claims.get("aud")
        told = audience if isinstance(audience, list) else [audience]
        return tuple(one for one in told if isinstance(one, str))

    @property
    def tenant(self) -> Any:
        return self.claims.get("tenant")

    @property
    def until(self) -> datetime:
        return datetime.fromtimestamp(math.ceil(self.claims["exp"]), UTC)

    @property
    def life(self) -> float:
        """Seconds from `iat` to `exp`; both were checked to be numbers."""
        return float(self.claims["exp"] - self.claims["iat"])


def bearer(headers: list[str]) -> str:
    """The token of the one Authorization header."""
    if not headers:
        raise NotAdmitted("unsigned")
    scheme, _, text = headers[0].strip().partition(" ")
    if len(headers) > 1 or scheme.lower() != "bearer" or len(text) > LONGEST:
        raise NotAdmitted("malformed")
    return text.strip()


def opened(text: str) -> Token:
    """The parts of a token whose header is one that we accept."""
    parts = _COMPACT.match(text)
    if parts is None:
        raise NotAdmitted("malformed")
    header, claims = _object(parts[1]), _object(parts[2])
    _check_header(header)
    return Token(
        algorithm=header["alg"],
        kid=_named(header, "kid"),
        jku=_named(header, "jku") if "jku" in header else None,
        issuer=_named(claims, "iss"),
        jti=_named(claims, "jti"),
        claims=claims,
        signed=f"{parts[1]}.{parts[2]}".encode(),
        signature=_bytes(parts[3]),
    )


def check_times(token: Token, now: float) -> None:
    """`exp` and `iat` required, `nbf` where present; not over, not yet to come, not too long-lived."""
    if _moment(token, "exp") <= now:
        raise NotAdmitted("expired")
    if max(_moment(token, "iat"), _moment(token, "nbf", 0)) > now + LEEWAY:
        raise NotAdmitted("not-yet")
    if not 0 < token.life <= LONGEST_LIFE:
        raise NotAdmitted("lifetime")


def _check_header(header: Mapping[str, Any]) -> None:
    algorithm, kind = header.get("alg"), header.get("typ")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise NotAdmitted("algorithm")
    if not isinstance(kind, str) or kind.upper() != "JWT":
        raise NotAdmitted("type")
    if "crit" in header or "b64" in header:  # extensions that must be understood, and are not
        raise NotAdmitted("critical")


def _named(holder: Mapping[str, Any], name: str) -> str:
    """A required name: printable, and short enough for the memory of used tokens."""
    value = holder.get(name)
    if not isinstance(value, str) or not value or len(value) > _NAME or not value.isprintable():
        raise NotAdmitted(name)
    return value


def _moment(token: Token, name: str, absent: float | None = None) -> float:
    """Seconds since 1970, as a number (RFC 7519 NumericDate), of this age of the world."""
    value = token.claims.get(name, absent)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < _END_OF_TIME:
        raise NotAdmitted(name)
    return value


def _object(part: str) -> dict[str, Any]:
    try:
        content = parse_json(_bytes(part))
    except NotJson:
        raise NotAdmitted("malformed") from None
    if not isinstance(content, dict):
        raise NotAdmitted("malformed")
    return content


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        raise NotAdmitted("malformed") from None
