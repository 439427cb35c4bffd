"""How an EHR's servers are asked during a launch: bounded in time and size, never redirected, errors without addresses.

The connections are those of the FHIR client, so every address is resolved once and checked before it is called.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2

from cds_service.json_text import NotJson, parse_json
from cds_service.smart.troubles import ServerTrouble

PATIENCE = 4.0
LARGEST = 128 * 1024
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "Cache-Control": "no-store"}


async def answer_of(
    http: httpx2.AsyncClient, address: str, form: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of an answer, to POST where there is a form. Raises ServerTrouble."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await _answer(http, address, form)
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as trouble:
        raise ServerTrouble(type(trouble).__name__) from None


async def _answer(http: httpx2.AsyncClient, address: str, form: Mapping[str, str] | None) -> tuple[int, dict[str, Any]]:
    method = "GET" if form is None else "POST"
    async with http.stream(method, address, data=form, headers=_HEADERS) as response:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ServerTrouble("encoded")
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST:
                raise ServerTrouble("too-large")
    return response.status_code, _object(bytes(body), response.status_code)


def _object(body: bytes, status: int) -> dict[str, Any]:
    """A refusal need not be JSON; a success must be an object."""
    try:
        content = parse_json(body)
    except NotJson:
        content = None
    if status == 200 and not isinstance(content, dict):
        raise ServerTrouble("not-json")
    return content if isinstance(content, dict) else {}
