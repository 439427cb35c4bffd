"""Calls that cannot be answered: each has its status and an OperationOutcome naming the mistake, never the input."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from tests.conformance.rules import IDENTITY
from tests.service.calling import PATIENT, SERVICE, Service, hook_call, nothing_but
from tests.service.ehr import BASE, Ehr, bundle

SECRET = "Zaphod-4711"  # stands where a name or number of a patient might
GRANT = {"access_token": SECRET, "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "cds"}


def issue(answer: Any) -> str:
    """The diagnostics of a proper OperationOutcome; the body must not repeat what was sent."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert body["resourceType"] == "OperationOutcome"
    [only] = body["issue"]
    assert only["severity"] == "error"
    assert only["code"]
    assert SECRET not in answer.text
    return str(only["diagnostics"])


def context(**members: Any) -> dict[str, Any]:
    whole = {"userId": "Practitioner/doc", "patientId": "p1", **members}
    return {key: value for key, value in whole.items() if value is not None}


MALFORMED: list[tuple[str, Any, str]] = [
    ("a list", [], "JSON object"),
    ("a text", SECRET, "JSON object"),
    ("null", None, "JSON object"),
    ("another hook", hook_call(hook="order-select"), "hook"),
    ("no hook", {**hook_call(), "hook": None}, "hook"),
    ("a hook that is no string", hook_call(hook=7), "hook"),
    ("no hookInstance", {**hook_call(), "hookInstance": None}, "hookInstance"),
    ("an empty hookInstance", hook_call(hookInstance=" "), "hookInstance"),
    ("no context", {**hook_call(), "context": None}, "context"),
    ("a context that is no object", hook_call(context=[SECRET]), "context"),
    ("no patientId", hook_call(context=context(patientId=None)), "context.patientId"),
    ("an empty patientId", hook_call(context=context(patientId="")), "context.patientId"),
    ("a reference as patientId", hook_call(context=context(patientId=f"Patient/{SECRET}")), "context.patientId"),
    ("a query in patientId", hook_call(context=context(patientId=f"p1?x={SECRET}")), "context.patientId"),
    ("a second patient in patientId", hook_call(context=context(patientId=f"p1,{SECRET}")), "context.patientId"),
    ("a parameter in patientId", hook_call(context=context(patientId=f"p1&x={SECRET}")), "context.patientId"),
    ("an escape in patientId", hook_call(context=context(patientId="%2e%2e")), "context.patientId"),
    ("a dot segment as patientId", hook_call(context=context(patientId="..")), "context.patientId"),
    ("a line break in patientId", hook_call(context=context(patientId=f"p1\n{SECRET}")), "context.patientId"),
    ("a number as patientId", hook_call(context=context(patientId=1)), "context.patientId"),
    ("no userId", hook_call(context=context(userId=None)), "context.userId"),
    ("a userId without type", hook_call(context=context(userId=SECRET)), "context.userId"),
    ("a prefetch that is no object", hook_call(prefetch=[SECRET]), "prefetch"),
    ("another patient", hook_call(nothing_but(patient={**PATIENT, "id": SECRET})), "prefetch.patient"),
    (
        "another patient in a Bundle",
        hook_call(nothing_but(patient=bundle({**PATIENT, "id": SECRET}))),
        "prefetch.patient",
    ),
    ("a patient without id", hook_call(nothing_but(patient={"resourceType": "Patient"})), "prefetch.patient"),
    ("a token without server", hook_call(fhirAuthorization=GRANT), "fhirServer"),
    ("an authorization that is no object", hook_call(fhirServer=BASE, fhirAuthorization=SECRET), "fhirAuthorization"),
    ("an authorization without token", hook_call(fhirServer=BASE, fhirAuthorization={"x": SECRET}), "access_token"),
    (
        "a token with a line break",
        hook_call(fhirServer=BASE, fhirAuthorization={**GRANT, "access_token": f"{SECRET}\r\nX: y"}),
        "access_token",
    ),
    (
        "a token for another patient",
        hook_call(fhirServer=BASE, fhirAuthorization={**GRANT, "patient": SECRET}),
        "fhirAuthorization.patient",
    ),
    ("a fhirServer that is no string", hook_call(fhirServer=[SECRET]), "fhirServer"),
]


