"""What the EHR of the demo does about a card of another service: creates, puts aside, tells, shows what it sent."""

import re
from datetime import UTC, date, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from fastapi import FastAPI

from cards.wording.language import places
from cds_service.demo.desk import FARTHEST, Desk
from cds_service.demo.opening import MOST, Openings, opened
from cds_service.demo.words import WORDS, Words
from cds_service.languages import LANGUAGES
from tests.demo.small_service import DRAFT, ORDER, OTHER, UUID


def opening_of(base: str, person: str = "ana") -> str:
    shown = requests.get(f"{base}/chart/{person}", timeout=20).text
    return re.search(r'name="opening" value="([^"]+)"', shown)[1]


def answer(base: str, what: str, **fields: str) -> requests.Response:
    return requests.post(f"{base}/chart/ana/{what}", data={"card": UUID, **fields}, timeout=20)


def orders(base: str) -> list[dict]:
    found = requests.get(f"{base}/fhir/ServiceRequest", {"patient": "ana"}, timeout=20).json()
    return [entry["resource"] for entry in found.get("entry", [])]


def test_an_accepted_suggestion_is_created_once_and_the_service_hears_of_it(base: str, service: FastAPI) -> None:
    opening = opening_of(base)
    shown = answer(base, "accept", opening=opening, suggestion=DRAFT)
    [made] = orders(base)
    assert {name: made[name] for name in ORDER} == ORDER
    [heard] = service.state.heard
    [item] = heard["feedback"]
    assert (item["card"], item["outcome"], item["acceptedSuggestions"]) == (UUID, "accepted", [{"id": DRAFT}])
    assert item["outcomeTimestamp"].startswith("2026-11-21T")
    assert shown.status_code == 200
    assert f"Created: ServiceRequest/{made['id']}" in shown.text
    assert "<bdi>HIV test</bdi>" in shown.text
    answer(base, "accept", opening=opening, suggestion=DRAFT)
    assert len(orders(base)) == len(service.state.heard) == 1
    assert len(service.state.calls) == 1  # answering a card does not open the chart anew


def test_what_is_on_the_chart_already_is_not_offered_again(base: str) -> None:
    answer(base, "accept", opening=opening_of(base), suggestion=DRAFT)
    shown = requests.get(f"{base}/chart/ana", timeout=20).text
    assert "On the chart already" in shown
    assert f'value="{DRAFT}"' not in shown
    assert f'value="{OTHER}"' in shown


def test_an_action_that_this_chart_cannot_do_is_told_and_nothing_is_done(base: str, service: FastAPI) -> None:
    shown = answer(base, "accept", opening=opening_of(base), suggestion=OTHER)
    assert "can only create resources" in shown.text
    assert service.state.heard == orders(base) == []


def test_a_card_is_put_aside_with_its_reason(base: str, service: FastAPI) -> None:
    shown = answer(base, "aside", opening=opening_of(base), reason="0", remark=" <b>not now</b> ")
    [heard] = service.state.heard
    [item] = heard["feedback"]
    assert item["outcome"] == "overridden"
    assert item["overrideReason"] == {
        "reason": {"code": "declined", "system": "https://service.example/reasons"},
        "userComment": "<b>not now</b>",
    }
    assert "Put aside: Declined. The service was told." in shown.text
    assert "<b>not now" not in shown.text
    assert 'name="suggestion"' not in shown.text


@pytest.mark.parametrize("reason", ["", "7", "-1", "x", "²", "99999999"])
def test_a_reason_that_the_card_does_not_offer_is_none(base: str, service: FastAPI, reason: str) -> None:
    answer(base, "aside", opening=opening_of(base), reason=reason)
    [heard] = service.state.heard
    assert "overrideReason" not in heard["feedback"][0]


def test_feedback_that_was_not_taken_leaves_the_card_open(base: str, service: FastAPI) -> None:
    service.state.hears = 503
    shown = answer(base, "aside", opening=opening_of(base), reason="0")
    assert "did not take the feedback (HTTP 503)" in shown.text
    assert f'value="{DRAFT}"' in shown.text


