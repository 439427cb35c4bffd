"""Decides how the simulated EHR signs its calls (CDS Hooks, Trusting CDS Clients; SEC-4 to SEC-6), and makes test keys.

Each request carries a token of its own: ES384 or RS384 by the key, a minute long, for exactly the address it goes to.
"""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import orjson
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm

from cds_service.ehr.problem import EhrProblem

Json = dict[str, Any]
SECONDS = 60
_PATH = "/cds-services"


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs and with which key. `audience` is the service's public base where it is called by another address."""

    issuer: str
    kid: str
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)
    audience: str | None = None
    tenant: str | None = None
    jku: str | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Signs what goes to a CDS service; what goes to a FHIR server keeps its own access token."""
        base, found, rest = str(request.url).partition(_PATH)
        if found:
            request.headers["Authorization"] = f"Bearer {self.token(f'{self.audience or base}{_PATH}{rest}')}"
        return request

    def token(self, audience: str, **claims: object) -> str:
        """A new token for one address; `claims` replace its own, and None takes one away."""
        now = int(time.time())
        said: Json = {"iss": self.issuer, "aud": audience, "iat": now, "exp": now + SECONDS, "jti": str(uuid.uuid4())}
        said |= {"tenant": self.tenant, **claims}
        headers = {"kid": self.kid, "typ": "JWT"} | ({"jku": self.jku} if self.jku else {})
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, self.key, algorithm=self.algorithm, headers=headers)

    @property
    def algorithm(self) -> str:
        return "ES384" if isinstance(self.key, ec.EllipticCurvePrivateKey) else "RS384"


def signing_with(file: Path, issuer: str, kid: str, audience: str | None = None) -> Signing:
    """Signs with the private key of a PEM file."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        raise EhrProblem(f"{file} is no private key in PEM", "cds-service client-key makes one") from None
    if isinstance(key, rsa.RSAPrivateKey) or (isinstance(key, ec.EllipticCurvePrivateKey) and key.key_size == 384):
        return Signing(issuer, kid, key, audience.rstrip("/") if audience else None)
    raise EhrProblem(f"{file} is a key of another kind", "ES384 needs a P-384 key, RS384 an RSA key")


def make_client_key(file: Path, kid: str) -> str:
    """Writes a new private key for ES384, readable by its owner alone; the JWKS with its public half, as text."""
    key = ec.generate_private_key(ec.SECP384R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise EhrProblem(f"{file} cannot be written ({error.strerror})", "name a new file") from None
    with os.fdopen(descriptor, "wb") as made:
        made.write(pem)
    return orjson.dumps({"keys": [public_jwk(key, kid)]}, option=orjson.OPT_INDENT_2).decode()


def public_jwk(key: ec.EllipticCurvePrivateKey, kid: str) -> Json:
    """The public half as an entry of a JWKS."""
    return {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "alg": "ES384", "use": "sig"}
