"""Every card that the cast gets, held against the rules on cards one by one (CARD, EXT, GEN-2 to GEN-6)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from fhir.resources.R4B import get_fhir_model_class
from markdown_it import MarkdownIt

from tests.conformance.hospital_day import TOLD, Day, answer_for, cards_for
from tests.conformance.rules import ROOT

Json = dict[str, Any]
each = pytest.mark.parametrize("person", TOLD)
HL7 = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"
OF_HL7 = {
    "patient-ineligible", "patient-refuses", "inappropriate-recipient", "wrong-time-workflow", "need-more-info",
}  # fmt: skip


def values(content: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in a body, with its place."""
    yield place, content
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in inner:
        yield from values(value, f"{place}/{name}")


async def suggested(person: str) -> list[Json]:
    found = [one for card in await cards_for(person) for one in card.get("suggestions", [])]
    assert all(isinstance(one, dict) for one in found)
    return found


def constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


@pytest.mark.rule("GEN-2")
@pytest.mark.rule("GEN-3")
@pytest.mark.rule("GEN-4")
@each
async def test_nothing_is_null_or_empty(person: str) -> None:
    empty = [place for place, value in values(await answer_for(person)) if value is None or value in ("", [], {})]
    assert empty == []


@pytest.mark.rule("GEN-6")
async def test_the_answer_is_strict_json(day: Day) -> None:
    for answer in (await day.call("ines", await day.prefetched("ines")), await day.http.get("/cds-services")):
        assert json.loads(answer.content.decode("utf-8"), parse_constant=constant) == answer.json()


@pytest.mark.rule("GEN-5")
@pytest.mark.rule("CARD-16")
async def test_a_drafted_resource_is_plain_fhir() -> None:
    drafts = [action["resource"] for who in TOLD for one in await suggested(who) for action in one["actions"]]
    assert drafts
    for draft in drafts:
        assert get_fhir_model_class(draft["resourceType"]).model_validate(draft)


@pytest.mark.rule("RESP-1")
@pytest.mark.rule("RESP-6")
@each
async def test_an_answer_holds_cards_and_no_system_action(person: str) -> None:
    answer = await answer_for(person)
    assert list(answer) == ["cards"]
    assert answer["cards"]


@pytest.mark.rule("RESP-7")
@each
async def test_a_card_stands_beside_others_under_the_name_of_its_trial(person: str) -> None:
    cards = await cards_for(person)
    assert len(cards) <= 3
    names = [card["summary"].partition(":")[0] for card in cards]
    assert len(set(names)) == len(names)
    assert all(name in card["source"]["label"] for name, card in zip(names, cards, strict=True))


@pytest.mark.rule("CARD-1")
async def test_every_card_has_a_uuid_of_its_own() -> None:
    found = [UUID(card["uuid"]) for who in TOLD for card in await cards_for(who)]
    assert len(set(found)) == len(found) > len(TOLD)


@pytest.mark.rule("CARD-2")
@pytest.mark.rule("CARD-24")
@each
async def test_a_summary_is_one_short_sentence_that_stands_alone(person: str) -> None:
    for card in await cards_for(person):
        assert 0 < len(card["summary"]) < 140
        assert "\n" not in card["summary"]
        assert card["summary"] not in card["detail"].splitlines()[:1]
        assert re.match(r"\S+: \S", card["summary"]), "trial and what it says"


@pytest.mark.rule("CARD-3")
@each
async def test_a_detail_is_markdown_without_html(person: str) -> None:
    for card in await cards_for(person):
        tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(card["detail"])
        inner = [token for block in tokens for token in (block, *(block.children or ()))]
        assert inner
        assert {token.type for token in inner}.isdisjoint({"html_block", "html_inline", "image"})


@pytest.mark.rule("CARD-4")
@each
async def test_a_trial_is_never_urgent(person: str) -> None:
    assert {card["indicator"] for card in await cards_for(person)} == {"info"}


@pytest.mark.rule("CARD-5")
@pytest.mark.rule("CARD-6")
@pytest.mark.rule("CARD-7")
@pytest.mark.rule("CARD-8")
@pytest.mark.rule("CARD-9")
@each
async def test_the_source_is_the_registry_entry_of_the_trial(person: str) -> None:
    for card in await cards_for(person):
        source = card["source"]
        assert 0 < len(source["label"]) < 80
        assert re.fullmatch(r"https://clinicaltrials\.gov/study/NCT\d{8}", source["url"])
        assert person not in source["url"]
        assert set(source) <= {"label", "url", "topic"}, "no icon: none of the registry's is ours to send"
        assert set(source.get("topic", {"code": 1, "system": 1})) >= {"code", "system"}


@pytest.mark.rule("CARD-10")
@pytest.mark.rule("CARD-13")
@each
async def test_suggestions_stand_each_alone_and_none_is_recommended(person: str) -> None:
    for card in await cards_for(person):
        assert card.get("selectionBehavior") == ("any" if card.get("suggestions") else None)
        assert not [one for one in card.get("suggestions", []) if "isRecommended" in one]


@pytest.mark.rule("CARD-11")
@pytest.mark.rule("CARD-12")
@pytest.mark.rule("CARD-14")
@pytest.mark.rule("CARD-15")
@pytest.mark.rule("CARD-17")
@pytest.mark.rule("CARD-18")
@pytest.mark.rule("DISC-16")
async def test_a_suggestion_is_one_described_draft_and_nothing_is_changed_or_deleted() -> None:
    every = [one for who in TOLD for one in await suggested(who)]
    assert every
    for one in every:
        assert set(one) == {"label", "uuid", "actions"}
        assert UUID(one["uuid"])
        [action] = one["actions"]
        assert set(action) == {"type", "description", "resource"}
        assert action["type"] == "create"
    assert len({one["uuid"] for one in every}) == len(every)


@pytest.mark.rule("CARD-19")
@pytest.mark.rule("CARD-20")
@each
async def test_reasons_are_codings_with_a_display_of_a_published_system(person: str) -> None:
    ours = json.loads((ROOT / "docs" / "CodeSystem-override-reason.json").read_text(encoding="utf-8"))
    known = {(HL7, code) for code in OF_HL7} | {(ours["url"], concept["code"]) for concept in ours["concept"]}
    for card in await cards_for(person):
        reasons = card["overrideReasons"]
        assert {(reason["system"], reason["code"]) for reason in reasons} <= known
        assert len({reason["display"] for reason in reasons}) == len(reasons)


@pytest.mark.rule("CARD-21")
@pytest.mark.rule("CARD-22")
@pytest.mark.rule("CARD-23")
@each
async def test_a_link_is_plain_absolute_and_never_launched_by_itself(person: str) -> None:
    for card in await cards_for(person):
        for link in card["links"]:
            assert set(link) == {"label", "url", "type"}
            assert link["type"] == "absolute"
            parts = urlsplit(link["url"])
            assert parts.scheme in ("http", "https")
            assert parts.netloc


@pytest.mark.rule("EXT-1")
@pytest.mark.rule("EXT-2")
@pytest.mark.rule("EXT-3")
@each
async def test_no_member_of_our_own_stands_in_a_card(person: str) -> None:
    known = {
        "uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior", "links",
        "overrideReasons",
    }  # fmt: skip
    for card in await cards_for(person):
        assert set(card) <= known
        assert not [place for place, _ in values(card) if place.endswith("/extension")]
