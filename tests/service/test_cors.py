"""Browser clients (SEC-14): pages of named origins may call all addresses and read errors; others may not."""

from __future__ import annotations

import httpx2
import pytest

from cds_service.errors import BadSetting
from cds_service.settings import Settings
from tests.service.calling import SERVICE, Service
from tests.service.ehr import Ehr

PAGE = "https://sandbox.example.org"


@pytest.fixture
def http() -> httpx2.AsyncClient:
    return Service(Ehr(), open=True, origins=frozenset((PAGE,))).http


@pytest.mark.rule("SEC-14")
@pytest.mark.parametrize("address", ["/cds-services", SERVICE, f"{SERVICE}/feedback"])
async def test_a_named_page_may_ask_first(http: httpx2.AsyncClient, address: str) -> None:
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    answer = await http.options(address, headers=asked)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, PAGE)
    assert "Authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.rule("SEC-14")
@pytest.mark.parametrize("body, status", [(b"{", 400), (b"{}", 400)])
async def test_a_named_page_can_read_an_error(http: httpx2.AsyncClient, body: bytes, status: int) -> None:
    headers = {"Origin": PAGE, "Content-Type": "application/json"}
    answer = await http.post(SERVICE, content=body, headers=headers)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, PAGE)


@pytest.mark.rule("SEC-14")
@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{PAGE}.evil.example", "null", "http://sandbox.example.org"]
)
async def test_another_page_may_not(http: httpx2.AsyncClient, origin: str) -> None:
    answer = await http.get("/cds-services", headers={"Origin": origin})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("text", ["*", "https://x.example/page", "sandbox.example.org"])
def test_what_is_no_origin_is_refused_at_start(text: str) -> None:
    with pytest.raises(BadSetting, match="CDS_ORIGINS: expected origins such as"):
        Settings.from_environment({"CDS_ORIGINS": text})
