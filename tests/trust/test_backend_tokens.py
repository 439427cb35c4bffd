"""A token of our own where a call brings none: how it is asked for, how long it is kept, what a failure leaves."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx2
import jwt
import orjson
import pytest
from cryptography.hazmat.primitives import serialization

from cds_service.errors import NoToken
from cds_service.fhir.client import FhirClient
from cds_service.trust.backend import BackendTokens
from cds_service.trust.clients import ClientError, House, read_clients
from tests.service.calling import hook_call, nothing_but, without
from tests.service.ehr import BASE, Ehr
from tests.trust.hospital import CURVE, JWKS, MODULUS, SHORT_CURVE, Clock, KeysAddress, Signed, deployment

TOKEN_URL = "https://auth.ehr.example/token"
HOUSE = House(("NCT05694767", "NCT06352281"))
BACKEND = {"token_url": TOKEN_URL, "client_id": "cds", "key_file": "cds.pem", "key_id": "ours"}
GRANTED = {"access_token": "our-secret", "token_type": "bearer", "expires_in": 300, "scope": "system/*.rs"}


def pem(key: Any) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    written: bytes = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return written


class Authorizing(KeysAddress):
    """The hospital's key address, authorization server and FHIR server."""

    def __init__(self, granted: Any = GRANTED) -> None:
        super().__init__(JWKS)
        self.granted = granted
        self.ehr = Ehr()
        self.forms: list[dict[str, list[str]]] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/token":
            self.forms.append(parse_qs((await request.aread()).decode()))
            if isinstance(self.granted, Exception):
                raise self.granted
            if isinstance(self.granted, httpx2.Response):
                return self.granted
            return httpx2.Response(200, content=orjson.dumps(self.granted))
        if "/fhir" in request.url.path:
            return await self.ehr.handle_async_request(request)
        return await super().handle_async_request(request)


def files(folder: Path, key: Any = CURVE, **backend: Any) -> None:
    (folder / "cds.pem").write_bytes(pem(key))
    (folder / "example.yaml").write_text(deployment(fhir={"bases": [BASE], "backend": {**BACKEND, **backend}}))


async def call(signed: Signed, **more: Any) -> httpx2.Response:
    """A call with an address and no token, that leaves out the lists."""
    prefetch = more.pop("prefetch", without(nothing_but(), "lists"))
    return await signed.post(signed.token(), body=hook_call(prefetch, fhirServer=BASE, **more))


async def test_the_call_is_answered_with_a_token_of_our_own(folder: Path, clock: Clock) -> None:
    files(folder)
    hospital = Authorizing()
    signed = Signed(folder, clock, hospital)
    assert (await call(signed)).status_code == 200
    [form] = hospital.forms
    assert form["grant_type"] == ["client_credentials"]
    assert form["scope"] == ["system/*.rs"]
    assert form["client_assertion_type"] == ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    assert [request.headers["Authorization"] for request in hospital.ehr.requests] == ["Bearer our-secret"]


@pytest.mark.parametrize(("key", "algorithm"), [(CURVE, "ES384"), (MODULUS, "RS384")], ids=["ES384", "RS384"])
async def test_we_sign_who_we_are_for_the_token_address_alone(
    folder: Path, clock: Clock, key: Any, algorithm: str
) -> None:
    files(folder, key, algorithm=algorithm)
    hospital = Authorizing()
    await call(Signed(folder, clock, hospital))
    [assertion] = hospital.forms[0]["client_assertion"]
    said = jwt.decode(assertion, key.public_key(), [algorithm], audience=TOKEN_URL)
    assert (said["iss"], said["sub"]) == ("cds", "cds")
    assert 0 < said["exp"] - said["iat"] <= 300
    assert said["jti"]
    assert jwt.get_unverified_header(assertion) == {"alg": algorithm, "typ": "JWT", "kid": "ours"}


