"""What the link of a report consists of: an id that tells when it closes, and a key that is nowhere else.

The key stands behind the `#` of the address, which browsers send to nobody, and after the first opening in a cookie of
that one browser. Without it what is kept cannot be read, by us neither.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

OPEN_FOR = timedelta(minutes=15)
_MOMENT = struct.Struct(">Q")
_ID_BYTES, _KEY_BYTES, _NONCE_BYTES = 24, 32, 12


class NoHandle(ValueError):
    """Not an id or a key of ours."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Whose report it is; `patient` is a pseudonym. What was sealed for one cannot be opened as another's."""

    id: str
    client: str
    trial: str
    patient: str

    def as_bytes(self) -> bytes:
        return "".join(f"{len(part)}:{part}" for part in (self.id, self.client, self.trial, self.patient)).encode()


def new_id(now: datetime, open_for: timedelta = OPEN_FOR) -> str:
    """Eight bytes for the second in which it closes, the rest by chance."""
    until = int((now + open_for).timestamp())
    return _text(_MOMENT.pack(until) + secrets.token_bytes(_ID_BYTES - _MOMENT.size))


def new_key() -> str:
    return _text(secrets.token_bytes(_KEY_BYTES))


def until_of(handle: str) -> datetime:
    """When the report of this id closes. Raises NoHandle."""
    (seconds,) = _MOMENT.unpack(_bytes(handle, _ID_BYTES)[: _MOMENT.size])
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise NoHandle from None


def seal(content: bytes, key: str, bound: Bound) -> bytes:
    """AES-256-GCM; whose it is, is authenticated with it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(_bytes(key, _KEY_BYTES)).encrypt(nonce, content, bound.as_bytes())


def unseal(sealed: bytes, key: str, bound: Bound) -> bytes:
    """Raises NoHandle where the key or the owner is another."""
    try:
        return AESGCM(_bytes(key, _KEY_BYTES)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound.as_bytes())
    except InvalidTag:
        raise NoHandle from None


def fingerprint(secret: str) -> str:
    """What is kept of a browser's cookie."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str, length: int) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise NoHandle from None
    if len(raw) != length or _text(raw) != text:
        raise NoHandle
    return raw
