"""Chinese says what English says: every key, the same facts, numbers and negations, in the words of the term base.

A key that English has and Chinese has not yet is told by the first test: translate it in `cards/wording/zh_hans_*.py`,
with the terms of docs/glossary.md.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from told import PEOPLE, cards_of, words

from cards.wording.en import ENGLISH
from cards.wording.en_values import MONTHS
from cards.wording.language import Language, NoteWording, places
from cards.wording.zh_hans import SIMPLIFIED_CHINESE as CHINESE
from cds_service.catalogue import load_catalogue
from eligibility.finding import Evidence, Finding, Reason
from eligibility.trial import parts_said
from eligibility.truth import Truth
from eligibility.when import EARLIEST, LATEST, Span, When

ROOT = Path(__file__).parents[2]
TABLES = (
    "reasons", "notes", "remedies", "topics", "causes", "silences", "phrases", "askers", "terms", "statuses", "own",
    "tests", "report",
)  # fmt: skip


class Pair(NamedTuple):
    """One wording in both languages, and where it stands."""

    place: str
    english: str
    chinese: str


def wordings(language: Language, table: str) -> Mapping[object, tuple[str, ...]]:
    said: Mapping[object, object] = getattr(language, table)
    told = {key: one.wordings if isinstance(one, NoteWording) else one for key, one in said.items()}
    return {key: one if isinstance(one, tuple) else (str(one),) for key, one in told.items()}


def of_the_tables() -> Iterator[Pair]:
    for table in TABLES:
        theirs = wordings(CHINESE, table)
        for key, mine in wordings(ENGLISH, table).items():
            for n, (english, chinese) in enumerate(zip(mine, theirs.get(key, ()), strict=False)):
                yield Pair(f"{table}.{key}[{n}]", english, chinese)


def of_the_definitions() -> Iterator[Pair]:
    for trial in load_catalogue().trials:
        for criterion in trial.walk():
            theirs = {part: sentence for _, part, sentence in criterion.said.translations}
            for name, english in parts_said(criterion.said):
                yield Pair(name, english, theirs.get(name.rpartition(".")[2] if "." in name else "text", ""))
        yield Pair(f"{trial.short_name}.title", trial.header.title["en"], trial.header.title["zh"])


def of_the_value_sets() -> Iterator[Pair]:
    for name, value_set in load_catalogue().terminology.value_sets.items():
        yield Pair(name, value_set.title, value_set.called(CHINESE.codes))


PAIRS = (*of_the_tables(), *of_the_definitions(), *of_the_value_sets())


def failing(wrong: Iterator[str]) -> list[str]:
    return sorted(wrong)[:20]


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_have_the_same_keys_and_wordings(table: str) -> None:
    mine, theirs = wordings(ENGLISH, table), wordings(CHINESE, table)
    assert {key: len(said) for key, said in theirs.items()} == {key: len(said) for key, said in mine.items()}


def test_every_sentence_of_a_definition_and_every_value_set_has_its_chinese() -> None:
    assert (
        failing(pair.place for pair in PAIRS if not re.search("[\u4e00-\u9fff]", pair.chinese) and _worded(pair)) == []
    )


def _worded(pair: Pair) -> bool:
    """Whether it says anything beyond placeholders and names that are the same in both."""
    return bool(re.search("[A-Za-z]{3}", re.sub(r"\{\w+\}|HIV|RNA", "", pair.english)))


def test_both_say_the_same_facts() -> None:
    assert failing(pair.place for pair in PAIRS if places(pair.english) != places(pair.chinese)) == []


NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MONTH = re.compile(r"(?<=年)\d{1,2}(?=月)")


def test_both_say_the_same_numbers() -> None:
    wrong = (
        f"{pair.place}: {pair.english} / {pair.chinese}"
        for pair in PAIRS
        if sorted(NUMBER.findall(pair.english)) != sorted(NUMBER.findall(_MONTH.sub("", pair.chinese)))
    )
    assert failing(wrong) == []


_NOT = re.compile(
    r"\b(?:not|no(?!\.)|none|never|without|neither|cannot|nothing|nobody|absent|non|intolerance|fail\w*|poorly|silence|"
    r"un(?:reliable|specific|known|usable|readable|stable|controlled|named|changed|certain)|irregular|missing|lacking|"
    r"decompensated|held)\b",
    re.IGNORECASE,
)
_NOT_HAN = re.compile("不|未|无|没有|非(?!甾体|处方)|缺少|失败|隐去|衰竭|失代偿")
_NO_DENIAL = re.compile("是否|如无其他变化|if nothing else changes")


def test_both_deny_or_neither_does() -> None:
    wrong = (
        f"{pair.place}: {pair.english} / {pair.chinese}"
        for pair in PAIRS
        if bool(_NOT.search(_NO_DENIAL.sub("", pair.english)))
        != bool(_NOT_HAN.search(_NO_DENIAL.sub("", pair.chinese)))
    )
    assert failing(wrong) == []


class Term(NamedTuple):
    english: tuple[str, ...]
    chinese: str
    source: str


def term_base() -> tuple[Term, ...]:
    """The table of the glossary, row by row."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("## Term base", 1)[1]
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in text.splitlines() if line[:2] == "| "
    ]
    return tuple(Term(tuple(english.split(", ")), chinese, source) for english, chinese, source in rows[1:])


