"""Which keys of a JSON Web Key Set may verify a signature, and the one algorithm each is bound to (SEC-10, SEC-11).

ES384 with a P-384 key, RS384 with an RSA key of 2,048 to 8,192 bits, nothing else: a token never chooses how it is
verified. A key without `kid`, or one of two with the same `kid`, verifies nothing (SEC-9: a kid is unique in its set).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import Algorithm, ECAlgorithm, RSAAlgorithm
from jwt.exceptions import PyJWTError

ES384, RS384 = "ES384", "RS384"
ALGORITHMS: Mapping[str, Algorithm] = MappingProxyType(
    {ES384: ECAlgorithm(ECAlgorithm.SHA384), RS384: RSAAlgorithm(RSAAlgorithm.SHA384)}
)
MOST_KEYS = 100
_LEAST_BITS, _MOST_BITS = 2048, 8192
_PUBLIC = {"EC": ("kty", "crv", "x", "y"), "RSA": ("kty", "n", "e")}


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """A public key and the algorithm it is for."""

    kid: str
    algorithm: str
    key: EllipticCurvePublicKey | RSAPublicKey = field(repr=False)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        return ALGORITHMS[self.algorithm].verify(signed, self.key, signature)


class BadKeySet(ValueError):
    """What came is no JSON Web Key Set."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """The usable keys of one client."""

    by_kid: Mapping[str, VerifyingKey]

    def key(self, kid: str, algorithm: str) -> VerifyingKey | None:
        """The key of this name, if it is for this algorithm."""
        found = self.by_kid.get(kid)
        return found if found is not None and found.algorithm == algorithm else None


def read_key_set(content: Any) -> KeySet:
    """The usable keys of a JWKS; others (encryption, other curves, symmetric) are passed over. Raises BadKeySet."""
    keys = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(keys, list):
        raise BadKeySet("expected a JSON Web Key Set: an object with a list `keys`")
    if len(keys) > MOST_KEYS:
        raise BadKeySet(f"expected at most {MOST_KEYS} keys")
    named = Counter(_kid(one) for one in keys)
    usable = [key for one in keys if named[_kid(one)] == 1 and (key := _usable(one)) is not None]
    return KeySet({key.kid: key for key in usable})


def _kid(one: Any) -> str:
    kid = one.get("kid") if isinstance(one, dict) else None
    return kid if isinstance(kid, str) else ""


def _usable(one: Any) -> VerifyingKey | None:
    kid = _kid(one)
    if not kid or one.get("use", "sig") != "sig" or not _for_verifying(one.get("key_ops")):
        return None
    key = _public(one)
    algorithm = None if key is None else _bound(key)
    if key is None or algorithm is None or one.get("alg", algorithm) != algorithm:
        return None
    return VerifyingKey(kid, algorithm, key)


def _for_verifying(operations: Any) -> bool:
    return operations is None or (isinstance(operations, list) and "verify" in operations)


def _public(one: Mapping[str, Any]) -> EllipticCurvePublicKey | RSAPublicKey | None:
    """The public half; a private half that somebody published is not touched."""
    kind = one.get("kty")
    members = _PUBLIC.get(kind) if isinstance(kind, str) else None
    if members is None or not all(isinstance(one.get(name), str) for name in members):
        return None
    public = {name: one[name] for name in members}
    try:
        found = (ECAlgorithm if kind == "EC" else RSAAlgorithm).from_jwk(public)
    except (PyJWTError, ValueError, UnsupportedAlgorithm):
        return None
    return found if isinstance(found, EllipticCurvePublicKey | RSAPublicKey) else None


def _bound(key: EllipticCurvePublicKey | RSAPublicKey) -> str | None:
    if isinstance(key, EllipticCurvePublicKey):
        return ES384 if key.curve.name == "secp384r1" else None
    return RS384 if _LEAST_BITS <= key.key_size <= _MOST_BITS else None
