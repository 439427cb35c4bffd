"""The link of a card in a real browser: it opens by itself, filters, copies, prints, and breaks no rule of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import uuid4

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cards.wording.en_report import REPORT
from cds_service.app import create_app
from cds_service.demo.fixtures import load_cast, resources_of
from cds_service.demo.serving import address_of, listening, mount_demo, serving
from cds_service.demo.store import FhirStore
from cds_service.settings import Settings
from tests.cards.told import DAY
from tests.chromium import chromium

SERVICE = "/cds-services/trial-eligibility-patient-view"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@dataclass(frozen=True)
class Demo:
    """The demo as it is served; a card's first link leads to its report."""

    base: str

    def link(self, who: str) -> str:
        context = {"userId": "Practitioner/doc", "patientId": who}
        call = {
            "hook": "patient-view",
            "hookInstance": str(uuid4()),
            "context": context,
            "fhirServer": f"{self.base}/fhir",
        }
        answer = requests.post(self.base + SERVICE, json=call, timeout=20)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["cards"][0]["links"][0]["url"])


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with listening(0) as listener:
        base = address_of(listener)
        store = FhirStore(resources_of(load_cast(DAY)), clock=lambda: datetime.combine(DAY, time(), UTC))
        app = mount_demo(create_app(Settings(open=True, as_of=DAY, report_url=base)), store, base, DAY)
        with serving(app, listener):
            yield Demo(base)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains of: refused resources, errors of scripts."""
    return []


def opened(context: BrowserContext, link: str, complaints: list[str]) -> Page:
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(link)
    page.wait_for_selector("h1:has-text(':')")
    return page


def visible_rows(page: Page) -> int:
    return page.locator(".row:visible").count()


def test_the_link_opens_by_itself_and_its_key_leaves_the_address(
    context: BrowserContext, demo: Demo, complaints: list[str]
) -> None:
    link = demo.link("ines")
    page = opened(context, link, complaints)
    page.wait_for_url(link.partition("#")[0])
    assert "24 ×10⁹/L" in page.inner_text("main")
    page.reload()
    assert "24 ×10⁹/L" in page.inner_text("main")
    assert not complaints


def test_another_browser_is_told_that_it_is_open_elsewhere(
    browser: Browser, context: BrowserContext, demo: Demo, complaints: list[str]
) -> None:
    link = demo.link("ines")
    opened(context, link, complaints)
    other = browser.new_context()
    page = other.new_page()
    page.goto(link)
    page.wait_for_selector("h1:has-text('another browser')")
    assert "24 ×10⁹/L" not in page.inner_text("main")
    other.close()


def test_without_scripts_the_key_is_pasted_and_the_filter_works(browser: Browser, demo: Demo) -> None:
    quiet = browser.new_context(java_script_enabled=False)
    address, _, key = demo.link("ines").partition("#")
    page = quiet.new_page()
    page.goto(address)
    page.fill("#key", key)
    page.click("button[type=submit]")
    every = visible_rows(page)
    page.check("#show-open")
    assert 0 < visible_rows(page) < every
    page.check("#show-blocks")
    assert visible_rows(page) == 0
    assert page.locator(".none").is_visible()
    assert page.locator("#copy").is_hidden()
    quiet.close()


def test_the_keyboard_reaches_the_filter_and_copies_the_note(
    context: BrowserContext, demo: Demo, complaints: list[str]
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.base)
    page = opened(context, demo.link("ines"), complaints)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#show-all")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("#show-blocks")
    page.bring_to_front()
    page.focus("#copy")
    page.keyboard.press("Enter")
    expect(page.locator("#copy-told")).to_have_text(REPORT["copied"])
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#note-text")
    assert not complaints


SHEETS = 2


@pytest.mark.parametrize("who", ["bruno", "ines", "ursula", "evan"])
def test_it_prints_on_two_sheets_at_most(context: BrowserContext, demo: Demo, complaints: list[str], who: str) -> None:
    page = opened(context, demo.link(who), complaints)
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= SHEETS


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280, 3840])
def test_it_is_accessible_and_never_wider_than_the_screen(
    browser: Browser, demo: Demo, scheme: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = opened(context, demo.link("nora"), [])
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
