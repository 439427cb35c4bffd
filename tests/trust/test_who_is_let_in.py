"""SEC-4 to SEC-12: which tokens are taken, which are refused, and that no refusal tells how near it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
from tests.trust.tokens import ACCEPTED, HERE, NOW, REFUSED, Make, names, said, signed_by


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
    ids=(
        *("to encrypt", "of another algorithm", "to sign", "without name", "on a short curve", "of a short modulus"),
        *("shared", "no point", "of a listed type", "no key"),
    ),
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
