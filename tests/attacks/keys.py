"""Attacks on the keys that tokens are verified with: addresses in the token, and what stands at the hospital's own."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from cds_service.trust.jwks import LARGEST
from tests.attacks.attack import CARD, ELSEWHERE, REFUSED, ROW, SOCKET, USED, Attack, Who
from tests.attacks.evidence import names
from tests.attacks.stage import HANGS, Hospital, http
from tests.trust.hospital import JWKS, OTHER_CURVE
from tests.trust.tokens import HEADER, claims, headed, raw, signed_by

JWKS_FILE = "cds_service/trust/jwks.py"
GATE = "cds_service/trust/gate.py"
REACH = "cds_service/reach.py"


def addresses(stage: Hospital) -> list[str]:
    """Of key sets: nobody but the deployment file says where keys are."""
    own, evil = f"localhost:{stage.home.port}", stage.evil.base
    return [
        f"{evil}/keys",
        "https://evil.example/keys",
        f"http://{own}/keys/",
        f"http://{own}/keys?x",
        f"http://{own}/keys#x",
        f"http://{own}/KEYS",
        f"HTTP://{own}/keys",
        f"https://{own}/keys",
        f"http://127.0.0.1:{stage.home.port}/keys",
        f"http://{own}@localhost:{stage.evil.port}/keys",
        f"http://{own}/keys.evil.example",
        f"http://{own}/../keys",
        "http://10.0.0.1/keys",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/keys",
        "file:///etc/passwd",
        "data:application/json,{}",
        "//evil.example/keys",
        "",
    ]


async def _jku(stage: Hospital) -> None:
    for address in addresses(stage):
        await stage.send(stage.known(signed_by(OTHER_CURVE, "ES384", {"jku": address})(stage)))
        await stage.send(stage.known(headed(jku=address)(stage)))
    for odd in (None, 7, [f"{stage.home.base}/keys"]):
        await stage.send(stage.known(_raw_header(jku=odd)))


def _raw_header(**more: Any) -> str:
    return raw({**HEADER, **more}, claims())(None)


async def _x5u(stage: Hospital) -> None:
    for name in ("x5u", "jwks_uri", "key_url"):
        await stage.send(stage.known(signed_by(OTHER_CURVE, "ES384", {name: f"{stage.evil.base}/keys"})(stage)))


def at_the_keys(says: Callable[[Hospital], Any]) -> Callable[[Hospital], Awaitable[None]]:
    """The hospital's key address says something else when the keys are fetched for the first time."""

    async def attempt(stage: Hospital) -> None:
        stage.home.says["/keys"] = says(stage)
        await stage.send(stage.known(signed_by(OTHER_CURVE, "ES384")(stage)))
        await stage.send(stage.token())
        assert stage.home.asked == ["/keys"]  # and not at once again after a failure

    return attempt


def redirected(stage: Hospital) -> bytes:
    return http(b"", "302 Found", location=f"{stage.evil.base}/keys")


def large(_: Hospital) -> bytes:
    return http({**JWKS, "more": "x" * (40 * LARGEST)})


def compressed(_: Hospital) -> bytes:
    return http(gzip.compress(orjson.dumps({**JWKS, "more": "x" * 10_000_000})), **{"content-encoding": "gzip"})


async def _unknown_names(stage: Hospital) -> None:
    for number in range(40):
        await stage.send(stage.known(signed_by(OTHER_CURVE, "ES384", {"kid": f"key-{number}"})(stage)))
    assert len(stage.home.asked) <= 2, stage.home.asked


KIDS = ("../../../../dev/null", "/dev/null", "curve' OR '1'='1", 'curve" --', "curve; rm -rf /", "curve|id", "$(id)",
        "curve\x00", "curve\n", "CURVE", "curve ", "http://evil.example/key", "__proto__", "k" * 256)  # fmt: skip


async def _odd_names(stage: Hospital) -> None:
    for kid in KIDS:
        await stage.send(stage.known(_raw_header(kid=kid)))
        await stage.send(stage.known(signed_by(OTHER_CURVE, "ES384", {"kid": kid})(stage)))


INSIDE = ("127.0.0.1", "::1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "::ffff:169.254.169.254", "fd00:ec2::254")


async def _name_that_leads_inside(stage: Hospital) -> None:
    for address in INSIDE:
        stage.reread(keys={"url": f"https://keys-{address.replace(':', '-')}.example.org/keys"})
        host = f"keys-{address.replace(':', '-')}.example.org"
        with names(**{host: [address]}) as asked:
            await stage.send(stage.known(signed_by(OTHER_CURVE, "ES384")(stage)))
            assert asked == [host]


def row(name: str, how: str, attempt: Any, *never: Any, who: Who = Who.STRANGER, at: str = JWKS_FILE) -> Attack:
    return Attack(name, who, how, REFUSED, (CARD, ROW, USED, *never), at, attempt)


ATTACKS: tuple[Attack, ...] = (
    row("a key address in the token", "names a key set in `jku`: not listed, http, userinfo, private, metadata, file",
        _jku, SOCKET, at=GATE),
    row("a certificate address in the token", "names an address in `x5u` and its like", _x5u, ELSEWHERE),
    row("a key address that redirects", "makes the hospital's key address redirect to an own key set",
        at_the_keys(redirected), ELSEWHERE, who=Who.NETWORK),
    row("ten megabytes of keys", "makes the key address answer with 10 MB", at_the_keys(large), ELSEWHERE,
        who=Who.NETWORK),
    row("a key set that unpacks", "makes the key address answer with a gzip bomb", at_the_keys(compressed), ELSEWHERE,
        who=Who.NETWORK),
    row("a key address that never answers", "lets the key address hang", at_the_keys(lambda _: HANGS), ELSEWHERE,
        who=Who.NETWORK),
    row("names of no key", "sends forty tokens, each naming another key, to have the keys fetched forty times",
        _unknown_names, ELSEWHERE),
    row("names of keys as paths and queries", "puts ../, quotes, NUL, line breaks and commands into `kid`", _odd_names,
        ELSEWHERE),
    row("a key address that leads inside", "has DNS answer with loopback, private and metadata addresses",
        _name_that_leads_inside, SOCKET, who=Who.NETWORK, at=REACH),
)  # fmt: skip