@pytest.mark.rule("A-4")
@pytest.mark.parametrize(("body", "named"), [row[1:] for row in MALFORMED], ids=[row[0] for row in MALFORMED])
async def test_a_malformed_call_is_400_and_says_which_member(service: Service, ehr: Ehr, body: Any, named: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await service.http.post(SERVICE, content=orjson.dumps(body), headers=headers)
    assert answer.status_code == 400
    assert named in issue(answer)
    assert re.search(IDENTITY, issue(answer)), "the rule broken, by its id"
    assert ehr.asked == []


@pytest.mark.rule("GEN-1")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"hook": NaN}',
        b'{"hook": Infinity}',
        b'{"hook": 1e999}',
        b'{"hook": "\xff"}',
        b"<Bundle/>",
        b"[" * 5000,
        orjson.dumps(hook_call())[:-5],
        f'{{"name": {SECRET}}}'.encode(),
    ],
    ids=["empty", "open", "nan", "infinity", "huge", "not-utf8", "xml", "deep", "cut", "bare-word"],
)
async def test_what_is_no_json_is_400(service: Service, body: bytes) -> None:
    answer = await service.http.post(SERVICE, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert "not JSON" in issue(answer)
    assert "(GEN-1)" in issue(answer)


@pytest.mark.parametrize("sent", ["", "text/plain", "application/xml", "application/jsonx", "application/fhir+json"])
async def test_another_content_type_is_415(service: Service, sent: str) -> None:
    answer = await service.http.post(SERVICE, content=orjson.dumps(hook_call()), headers={"Content-Type": sent})
    assert answer.status_code == 415
    assert "application/json" in issue(answer)


async def test_parameters_of_the_content_type_are_ignored(service: Service) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    answer = await service.http.post(SERVICE, content=orjson.dumps(hook_call(nothing_but())), headers=headers)
    assert answer.status_code == 200


async def test_a_compressed_body_is_415(service: Service) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = await service.http.post(SERVICE, content=b"\x1f\x8b", headers=headers)
    assert answer.status_code == 415
    assert "Content-Encoding" in issue(answer)


async def in_chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * 1024 * 1024


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
async def test_a_body_over_8_mib_is_413(service: Service, chunked: bool) -> None:
    content = in_chunks(9) if chunked else b" " * (8 * 1024 * 1024 + 1)
    answer = await service.http.post(SERVICE, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "8388608" in issue(answer)


async def test_a_body_of_exactly_8_mib_is_read(service: Service) -> None:
    body = orjson.dumps(hook_call(nothing_but()))
    content = body + b" " * (8 * 1024 * 1024 - len(body))
    answer = await service.http.post(SERVICE, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


@pytest.mark.rule("A-5")
@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("POST", "/cds-services/another-service", 404),
        ("POST", "/cds-services/no-such-service/feedback", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/cds-services/", 404),
        ("GET", SERVICE, 405),
        ("POST", "/cds-services", 405),
        ("DELETE", SERVICE, 405),
        ("GET", "/docs", 404),
        ("GET", "/openapi", 404),
    ],
)
async def test_what_is_not_there_is_an_operation_outcome_too(
    service: Service, method: str, address: str, status: int
) -> None:
    answer = await service.http.request(method, address)
    assert answer.status_code == status
    assert issue(answer)


@pytest.mark.rule("PREF-11")
@pytest.mark.parametrize(
    ("prefetch", "key", "scope"),
    [
        ({}, "'patient'", "patient/Patient.read"),
        ({"conditions": None}, "'patient'", "patient/Patient.read"),
        (nothing_but(patient=None), "'patient'", "patient/Patient.read"),
        ({"patient": PATIENT}, "'conditions'", "patient/Condition.read"),
        (
            nothing_but(conditions={"resourceType": "OperationOutcome", "issue": []}),
            "'conditions'",
            "patient/Condition.read",
        ),
    ],
    ids=["nothing", "conditions only", "no such patient", "patient only", "conditions refused"],
)
async def test_without_patient_or_conditions_it_is_412_and_says_what_to_send(
    service: Service, prefetch: dict[str, Any], key: str, scope: str
) -> None:
    answer = await service.call(prefetch)
    assert answer.status_code == 412
    assert key in issue(answer)
    assert scope in issue(answer)


@pytest.mark.rule("REQ-8")
async def test_members_nobody_knows_are_ignored_everywhere(service: Service) -> None:
    call = hook_call(
        nothing_but(procedures=bundle(extra=SECRET)) | {"another-key": SECRET},
        extension={"org.example": 1},
        encounterId=None,
        later=[SECRET],
    )
    call["context"] |= {"encounterId": "e1", "selections": [SECRET]}
    answer = await service.http.post(SERVICE, json=call)
    assert answer.status_code == 200
    assert SECRET not in answer.text


async def test_what_nobody_foresaw_is_a_bare_500(ehr: Ehr, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> list[dict[str, Any]]:
        raise KeyError(SECRET)

    service = Service(ehr, judge=broken)
    answer = await service.call(nothing_but())
    assert answer.status_code == 500
    assert "nothing was assessed" in issue(answer)
    assert SECRET not in caplog.text
    assert any(record.getMessage() == "failed" for record in caplog.records)
