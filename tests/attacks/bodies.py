"""Attacks by what is sent: bodies that cost too much, that two readers read differently, that reach into logs."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson

from tests.attacks.attack import CARD, ELSEWHERE, ROW, SOCKET, USED, Attack, Must, Who, answered, status
from tests.attacks.stage import FEEDBACK, NEIGHBOUR, Hospital, call
from tests.service.calling import SERVICE
from tests.trust.tokens import HEADER, claims, raw

ROUTES = "cds_service/routes.py"
JSON_TEXT = "cds_service/json_text.py"
FEEDBACK_READING = "cds_service/feedback/reading.py"
JSON = {"Content-Type": "application/json"}


def good() -> bytes:
    return orjson.dumps(call())


def sending(*bodies: Callable[[], bytes], path: str = SERVICE, **headers: str) -> Callable[[Hospital], Awaitable[None]]:
    """These bytes, under a good token."""

    async def attempt(stage: Hospital) -> None:
        for body in bodies:
            await stage.send(stage.token(path), path=path, content=body(), headers={**JSON, **headers})

    return attempt


def with_more(more: bytes) -> Callable[[], bytes]:
    return lambda: good()[:-1] + b"," + more + b"}"


def deep() -> bytes:
    return good()[:-1] + b',"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


async def _in_pieces(stage: Hospital) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        yield good()
        for _ in range(400):
            sent += 1
            yield b" " * 65_536

    await stage.send(stage.token(), content=pieces(), headers=JSON)
    assert sent < 400  # nobody listened to the end


async def _large_without_a_token(stage: Hospital) -> None:
    read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b" " * 65_536

    await stage.send(None, content=pieces(), headers=JSON)


def feedback(card: str = "c1", **more: Any) -> bytes:
    item = {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-21T12:00:00Z", **more}
    return orjson.dumps({"feedback": [item]})


async def _unsigned_feedback(stage: Hospital) -> None:
    for token in (None, "x", stage.token(SERVICE.replace("trial", "other"))):
        await stage.send(token, path=FEEDBACK, content=feedback(), headers=JSON)


async def _a_neighbour_silences(stage: Hospital) -> None:
    """A neighbour who knows a card's number reports every reason against it; the hospital's clinicians still hear."""
    first = (await stage.http.post(SERVICE, json=call(), headers=_bearer(stage))).json()["cards"]
    reasons = sorted({reason["code"]: reason for card in first for reason in card["overrideReasons"]}.items())
    for card in first:
        for _, reason in reasons:
            body = feedback(card["uuid"], overrideReason={"reason": reason})
            token = stage.token(FEEDBACK, by=NEIGHBOUR)
            await stage.send(token, path=FEEDBACK, content=body, headers=JSON)
    again = (await stage.http.post(SERVICE, json=call(), headers=_bearer(stage))).json()["cards"]
    assert [card["summary"] for card in again] == [card["summary"] for card in first]
    assert len(reasons) >= 3


async def _feedback_again_and_again(stage: Hospital) -> None:
    for _ in range(20):
        await stage.send(stage.token(FEEDBACK), path=FEEDBACK, content=feedback(), headers=JSON)
    assert stage.evidence.rows("feedback") == ["feedback"]


def _bearer(stage: Hospital) -> dict[str, str]:
    return {"Authorization": f"Bearer {stage.token()}"}


LINE = '{"level":"forged","event":"answered"}'
BREAKS = ("\n", "\r\n", "\u2028", "\u0085", "\x0b", "\x1b[2J", "%0a", "\\n")


async def _lines_in_the_log(stage: Hospital) -> None:
    for mark in BREAKS:
        forged = f"{mark}{LINE}{mark}"
        await stage.send(raw({**HEADER, "kid": forged}, claims())(None))
        await stage.send(raw(HEADER, claims(iss=forged))(None))
        await stage.send(stage.token(), call(hookInstance=forged))
        await stage.send(stage.token(), call(context={"userId": f"Practitioner/{forged}", "patientId": forged}))
        await stage.send(None, headers={"X-Request-ID": forged.encode(), "User-Agent": forged.encode()})
        await stage.send(None, path=f"/cds-services/{'x%0a' + LINE}")
    assert len(stage.evidence.lines) >= 5 * len(BREAKS)
    assert not [line for line in stage.evidence.lines if "forged" in str(line)]


def row(name: str, who: Who, how: str, must: Must, attempt: Any, *never: Any, at: str = ROUTES) -> Attack:
    return Attack(name, who, how, must, never, at, attempt)


BAD = status(400, "names the rule that is broken, repeats nothing of the body")
LARGE = status(413, "the body is larger than is read")
PLAIN = status(415, "only plain application/json is read")

BODIES: tuple[Attack, ...] = (
    row("a body too large", Who.CLIENT, "announces and sends 9 MB, or announces 10^18 bytes", LARGE,
        sending(lambda: good() + b" " * 9 * 1024 * 1024), CARD, ROW, ELSEWHERE),
    row("a body without end", Who.CLIENT, "sends pieces without saying how many there are", LARGE, _in_pieces, CARD,
        ROW, ELSEWHERE),
    row("a large body of a stranger", Who.STRANGER, "sends megabytes without a token",
        Must("401 before the body is read", answered(401)), _large_without_a_token, CARD, ROW, USED, SOCKET,
        at="cds_service/trust/gate.py"),
    row("a hundred thousand levels", Who.CLIENT, "nests JSON until a parser runs out of stack", BAD, sending(deep),
        CARD, ROW, ELSEWHERE, at=JSON_TEXT),
    row("numbers that are none", Who.CLIENT, "sends NaN, Infinity, 1e999 as a number of JSON", BAD,
        sending(with_more(b'"x":NaN'), with_more(b'"x":Infinity'), with_more(b'"x":-Infinity'), with_more(b'"x":0x7f'),
                with_more(b'"x":01')), CARD, ROW, ELSEWHERE, at=JSON_TEXT),
    row("members named twice", Who.CLIENT, "names a patient twice, so that two readers read two patients", BAD,
        sending(lambda: good().replace(b'"patientId":', b'"patientId":"another","patientId":'),
                lambda: good().replace(b'"hook":', rb'"h\u006fok":"other","hook":')), CARD, ROW, ELSEWHERE,
        at=JSON_TEXT),
    row("text that is no Unicode", Who.CLIENT, "sends lone surrogates, UTF-16, a byte order mark, broken UTF-8", BAD,
        sending(with_more(rb'"x":"\ud800"'), with_more(b'"x":"\xff\xfe"'), lambda: b"\xef\xbb\xbf" + good(),
                lambda: good().decode().encode("utf-16")), CARD, ROW, ELSEWHERE, at=JSON_TEXT),
    row("a body that unpacks", Who.CLIENT, "sends gzip that unpacks to a hundred times its size", PLAIN,
        sending(lambda: gzip.compress(good() + b" " * 5_000_000), **{"Content-Encoding": "gzip"}), CARD, ROW,
        ELSEWHERE),
    row("a form of another site", Who.PAGE, "posts a form or plain text, which browsers send without asking", PLAIN,
        sending(good, **{"Content-Type": "text/plain"}), CARD, ROW, ELSEWHERE),
    row("lines in the log", Who.STRANGER, "puts line breaks and escapes into names, tokens, addresses and headers",
        Must("each line of the log stays one JSON object of ours", answered(200, 400, 401, 404)), _lines_in_the_log,
        at="cds_service/log.py"),
)  # fmt: skip

FEEDBACKS: tuple[Attack, ...] = (
    row("feedback of a stranger", Who.STRANGER, "reports on cards without a token, or with one for another address",
        Must("401", answered(401)), _unsigned_feedback, ROW, USED, at="cds_service/trust/gate.py"),
    row("a neighbour who silences", Who.CLIENT, "reports every reason on the cards of another hospital",
        Must("what is kept counts for the neighbour's own cards only", answered(200)), _a_neighbour_silences,
        at="cds_service/feedback/quiet.py"),
    row("feedback sent again", Who.CLIENT, "sends one report twenty times", Must("one row", answered(200)),
        _feedback_again_and_again, at="cds_service/store/feedback.py"),
    row("a flood of feedback", Who.CLIENT, "sends 1,001 reports in one call, or a comment of 10 MB",
        status(400, "names the rule FB-2 or FB-5"),
        sending(lambda: orjson.dumps({"feedback": [orjson.loads(feedback())["feedback"][0]] * 1001}),
                lambda: feedback(overrideReason={"userComment": "x" * 10_001}), path=FEEDBACK), ROW,
        at=FEEDBACK_READING),
)  # fmt: skip
