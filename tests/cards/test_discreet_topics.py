"""A topic that a hospital leaves off its cards decides as ever and is named nowhere on them (`discreet`)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from told import DAY, PEOPLE, occasion, story, words

from cards.card import Card
from cards.discretion import discreetly
from cards.render import render_cards
from cards.suggestion import ORDER, SUBJECT, TASK
from cds_service.catalogue import load_catalogue
from cds_service.trust.clients import sets_of
from eligibility.assessment import assess
from tests.reading import record_in

VALUE_SETS = tuple(load_catalogue().terminology.value_sets)
NAMED = re.compile("HIV|human immunodeficiency|艾滋", re.IGNORECASE)


def cards_of(who: str, *topics: str, language: str = "en") -> tuple[Card, ...]:
    """The cards of one of the cast at a hospital that is discreet about these topics and takes every draft."""
    record = record_in(story(who), DAY)
    named = frozenset(name for topic in topics for name in sets_of(topic, VALUE_SETS))
    assert bool(named) == bool(topics)
    spoken = words(language)
    told = [discreetly(assess(trial, record, DAY), record, named, spoken) for trial in load_catalogue().trials]
    return render_cards(told, occasion(who, accepts=frozenset((TASK, ORDER, SUBJECT))), spoken)


SPEAKING = [who for who in PEOPLE if cards_of(who)]


@pytest.mark.parametrize(("language", "unnamed"), [("en", "topic is not named here"), ("zh-Hans", "不写明主题")])
@pytest.mark.parametrize("who", SPEAKING)
def test_a_discreet_topic_is_named_nowhere(who: str, language: str, unnamed: str) -> None:
    said = str([card.as_json() for card in cards_of(who, language=language)])
    left_off = str([card.as_json() for card in cards_of(who, "HIV", language=language)])
    assert NAMED.search(said)
    assert not NAMED.search(left_off)
    assert unnamed in left_off


@pytest.mark.parametrize("who", SPEAKING)
def test_it_decides_as_ever(who: str) -> None:
    """The same trials speak, in the same order, with the same kind of sentence above."""
    said, left_off = cards_of(who), cards_of(who, "HIV")
    assert [card.uuid for card in said] == [card.uuid for card in left_off]
    assert [card.summary.split(":")[0] for card in said] == [card.summary.split(":")[0] for card in left_off]


def test_what_is_missing_of_it_is_still_missing_but_not_ordered() -> None:
    [said, *_], [left_off, *_] = cards_of("nora"), cards_of("nora", "HIV")
    assert said.summary == "CM313: may fit; HIV test missing"
    assert left_off.summary == "CM313: may fit; to look up: a criterion whose topic is not named here"
    assert not [one for one in left_off.suggestions if one.label.startswith("Order")]


@pytest.mark.parametrize("topic, named", [("HIV", 5), ("vs-hiv", 5), ("VS-HIV-DX", 1), ("TB", 1), ("unicorn", 0)])
def test_a_topic_is_a_value_set_or_a_family_of_them(topic: str, named: int) -> None:
    found = sets_of(topic, VALUE_SETS)
    assert len(found) == named
    assert all(name.startswith("VS-HIV") or name == "VS-TB" for name in found)
