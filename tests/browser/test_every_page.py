"""Every page and state of the demo in light and dark, from 320 px to 4K; a picture of each in build/screenshots/."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Page, expect

from cds_service.demo.run import Demo
from tests.browser.looking import chart, looked_at, pictured


def test_people(page: Page, demo: Demo) -> None:
    page.goto(demo.base)
    looked_at(page, "people")


def test_people_in_chinese(page: Page, demo: Demo) -> None:
    demo.desk.choose("zh-Hans")
    page.goto(demo.base)
    looked_at(page, "people-zh")


def test_a_chart_with_two_cards(page: Page, demo: Demo) -> None:
    looked_at(chart(page, demo, "nora"), "chart")


def test_a_chart_with_everything_unfolded(page: Page, demo: Demo) -> None:
    chart(page, demo, "nora")
    for one in page.locator("summary").all():
        one.click()
    looked_at(page, "chart-unfolded")


def test_a_chart_in_chinese(page: Page, demo: Demo) -> None:
    demo.desk.choose("zh-Hans")
    looked_at(chart(page, demo, "nora"), "chart-zh")


def test_a_chart_without_a_card(page: Page, demo: Demo) -> None:
    looked_at(chart(page, demo, "hiro"), "chart-no-card")


def test_a_chart_on_another_day(page: Page, demo: Demo) -> None:
    chart(page, demo, "rosa")
    page.fill("#days", "22")
    expect(page.locator("#told")).to_have_text("Chart opened on 13 Dec 2026. Cards: 2.")
    looked_at(page, "chart-moved")


def test_a_suggestion_accepted_and_a_card_put_aside(page: Page, demo: Demo) -> None:
    chart(page, demo, "bruno")
    page.locator(".card").last.get_by_role("button", name=re.compile("^Refer to")).click()
    looked_at(page, "chart-accepted")
    page.locator(".aside summary").first.click()
    page.get_by_label("Not interested in this study").first.check()
    page.locator(".card").first.get_by_role("button", name="Put aside").click()
    expect(page.locator(".card").first).to_contain_text("The service was told.")
    looked_at(page, "chart-put-aside")


def test_a_report_by_link(page: Page, demo: Demo) -> None:
    chart(page, demo, "rosa")
    page.get_by_role("link", name=re.compile("15 minutes")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(": ")
    pictured(page, "report-by-link")


def test_a_report_by_launch_filtered_and_as_it_prints(page: Page, demo: Demo) -> None:
    chart(page, demo, "stella")
    page.get_by_role("link", name="Open the trial report as an app").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(": ")
    looked_at(page, "report-by-launch")
    page.check("#show-open")
    pictured(page, "report-filtered")
    page.emulate_media(media="print")
    pictured(page, "report-print")


def test_a_report_in_chinese(page: Page, demo: Demo) -> None:
    demo.desk.choose("zh-Hans")
    chart(page, demo, "nora")
    page.locator(".links a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("：")
    looked_at(page, "report-zh")


def test_what_a_stranger_to_a_report_sees(context: BrowserContext, demo: Demo) -> None:
    page = context.new_page()
    page.goto(f"{demo.base}/report/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    looked_at(page, "report-unknown")
    page.goto(f"{demo.base}/smart/launch?iss=https://elsewhere.example&launch=x")
    looked_at(page, "launch-refused")


def test_a_person_who_is_not_there(context: BrowserContext, demo: Demo) -> None:
    page = context.new_page()
    page.goto(f"{demo.base}/chart/nobody")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such person")
    looked_at(page, "missing")
