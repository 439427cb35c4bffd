"""Tokens that are taken and tokens that are refused, each with the reason that our own log is told."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import jwt
import orjson

from tests.service.calling import SERVICE
from tests.trust.hospital import (
    AUDIENCE,
    CURVE,
    CURVED,
    DISCOVERY,
    KEYS_URL,
    MODULUS,
    OTHER_CURVE,
    SHORT_CURVE,
    Signed,
    jwk,
)

HERE = f"{AUDIENCE}{SERVICE}"
NOW = 1795262400
HEADER = {"alg": "ES384", "kid": "curve", "typ": "JWT"}
Make = Callable[[Signed], str]


def claims(**changes: Any) -> dict[str, Any]:
    said = {"iss": CURVED.issuer, "aud": HERE, "iat": NOW, "exp": NOW + 60, "jti": "one", **changes}
    return {name: value for name, value in said.items() if value is not None}


def part(content: Any) -> str:
    return (
        base64.urlsafe_b64encode(content if isinstance(content, bytes) else orjson.dumps(content)).rstrip(b"=").decode()
    )


def signed_by(key: Any, algorithm: str, header: dict[str, Any] | None = None, **changes: Any) -> Make:
    """A token signed rightly by this key, whatever its header and claims say."""
    kept = {name: value for name, value in {"kid": "curve", **(header or {})}.items() if value is not None}
    return lambda _: jwt.encode(claims(**changes), key, algorithm=algorithm, headers=kept)


def raw(header: Any, body: Any, signature: bytes = b"\x01" * 96) -> Make:
    return lambda _: f"{part(header)}.{part(body)}.{part(signature)}"


def said(**changes: Any) -> Make:
    return signed_by(CURVE, "ES384", **changes)


def headed(**header: Any) -> Make:
    return signed_by(CURVE, "ES384", header)


PUBLIC_PEM = b"-----BEGIN PUBLIC KEY-----" + b"A" * 64  # as a symmetric secret, which HS384 would take

ACCEPTED: list[tuple[str, Make]] = [
    ("ES384", said()),
    ("RS384", signed_by(MODULUS, "RS384", {"kid": "modulus"})),
    ("aud may be an array", said(aud=["https://other.example", HERE])),
    ("a clock that is half a minute ahead", said(iat=NOW + 30, exp=NOW + 90)),
    ("nbf is over", said(nbf=NOW)),
    ("fractions of seconds", said(iat=NOW - 0.5, exp=NOW + 59.5)),
    ("five minutes is the longest, and two when nobody else remembers", said(iat=NOW, exp=NOW + 120)),
    ("jku names the registered address", headed(jku=KEYS_URL)),
    ("typ in small letters", headed(typ="jwt")),
    ("claims of the client's own", said(sub="nurse", purpose="care")),
]

REFUSED: list[tuple[str, str, Make]] = [
    ("no token in the header", "malformed", lambda _: ""),
    ("not three parts", "malformed", lambda _: "a.b"),
    ("four parts", "malformed", lambda s: f"{s.token()}.x"),
    ("not base64url", "malformed", lambda s: s.token().replace(".", ".+", 1)),
    ("header is no object", "malformed", raw([], claims())),
    ("claims are no object", "malformed", raw(HEADER, "me")),
    ("claims are no JSON", "malformed", raw(HEADER, b"{")),
    ("a claim named twice", "malformed", raw(HEADER, b'{"iss":"a","iss":"b"}')),
    ("too long", "malformed", said(more="x" * 9000)),
    ("alg none", "algorithm", raw({**HEADER, "alg": "none"}, claims(), b"\x00")),
    ("alg None", "algorithm", raw({**HEADER, "alg": "None"}, claims(), b"\x00")),
    ("alg is left out", "algorithm", raw({"kid": "curve", "typ": "JWT"}, claims())),
    ("HS384 with the public key as secret", "algorithm", signed_by(PUBLIC_PEM, "HS384")),
    ("HS256", "algorithm", signed_by("secret" * 10, "HS256")),
    ("ES256 by a P-256 key", "algorithm", signed_by(SHORT_CURVE, "ES256")),
    ("RS256", "algorithm", signed_by(MODULUS, "RS256", {"kid": "modulus"})),
    ("PS384", "algorithm", signed_by(MODULUS, "PS384", {"kid": "modulus"})),
    ("RS384 with the name of a curve's key", "key", signed_by(MODULUS, "RS384", {"kid": "curve"})),
    ("ES384 with the name of an RSA key", "key", headed(kid="modulus")),
    ("typ is something else", "type", headed(typ="at+jwt")),
    ("typ is left out", "type", raw({"alg": "ES384", "kid": "curve"}, claims())),
    ("crit", "critical", headed(crit=["exp"])),
    ("b64", "critical", raw({**HEADER, "b64": False}, claims())),
    ("kid is left out", "kid", raw({"alg": "ES384", "typ": "JWT"}, claims())),
    ("kid is a number", "kid", raw({**HEADER, "kid": 1}, claims())),
    ("kid is a path", "key", headed(kid="../../../dev/null")),
    ("kid of nobody", "key", headed(kid="nobody")),
    ("jku of the attacker", "jku", headed(jku="https://attacker.example/jwks.json")),
    ("jku that only begins like ours", "jku", headed(jku=f"{KEYS_URL}.attacker.example")),
    ("a key in the token itself", "signature", signed_by(OTHER_CURVE, "ES384", {"jwk": jwk(OTHER_CURVE, "curve")})),
    ("iss unknown", "issuer", said(iss="https://attacker.example")),
    ("iss with a slash more", "issuer", said(iss=f"{CURVED.issuer}/")),
    ("iss is left out", "iss", said(iss=None)),
    ("aud is left out", "audience", said(aud=None)),
    ("aud of another path", "audience", said(aud=f"{AUDIENCE}{DISCOVERY}")),
    ("aud is the base alone", "audience", said(aud=AUDIENCE)),
    ("aud by the address inside", "audience", said(aud=f"http://inside.example{SERVICE}")),
    ("aud with a slash more", "audience", said(aud=f"{HERE}/")),
    ("aud of feedback", "audience", said(aud=f"{HERE}/feedback")),
    ("aud is an array of others", "audience", said(aud=["https://other.example"])),
    ("aud is an object", "audience", raw(HEADER, claims(aud={"x": HERE}))),
    ("exp is left out", "exp", said(exp=None)),
    ("exp is now", "expired", said(iat=NOW - 60, exp=NOW)),
    ("exp was an hour ago", "expired", said(iat=NOW - 3660, exp=NOW - 3600)),
    ("exp is text", "exp", raw(HEADER, claims(exp=str(NOW + 60)))),
    ("exp is true", "exp", raw(HEADER, claims(exp=True))),
    ("exp beyond the end of time", "exp", raw(HEADER, claims(exp=1e300))),
    ("iat is left out", "iat", said(iat=None)),
    ("iat is to come", "not-yet", said(iat=NOW + 31, exp=NOW + 90)),
    ("nbf is to come", "not-yet", said(nbf=NOW + 31)),
    ("nbf is text", "nbf", raw(HEADER, claims(nbf="soon"))),
    ("lives longer than five minutes", "lifetime", said(iat=NOW, exp=NOW + 301)),
    ("ends before it begins", "lifetime", said(iat=NOW + 20, exp=NOW + 10)),
    ("tenant that is not registered", "tenant", said(tenant="ward-7")),
    ("tenant is an object", "tenant", said(tenant={"a": 1})),
    ("jti is left out", "jti", said(jti=None)),
    ("jti is empty", "jti", said(jti="")),
    ("jti with a zero byte", "jti", said(jti="a\x00b")),
    ("jti longer than the memory's", "jti", said(jti="a" * 256)),
    ("signed by another key", "signature", signed_by(OTHER_CURVE, "ES384")),
    ("signature of zeros", "signature", raw(HEADER, claims(), b"\x00" * 96)),
    ("signature cut short", "signature", raw(HEADER, claims(), b"\x01" * 40)),
    ("claims changed after signing", "signature", lambda s: forged(s.token())),
]  # fmt: skip


def forged(token: str) -> str:
    """The same signature over other claims."""
    header, body, signature = token.split(".")
    other = orjson.loads(base64.urlsafe_b64decode(body + "=="))
    return f"{header}.{part({**other, 'jti': 'another'})}.{signature}"


def names(rows: list[Any]) -> list[str]:
    return [row[0] for row in rows]
