"""A clinician at the demo: opens a chart, orders a test, puts a card aside, reads the report, moves the day."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from cds_service.demo.run import Demo
from tests.browser.looking import chart, feedback_kept, resources, summaries

FIT, UNSURE = "CM313: may fit; HIV test missing", "CAR-T: may fit; HIV test missing, and 1 more"


def card(page: Page, trial: str):
    return page.locator(".card", has=page.locator("h3", has_text=trial))


def test_from_the_list_of_people_to_the_cards(page: Page, demo: Demo) -> None:
    page.goto(demo.base)
    page.get_by_role("link", name="Nora Voorbeeld").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nora Voorbeeld")
    assert summaries(page) == [FIT, UNSURE]
    assert "Eltrombopag 50 mg tablets" in page.inner_text("#record-region")
    assert "18 ×10⁹/L" in page.inner_text("#record-region")


def test_an_accepted_suggestion_is_an_order_on_the_fhir_server(page: Page, demo: Demo) -> None:
    chart(page, demo, "peter")
    before = resources(demo, "ServiceRequest", "peter")
    button = card(page, "CAR-T").get_by_role("button", name=re.compile("^Refer to the CAR-T study team"))
    button.click()
    expect(page.locator(".done")).to_contain_text("Created: ServiceRequest/")
    [made] = [one for one in resources(demo, "ServiceRequest", "peter") if one not in before]
    assert (made["status"], made["intent"]) == ("draft", "proposal")
    assert made["subject"] == {"reference": "Patient/peter"}
    assert "CAR-T" in made["code"]["text"]
    assert made["id"] in page.inner_text(".part-orders")
    assert feedback_kept(demo)[-1][0] == "accepted"
    page.reload()  # the same opening: nothing is asked or made again
    assert len(resources(demo, "ServiceRequest", "peter")) == len(before) + 1
    page.get_by_role("link", name="Open the chart again").click()
    expect(page.locator(".done")).to_contain_text("On the chart already")
    expect(button).to_have_count(0)


def test_consent_is_asked_for_by_a_task(page: Page, demo: Demo) -> None:
    chart(page, demo, "selma")
    page.locator(".card").first.get_by_role("button", name=re.compile("^Ask the patient whether")).click()
    expect(page.locator(".done")).to_contain_text("Created: Task/")
    [task] = resources(demo, "Task", "selma")
    assert (task["intent"], task["for"]) == ("proposal", {"reference": "Patient/selma"})


def test_a_card_that_was_put_aside_is_quiet_on_the_next_opening_and_speaks_when_its_time_is_over(
    page: Page, demo: Demo
) -> None:
    chart(page, demo, "nora")
    page.get_by_text("Put aside…").first.click()
    page.get_by_label("The patient does not fit this study").first.check()
    page.get_by_label("Remark").first.fill("lives too far away")
    card(page, "CM313").get_by_role("button", name="Put aside").click()
    expect(card(page, "CM313")).to_contain_text("Put aside: The patient does not fit this study.")
    assert feedback_kept(demo)[-1] == ("overridden", "patient-ineligible", "lives too far away")
    page.get_by_role("link", name="Open the chart again").click()
    assert summaries(page) == [UNSURE]
    page.fill("#days", "31")
    expect(page.locator("#told")).to_have_text("Chart opened on 22 Dec 2026. Cards: 2.")
    assert any(told.startswith("CM313") for told in summaries(page))


def test_a_waiting_period_ends_before_ones_eyes(page: Page, demo: Demo) -> None:
    """Rituximab on 12 Sep 2026: the trial waits for more than three months."""
    chart(page, demo, "rosa")
    page.fill("#days", "21")
    expect(page.locator("#told")).to_have_text("Chart opened on 12 Dec 2026. Cards: 1.")
    assert [told.split(":")[0] for told in summaries(page)] == ["CAR-T"]
    page.focus("#days")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#told")).to_have_text("Chart opened on 13 Dec 2026. Cards: 2.")
    assert sorted(told.split(":")[0] for told in summaries(page)) == ["CAR-T", "CM313"]
    assert page.evaluate("document.activeElement.id") == "days"
    expect(page.locator("#today")).to_contain_text("Today is 13 Dec 2026")
    expect(page.locator("#days")).to_have_attribute("aria-valuetext", "13 Dec 2026")
    page.reload()
    expect(page.locator("#day")).to_have_text("13 Dec 2026")
    page.fill("#days", "365")
    expect(page.locator("#told")).to_contain_text("Chart opened on 21 Nov 2027.")
    expect(page.get_by_role("button", name="A week later")).to_have_attribute("value", "365")
    page.get_by_role("button", name="Back to 21 Nov 2026").click()
    assert [told.split(":")[0] for told in summaries(page)] == ["CAR-T"]


def test_the_report_by_the_link_of_a_card(page: Page, demo: Demo) -> None:
    chart(page, demo, "ines")
    page.get_by_role("link", name=re.compile("15 minutes")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CM313: ")
    page.wait_for_function("!location.hash")
    assert "/report/" in page.url
    assert "24 ×10⁹/L" in page.inner_text("main")


def test_the_report_by_smart_launch_with_filter_print_view_and_language(page: Page, demo: Demo) -> None:
    chart(page, demo, "ines")
    page.get_by_role("link", name=re.compile("^The whole assessment of CM313, in the chart")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CM313: ")
    assert "/smart/report/" in page.url
    every = page.locator(".row:visible").count()
    page.get_by_label("open", exact=True).check()
    assert 0 < page.locator(".row:visible").count() < every
    page.emulate_media(media="print")
    expect(page.locator(".filter")).to_be_hidden()
    expect(page.locator("#answer")).to_be_visible()
    assert page.locator(".row:visible").count() == every  # paper holds all criteria
    page.emulate_media(media="screen")
    page.get_by_role("link", name="简体中文").click()
    assert page.get_attribute("html", "lang") == "zh-Hans"
    expect(page.locator("#criteria")).to_have_text("全部标准")


def test_without_a_card_the_report_is_launched_from_the_chart_on_the_day_of_the_desk(page: Page, demo: Demo) -> None:
    chart(page, demo, "milos")
    assert summaries(page) == []
    expect(page.locator("#cards-region")).to_contain_text("No card.")
    page.get_by_role("button", name="A week later").click()
    page.get_by_role("link", name="Open the trial report as an app").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CM313: ")
    assert "As of 28 Nov 2026" in page.inner_text("main")


def test_the_language_of_pages_cards_and_suggestions_is_switched(page: Page, demo: Demo) -> None:
    chart(page, demo, "nora")
    page.get_by_role("button", name="简体中文").click()
    assert page.get_attribute("html", "lang") == "zh-Hans"
    assert any("可能适合" in told for told in summaries(page))
    expect(page.locator("#cards")).to_have_text("卡片")
    expect(page.get_by_role("note")).to_contain_text("尚未经临床医生审核")
    expect(page.get_by_role("button", name="简体中文")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=re.compile("^询问患者是否同意CAR-T")).click()
    assert "CAR-T" in resources(demo, "Task", "nora")[-1]["description"]
    page.get_by_role("button", name="English").click()
    assert page.get_attribute("html", "lang") == "en"
    assert any("may fit" in told for told in summaries(page))


def test_the_panel_shows_the_exact_request_and_response(page: Page, demo: Demo) -> None:
    chart(page, demo, "ines")
    wire = page.locator("#wire-region")
    wire.get_by_text("Request", exact=True).click()
    assert page.evaluate("JSON.parse(document.querySelectorAll('#wire-region pre')[0].textContent).context") == {
        "userId": "Practitioner/demo", "patientId": "ines",
    }  # fmt: skip
    answered = page.evaluate("JSON.parse(document.querySelectorAll('#wire-region pre')[1].textContent)")
    assert [one["summary"] for one in answered["cards"]] == summaries(page)
    expect(wire.locator("pre").first).to_be_visible()


def test_the_keyboard_alone_puts_a_card_aside(page: Page, demo: Demo) -> None:
    chart(page, demo, "lena")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    first = summaries(page)[0]
    page.locator(".aside summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("seen")
    page.keyboard.press("Enter")
    expect(page.locator(".card").first).to_contain_text("Put aside: Already screened for this study.")
    page.get_by_role("link", name="Open the chart again").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".aside")).to_have_count(1)
    assert first not in summaries(page)


def test_every_basic_works_without_scripts(browser: Browser, demo: Demo) -> None:
    quiet = browser.new_context(java_script_enabled=False)
    page = chart(quiet.new_page(), demo, "kofi")
    assert len(page.locator(".card").all()) == 1
    page.get_by_role("button", name=re.compile("^Ask the patient whether")).click()
    assert len(resources(demo, "Task", "kofi")) == 1
    page.get_by_text("Put aside…").click()
    page.get_by_label("Not the right time").check()
    page.get_by_role("button", name="Put aside").click()
    assert feedback_kept(demo)[-1][:2] == ("overridden", "wrong-time-workflow")
    page.get_by_role("link", name="Open the chart again").click()
    assert page.locator(".card").all() == []
    page.get_by_role("button", name="30 days later").click()
    expect(page.locator("#day")).to_have_text("21 Dec 2026")
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("#day")).to_have_text("2026年12月21日")
    quiet.close()


def test_nothing_moves_where_the_reader_wants_no_motion(page: Page, demo: Demo) -> None:
    chart(page, demo, "nora")
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    moving = "[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0)"
    assert page.evaluate(f"{moving}.length") == 0
