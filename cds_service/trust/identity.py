"""As whom we ask for a token of our own: the `fhir.backend` of a deployment file with the key that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from cds_service.reach import Reach
from cds_service.trust.client_file import ClientFile
from cds_service.trust.keys import ES384, RS384

PrivateKey = EllipticCurvePrivateKey | RSAPrivateKey
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_LEAST_BITS = 2048


class BadKeyFile(ValueError):
    """The key file of a deployment file cannot be used."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A client of an authorization server: us, at one hospital."""

    token_url: str
    client_id: str
    key_id: str
    algorithm: str
    scope: str
    reach: Reach
    key: PrivateKey = field(repr=False, compare=False)


def reach_of(address: str, client: ClientFile) -> Reach:
    """How far an address of a deployment file may lead.

    Loopback only where the file itself writes it, never where a name turns out to lead there.
    """
    return Reach(private=client.fhir.private_network, loopback=urlsplit(address).hostname in THIS_MACHINE)


def key_files(folder: Path, client: ClientFile) -> Iterator[Path]:
    """Where the private key is: beside the deployment file, unless it says otherwise."""
    if client.fhir.backend is not None:
        yield folder / client.fhir.backend.key_file


def identity_of(folder: Path, client: ClientFile) -> Identity | None:
    """Our identity at this client's authorization server, if any. Raises BadKeyFile."""
    backend = client.fhir.backend
    if backend is None:
        return None
    [file] = key_files(folder, client)
    return Identity(
        token_url=backend.token_url,
        client_id=backend.client_id,
        key_id=backend.key_id,
        algorithm=backend.algorithm,
        scope=backend.scope,
        reach=reach_of(backend.token_url, client),
        key=private_key(file, backend.algorithm),
    )


def private_key(file: Path, algorithm: str) -> PrivateKey:
    """A key of ours, for this algorithm. Raises BadKeyFile."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise BadKeyFile(f"cannot be read ({type(error).__name__})") from None
    except (ValueError, TypeError):
        raise BadKeyFile("expected a private key in PEM, without password") from None
    if isinstance(key, EllipticCurvePrivateKey) and algorithm == ES384 and key.curve.name == "secp384r1":
        return key
    if isinstance(key, RSAPrivateKey) and algorithm == RS384 and key.key_size >= _LEAST_BITS:
        return key
    raise BadKeyFile(f"expected a key for {algorithm}: P-384 for ES384, RSA from 2,048 bits for RS384")