BASE = term_base()
_UNITS = frozenset({"mg", "kg", "L", "g", "h"})


def test_the_base_names_a_source_for_each_term() -> None:
    assert len(BASE) > 60
    assert {term.source for term in BASE} == {"guideline", "names", "usage"}


SAID = [term for term in BASE if " " not in term.chinese]  # the others are lists of names that stay as they are


@pytest.mark.parametrize("term", SAID, ids=lambda term: term.english[0])
def test_a_term_is_said_as_the_base_says_it(term: Term) -> None:
    asked = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, term.english))})(?![\w-])", re.IGNORECASE)
    wrong = (
        f"{pair.place}: {pair.english} / {pair.chinese}"
        for pair in PAIRS
        if asked.search(re.sub(r"\{\w+\}", " ", pair.english)) and term.chinese not in pair.chinese
    )
    assert failing(wrong) == []


_LATIN = re.compile(r"CAR-T|[A-Za-z][A-Za-z0-9.]*")
LATIN = frozenset(word for term in BASE for word in (*_LATIN.findall(term.chinese), *term.chinese.split()))


def test_no_latin_word_stands_where_the_base_has_a_chinese_one() -> None:
    wrong = (
        f"{pair.place}: {word} in {pair.chinese}"
        for pair in PAIRS
        for word in _LATIN.findall(re.sub(r"\{\w+\}", " ", pair.chinese))
        if word.rstrip(".") not in LATIN | _UNITS
    )
    assert failing(wrong) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 12, 4), "2026年12月4日"),
        (When(date(2026, 8, 1), date(2026, 8, 31)), "2026年8月"),
        (When(date(2026, 1, 1), date(2026, 12, 31)), "2026年"),
        (When(date(2026, 8, 3), date(2026, 8, 17)), "2026年8月3日至2026年8月17日"),
        (When(EARLIEST, date(2026, 8, 21)), "最晚2026年8月21日"),
        (When(date(2026, 8, 21), LATEST), "2026年8月21日起"),
        (When(EARLIEST, LATEST), "日期不详"),
        (Span.parse("3 months"), "3个月"),
        (Span.parse("2 weeks"), "2周"),
        (Span.parse("90 days"), "90天"),
        (Span.parse("1 year"), "1年"),
        (Decimal("0.5"), "0.5"),
        (76, "76"),
    ],
)
def test_days_lengths_and_numbers_are_written_as_in_chinese_records(
    value: date | When | Span | Decimal, said: str
) -> None:
    assert CHINESE.spoken(value) == said


