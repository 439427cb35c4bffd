"""An EHR's FHIR server at the HTTP edge, scripted address by address, and a short way of writing resources."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx2
import orjson

Json = dict[str, Any]
BASE = "https://ehr.example/fhir"
PATIENT_ID = "p1"
PATIENT: Json = {"resourceType": "Patient", "id": PATIENT_ID, "birthDate": "1990-05-04", "gender": "female"}


def resource(kind: str, identity: str, **more: Any) -> Json:
    return {"resourceType": kind, "id": identity, "subject": {"reference": f"Patient/{PATIENT_ID}"}, **more}


def bundle(*resources: Json, next: str | None = None, **more: Any) -> Json:
    links = [{"relation": "self", "url": f"{BASE}/self"}]
    if next:
        links.append({"relation": "next", "url": next})
    entries = [{"fullUrl": f"{BASE}/{one['resourceType']}/{one.get('id')}", "resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries, **more}


def outcome(severity: str = "error") -> Json:
    issue = {"severity": severity, "code": "forbidden", "diagnostics": "not for you"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


class Hang:
    """An address that never answers."""


class Ehr(httpx2.AsyncBaseTransport):
    """Answers what `answers` holds for `Type?query` or a full address; every other search is empty."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {f"Patient/{PATIENT_ID}": PATIENT}
        self.requests: list[httpx2.Request] = []
        self.every: Callable[[str], Any] | None = None

    @property
    def asked(self) -> list[str]:
        """What was asked, relative to the base."""
        return [unquote(str(request.url)).removeprefix(f"{BASE}/") for request in self.requests]

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        asked = self.asked[-1]
        answer = self.answers.get(asked, self.answers.get(asked.partition("?")[0]))
        if answer is None and self.every is not None:
            answer = self.every(asked)
        if isinstance(answer, Hang):
            await asyncio.sleep(3600)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        if isinstance(answer, int):
            return httpx2.Response(answer, content=orjson.dumps(outcome()))
        return httpx2.Response(200, content=orjson.dumps(bundle() if answer is None else answer))
