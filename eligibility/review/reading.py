"""What a sentence and a test say in numbers: values, times, units, and on which side of a limit the limit lies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from eligibility.criteria.criterion import Rule
from eligibility.criteria.limits import LIMITS, ULN, Limits
from eligibility.criteria.panel import PanelRule
from eligibility.criteria.tree import Test
from eligibility.review.question import Reviewed, rule_of
from eligibility.when import Span

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_NUMBER = re.compile(r"(?<![\d.^])\d+(?:\.\d+)?")
_POWER = re.compile(r"[×x*·]\s*10(?:\^?\d+)?")
_TIME = re.compile(
    rf"(?P<number>\d+|{'|'.join(_WORDS)}|last|past)[ -](?:calendar |full |whole )?(?P<unit>day|week|month|year)s?\b",
    re.IGNORECASE,
)
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a test: the word it was given by, its number, and its unit ("" for ages and grades)."""

    word: str
    number: Fraction
    unit: str = ""


def plain(text: str) -> str:
    """The sentence with ² as 2, µ as u and no powers of ten."""
    folded = unicodedata.normalize("NFKC", text).replace("μ", "u").replace("µ", "u")
    return _POWER.sub(" ", folded)


def numbers_in(sentence: str) -> list[str]:
    return _NUMBER.findall(plain(sentence))


def values_in(sentence: str) -> set[Fraction]:
    """The numbers of a sentence that are no times, Roman grades included."""
    rest = _TIME.sub(" ", plain(sentence))
    grades = {Fraction(_ROMAN[word]) for word in re.findall(r"\b(?:I{1,3}|IV|V)\b", rest)}
    return {Fraction(number) for number in _NUMBER.findall(rest)} | grades


def times_in(sentence: str) -> list[Span]:
    """The times of a sentence: "3 months", "two days", "the last year"."""
    return [_span(found["number"].lower(), found["unit"].lower()) for found in _TIME.finditer(plain(sentence))]


def _span(number: str, unit: str) -> Span:
    if number in ("last", "past"):
        return Span(1, unit)
    return Span(_WORDS.index(number) if number in _WORDS else int(number), unit)


def same_time(one: Span, other: Span) -> bool:
    """Equal on the calendar: 4 weeks are 28 days, 12 months are a year, 3 months are not 90 days."""
    return any(
        one.unit in units and other.unit in units and one.number * units[one.unit] == other.number * units[other.unit]
        for units in (_DAYS, _MONTHS)
    )


def nearly_same_time(one: Span, other: Span) -> bool:
    """Within a twentieth, one counted in days and the other in months."""
    if (one.unit in _DAYS) == (other.unit in _DAYS):
        return False
    return abs(one.days_at_most - other.days_at_most) * 20 <= max(one.days_at_most, other.days_at_most)


def limits_asked(test: Test) -> Iterator[Limit]:
    """The limits of one test of a kind."""
    rule: object = getattr(test, test.word)
    if isinstance(rule, Limits):
        for word, amount in rule.stated:
            if amount.number is not None:
                yield Limit(word, amount.number, amount.unit)
        return
    for word in LIMITS:
        if isinstance(number := getattr(rule, word, None), int):
            yield Limit(word, Fraction(number))


def worth_naming(limit: Limit) -> bool:
    """A limit that a sentence with numbers would name: "normal" says 1 ULN without a number."""
    return not (limit.unit == ULN and limit.number == 1)


def spans_asked(reviewed: Reviewed, test: Test) -> list[Span]:
    """Every time that one test of a kind counts with: its own, those of its therapies and of the freshness table."""
    rule = rule_of(test)
    found = [*_spans(rule), *_of_therapies(reviewed, rule)]
    if test.age is not None:
        found += [Span(years, "year") for years in (test.age.at_least, test.age.at_most) if years is not None]
    if isinstance(rule, PanelRule):
        found += [span for each in rule.tests.values() for span in _spans(each)]
    if getattr(rule, "within", None) is None:
        fresh = reviewed.trial.tables.freshness_of(tuple(getattr(rule, "of", ())), child=False)
        found += [fresh] if fresh is not None else []
    return found


def _spans(parameters: object) -> list[Span]:
    named = getattr(type(parameters), "model_fields", {})
    return [value for name in named if isinstance(value := getattr(parameters, name), Span)]


def _of_therapies(reviewed: Reviewed, rule: Rule) -> list[Span]:
    names = [name for word in ("of", "judgement", "unknown") for name in getattr(rule, word, ())]
    return [span for name in names for therapy in reviewed.therapies(name) for span in _spans(therapy)]
