"""Attacks on who may call: forged, stolen, stale and misdirected tokens."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from cds_service.store import Store
from tests.attacks.attack import CARD, REFUSED, ROW, SOCKET, USED, Attack, Must, Who, answered
from tests.attacks.stage import FEEDBACK, Hospital
from tests.service.calling import SERVICE
from tests.trust.hospital import AUDIENCE, CURVE, DISCOVERY, ISSUER, MODULUS, OTHER_CURVE, SHORT_CURVE, Signing, jwk
from tests.trust.tokens import HEADER, NOW, claims, forged, headed, part, raw, said, signed_by

GATE = "cds_service/trust/gate.py"
TOKEN = "cds_service/trust/token.py"
SEEN = "cds_service/trust/seen.py"
ORDER = 2**384 - 1388124618062372383947042015309946732620727252194336364173  # of P-384's points
PEM = CURVE.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
CERTIFICATE = base64.b64encode(b"a certificate of the attacker").decode()


def sending(*makes: Callable[[Any], str]) -> Callable[[Hospital], Awaitable[None]]:
    """Each of these tokens is sent with a chart that would bring a card."""

    async def attempt(stage: Hospital) -> None:
        for make in makes:
            await stage.send(stage.known(make(stage)))

    return attempt


def hs(secret: bytes) -> Callable[[Any], str]:
    """Signed with a public text as if it were a shared secret; PyJWT itself would refuse to make it."""

    def make(_: Any) -> str:
        signed = f"{part({**HEADER, 'alg': 'HS384'})}.{part(claims())}"
        return f"{signed}.{part(hmac.new(secret, signed.encode(), hashlib.sha384).digest())}"

    return make


def refused(
    name: str, how: str, makes: Iterable[Callable[[Any], str]], who: Who = Who.STRANGER, at: str = TOKEN
) -> Attack:
    return Attack(name, who, how, REFUSED, (CARD, ROW, USED), at, sending(*makes))


FORGED: tuple[Attack, ...] = (
    refused("no token", "calls without a token, or with an empty one", [lambda _: "", lambda _: " "], at=GATE),
    refused("alg none", "sends claims without a signature, `alg` none",
            [raw({**HEADER, "alg": "none"}, claims(), b""), raw({**HEADER, "alg": "none"}, claims(), b"\x00"),
             lambda _: f"{part({**HEADER, 'alg': 'none'})}.{part(claims())}."]),
    refused("alg none in other letters", "spells it None, NONE, nOnE, with a blank, as null or as a list",
            [raw({**HEADER, "alg": alg}, claims(), b"\x00")
             for alg in ("None", "NONE", "nOnE", "none ", "", None, ["none"], ["ES384"], 0)]),
    refused("algorithms in other letters", "spells good algorithms es384, ES384 with a blank, Es384",
            [raw({**HEADER, "alg": alg}, claims()) for alg in ("es384", "ES384 ", "Es384", "ES384\x00",
            "RS384,ES384")]),
    refused("HS and RS confused", "signs with the published public key as shared secret (PEM, JWK, a coordinate)",
            [hs(PEM), hs(PEM.strip()), hs(orjson.dumps(jwk(CURVE, "curve"))), hs(jwk(CURVE, "curve")["x"].encode())]),
    refused("weaker algorithms of the same key", "signs RS256, RS512, PS384 with the client's RSA key",
            [signed_by(MODULUS, alg, {"kid": "modulus"}) for alg in ("RS256", "RS512", "PS384")], Who.CLIENT),
    refused("another curve", "signs ES256 with a P-256 key",
            [signed_by(SHORT_CURVE, "ES256"), raw(HEADER, claims(), b"\x01" * 64)]),
    refused("a key of another kind", "names the curve's key for RS384, or the RSA key for ES384",
            [signed_by(MODULUS, "RS384", {"kid": "curve"}), headed(kid="modulus")],
            at="cds_service/trust/keys.py"),
    refused("a key in the token", "brings an own key in `jwk`, with the name of the client's",
            [signed_by(OTHER_CURVE, "ES384", {"jwk": jwk(OTHER_CURVE, "curve")})]),
    refused("a certificate in the token", "brings an own certificate in `x5c`",
            [signed_by(OTHER_CURVE, "ES384", {"x5c": [CERTIFICATE]})]),
    refused("critical extensions", "marks claims or headers as critical, known and unknown ones, or an empty list",
            [headed(crit=crit) for crit in (["exp"], ["http://evil.example/x"], [], "exp")]),
    refused("a payload that is not encoded", "says b64 false, with and without crit",
            [raw({**HEADER, "b64": False}, claims()), raw({**HEADER, "b64": False, "crit": ["b64"]}, claims())]),
    refused("a signature of nothing", "signs with r and s zero, or with the order of the curve (CVE-2022-21449)",
            [raw(HEADER, claims(), b"\x00" * 96), raw(HEADER, claims(), ORDER.to_bytes(48, "big") * 2),
             raw(HEADER, claims(), b"\x00" * 47 + b"\x01" + b"\x00" * 48), raw(HEADER, claims(), b"\x00")],
            at="cds_service/trust/keys.py"),
    refused("a signature of another form", "encodes a signature as DER, cuts it, or makes it longer",
            [raw(HEADER, claims(), encode_dss_signature(ORDER, ORDER)), raw(HEADER, claims(), b"\x01" * 40),
             raw(HEADER, claims(), b"\x01" * 192)], at="cds_service/trust/keys.py"),
    refused("changed claims", "changes the claims of a token that was signed rightly",
            [lambda s: forged(s.token())], Who.THIEF, "cds_service/trust/keys.py"),
    refused("claims named twice", "names iss twice, so that two readers read two issuers",
            [raw(HEADER, b'{"iss":"https://ehr.example.org","iss":"https://neighbour.example.org"}')],
            at="cds_service/json_text.py"),
    refused("another form of token", "sends JWE, two parts, four parts, 9 KB, what is no base64url",
            [lambda _: "a.b.c.d.e", lambda _: "a.b", lambda s: f"{s.token()}.x", said(more="x" * 9000),
             lambda s: s.token().replace(".", ".+", 1), raw([], claims()), raw(HEADER, "me")]),
    refused("another type of token", "sends an access token or an id token of the same keys (typ at+jwt, none)",
            [headed(typ="at+jwt"), raw({"alg": "ES384", "kid": "curve"}, claims())], Who.CLIENT),
    refused("a stranger's key", "signs with an own key under the name of the client's",
            [signed_by(OTHER_CURVE, "ES384")], at="cds_service/trust/keys.py"),
    refused("the neighbour in the hospital's name", "a registered client signs with its own key as another's issuer",
            [lambda s: s.token(by=Signing(ISSUER, "curve", OTHER_CURVE))], Who.CLIENT, "cds_service/trust/jwks.py"),
    refused("an unknown issuer", "names an issuer that is not registered, or one that only looks alike",
            [said(iss=iss) for iss in
             ("https://evil.example", f"{ISSUER}/", ISSUER.upper(), f"{ISSUER}.evil.example", "https://ehr.example.оrg")]
            + [said(iss=None)], at=GATE),
    refused("another audience", "sends a token made for another service, path, host, or for nobody",
            [said(aud=aud) for aud in
             (None, AUDIENCE, f"{AUDIENCE}{DISCOVERY}", f"{AUDIENCE}{FEEDBACK}", f"{AUDIENCE}{SERVICE}/",
              f"{AUDIENCE.upper()}{SERVICE}", f"https://other.example{SERVICE}", ["https://other.example"])],
            Who.THIEF, GATE),
    refused("another tenant", "names a tenant that the client's file does not have",
            [said(tenant="ward-7"), said(tenant={"a": 1})], Who.CLIENT, GATE),
)  # fmt: skip

TIMES: tuple[Attack, ...] = (
    refused("an expired token", "sends a token an hour, or no second, after its end",
            [said(iat=NOW - 3660, exp=NOW - 3600), said(iat=NOW - 60, exp=NOW)], Who.THIEF),
    refused("a token without end", "sends a token without exp, or with one that is no number",
            [said(exp=None), raw(HEADER, claims(exp=str(NOW + 60))), raw(HEADER, claims(exp=True))], Who.CLIENT),
    refused("a token for ever", "sends exp 1e20, 1e300, a number of five hundred digits, or infinity",
            [raw(HEADER, claims(exp=1e20)), raw(HEADER, claims(exp=1e300)),
             raw(HEADER, orjson.dumps(claims()).replace(b"1795262460", b"9" * 500)),
             raw(HEADER, orjson.dumps(claims()).replace(b"1795262460", b"Infinity"))], Who.CLIENT),
    refused("a long-lived token", "sends a token that lives a year", [said(exp=NOW + 31_536_000)], Who.CLIENT),
    refused("a token of the future", "sends a token whose nbf or iat lies ahead, or that has no iat",
            [said(nbf=NOW + 31), said(iat=NOW + 31, exp=NOW + 90), said(iat=None)], Who.CLIENT),
)  # fmt: skip


async def _again(stage: Hospital) -> None:
    token = stage.token()
    assert (await stage.http.post(SERVICE, headers={"Authorization": f"Bearer {token}"})).status_code != 401
    stage.from_here()
    for _ in range(3):
        await stage.send(token)


async def _elsewhere(stage: Hospital) -> None:
    token = stage.token()
    await stage.http.post(SERVICE, headers={"Authorization": f"Bearer {token}"})
    other = stage.worker(stage.store)
    stage.from_here()
    await stage.send(token, app=other)


async def _at_once(stage: Hospital) -> None:
    workers = [stage.worker(stage.store, replay="strict") for _ in range(2)]  # a busy database is 503, never a replay
    accepted = 0
    for _ in range(10):
        token = stage.token()
        answers = await asyncio.gather(*(stage.send(token, app=app) for app in workers * 2))
        statuses = [one.status_code for one in answers]
        assert statuses.count(200) <= 1
        assert set(statuses) <= {200, 401, 503}
        accepted += statuses.count(200)
    assert 1 <= accepted <= len(stage.evidence.rows("used_token")) <= 10


async def _after_a_restart(stage: Hospital) -> None:
    token = stage.token()
    await stage.http.post(SERVICE, headers={"Authorization": f"Bearer {token}"})
    await stage.store.close()
    again = Store(f"sqlite:///{stage.evidence.database}", b"k" * 32)
    await again.start()
    restarted = stage.worker(again)
    stage.from_here()
    await stage.send(token, app=restarted)
    await again.close()


async def _without_a_database(stage: Hospital) -> None:
    strict = stage.worker(None, replay="strict")
    await stage.send(stage.token(), app=strict)


async def _long_without_a_database(stage: Hospital) -> None:
    alone = stage.worker(None)
    await stage.send(stage.token(exp=NOW + 121), app=alone)


async def _guessed(stage: Hospital) -> None:
    await stage.send(stage.known(signed_by(OTHER_CURVE, "ES384", jti="mine")(stage)))
    await stage.send(stage.token(jti="mine"))


async def _in_another_place(stage: Hospital) -> None:
    token = stage.token()
    await stage.send(None, path=f"{SERVICE}?access_token={token}")
    await stage.send(None, headers={"Cookie": f"access_token={token}"})
    await stage.send(None, headers={"Authorization": f"Basic {token}"})
    await stage.send(None, headers={"X-Authorization": f"Bearer {token}"})
    await stage.send(None, {"authorization": token, "access_token": token})


async def _every_address(stage: Hospital) -> None:
    """The addresses of one client's token are no other's; nothing is learned of which exist."""
    for path in (DISCOVERY, FEEDBACK, "/cds-services/unknown", "/cds-services/unknown/feedback"):
        method = "GET" if path == DISCOVERY else "POST"
        stage.evidence.add(await stage.http.request(method, path, headers={"Authorization": "Bearer x"}))


OWNER_FIRST = Must(
    "the forged token is refused, the owner's is taken", lambda seen: [one.status for one in seen.answers] == [401, 200]
)
REPLAYED = Must("each token is taken once, at one of the workers", answered(200, 401))

REPEATED: tuple[Attack, ...] = (
    Attack("a token sent again", Who.THIEF, "sends a token that was used, at once and again", REFUSED, (CARD, ROW,
        USED),
           SEEN, _again),
    Attack("a token sent again at another worker", Who.THIEF, "sends a used token to another process", REFUSED,
           (CARD, ROW, USED), "cds_service/store/replay.py", _elsewhere),
    Attack("one token at all workers at once", Who.THIEF, "races: four copies of a token at two workers at one moment",
           REPLAYED, (), "cds_service/store/replay.py", _at_once),
    Attack("a used token after a restart", Who.THIEF, "waits for a restart of the service and sends a used token",
           REFUSED, (CARD, ROW, USED), "cds_service/store/replay.py", _after_a_restart),
    Attack("no memory of used tokens, strict", Who.THIEF, "takes the database down and replays (CDS_REPLAY=strict)",
           Must("503 until the memory can be reached", answered(503)), (CARD, ROW, USED), SEEN, _without_a_database),
    Attack("no memory of used tokens, long life", Who.THIEF,
           "takes the database down and sends a token that lives longer than two minutes", REFUSED, (CARD, ROW, USED),
           SEEN, _long_without_a_database),
    Attack("shutting the owner out", Who.STRANGER, "uses up the jti of a client with a forged token", OWNER_FIRST, (),
           SEEN, _guessed),
    Attack("a token in another place", Who.CLIENT,
           "sends a good token in the query, a cookie, Basic, another header or the body", REFUSED,
           (CARD, ROW, USED), TOKEN, _in_another_place),
    Attack("looking for addresses", Who.STRANGER, "asks discovery, feedback and unknown services without a good token",
           REFUSED, (CARD, ROW, USED, SOCKET), GATE, _every_address),
)  # fmt: skip

ATTACKS = (*FORGED, *TIMES, *REPEATED)
