"""SEC-9: keys are fetched once and kept, followed when they change, kept while their address is down."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from tests.trust.hospital import (
    CURVE,
    CURVED,
    JWKS,
    KEYS_URL,
    MODULAR,
    OTHER_CURVE,
    Clock,
    KeysAddress,
    Signed,
    Signing,
    jwk,
)

NEXT = Signing(CURVED.issuer, "next", OTHER_CURVE)
STRANGER = Signing(CURVED.issuer, "nobody", OTHER_CURVE)


async def status(signed: Signed, by: Signing = CURVED) -> int:
    return (await signed.post(signed.token(by=by))).status_code


async def test_the_keys_are_fetched_once_for_many_calls(signed: Signed, keys: KeysAddress) -> None:
    assert [await status(signed) for _ in range(5)] == [200] * 5
    assert keys.asked == [KEYS_URL]


async def test_calls_at_the_same_time_share_one_fetch(signed: Signed, keys: KeysAddress) -> None:
    async def slowly() -> httpx2.Response:
        await asyncio.sleep(0.05)
        return httpx2.Response(200, content=orjson.dumps(JWKS))

    keys.answer = slowly
    assert await asyncio.gather(*(status(signed) for _ in range(10))) == [200] * 10
    assert len(keys.asked) == 1


async def test_a_call_that_is_given_up_does_not_take_the_keys_from_others(signed: Signed, keys: KeysAddress) -> None:
    begun = asyncio.Event()

    async def slowly() -> httpx2.Response:
        begun.set()
        await asyncio.sleep(0.05)
        return httpx2.Response(200, content=orjson.dumps(JWKS))

    keys.answer = slowly
    impatient = asyncio.create_task(status(signed))
    await begun.wait()
    patient = asyncio.create_task(status(signed))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 200


@pytest.mark.rule("SEC-9")
async def test_a_new_key_is_found_when_it_is_first_used(signed: Signed, clock: Clock, keys: KeysAddress) -> None:
    assert (await status(signed), await status(signed, NEXT)) == (200, 401)
    keys.keys = {"keys": [*JWKS["keys"], jwk(OTHER_CURVE, "next")]}
    clock.on(seconds=31)
    assert (await status(signed, NEXT), await status(signed)) == (200, 200)


@pytest.mark.rule("SEC-9")
async def test_a_key_that_was_taken_away_is_refused_within_ten_minutes(
    signed: Signed, clock: Clock, keys: KeysAddress
) -> None:
    assert await status(signed) == 200
    keys.keys = {"keys": [jwk(OTHER_CURVE, "next")]}
    clock.on(minutes=10)
    assert (await status(signed), await status(signed, NEXT)) == (401, 200)


async def test_names_of_no_key_do_not_make_us_ask_again_and_again(
    signed: Signed, clock: Clock, keys: KeysAddress
) -> None:
    await status(signed)
    for _ in range(20):
        assert await status(signed, STRANGER) == 401
        clock.on(seconds=2)
    assert len(keys.asked) == 2  # at the start, and once more in these forty seconds


def broken(kind: str) -> Any:
    """What an address that is down, hostile or misconfigured may answer."""
    if kind == "hangs":
        return asyncio.sleep(3600)
    if kind == "refuses":
        raise httpx2.ConnectError("refused")
    return {
        "500": httpx2.Response(500),
        "404": httpx2.Response(404, content=orjson.dumps(JWKS)),
        "a redirect": httpx2.Response(302, headers={"Location": "https://attacker.example/jwks.json"}),
        "empty": httpx2.Response(200, content=b""),
        "a page": httpx2.Response(200, content=b"<html>sign in</html>"),
        "a list": httpx2.Response(200, content=b"[]"),
        "no list": httpx2.Response(200, content=b'{"keys": {}}'),
        "too many keys": httpx2.Response(200, content=orjson.dumps({"keys": [jwk(CURVE, str(n)) for n in range(101)]})),
        "too large": httpx2.Response(200, content=orjson.dumps({**JWKS, "more": "x" * 300_000})),
        "compressed": httpx2.Response(
            200, headers={"Content-Encoding": "gzip"}, stream=httpx2.ByteStream(b"\x1f\x8b\x08\x00")
        ),
    }[kind]


KINDS = ["hangs", "refuses", "500", "404", "a redirect", "empty", "a page", "a list", "no list", "too many keys",
         "too large", "compressed"]  # fmt: skip


@pytest.mark.rule("SEC-9")
@pytest.mark.parametrize("kind", KINDS)
async def test_while_the_address_is_down_the_last_good_keys_serve(
    signed: Signed, clock: Clock, keys: KeysAddress, kind: str
) -> None:
    assert await status(signed) == 200
    keys.answer = lambda: broken(kind)
    clock.on(hours=23)
    assert (await status(signed), await status(signed, MODULAR)) == (200, 200)
    assert set(keys.asked) == {KEYS_URL}
    clock.on(hours=1)
    assert await status(signed) == 401
    keys.answer = None
    clock.on(seconds=5)
    assert await status(signed) == 200


@pytest.mark.parametrize("kind", KINDS)
async def test_without_keys_nobody_is_let_in_until_they_come(
    signed: Signed, clock: Clock, keys: KeysAddress, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    keys.answer = lambda: broken(kind)
    token = signed.token()
    assert (await signed.post(token)).status_code == 401
    assert any(line.getMessage() == "keys-unavailable" for line in caplog.records)
    keys.answer = None
    clock.on(seconds=5)
    assert (await signed.post(token)).status_code == 200


async def test_a_clock_that_was_set_back_makes_no_key_fresh(
    signed: Signed, clock: Clock, keys: KeysAddress, folder: Path
) -> None:
    assert await status(signed) == 200
    keys.keys = {"keys": []}
    clock.on(days=-1)
    assert await status(signed) == 401
