"""Questions about numbers: whether the sentence and the test say the same, and in the same words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from eligibility.criteria.limits import ULN
from eligibility.criteria.tree import Test
from eligibility.review.question import Question, Reviewed
from eligibility.review.reading import (
    Limit,
    limits_asked,
    nearly_same_time,
    plain,
    same_time,
    spans_asked,
    times_in,
    values_in,
    worth_naming,
)
from eligibility.trial import Criterion
from eligibility.when import Span

_STRICT = r"(?:more|longer|older|greater|higher) than|over|above|exceed(?:s|ing)?"
_PHRASES = {  # how a sentence says that the limit itself passes, or does not
    "at_least": r"at least|(?:no|not) less than|a minimum of",
    "more_than": _STRICT,
    "above": _STRICT,
    "at_most": r"at most|up to|(?:no|not) more than|a maximum of",
    "below": r"below|under|(?:less|lower|younger) than",
}
_OTHER_SIDE = {"at_least": ("more_than", "above"), "more_than": ("at_least",), "above": ("at_least",)}
_OTHER_SIDE |= {"at_most": ("below",), "below": ("at_most",)}


def sentence_and_test_disagree_on_a_number(reviewed: Reviewed) -> Iterator[Question]:
    """A sentence that names numbers names those of its test."""
    for path, criterion in _tested(reviewed):
        said = values_in(criterion.text)
        asked = [
            limit
            for test in reviewed.leaves(criterion.test, own=True)
            for limit in limits_asked(test)
            if worth_naming(limit) and test.age is None
        ]
        for limit in asked if said else ():
            if limit.number not in said:
                yield Question(
                    f"{path}.text",
                    f"the sentence speaks of {_numbers(said)}, the test of {_named(limit)}",
                    "make both say the same",
                )


def sentence_and_test_disagree_on_a_time(reviewed: Reviewed) -> Iterator[Question]:
    """A time that the sentence names stands in its test."""
    for path, _, said, asked in _timed(reviewed):
        if any(same_time(said, span) or nearly_same_time(said, span) for span in asked):
            continue
        counted = ", ".join(dict.fromkeys(map(str, asked)))
        yield Question(
            f"{path}.text",
            f"the sentence speaks of {said}, the test {f'of {counted}' if counted else 'of no time at all'}",
            "make both say the same",
        )


def months_counted_as_days(reviewed: Reviewed) -> Iterator[Question]:
    """G3: months and years are those of the calendar; 90 days are not 3 months."""
    for path, _, said, asked in _timed(reviewed):
        near = next((span for span in asked if nearly_same_time(said, span)), None)
        if near is not None and not any(same_time(said, span) for span in asked):
            yield Question(
                f"{path}.text", f"the sentence says {said}, the test counts {near}", f"write {said}, or say {near}"
            )


def boundary_day_or_value_read_otherwise(reviewed: Reviewed) -> Iterator[Question]:
    """G3: "at least 3 months" holds on the day itself, "more than 3 months" does not; so with values."""
    if reviewed.trial.header.language != "en":
        return
    for path, criterion in _tested(reviewed):
        for test, word, number in _boundaries(reviewed, criterion):
            fields = type(getattr(test, test.word)).model_fields
            others = _OTHER_SIDE.get(word, ())
            for other in [one for one in others if one in fields] or others[:1]:
                found = re.search(rf"\b({_PHRASES[other]}) {number}\b", plain(criterion.text), re.IGNORECASE)
                if found and not re.search(rf"\b(?:{_PHRASES[word]}) {number}\b", plain(criterion.text), re.IGNORECASE):
                    yield Question(
                        path,
                        f"the sentence says '{found[1]} {number}', the test `{word}`",
                        f"write `{other if other in fields else _beside(word, number)}`, or say so",
                    )


def _beside(word: str, number: str) -> str:
    """Of whole numbers, where a kind has no other word: more than 18 years are at least 19 completed ones."""
    return f"{word}: {int(number) + (1 if word == 'at_least' else -1)}" if number.isdigit() else word


def threshold_without_unit(reviewed: Reviewed) -> Iterator[Question]:
    """A reader of the card compares the number with a chart: 30 of what?"""
    for path, criterion in _tested(reviewed):
        said, text = values_in(criterion.text), _spelled(criterion.text)
        for test in reviewed.leaves(criterion.test, own=True):
            for limit in limits_asked(test):
                if limit.unit in ("", ULN) or limit.number not in said or _spelled(limit.unit) in text:
                    continue
                yield Question(
                    f"{path}.text",
                    f"{_number(limit.number)} without its unit",
                    f"write it as the test does, {limit.unit}",
                )


def _tested(reviewed: Reviewed) -> Iterator[tuple[str, Criterion]]:
    """Criteria that a machine reads; what is left to a person needs no numbers in its test."""
    return ((path, c) for path, c in reviewed.criteria if c.cls in ("C", "P") and c.test.always is None)


def _timed(reviewed: Reviewed) -> Iterator[tuple[str, Criterion, Span, list[Span]]]:
    for path, criterion in _tested(reviewed):
        leaves = list(reviewed.leaves(criterion.test, own=True))
        parts = [leaf for part in criterion.members for leaf in reviewed.leaves(part.test)]
        asked = [span for leaf in (*leaves, *parts) for span in spans_asked(reviewed, leaf)]
        for said in times_in(criterion.text):
            yield path, criterion, said, asked


def _boundaries(reviewed: Reviewed, criterion: Criterion) -> Iterator[tuple[Test, str, str]]:
    """Every boundary of a criterion's test: the word it is given by, and how a sentence writes its number."""
    for test in reviewed.leaves(criterion.test, own=True):
        yield from ((test, limit.word, re.escape(_number(limit.number))) for limit in limits_asked(test))
        rule = getattr(test, test.word)
        for word in ("at_least", "more_than"):
            if isinstance(span := getattr(rule, word, None), Span):
                yield test, word, f"{span.number} {span.unit}s?"


def _spelled(text: str) -> str:
    """Letters, digits and the slash: "×10⁹/L" and "10*9/L" alike; of a unit without what stands in braces."""
    bare = plain(re.sub(r"10\*\d+|/?\{[^}]*\}", "", text))
    return re.sub(r"[^a-z/%]", "", bare.lower())


def _named(limit: Limit) -> str:
    return f"{_number(limit.number)} {limit.unit}".rstrip()


def _number(number: Fraction) -> str:
    """A decimal as a person writes it; definitions hold no others."""
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"


def _numbers(numbers: set[Fraction]) -> str:
    return " and ".join(_number(number) for number in sorted(numbers))
