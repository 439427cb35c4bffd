"""Names, notes and results of a record are text wherever they are shown: no markup, no address, no turned line."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from playwright.sync_api import Page, expect

from cds_service.demo.run import Demo
from tests.browser.looking import chart, looked_at, pictured, put

SCRIPT = "<script>window.owned=1</script>"
IMAGE = "<img src=x onerror=window.owned=1>"
LINK = "[press here](javascript:window.owned=1) <https://evil.example>"
TURNED = "safe\u202egnitset\u202c\u2066x\u2069\u200b\u2028drug"
WHO = "hostile"
SEEN = ("window.owned=1</script>", "<img src=x onerror", "[press here](javascript:window.owned=1)", "safegnitsetx drug")


@pytest.fixture
def hostile(demo: Demo) -> Demo:
    """Nora's record under another name, with hostile text in whatever is shown of it."""
    for kept in [*demo.fhir.of_type("Patient"), *_of_nora(demo)]:
        if kept["id"] in ("nora", f"{WHO}-{kept['id']}") or kept["resourceType"] != "Patient":
            put(demo, _hostile(kept))
    return demo


def _of_nora(demo: Demo) -> list[dict]:
    kinds = ("Condition", "Observation", "MedicationStatement", "MedicationRequest", "Procedure", "List")
    found = [one for kind in kinds for one in demo.fhir.of_type(kind)]
    return [one for one in found if '"Patient/nora"' in json.dumps(one)]


def _hostile(resource: dict) -> dict:
    copy = json.loads(json.dumps(resource).replace("Patient/nora", f"Patient/{WHO}"))
    copy.pop("meta", None)
    kind = copy["resourceType"]
    copy["id"] = WHO if kind == "Patient" else f"h-{copy['id']}"
    if kind == "Patient":
        copy["name"] = [{"text": f"{SCRIPT} {TURNED}"}]
    if kind == "Condition":
        copy["code"]["text"] = f"ITP {SCRIPT} {LINK}"
        copy["note"] = [{"text": f"{IMAGE} {TURNED}"}]
    if kind.startswith("Medication"):
        copy.setdefault("medicationCodeableConcept", {})["text"] = f"Eltrombopag {IMAGE} {TURNED}"
        copy["dosage" if kind == "MedicationStatement" else "dosageInstruction"] = [{"text": LINK}]
    if kind == "Observation":
        copy["code"]["text"] = f"Test {LINK}"
        if "valueQuantity" in copy:
            copy["valueQuantity"]["unit"] = f"{copy['valueQuantity'].get('unit', '')} {SCRIPT}"
    return copy


def nothing_ran(page: Page) -> None:
    assert page.evaluate("window.owned") is None
    assert page.locator("script:not([src^='/static/'])").count() == 0
    assert page.locator("a[href^='javascript' i], a[href*='evil.example'], img, iframe, object").count() == 0
    text = page.evaluate("document.documentElement.textContent + document.title")
    assert sorted({hex(ord(one)) for one in text if unicodedata.category(one) == "Cf"}) == []


def test_the_list_of_people_and_the_chart_show_it_as_text(page: Page, hostile: Demo) -> None:
    page.goto(hostile.base)
    expect(page.get_by_role("link", name=re.compile("safegnitsetx drug"))).to_be_visible()
    nothing_ran(page)
    chart(page, hostile, WHO)
    shown = page.inner_text("main")
    assert [text for text in SEEN if text not in shown] == []
    assert page.locator(".card").count() > 0
    nothing_ran(page)
    looked_at(page, "hostile-chart")


def test_the_panel_shows_it_to_the_letter_with_what_is_unseen_as_escapes(page: Page, hostile: Demo) -> None:
    chart(page, hostile, WHO)
    for one in page.locator("#wire-region summary").all():
        one.click()
    request = page.evaluate("document.querySelectorAll('#wire-region pre')[0].textContent")
    assert "\\u202egnitset\\u202c\\u2066x\\u2069\\u200b\\u2028drug" in request
    assert json.loads(request)["prefetch"]["patient"]["name"] == [{"text": f"{SCRIPT} {TURNED}"}]
    nothing_ran(page)


@pytest.mark.parametrize("way", ["15 minutes, this browser", "in the chart: timeline"])
def test_the_report_shows_it_as_text(page: Page, hostile: Demo, way: str) -> None:
    chart(page, hostile, WHO)
    page.get_by_role("link", name=re.compile(way)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(": ")
    page.locator("summary").first.click()
    shown = page.inner_text("main")
    assert "<img src=x onerror" in shown
    assert "safegnitsetx" in shown
    nothing_ran(page)
    pictured(page, f"hostile-report-{'link' if 'browser' in way else 'launch'}")


def test_a_hostile_remark_is_kept_and_not_shown(page: Page, hostile: Demo) -> None:
    chart(page, hostile, WHO)
    page.locator(".aside summary").first.click()
    page.get_by_label("Remark").first.fill(SCRIPT)
    page.get_by_label("Not the right time").first.check()
    page.locator(".card").first.get_by_role("button", name="Put aside").click()
    expect(page.locator(".card").first).to_contain_text("The service was told.")
    assert SCRIPT in page.locator("#wire-region pre").nth(2).text_content()
    nothing_ran(page)
