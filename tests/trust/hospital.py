"""A hospital that signs its calls: its keys, its deployment file, its key address at the HTTP edge, and the service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import orjson
import yaml
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from cds_service.app import create_app
from cds_service.catalogue import load_catalogue
from cds_service.ehr.signing import Signing
from cds_service.settings import Settings
from cds_service.store.store import Store
from tests.conformance.answers import client_of
from tests.service.calling import SERVICE, hook_call, nothing_but

Json = dict[str, Any]
ISSUER = "https://ehr.example.org"
KEYS_URL = "https://ehr.example.org/.well-known/jwks.json"
AUDIENCE = "https://cds.example.org"
DISCOVERY = "/cds-services"

CURVE = ec.generate_private_key(ec.SECP384R1())
OTHER_CURVE = ec.generate_private_key(ec.SECP384R1())
SHORT_CURVE = ec.generate_private_key(ec.SECP256R1())
MODULUS = rsa.generate_private_key(65537, 2048)
SHORT_MODULUS = rsa.generate_private_key(65537, 1024)


def jwk(key: Any, kid: str | None, **more: Any) -> Json:
    """The public half of a key as an entry of a JWKS."""
    kind = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    entry = {**kind.to_jwk(key.public_key(), as_dict=True), "kid": kid, **more}
    return {name: value for name, value in entry.items() if value is not None}


JWKS = {"keys": [jwk(CURVE, "curve"), jwk(MODULUS, "modulus")]}
CURVED = Signing(ISSUER, "curve", CURVE)
MODULAR = Signing(ISSUER, "modulus", MODULUS)


class Clock:
    """The time, which a test moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, **span: float) -> None:
        self.now += timedelta(**span)


def deployment(**changes: Any) -> str:
    """A deployment file; `None` leaves a member out."""
    content = {
        "client": "example-hospital",
        "issuer": ISSUER,
        "keys": {"url": KEYS_URL},
        "audience": AUDIENCE,
        "fhir": {"bases": ["https://fhir.ehr.example.org/r4"]},
        "trials": {"NCT05694767": {}, "NCT06352281": {}},
        **changes,
    }
    return yaml.safe_dump({name: value for name, value in content.items() if value is not None}, sort_keys=False)


class KeysAddress(httpx2.AsyncBaseTransport):
    """What stands at the hospital's addresses. `answer` makes the response; every request is counted."""

    def __init__(self, keys: Any = JWKS) -> None:
        self.keys = keys
        self.asked: list[str] = []
        self.answer: Callable[[], Any] | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        if self.answer is not None:
            answer = self.answer()
            response = await answer if hasattr(answer, "__await__") else answer
            assert isinstance(response, httpx2.Response)
            return response
        return httpx2.Response(200, content=orjson.dumps(self.keys))


class Signed:
    """The service with registered clients, and one of them to call it."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        keys: KeysAddress | None = None,
        *,
        store: Store | None = None,
        **settings: Any,
    ) -> None:
        self.clock = clock
        self.keys = keys or KeysAddress()
        self.app = create_app(
            Settings(clients=folder, **settings),
            catalogue=load_catalogue(),
            clock=clock,
            transport=self.keys,
            store=store,
        )
        self.gate = self.app.state.gate
        self.http = client_of(self.app, "http://inside.example")

    def token(self, path: str = SERVICE, by: Signing = CURVED, **claims: Any) -> str:
        now = int(self.clock().timestamp())
        return by.token(f"{AUDIENCE}{path}", **{"iat": now, "exp": now + 60, **claims})

    async def post(self, token: str | None, path: str = SERVICE, body: Json | None = None) -> httpx2.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await self.http.post(path, json=body or hook_call(nothing_but()), headers=headers)

    async def get(self, token: str | None) -> httpx2.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await self.http.get(DISCOVERY, headers=headers)
