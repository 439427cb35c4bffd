"""The work of a refusal that came before any signature was looked at: one verification, whose outcome is known."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from cds_service.trust.keys import ES384, RS384, VerifyingKey

_SIGNED = b"nobody"
_LENGTH = {ES384: 96, RS384: 256}


def dummy_verification(algorithm: str) -> None:
    """As much work as verifying a token of this algorithm; any other is worked on as ES384."""
    key = _keys()[algorithm if algorithm in _LENGTH else ES384]
    key.verifies(_SIGNED, b"\x01" * _LENGTH[key.algorithm])


@cache
def _keys() -> dict[str, VerifyingKey]:
    """Keys of this process; their private halves are thrown away."""
    curve = ec.generate_private_key(ec.SECP384R1()).public_key()
    modulus = rsa.generate_private_key(65537, 2048).public_key()
    return {ES384: VerifyingKey("", ES384, curve), RS384: VerifyingKey("", RS384, modulus)}


def prepare() -> None:
    """Make the keys before the first refusal, which would else be the slow one."""
    _keys()
