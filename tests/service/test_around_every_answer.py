"""What stands around every answer: the request's name, and headers that keep a browser from misusing it."""

from __future__ import annotations

import logging
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cds_service.shield import policy
from tests.service.calling import SERVICE, Service, nothing_but
from tests.service.ehr import Ehr

EHR_PAGE = "https://ehr.hospital.example"
NOBODY = "default-src 'none'; frame-ancestors 'none'"


async def _page(_: Request) -> Response:
    return HTMLResponse("<p>x</p>", headers={"Content-Security-Policy": "default-src 'self'"})


def _serving(**settings: Any) -> httpx2.AsyncClient:
    service = Service(Ehr(), open=True, **settings)
    service.app.router.routes.append(Route("/page", _page))
    return service.http


@pytest.mark.parametrize("name", ["a", "REQ-1.2_3", "0af7651916cd43dd8448eb211c80319c", "x" * 64])
async def test_the_callers_name_of_the_request_comes_back(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cds_service")
    answer = await _serving().post(SERVICE, content=b"{", headers={"X-Request-ID": name})
    assert answer.headers["x-request-id"] == name
    assert [getattr(line, "facts", {}).get("request") for line in caplog.records] == [name]


@pytest.mark.parametrize("name", ["", " ", "x" * 65, "Patient/1", "a b", "<script>", "a\tb", "-x", "é", "a;b=c"])
async def test_any_other_name_is_replaced_by_ours(name: str) -> None:
    answer = await _serving().get("/healthz", headers=[(b"X-Request-ID", name.encode())])
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["x-request-id"] != name


async def test_two_names_are_none() -> None:
    answer = await _serving().get("/healthz", headers=[("X-Request-ID", "one"), ("X-Request-ID", "two")])
    assert answer.headers["x-request-id"] not in ("one", "two", "one, two")


@pytest.mark.parametrize(
    "method, address, status",
    [("GET", "/cds-services", 200), ("GET", "/healthz", 200), ("GET", "/no", 404), ("GET", SERVICE, 405)],
)
async def test_an_answer_is_not_guessed_kept_referred_or_framed(method: str, address: str, status: int) -> None:
    answer = await _serving(origins=frozenset((EHR_PAGE,))).request(method, address)
    assert answer.status_code == status
    told = {name: answer.headers[name] for name in ("x-content-type-options", "referrer-policy", "cache-control")}
    assert told == {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store"}
    assert answer.headers["content-security-policy"] == NOBODY


async def test_so_is_an_answer_about_a_patient() -> None:
    answer = await Service(Ehr()).call(nothing_but())
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-security-policy"] == NOBODY


@pytest.mark.parametrize(
    "origins, ancestors", [((), "'none'"), ((EHR_PAGE, "https://a.example"), f"https://a.example {EHR_PAGE}")]
)
async def test_a_page_is_framed_by_registered_origins_and_nobody_else(origins: tuple[str, ...], ancestors: str) -> None:
    answer = await _serving(origins=frozenset(origins)).get("/page")
    assert answer.headers["content-security-policy"] == f"default-src 'self'; frame-ancestors {ancestors}"


def test_a_page_may_name_its_own_client() -> None:
    own = f"default-src 'self'; frame-ancestors {EHR_PAGE}"
    assert policy(own, ["https://other.example"]) == own
    assert policy(NOBODY, [EHR_PAGE]) == f"default-src 'none'; frame-ancestors {EHR_PAGE}"
