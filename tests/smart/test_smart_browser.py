"""The launch in a real browser: in the frame of an EHR on another site, which gets no cookies, and in a window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Frame, Page, expect
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cds_service.demo.serving import listening, serving
from tests.chromium import chromium
from tests.smart.ward import Ward


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


async def chart(request: Request) -> Response:
    """A chart of an EHR, with an app in a frame."""
    address = request.query_params["app"].replace("&", "&amp;")
    return HTMLResponse(f'<!doctype html><html lang="en"><title>Chart</title><iframe src="{address}"></iframe>')


@pytest.fixture(scope="module")
def ehr() -> Iterator[str]:
    """Its origin: by its name another site than the service, whose address is a number."""
    with listening(0) as listener, serving(FastAPI(routes=[Route("/", chart)]), listener):
        yield f"http://localhost:{listener.getsockname()[1]}"


def framed(page: Page, ehr: str, ward: Ward) -> Frame:
    page.goto(f"{ehr}/?app={ward.launch_address().replace('&', '%26')}")
    frame = page.frames[1]
    frame.wait_for_url("**/smart/report/*")
    return frame


def test_in_the_frame_of_another_site_without_any_cookie(page: Page, ehr: str, ward: Ward) -> None:
    ward.told_anew(origins=[ehr])
    frame = framed(page, ehr, ward)
    expect(frame.locator("h1")).to_contain_text("CM313: ")
    assert page.context.cookies() == []
    frame.get_by_role("link", name="简体中文").click()
    expect(frame.locator("html")).to_have_attribute("lang", "zh-Hans")
    frame.get_by_role("link", name="CAR-T", exact=True).click()
    expect(frame.locator("h1")).to_contain_text("CAR-T")
    frame.get_by_role("link", name="English").click()
    expect(frame.locator("html")).to_have_attribute("lang", "en")
    frame.get_by_label("in the way").check()
    expect(frame.locator("tr.in-fits").first).to_be_hidden()
    assert page.context.cookies() == []


def test_another_frame_of_the_same_browser_has_its_own_reports(page: Page, ehr: str, ward: Ward) -> None:
    ward.told_anew(origins=[ehr])
    address = framed(page, ehr, ward).url
    other = page.context.new_page()
    other.goto(address)
    expect(other.locator("h1")).to_have_text("Opening the report")
    expect(other.locator("main")).to_contain_text("window of its own")
    assert "10⁹" not in other.content()


def test_nobody_else_may_frame_it(page: Page, ehr: str, ward: Ward) -> None:
    ward.told_anew(origins=["https://ehr.example.org"])
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{ehr}/?app={ward.launch_address().replace('&', '%26')}")
    page.wait_for_load_state("networkidle")
    assert any("frame-ancestors" in one for one in refused)
    assert len(page.frames) == 1 or page.frames[1].url.startswith("chrome-error:")


def test_in_a_window_of_its_own(page: Page, ward: Ward) -> None:
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    page.goto(ward.launch_address("nora", "NCT06352281"))
    expect(page.locator("h1")).to_contain_text("CAR-T: ")
    assert [cookie["httpOnly"] for cookie in page.context.cookies()] == [True]
    page.reload()
    expect(page.locator("h1")).to_contain_text("CAR-T: ")
    assert page.evaluate("document.cookie") == ""
    assert not Axe().run(page).response["violations"]
    assert not broken


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_went_wrong_is_told_to_everybody(page: Page, ward: Ward, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    ward.grants.allowing = False
    page.goto(ward.launch_address())
    expect(page.locator("h1")).to_have_text("Access was not allowed")
    assert not Axe().run(page).response["violations"]
    page.goto(f"{ward.base}/smart/report/x")
    expect(page.locator("h1")).to_have_text("There is no such report")
