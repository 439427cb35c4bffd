"""Which FHIR server is read for a registered client, how the address is spelled, and where the token goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from cds_service.protocol import Access
from cds_service.trust.clients import parse_client
from cds_service.trust.whom import registered_base
from tests.service.calling import hook_call, nothing_but, without
from tests.service.ehr import BASE, Ehr
from tests.trust.hospital import Clock, KeysAddress, Signed, deployment

GRANT = {"access_token": "secret-token", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read"}


class Hospital(KeysAddress):
    """The hospital's key address and its FHIR server."""

    def __init__(self, ehr: Ehr) -> None:
        super().__init__()
        self.ehr = ehr

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if "/fhir" in request.url.path:
            return await self.ehr.handle_async_request(request)
        return await super().handle_async_request(request)


async def asked(folder: Path, clock: Clock, server: str, fhir: dict[str, Any], grant: Any = GRANT) -> list[str]:
    """What the hospital's server was asked, and with which Authorization, for a call that leaves out the lists."""
    (folder / "example.yaml").write_text(deployment(fhir=fhir))
    ehr = Ehr()
    signed = Signed(folder, clock, Hospital(ehr))
    more: dict[str, Any] = {"fhirServer": server} | (
        {} if grant is None else {"fhirAuthorization": {**grant, "subject": "cds"}}
    )
    answer = await signed.post(signed.token(), body=hook_call(without(nothing_but(), "lists"), **more))
    assert answer.status_code == 200, answer.text
    return [f"{request.headers.get('Authorization')} {request.url}" for request in ehr.requests]


LISTS = "List?patient=p1&status=current"


@pytest.mark.rule("FHIR-1")
async def test_the_server_in_the_file_is_read_with_the_token_of_the_call(folder: Path, clock: Clock) -> None:
    assert await asked(folder, clock, BASE, {"bases": [BASE]}) == [f"Bearer secret-token {BASE}/{LISTS}"]


@pytest.mark.rule("FHIR-8")
async def test_another_server_is_not_read(folder: Path, clock: Clock) -> None:
    assert await asked(folder, clock, "https://other.example/fhir", {"bases": [BASE]}) == []


@pytest.mark.rule("FHIR-1")
@pytest.mark.parametrize("allowed", [False, True])
async def test_without_a_token_only_where_the_file_says_so(folder: Path, clock: Clock, allowed: bool) -> None:
    told = await asked(folder, clock, BASE, {"bases": [BASE], "without_token": allowed}, None)
    assert told == ([f"None {BASE}/{LISTS}"] if allowed else [])


SPELLINGS: list[tuple[str, str | None]] = [
    ("https://ehr.example/fhir", "https://ehr.example/fhir"),
    ("https://ehr.example/fhir/", "https://ehr.example/fhir"),
    ("https://EHR.example/fhir", "https://ehr.example/fhir"),
    ("https://ehr.example:443/fhir", "https://ehr.example/fhir"),
    ("https://ehr.example./fhir", "https://ehr.example/fhir"),
    ("https://ehr.example/fhir/tenant-1", "https://ehr.example/fhir/tenant-1"),
    ("http://ehr.example/fhir", None),
    ("https://ehr.example:8443/fhir", None),
    ("https://ehr.example", None),
    ("https://ehr.example/", None),
    ("https://ehr.example/fhirX", None),
    ("https://ehr.example/FHIR", None),
    ("https://ehr.example/fhir/../admin", None),
    ("https://ehr.example/fhir/%2e%2e/admin", None),
    ("https://ehr.example/fhir/..%2fadmin", None),
    ("https://ehr.example/fhir/..;/admin", None),
    ("https://ehr.example/fhir/%252e%252e/admin", None),
    ("https://ehr.example/fhir\\..\\admin", None),
    ("https://ehr.example\\@evil.example/fhir", None),
    ("https://ehr.example@evil.example/fhir", None),
    ("https://evil.example#@ehr.example/fhir", None),
    ("https://evil.example/?https://ehr.example/fhir", None),
    ("https://ehr.example.evil.example/fhir", None),
    ("https://evilehr.example/fhir", None),
    ("https://user@ehr.example/fhir", None),
    ("https://:@ehr.example/fhir", None),
    ("https://@ehr.example/fhir", None),
    ("https://ehr.example/fhir?x=1", None),
    ("https://ehr.example/fhir#x", None),
    ("https://ehr%2eexample/fhir", None),
    ("https://ehr。example/fhir", None),
    ("https://ｅhr.example/fhir", None),
    ("https://ehr.exam\tple/fhir", None),
    ("https://ehr.example/fhir\r\nX: y", None),
    ("https://ehr.example\x00.evil.example/fhir", None),
    (" https://ehr.example/fhir", None),
    ("//ehr.example/fhir", None),
    ("file:///etc/passwd", None),
    ("gopher://ehr.example/fhir", None),
    ("https://ehr.example:0443x/fhir", None),
]


@pytest.mark.rule("FHIR-8")
@pytest.mark.parametrize(("address", "base"), SPELLINGS, ids=[ascii(row[0]) for row in SPELLINGS])
def test_the_server_of_a_call_is_the_one_in_the_file_or_none(address: str, base: str | None) -> None:
    client = parse_client(deployment(fhir={"bases": ["https://ehr.example/fhir"]}), "example.yaml")
    found = registered_base(address, client)
    assert (found and found.url) == base


def test_the_token_does_not_print_itself() -> None:
    assert "secret-token" not in repr(Access(BASE, "secret-token"))
