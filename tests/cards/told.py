"""The cast of the fixtures as cards: what every test of cards looks at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from cards.card import Card
from cards.markdown import escape
from cards.render import Occasion, render_cards
from cards.wording.wording import Wording
from cds_service.catalogue import load_catalogue
from cds_service.data import fixtures_folder
from cds_service.languages import wording_for
from eligibility.assessment import Assessment, assess
from tests.reading import record_in

DAY = date(2026, 11, 21)  # the day for which the stories are told
PEOPLE = tuple(path.stem for path in sorted((fixtures_folder() / "patients").glob("*.json")))
GOLDEN = Path(__file__).parent / "golden"
FOLDERS = {"en": "", "zh-Hans": "zh/"}


@cache
def story(who: str) -> bytes:
    return (fixtures_folder() / "patients" / f"{who}.json").read_bytes()


def assessments(data: bytes, day: date = DAY) -> list[Assessment]:
    record = record_in(data, day)
    return [assess(trial, record, day) for trial in load_catalogue().trials]


def words(language: str = "en") -> Wording:
    return wording_for(load_catalogue(), language, escape)


def occasion(patient: str, **changes: Any) -> Occasion:
    return Occasion("open", "trial-eligibility-patient-view", "4d1fb0a5", f"Patient/{patient}", **changes)


def cards(data: bytes, patient: str = "p", language: str = "en") -> tuple[Card, ...]:
    return render_cards(assessments(data), occasion(patient), words(language))


@cache
def cards_of(who: str, language: str = "en") -> tuple[Card, ...]:
    return cards(story(who), who, language)


def everyone(language: str = "en") -> Iterator[tuple[str, Card]]:
    for who in PEOPLE:
        for card in cards_of(who, language):
            yield who, card


def as_golden(card: Card) -> str:
    """Summary and detail as a file; the hash of the definition, which any edit of a trial changes, is left out."""
    detail = re.sub(r"(definition |定义版本)[0-9a-f]{12}", r"\1(hash)", card.detail)
    return f"{card.summary}\n\n{detail}\n"


def golden_files() -> dict[str, str]:
    """What the files in `golden/` have to say: English there, each other language in a folder of its own."""
    return {
        f"{folder}{who}-{re.split('[:：]', card.summary)[0]}.md": as_golden(card)
        for language, folder in FOLDERS.items()
        for who, card in everyone(language)
    }


def changed(who: str, change: Any) -> bytes:
    """The story with `change` applied to every resource."""
    bundle = orjson.loads(story(who))
    for entry in bundle["entry"]:
        change(entry["resource"])
    return orjson.dumps(bundle)


if __name__ == "__main__":  # after a change of wording: write them anew, then read every difference
    anew = golden_files()
    for old in GOLDEN.rglob("*.md"):
        old.unlink()
    for name, text in anew.items():
        (GOLDEN / name).parent.mkdir(exist_ok=True)
        (GOLDEN / name).write_text(text, encoding="utf-8")