async def test_a_token_that_the_call_brings_goes_first(folder: Path, clock: Clock) -> None:
    files(folder)
    hospital = Authorizing()
    grant = {"access_token": "theirs", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.rs"}
    await call(Signed(folder, clock, hospital), fhirAuthorization={**grant, "subject": "cds"})
    assert hospital.forms == []
    assert [request.headers["Authorization"] for request in hospital.ehr.requests] == ["Bearer theirs"]


async def test_no_token_is_asked_for_another_server(folder: Path, clock: Clock) -> None:
    files(folder)
    hospital = Authorizing()
    signed = Signed(folder, clock, hospital)
    body = hook_call(without(nothing_but(), "lists"), fhirServer="https://evil.example/fhir")
    assert (await signed.post(signed.token(), body=body)).status_code == 200
    assert (hospital.forms, hospital.ehr.requests) == ([], [])


async def test_what_was_granted_decides_what_is_asked(folder: Path, clock: Clock) -> None:
    files(folder)
    hospital = Authorizing({**GRANTED, "scope": "system/Condition.rs"})
    await call(Signed(folder, clock, hospital))
    assert hospital.ehr.requests == []


FAILURES: list[tuple[str, Any]] = [
    ("401", httpx2.Response(401)),
    ("500", httpx2.Response(500)),
    ("a redirect", httpx2.Response(302, headers={"Location": "https://evil.example/"})),
    ("no connection", httpx2.ConnectError("cds our-secret")),
    ("HTML", httpx2.Response(200, content=b"<html>")),
    ("a list", []),
    ("no token", {**GRANTED, "access_token": ""}),
    ("a token of two lines", {**GRANTED, "access_token": "a\r\nX: y"}),
    ("a token for something else", {**GRANTED, "token_type": "mac"}),
    ("already over", {**GRANTED, "expires_in": 0}),
    ("too large", httpx2.Response(200, content=b" " * 70_000)),
    ("compressed", httpx2.Response(200, headers={"Content-Encoding": "gzip"}, content=b"")),
]


@pytest.mark.parametrize("answer", [row[1] for row in FAILURES], ids=[row[0] for row in FAILURES])
async def test_without_a_token_nothing_is_read_and_the_reason_is_told(
    folder: Path, clock: Clock, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    files(folder)
    hospital = Authorizing(answer)
    refusal = await call(Signed(folder, clock, hospital), prefetch={})
    assert refusal.status_code == 412
    assert "the authorization server gave us no token" in refusal.text
    assert hospital.ehr.requests == []
    assert "our-secret" not in caplog.text + refusal.text


class Seconds:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


async def test_a_token_is_kept_until_shortly_before_its_end(folder: Path) -> None:
    files(folder)
    seconds, hospital = Seconds(), Authorizing()
    tokens = BackendTokens(FhirClient(transport=hospital), seconds)
    identity = read_clients(folder, HOUSE).callers["example-hospital"].backend
    assert identity is not None
    asked = []
    for step in (0, 200, 85, 10, 5):
        seconds.now += step
        await tokens.token(identity)
        asked.append(tokens.fetches)
    assert asked == [1, 1, 1, 2, 2]
    tokens.forget(identity)
    await tokens.token(identity)
    assert tokens.fetches == 3


async def test_after_a_failure_it_is_not_asked_at_once_again_and_the_old_token_serves(folder: Path) -> None:
    files(folder)
    seconds, hospital = Seconds(), Authorizing()
    tokens = BackendTokens(FhirClient(transport=hospital), seconds)
    identity = read_clients(folder, HOUSE).callers["example-hospital"].backend
    assert identity is not None
    await tokens.token(identity)
    hospital.granted = httpx2.Response(503)
    seconds.now += 293
    assert (await tokens.token(identity)).token == "our-secret"
    assert (await tokens.token(identity)).token == "our-secret"
    assert tokens.fetches == 2
    seconds.now += 8
    with pytest.raises(NoToken):
        await tokens.token(identity)
    hospital.granted = GRANTED
    seconds.now += 6
    assert (await tokens.token(identity)).token == "our-secret"


async def test_a_token_that_the_fhir_server_refuses_is_not_used_again(folder: Path, clock: Clock) -> None:
    files(folder)
    hospital = Authorizing()
    signed = Signed(folder, clock, hospital)
    hospital.ehr.answers["List?patient=p1&status=current"] = 401
    await call(signed)
    await call(signed)
    assert len(hospital.forms) == 2
    del hospital.ehr.answers["List?patient=p1&status=current"]
    await call(signed)
    await call(signed)
    assert len(hospital.forms) == 3


def test_neither_key_nor_token_prints_itself(folder: Path) -> None:
    files(folder)
    caller = read_clients(folder, HOUSE).callers["example-hospital"]
    assert "PRIVATE" not in repr(caller)
    assert "PrivateKey" not in repr(caller)


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (lambda file: file.unlink(), "cannot be read"),
        (lambda file: file.write_text("no key"), "expected a private key in PEM"),
        (lambda file: file.write_bytes(pem(SHORT_CURVE)), "expected a key for ES384"),
        (lambda file: file.write_bytes(pem(MODULUS)), "expected a key for ES384"),
    ],
    ids=["missing", "no key", "another curve", "another kind"],
)
def test_a_bad_key_file_is_a_mistake_of_the_file_that_names_it(folder: Path, write: Any, told: str) -> None:
    files(folder)
    write(folder / "cds.pem")
    with pytest.raises(ClientError, match=rf"example\.yaml: fhir\.backend\.key_file: {told}"):
        read_clients(folder, HOUSE)
