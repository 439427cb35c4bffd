"""SEC-4 to SEC-12: which tokens are taken, which are refused, and that no refusal tells how near it was."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import orjson
import pytest
from starlette.requests import Request

from cds_service.errors import NotAdmitted
from tests.service.calling import SERVICE
from tests.trust.hospital import (
    AUDIENCE,
    CURVE,
    CURVED,
    DISCOVERY,
    JWKS,
    KEYS_URL,
    MODULAR,
    MODULUS,
    OTHER_CURVE,
    SHORT_CURVE,
    SHORT_MODULUS,
    Clock,
    KeysAddress,
    Signed,
    Signing,
    deployment,
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


@pytest.fixture(autouse=True)
def at_noon(clock: Clock) -> None:
    assert clock().timestamp() == NOW


@pytest.mark.rule("SEC-4")
@pytest.mark.rule("SEC-5")
@pytest.mark.rule("SEC-13")
@pytest.mark.parametrize(("name", "make"), ACCEPTED, ids=names(ACCEPTED))
async def test_a_registered_client_is_let_in(signed: Signed, name: str, make: Make) -> None:
    answer = await signed.post(make(signed))
    assert (answer.status_code, answer.json()) == (200, {"cards": []})
    assert signed.gate.verifications == 1


@pytest.mark.rule("SEC-6")
@pytest.mark.rule("SEC-7")
@pytest.mark.rule("SEC-8")
@pytest.mark.rule("SEC-10")
@pytest.mark.rule("SEC-11")
@pytest.mark.rule("SEC-12")
@pytest.mark.parametrize(("name", "why", "make"), REFUSED, ids=names(REFUSED))
async def test_all_others_are_refused_in_the_same_words_with_the_same_work(
    signed: Signed, keys: KeysAddress, name: str, why: str, make: Make
) -> None:
    answer = await signed.post(make(signed))
    unsigned = await signed.post(None)
    assert answer.status_code == 401
    assert answer.content == unsigned.content
    assert set(answer.json()) == {"resourceType", "issue"}
    plain = [(key, value) for key, value in answer.headers.items() if key != "x-request-id"]
    assert plain == [(key, value) for key, value in unsigned.headers.items() if key != "x-request-id"]
    assert answer.headers["www-authenticate"] == "Bearer"
    assert signed.gate.refused == {why: 1, "unsigned": 1}
    assert signed.gate.verifications == 2  # one each
    assert set(keys.asked) <= {KEYS_URL}


async def test_a_refusal_is_not_remembered_as_use(signed: Signed) -> None:
    """Who guesses a jti must not be able to shut its owner out."""
    assert (await signed.post(signed_by(OTHER_CURVE, "ES384", jti="mine")(signed))).status_code == 401
    assert (await signed.post(said(jti="mine")(signed))).status_code == 200


@pytest.mark.rule("SEC-12")
async def test_a_token_is_good_for_one_call(signed: Signed) -> None:
    token = signed.token()
    assert [(await signed.post(token)).status_code for _ in range(3)] == [200, 401, 401]
    assert signed.gate.refused["replayed"] == 2


@pytest.mark.rule("DISC-14")
async def test_discovery_is_for_registered_clients_too(signed: Signed) -> None:
    assert (await signed.get(None)).status_code == 401
    assert (await signed.get(signed.token())).status_code == 401  # it is for another address
    answer = await signed.get(signed.token(DISCOVERY))
    assert [one["hook"] for one in answer.json()["services"]] == ["patient-view"]


async def test_who_may_not_come_in_learns_no_address(signed: Signed) -> None:
    there, nowhere = await signed.post(None), await signed.post(None, "/cds-services/nothing")
    assert there.content == nowhere.content
    answer = await signed.post(signed.token("/cds-services/nothing"), "/cds-services/nothing")
    assert answer.status_code == 404


@pytest.mark.parametrize("scheme", ["Basic", "DPoP", "", "Bearer Bearer"])
async def test_only_a_bearer_token_is_read(signed: Signed, scheme: str) -> None:
    headers = {"Authorization": f"{scheme} {signed.token(DISCOVERY)}"}
    assert (await signed.http.get(DISCOVERY, headers=headers)).status_code == 401


async def test_two_authorization_headers_are_one_too_many(signed: Signed) -> None:
    headers = [("Authorization", f"Bearer {signed.token(DISCOVERY)}") for _ in range(2)]
    assert (await signed.http.get(DISCOVERY, headers=headers)).status_code == 401


async def test_the_scheme_may_be_in_small_letters(signed: Signed) -> None:
    headers = {"Authorization": f"bearer {signed.token(DISCOVERY)}"}
    assert (await signed.http.get(DISCOVERY, headers=headers)).status_code == 200


@pytest.mark.parametrize(("tenant", "status"), [("ward-7", 200), ("ward-8", 401), (None, 401), (7, 401)])
async def test_a_tenant_is_exactly_that_of_the_file(folder: Path, clock: Clock, tenant: Any, status: int) -> None:
    (folder / "example.yaml").write_text(deployment(tenant="ward-7"))
    signed = Signed(folder, clock)
    assert (await signed.post(signed.token(tenant=tenant))).status_code == status


@pytest.mark.parametrize(
    "entry",
    [
        jwk(CURVE, "curve", use="enc"),
        jwk(CURVE, "curve", alg="ES512"),
        jwk(CURVE, "curve", key_ops=["sign"]),
        jwk(CURVE, None),
        jwk(SHORT_CURVE, "curve"),
        jwk(SHORT_MODULUS, "curve"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "curve"},
        {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "kid": "curve"},
        {"kty": ["EC"], "kid": "curve"},
        "curve",
    ],
    ids=str,
)
async def test_a_key_that_is_not_for_this_verifies_nothing(folder: Path, clock: Clock, entry: Any) -> None:
    signed = Signed(folder, clock, KeysAddress({"keys": [entry, jwk(MODULUS, "modulus")]}))
    assert (await signed.post(signed.token())).status_code == 401
    assert (await signed.post(signed.token(by=MODULAR))).status_code == 200


async def test_a_name_that_two_keys_have_is_nobody_s(folder: Path, clock: Clock) -> None:
    signed = Signed(folder, clock, KeysAddress({"keys": [jwk(CURVE, "curve"), jwk(OTHER_CURVE, "curve")]}))
    tokens = [signed.token(), signed.token(by=Signing(CURVED.issuer, "curve", OTHER_CURVE))]
    assert [(await signed.post(token)).status_code for token in tokens] == [401, 401]


async def test_keys_may_be_written_out_in_the_file(folder: Path, clock: Clock) -> None:
    (folder / "example.yaml").write_text(deployment(keys={"jwks": JWKS}))
    keys = KeysAddress()
    signed = Signed(folder, clock, keys)
    assert (await signed.post(signed.token())).status_code == 200
    assert (
        await signed.post(signed.token(jti="x", by=Signing(CURVED.issuer, "curve", CURVE, jku=KEYS_URL)))
    ).status_code == 401
    assert keys.asked == []


@pytest.mark.rule("FB-10")
@pytest.mark.parametrize(
    ("path", "aud", "taken"),
    [
        (f"{SERVICE}/feedback", f"{HERE}/feedback", True),
        (f"{SERVICE}/feedback", HERE, True),
        (f"{SERVICE}/feedback", f"{AUDIENCE}{DISCOVERY}", False),
        (f"{SERVICE}/feedback", f"{AUDIENCE}/feedback", False),
        (SERVICE, f"{HERE}/feedback", False),
        (DISCOVERY, HERE, False),
    ],
)
async def test_feedback_may_be_signed_for_its_service(signed: Signed, path: str, aud: str, taken: bool) -> None:
    """Asked of the gate itself: it stands before all three addresses."""
    headers = [(b"authorization", f"Bearer {signed.token(aud=aud)}".encode())]
    request = Request({"type": "http", "method": "POST", "path": path, "headers": headers})
    if taken:
        assert (await signed.gate.admit(request)).name == "example-hospital"
    else:
        with pytest.raises(NotAdmitted):
            await signed.gate.admit(request)
        assert signed.gate.refused == {"audience": 1}
