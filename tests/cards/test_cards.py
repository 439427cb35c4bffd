"""What a clinician is shown: valid, short, in order, without a promise, and never more than the record says."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from markdown_it import MarkdownIt

sys.path.insert(0, str(Path(__file__).parent))

from told import GOLDEN, PEOPLE, assessments, cards, cards_of, changed, everyone, golden_files, occasion, story, words

from cards.detail import ABOVE
from cards.render import MOST, may_read, render_cards
from cards.standing import Standings

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
SPOKEN = [(who, card) for who, card in everyone()]
ids = [f"{who}-{card.summary.split(':')[0]}" for who, card in SPOKEN]
each_card = pytest.mark.parametrize(("who", "card"), SPOKEN, ids=ids)
HEADINGS = ("In the way", "Missing", "For a person to judge", "Fits", "Assumed (number of criteria)")


@each_card
def test_the_summary_is_one_short_sentence_that_promises_nothing(who: str, card: Any) -> None:
    assert len(card.summary) < 140
    assert not re.search("eligib|match", card.summary, re.IGNORECASE)
    assert card.summary.startswith(("CM313: ", "CAR-T: "))


@each_card
def test_the_card_is_information_with_its_registry_entry(who: str, card: Any) -> None:
    wire = card.as_json()
    assert wire["indicator"] == "info"
    assert re.fullmatch(r"https://clinicaltrials\.gov/study/NCT\d{8}", wire["source"]["url"])
    assert UUID(wire["uuid"]).version == 5
    assert all(reason["display"] and reason["system"] and reason["code"] for reason in wire["overrideReasons"])
    assert "suggestions" not in wire
    assert None not in wire.values()


@each_card
def test_the_detail_fits_above_its_first_heading(who: str, card: Any) -> None:
    above = card.detail.split("\n#### ")[0]
    assert len(above) <= ABOVE


@each_card
def test_the_detail_keeps_the_order_of_a_haematologist(who: str, card: Any) -> None:
    bold = re.findall(r"^\*\*(.+?)\*\*$", card.detail, re.MULTILINE)
    assert bold == [heading for heading in HEADINGS if heading in bold]
    assert bold


@each_card
def test_the_study_team_decides(who: str, card: Any) -> None:
    assert "the study team decides." in card.detail.lower()
    assert "Study contact: not configured" in card.detail


def test_no_barrier_is_said_only_where_nothing_is_open() -> None:
    for who in PEOPLE:
        for assessment, card in zip(speaking(who), cards_of(who), strict=True):
            clear = "No barrier found in the record" in card.detail
            assert clear == (assessment.status.value == "eligible"), (who, assessment.trial.short_name)


def speaking(who: str) -> list[Any]:
    spoken = {card.summary.split(":")[0]: card for card in cards_of(who)}
    found = {a.trial.short_name: a for a in assessments(story(who)) if a.speaks}
    assert set(found) == set(spoken)
    return [found[name] for name in spoken]


@pytest.mark.parametrize("who", ["viktor", "greta", "nemo", "otto", "anton", "freya"])
def test_who_gets_no_card(who: str) -> None:
    assert cards_of(who) == ()


def test_what_lacks_least_comes_first() -> None:
    assert [card.summary for card in cards_of("nora")] == [
        "CM313: may fit; HIV test missing",
        "CAR-T: may fit; HIV test missing, and 1 more",
    ]


@pytest.mark.rule("G13")
def test_one_line_for_each_remedy_and_one_for_screening() -> None:
    [_, cm313] = cards_of("ursula")
    missing = cm313.detail.split("**Missing**")[1].split("**")[0]
    lines = [line for line in missing.splitlines() if line.startswith("- ")]
    assert [line.split(": ")[0].split(" checks")[0] for line in lines] == [
        "- With the patient",
        "- At screening, the study team",
    ]


def test_a_panel_of_which_all_is_too_old_lacks_a_recent_test() -> None:
    """Nora's CMV, EBV and pregnancy tests were negative; weeks later they are old, and there is nothing to settle."""
    told = render_cards(assessments(story("nora"), date(2026, 12, 20)), occasion("nora"), words())
    lines = {line for card in told for line in card.detail.splitlines() if line.startswith("- At screening")}
    assert lines == {
        "- At screening, the study team checks recent ECOG performance status; recent CMV DNA; recent EBV DNA; "
        "recent pregnancy test",
        "- At screening, the study team checks recent pregnancy test",
    }


@pytest.mark.rule("G9")
def test_what_stands_in_the_way_says_when_it_lifts() -> None:
    blocked = next(a for a in assessments(story("rosa")) if a.eligible_from)
    announced = replace(blocked, silent_because=None)
    [card] = render_cards([announced], occasion("rosa"), words())
    day = f"{blocked.eligible_from:%-d %b %Y}"
    assert card.summary == f"{blocked.trial.short_name}: may fit from {day}, 3 months after Rituximab"
    assert f"Lifts on {day} if nothing else changes." in card.detail
    assert card.detail.startswith("**In the way**")
    assert "No barrier" not in card.detail


