"""A browser, and for each file one demo as `cds-service demo` serves it, on the day of the stories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cds_service.demo.run import Demo, standing
from cds_service.demo.serving import listening
from cds_service.demo.shift import TOLD_ON
from cds_service.settings import Settings
from tests.browser.looking import watched
from tests.chromium import chromium

expect.set_options(timeout=30_000)  # a machine that is busy is no failure


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def demo_of_this_file() -> Iterator[Demo]:
    with listening(0) as listener, standing(listener, Settings(open=True), TOLD_ON) as demo:
        yield demo


@pytest.fixture
def demo(demo_of_this_file: Demo) -> Demo:
    """On its first day, in English."""
    demo_of_this_file.desk.move("0")
    demo_of_this_file.desk.choose("en")
    return demo_of_this_file


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of which the browser has nothing to complain at the end: no error, nothing refused by the policy."""
    made = context.new_page()
    complaints = watched(made)
    yield made
    assert complaints == []