def test_both_sides_of_every_exchange_are_shown(base: str) -> None:
    shown = unescape(answer(base, "accept", opening=opening_of(base), suggestion=DRAFT).text)
    exchanged = re.findall(r"<h3>(\w+) <code>([^<]+)</code></h3>", shown)
    assert exchanged == [
        ("POST", "/cds-services/small"),
        ("POST", "/fhir/ServiceRequest"),
        ("POST", "/cds-services/small/feedback"),
    ]
    assert re.findall(r"Response, HTTP (\d+)", shown) == ["200", "201", "200"]
    assert '"acceptedSuggestions"' in shown


@pytest.mark.parametrize("path", ["/chart/ana/accept", "/chart/ana/aside", "/desk"])
def test_another_site_cannot_press_the_buttons(base: str, service: FastAPI, path: str) -> None:
    fields = {"opening": opening_of(base), "card": UUID, "suggestion": DRAFT, "reason": "0", "days": "9"}
    shown = requests.post(base + path, fields, headers={"Sec-Fetch-Site": "cross-site"}, timeout=20)
    assert shown.status_code == 403
    assert "cannot be done from here" in shown.text
    assert service.state.heard == orders(base) == []


def test_a_form_of_an_opening_that_is_forgotten_opens_the_chart(base: str, service: FastAPI) -> None:
    gone = requests.post(
        f"{base}/chart/ana/accept",
        {"opening": "x", "card": UUID, "suggestion": DRAFT},
        allow_redirects=False,
        timeout=20,
    )
    assert (gone.status_code, urlsplit(gone.headers["location"]).path) == (303, "/chart/ana")
    assert service.state.heard == orders(base) == []


def test_an_opening_belongs_to_one_chart(base: str, service: FastAPI) -> None:
    moved = requests.post(
        f"{base}/chart/ben/accept", {"opening": opening_of(base), "card": UUID, "suggestion": DRAFT}, timeout=20
    )
    assert parse_qs(urlsplit(moved.url).query) == {}
    assert orders(base) == []


def test_the_oldest_openings_make_room() -> None:
    kept = Openings()
    names = [kept.keep(opened("ana", (), "")).name for _ in range(MOST + 2)]
    found = [kept.of("ana", {"opening": name}) is not None for name in names]
    assert found == [False] * 2 + [True] * MOST


@pytest.mark.parametrize(
    ("asked", "days"), [("0", 0), ("30", 30), ("99999999999", FARTHEST), ("-3", 5), ("", 5), ("x", 5), ("²", 5)]
)
def test_the_desk_moves_on_by_whole_days_and_never_back_before_the_stories(asked: str, days: int) -> None:
    desk = Desk(date(2026, 11, 21), moves=True, days=5)
    desk.move(asked)
    assert desk.days == days
    assert desk.clock().date() == desk.day
    assert desk.clock().tzinfo == UTC


def test_the_clock_of_the_desk_runs_on_its_day() -> None:
    desk = Desk(date(2026, 11, 21), moves=True)
    desk.move("10")
    assert desk.clock().date() == date(2026, 12, 1)
    assert abs((desk.clock().time().hour - datetime.now(UTC).time().hour) % 24) in (0, 1, 23)


def test_a_desk_whose_service_does_not_follow_stays_where_it_is() -> None:
    desk = Desk(date(2026, 11, 21))
    desk.move("10")
    desk.choose("zh-Hans")
    assert (desk.days, desk.locale) == (0, "en")


def test_the_service_is_told_the_language_that_is_chosen() -> None:
    told: list[str] = []
    desk = Desk(date(2026, 11, 21), speak=told.append)
    for language in ("zh-Hans", "tlh", "en"):
        desk.choose(language)
    assert told == ["zh-Hans", "en"]


def test_every_language_of_the_cards_has_every_word_of_the_pages() -> None:
    assert WORDS.keys() == LANGUAGES.keys()
    for locale, words in WORDS.items():
        assert words.keys() == WORDS["en"].keys(), locale
        assert {key: places(word) for key, word in words.items()} == {
            key: places(word) for key, word in WORDS["en"].items()
        }


def test_days_are_said_as_the_language_says_them() -> None:
    day = date(2026, 12, 4)
    assert Words("en")("move-back", day=day) == "Back to 4 Dec 2026"
    assert Words("zh-Hans")("move-back", day=day) == "回到2026年12月4日"
    assert (Words("en").caution, bool(Words("zh-Hans").caution)) == ("", True)