def test_at_most_three_trials_speak() -> None:
    many = [a for who in ("bruno", "nora", "olga") for a in assessments(story(who)) if a.speaks]
    assert len(many) > MOST
    assert len(render_cards(many, occasion("p"), words())) == MOST


def test_a_configured_contact_is_named() -> None:
    [assessment, *_] = [a for a in assessments(story("bruno")) if a.speaks]
    contact = {assessment.trial.nct_id: "Dr <Study>, +00 0000"}
    [card] = render_cards([assessment], occasion("bruno", contacts=contact), words())
    assert "Study contact: Dr &lt;Study&gt;, +00 0000" in card.detail


@pytest.mark.rule("CTX-1")
@pytest.mark.parametrize(
    ("user", "told"),
    [
        ("Practitioner/p", True),
        ("PractitionerRole/p", True),
        ("Patient/p", False),
        ("RelatedPerson/p", False),
        ("practitioner/p", False),
        ("", False),
    ],
)
def test_cards_are_for_clinicians(user: str, told: bool) -> None:
    assert may_read(user) is told


HOSTILE = "<img src=x onerror=alert(1)> [x](javascript:1) **b** `c` https://attacker.example \u202e\u200b| # y"


def hostile(resource: dict[str, Any]) -> None:
    """Every text that a record may say in its own words."""
    for name in ("code", "medicationCodeableConcept", "vaccineCode"):
        concept = resource.get(name)
        if isinstance(concept, dict):
            concept["text"] = HOSTILE + str(concept.get("text", ""))
            for coding in concept.get("coding", []):
                coding["display"] = HOSTILE
    if isinstance(resource.get("valueQuantity"), dict):
        resource["valueQuantity"]["unit"] = HOSTILE


@pytest.mark.rule("CARD-3")
@pytest.mark.parametrize("who", ["nora", "olga", "ines", "lena"])
def test_nothing_of_a_record_becomes_markup(who: str) -> None:
    told = cards(changed(who, hostile), who)
    assert told
    for card in told:
        tokens = [inner for token in MARKDOWN.parse(card.detail) for inner in (token, *(token.children or []))]
        kinds = {token.type for token in tokens}
        assert not kinds & {"html_inline", "html_block", "link_open", "image", "code_inline", "em_open"}
        assert "<img" not in card.detail
        assert "\u202e" not in card.detail + card.summary
        assert not re.search("eligib|match", card.summary, re.IGNORECASE)


def restrict(resource: dict[str, Any]) -> None:
    if resource["resourceType"] == "Observation" and "HIV" in str(resource.get("code")):
        system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
        resource.setdefault("meta", {})["security"] = [{"system": system, "code": "R"}]


@pytest.mark.parametrize("who", ["selma", "bruno"])
def test_a_restricted_result_decides_but_is_not_named(who: str) -> None:
    plain = {a.trial.nct_id: a.status for a in assessments(story(who))}
    data = changed(who, restrict)
    assert {a.trial.nct_id: a.status for a in assessments(data)} == plain
    for card in cards(data, who):
        assert "HIV" not in card.detail + card.summary
        assert "one restricted result was used; see the record" in card.detail.lower()


def test_every_counted_criterion_stands_in_one_place() -> None:
    for who in PEOPLE:
        for assessment in assessments(story(who)):
            held = Standings.of(assessment)
            groups = (held.in_the_way, held.missing, held.person, held.fitting, held.assumed)
            placed = [result.criterion.id for group in groups for result in group]
            counted = [r.criterion.id for r in assessment.results if r.criterion.cls in ("C", "P") or r.blocking]
            assert sorted(placed) == sorted(counted)


@pytest.mark.parametrize("part", ["client", "service", "hook_instance", "patient"])
def test_the_uuid_is_of_this_call_alone(part: str) -> None:
    spoken = [a for a in assessments(story("bruno")) if a.speaks]
    here = render_cards(spoken, occasion("bruno"), words())
    there = render_cards(spoken, replace(occasion("bruno"), **{part: "another"}), words())
    assert {card.uuid for card in here}.isdisjoint(card.uuid for card in there)
    assert here == render_cards(spoken, occasion("bruno"), words())


def test_the_cards_are_the_golden_ones() -> None:
    """After a change of wording run `python -m tests.cards.told` and read every difference as a clinician would."""
    kept = {str(path.relative_to(GOLDEN)): path.read_text(encoding="utf-8") for path in GOLDEN.rglob("*.md")}
    made = golden_files()
    assert sorted(made) == sorted(kept)
    for name, text in made.items():
        assert text == kept[name], name