@pytest.mark.parametrize(
    ("when", "placed", "begun"),
    [
        (When.on(date(2026, 8, 21)), "2026年8月21日", "2026年8月21日"),
        (
            When(date(2026, 8, 3), date(2026, 8, 17)),
            "2026年8月3日至2026年8月17日之间",
            "2026年8月3日至2026年8月17日之间某日",
        ),
    ],
)
def test_days_inside_a_sentence(when: When, placed: str, begun: str) -> None:
    assert (CHINESE.placed(when), CHINESE.begun(when)) == (placed, begun)


@pytest.mark.parametrize(
    ("value", "said"), [("3 × ULN", "3倍正常值上限"), ("ULN", "正常值上限"), ("30 ×10⁹/L", "30 ×10⁹/L")]
)
def test_units_stay_and_limits_of_normal_are_named(value: str, said: str) -> None:
    assert CHINESE.amount(value) == said


def test_lists_are_spoken() -> None:
    assert [CHINESE.listed(parts) for parts in ([], ["甲"], ["甲", "乙"], ["甲", "乙", "丙"])] == [
        "", "甲", "甲和乙", "甲、乙和丙",
    ]  # fmt: skip


@pytest.mark.parametrize("who", PEOPLE)
def test_the_same_cards_are_shown_and_say_that_no_clinician_has_reviewed_them(who: str) -> None:
    english, chinese = cards_of(who), cards_of(who, "zh-Hans")
    assert [card.uuid for card in chinese] == [card.uuid for card in english]
    unsigned = CHINESE.phrases["not-reviewed"]
    assert all(unsigned in card.detail.split("\n#### ")[0] for card in chinese)
    assert not [card for card in english if "reviewed by a clinician" in card.detail]


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_folded_on_a_card_is_the_same_in_both(who: str) -> None:
    """Line by line the same days and the same numbers."""
    for english, chinese in zip(cards_of(who), cards_of(who, "zh-Hans"), strict=True):
        mine, theirs = (card.detail.split("\n#### ", 1)[1].splitlines() for card in (english, chinese))
        assert [_numbers(line) for line in mine] == [_numbers(_month_named(line)) for line in theirs]


def _month_named(chinese: str) -> str:
    """2026年12月4日 as 2026 Dec 4."""
    return _CHINESE_MONTH.sub(lambda month: f" {MONTHS[int(month[0]) - 1]} ", chinese)


_CHINESE_MONTH = re.compile(r"(?<=年)\d{1,2}(?=月)")
_WRITTEN = re.compile(rf"\d+(?:\.\d+)?|{'|'.join(MONTHS)}")


def _numbers(line: str) -> list[str]:
    return sorted(_WRITTEN.findall(line))


def test_a_summary_in_chinese_promises_nothing() -> None:
    told = [card.summary for who in PEOPLE for card in cards_of(who, "zh-Hans")]
    assert len(told) > 20
    assert not [said for said in told if re.search("合格|匹配|入选|eligib|match", said, re.IGNORECASE)]
    assert all(len(said) < 140 for said in told)


def test_what_a_definition_does_not_say_in_chinese_is_said_in_its_own_language() -> None:
    criterion = load_catalogue().trials[0].criteria[0]
    untranslated = replace(criterion, said=criterion.said.model_copy(update={"translations": ()}))
    assert words("zh-Hans").text(criterion) != words("zh-Hans").text(untranslated) == words().text(criterion)


SECRET = Evidence("Observation/secret", "HIV RNA", "900 copies", None, restricted=True)


def test_what_is_restricted_is_not_described_in_chinese_either() -> None:
    found = Finding(Truth.TRUE, Reason.of("measured", label="HIV RNA", value="900 copies"), evidence=(SECRET,))
    assert words("zh-Hans").because(found) == "采用了一项受限结果；见病历"


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("低于", 2), ("ALT 24 U/L（2026年11月12日），不高于正常值上限（45 U/L）", 9)]
)
def test_how_long_a_statement_reads(text: str, length: int) -> None:
    assert CHINESE.words(text) == length
