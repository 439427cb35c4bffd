"""A browser, and for each file one demo as `cds-service demo` serves it, on the day of the stories."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from cds_service.demo.run import Demo, standing
from cds_service.demo.serving import listening
from cds_service.demo.shift import TOLD_ON
from cds_service.settings import Settings
from tests.browser.looking import watched

expect.set_options(timeout=30_000)  # a machine that is busy is no failure
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("continuous integration installs chromium (.ci/run)")
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


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
