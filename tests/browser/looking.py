"""What the browser tests do again and again: open a chart, look at a page in light and dark, narrow and wide."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from cds_service.demo.run import Demo

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
NARROW, USUAL, WIDE = 320, 1280, 3840
HEIGHT = 900


def watched(page: Page) -> list[str]:
    """What the browser complains of from now on."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def chart(page: Page, demo: Demo, who: str) -> Page:
    page.goto(f"{demo.base}/chart/{who}")
    return page


def summaries(page: Page) -> list[str]:
    """The summaries of the cards, without the word for how loud each is."""
    return [head.inner_text().split(" ", 1)[1].strip() for head in page.locator(".card h3").all()]


def resources(demo: Demo, kind: str, patient: str) -> list[dict[str, Any]]:
    """What the FHIR server holds, asked over HTTP."""
    with urlopen(f"{demo.base}/fhir/{kind}?patient={patient}", timeout=20) as answer:
        return [entry["resource"] for entry in json.load(answer).get("entry", [])]


def put(demo: Demo, resource: dict[str, Any]) -> None:
    address = f"{demo.base}/fhir/{resource['resourceType']}/{resource['id']}"
    body = json.dumps(resource).encode()
    headers = {"Content-Type": "application/fhir+json"}
    with urlopen(Request(address, body, headers, method="PUT"), timeout=20) as answer:
        assert answer.status in (200, 201)


def feedback_kept(demo: Demo) -> list[tuple[str, ...]]:
    """The rows in the database of the service: outcome, reason, remark."""
    with sqlite3.connect(demo.database) as connection:
        return connection.execute("SELECT outcome, reason_code, comment FROM feedback ORDER BY number").fetchall()


_RULES = {"light": None, "dark": {"runOnly": ["color-contrast"]}}  # between the two nothing else changes


def looked_at(page: Page, name: str) -> None:
    """The state of a page, in light and dark: no rule of accessibility broken, a picture of each, never too wide."""
    for scheme, rules in _RULES.items():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, f"{name}, {scheme}: {found.generate_report()}"
        pictured(page, f"{name}-{scheme}")
    page.emulate_media(color_scheme="light")
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width} px"
        pictured(page, f"{name}-{width}", whole=width == NARROW)
    page.set_viewport_size({"width": USUAL, "height": HEIGHT})


def pictured(page: Page, name: str, *, whole: bool = True) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
