"""Bad input over a real socket, byte for byte: each has its status and an OperationOutcome that says what to do."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from cds_service.app import create_app
from cds_service.demo.serving import listening, serving
from cds_service.settings import Settings
from tests.conformance.answers import breaks
from tests.conformance.hospital_day import DAY, catalogue
from tests.service.calling import SERVICE, hook_call, nothing_but
from tests.service.ehr import Ehr

SECRET = "Zaphod-4711"  # stands where a name or number of a patient might
JSON = {"Content-Type": "application/json"}
GOOD = orjson.dumps(hook_call(nothing_but()))
NAMED = GOOD[:-1] + b',"more":"' + SECRET.encode() + b'"}'


def deep(levels: int) -> bytes:
    """A call in which one resource is nested so deep."""
    inner = b'{"a":' * levels + b'"' + SECRET.encode() + b'"' + b"}" * levels
    return GOOD[:-1] + b',"extension":' + inner + b"}"


def twice(member: bytes, first: bytes) -> bytes:
    return b'{"%b":%b,%b' % (member, first, NAMED[1:])


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    app = create_app(Settings(open=True, as_of=DAY), catalogue=catalogue(), transport=Ehr())
    with listening(0) as listener, serving(app, listener):
        yield int(listener.getsockname()[1])


def spoken(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """What comes back for these bytes: status, headers, body."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(request)
        came = b""
        while part := wire.recv(65536):
            came += part
    head, _, body = came.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, body


def asked(method: str, path: str, headers: dict[str, str], body: bytes, version: str = "1.1") -> bytes:
    told = {"Host": "cds.example", "Connection": "close", "Content-Length": str(len(body)), **headers}
    lines = [f"{method} {path} HTTP/{version}", *(f"{name}: {value}" for name, value in told.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


FEEDBACK = f"{SERVICE}/feedback"
BAD: list[tuple[str, str, str, dict[str, str], bytes, int, str]] = [
    ("NaN", "POST", SERVICE, JSON, NAMED[:-1] + b',"x":NaN}', 400, "(GEN-1)"),
    ("a comment", "POST", SERVICE, JSON, NAMED + b"// more", 400, "(GEN-1)"),
    ("a comma too many", "POST", SERVICE, JSON, NAMED[:-1] + b",}", 400, "(GEN-1)"),
    ("a byte order mark", "POST", SERVICE, JSON, b"\xef\xbb\xbf" + NAMED, 400, "(GEN-1)"),
    ("UTF-16", "POST", SERVICE, JSON, NAMED.decode().encode("utf-16"), 400, "(GEN-1)"),
    ("a lone surrogate", "POST", SERVICE, JSON, NAMED[:-1] + rb',"x":"\ud800"}', 400, "(GEN-1)"),
    ("surrogates in the wrong order", "POST", SERVICE, JSON, NAMED[:-1] + rb',"x":"\udc00\ud800"}', 400, "(GEN-1)"),
    ("a member named twice", "POST", SERVICE, JSON, twice(b"hook", b'"x"'), 400, "send each member once"),
    ("a member of the context named twice", "POST", SERVICE, JSON,
     NAMED.replace(b'"patientId":', b'"patientId":"p9","patientId":'), 400, "send each member once"),
    ("a name spelled with an escape", "POST", SERVICE, JSON, twice(rb"h\u006fok", b'"x"'), 400,
     "send each member once"),
    ("JSON of a hundred thousand levels", "POST", SERVICE, JSON, deep(100_000), 400, "(GEN-1)"),
    ("two documents", "POST", SERVICE, JSON, NAMED + NAMED, 400, "(GEN-1)"),
    ("an array", "POST", SERVICE, JSON, b"[" + NAMED + b"]", 400, "(REQ-1)"),
    ("no body", "POST", SERVICE, JSON, b"", 400, "(GEN-1)"),
    ("feedback that is an array", "POST", FEEDBACK, JSON, b'["' + SECRET.encode() + b'"]', 400, "(FB-2)"),
    ("a call sent as feedback", "POST", FEEDBACK, JSON, NAMED, 400, "(FB-2)"),
    ("gzip", "POST", SERVICE, {**JSON, "Content-Encoding": "gzip"}, gzip.compress(NAMED), 415,
     "without Content-Encoding"),
    ("gzip that is not said", "POST", SERVICE, JSON, gzip.compress(NAMED), 400, "(GEN-1)"),
    ("a form", "POST", SERVICE, {"Content-Type": "application/x-www-form-urlencoded"}, NAMED, 415, "application/json"),
    ("no content type", "POST", SERVICE, {}, NAMED, 415, "application/json"),
    ("nine megabytes", "POST", SERVICE, JSON, NAMED + b" " * 9 * 1024 * 1024, 413, "larger than 8388608 bytes"),
    ("a length that is no number of ours", "POST", SERVICE, {**JSON, "Content-Length": "9" * 18}, b"", 413,
     "larger than"),
    ("PUT", "PUT", SERVICE, JSON, NAMED, 405, "Allow"),
    ("PATCH", "PATCH", SERVICE, JSON, NAMED, 405, "Allow"),
    ("DELETE", "DELETE", SERVICE, JSON, NAMED, 405, "Allow"),
    ("TRACE", "TRACE", SERVICE, JSON, NAMED, 405, "Allow"),
    ("OPTIONS of no browser", "OPTIONS", SERVICE, {}, b"", 405, "Allow"),
    ("discovery by POST", "POST", "/cds-services", JSON, NAMED, 405, "Allow"),
    ("a slash at the end", "POST", f"{SERVICE}/", JSON, NAMED, 404, "GET /cds-services"),
    ("a slash too many", "POST", f"/{SERVICE}", JSON, NAMED, 404, "GET /cds-services"),
    ("an encoded slash", "POST", f"/cds-services%2F{SECRET}", JSON, NAMED, 404, "GET /cds-services"),
    ("an unknown service", "POST", f"/cds-services/{SECRET}", JSON, NAMED, 404, "GET /cds-services"),
    ("capital letters", "POST", SERVICE.upper(), JSON, NAMED, 404, "GET /cds-services"),
    ("feedback to an unknown service", "POST", f"/cds-services/{SECRET}/feedback", JSON, NAMED, 404,
     "GET /cds-services"),
]  # fmt: skip


@pytest.mark.rule("A-4")
@pytest.mark.rule("RESP-5")
@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "says"),
    [row[1:] for row in BAD],
    ids=[row[0] for row in BAD],
)
def test_bad_input_has_its_status_and_says_what_to_do(
    port: int, method: str, path: str, headers: dict[str, str], body: bytes, status: int, says: str
) -> None:
    got, told, came = spoken(port, asked(method, path, headers, body))
    assert got == status
    outcome = orjson.loads(came)
    assert breaks("outcome", outcome) == []
    assert says in outcome["issue"][0]["diagnostics"]
    assert told["content-type"] == "application/json"
    assert told["cache-control"] == "no-store"
    assert SECRET.encode() not in came
    assert (status == 405) == ("allow" in told)


