"""A patient or a user without a name: a keyed hash, the same for the same person, of no use without the key."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cds_service.errors import BadSetting

_LEAST = 32


def pseudonym(key: bytes, client: str, person: str) -> str:
    """HMAC-SHA-256 over client and person, 64 hexadecimal digits; two clients' persons never look alike."""
    told = f"{len(client)}:{client}{person}".encode()
    return hmac.new(key, told, hashlib.sha256).hexdigest()


def key_of(text: str, file: Path | None) -> bytes:
    """The key from CDS_AUDIT_KEY (at least 32 characters), else from a file that is made once, readable by us alone.

    Without either, a key of this process: pseudonyms then do not outlive it, as befits a demo.
    """
    if text:
        if len(text) < _LEAST:
            raise BadSetting(f"CDS_AUDIT_KEY: expected at least {_LEAST} characters")
        return text.encode()
    return secrets.token_bytes(_LEAST) if file is None else _kept(file)


def _kept(file: Path) -> bytes:
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    except OSError:
        raise BadSetting(f"CDS_AUDIT_KEY: expected a key, since none can be kept in {str(file.parent)!r}") from None
    with os.fdopen(descriptor, "wb") as made:
        key = secrets.token_bytes(_LEAST)
        made.write(key)
    return key