@pytest.mark.parametrize(
    ("what", "request_bytes", "status"),
    [
        ("HTTP/1.0", asked("POST", SERVICE, {**JSON, "Host": ""}, GOOD, "1.0"), 200),
        ("a query", asked("POST", f"{SERVICE}?x={SECRET}", JSON, GOOD), 200),
        ("a charset", asked("POST", SERVICE, {"Content-Type": "application/json;charset=utf-8"}, GOOD), 200),
        ("nine hundred levels", asked("POST", SERVICE, JSON, deep(900)), 200),
        ("discovery by HTTP/1.0", asked("GET", "/cds-services", {"Host": ""}, b"", "1.0"), 200),
        ("another host", asked("GET", "/cds-services", {"Host": "evil.example"}, b""), 200),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_unusual_calls_that_are_answered(port: int, what: str, request_bytes: bytes, status: int) -> None:
    got, told, came = spoken(port, request_bytes)
    assert got == status, what
    assert orjson.loads(came)
    assert "location" not in told
    assert SECRET.encode() not in came
    assert b"evil" not in came


@pytest.mark.parametrize(
    ("path", "status"), [("/cds-services", 200), ("/healthz", 200), (SERVICE, 405), ("/nowhere", 404)]
)
def test_head_has_the_status_and_no_body(port: int, path: str, status: int) -> None:
    got, told, came = spoken(port, asked("HEAD", path, {}, b""))
    assert (got, came) == (status, b"")
    assert told["content-type"] == "application/json"


def test_a_body_in_chunks_is_a_body(port: int) -> None:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (GOOD[:100], GOOD[100:])) + b"0\r\n\r\n"
    request = asked("POST", SERVICE, {**JSON, "Content-Length": "", "Transfer-Encoding": "chunked"}, b"") + chunks
    got, _, came = spoken(port, request)
    assert (got, orjson.loads(came)) == (200, {"cards": []})


def test_a_connection_that_ends_in_the_middle_costs_nobody_anything(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(asked("POST", SERVICE, {**JSON, "Content-Length": "5000"}, GOOD[:50]))
    got, *_ = spoken(port, asked("POST", SERVICE, JSON, GOOD))
    assert got == 200


def test_nothing_here_is_a_double() -> None:
    names: list[Any] = [row[0] for row in BAD]
    assert len(set(names)) == len(names)
