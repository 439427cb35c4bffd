"""Questions about the sentences: where they come from, whether they fit their role, and their translations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eligibility.review.question import Question, Reviewed, rule_of
from eligibility.review.reading import numbers_in, spans_asked
from eligibility.trial import parts_said

_NO_SOURCE = re.compile(r"[\W_]*|(?:tbd|todo|tba|none|unknown|missing|n/?a|x+)\W*", re.IGNORECASE)
_SHUTS_OUT = re.compile(r"\b(?:must|may|should|shall|can) ?not\b|\bexclu(?:ded|des|sion)\b", re.IGNORECASE)
_LETS_IN = re.compile(r"\b(?:must (?:be|have)|is required|are required|inclusion)\b", re.IGNORECASE)
_DENIES = re.compile(r"^(?:no|not|never|without|does not|do not|is not|has no|have no|free of)\b", re.IGNORECASE)
_FIRST_DOSE = re.compile(r"\bfirst (?:dose|infusion|injection|day of treatment)\b", re.IGNORECASE)
_MONTH = re.compile(r"(?<=年)\s*\d{1,2}\s*月")  # a word in other languages
_SCREENING = re.compile(r"\b(?:screening|enrol\w*|inclusion|consent)\b", re.IGNORECASE)


def criterion_without_source(reviewed: Reviewed) -> Iterator[Question]:
    for path, criterion in reviewed.criteria:
        if _NO_SOURCE.fullmatch(criterion.source.strip()):
            yield Question(
                f"{path}.source", f"'{criterion.source}' is no place in the protocol", 'name it, such as "inclusion 3"'
            )


def same_sentence_twice(reviewed: Reviewed) -> Iterator[Question]:
    first: dict[str, str] = {}
    for path, criterion in reviewed.criteria:
        said = " ".join(criterion.text.casefold().split()).rstrip(".")
        if said in first:
            yield Question(f"{path}.text", f"the sentence of {first[said]} again", "leave one out, or say what differs")
        first.setdefault(said, criterion.id)


def role_and_sentence_disagree(reviewed: Reviewed) -> Iterator[Question]:
    """G1: a verdict is about the sentence, so an exclusion says what excludes, and never that it is absent."""
    if reviewed.trial.header.language != "en":
        return
    for path, criterion in reviewed.criteria:
        text = criterion.text
        if criterion.role == "inclusion" and (found := _SHUTS_OUT.search(text)):
            yield Question(
                f"{path}.text", f"an inclusion says '{found[0]}'", "say what the patient is or has, or move it"
            )
        if criterion.role == "exclusion" and (found := _LETS_IN.search(text)):
            yield Question(f"{path}.text", f"an exclusion says '{found[0]}'", "say what excludes, or move it")
        elif criterion.role == "exclusion" and (found := _DENIES.match(text)):
            yield Question(
                f"{path}.text",
                f"an exclusion begins with '{found[0]}', so a patient who fulfils it is kept out",
                "say what excludes, without the negation",
            )


def counted_from_another_day(reviewed: Reviewed) -> Iterator[Question]:
    """R and D1 are two days: a washout before the first dose is not one before screening."""
    if reviewed.trial.header.language != "en":
        return
    for path, criterion in reviewed.criteria:
        anchors = {
            str(rule.before)
            for test in reviewed.leaves(criterion.test, own=True)
            if hasattr(rule := rule_of(test), "before") and spans_asked(reviewed, test)
        }
        dose, screening = _FIRST_DOSE.search(criterion.text), _SCREENING.search(criterion.text)
        if dose and anchors == {"screening"}:
            yield Question(
                path,
                f"the sentence speaks of the '{dose[0]}', the test counts from screening",
                "write `before: first-dose`",
            )
        if screening and not dose and anchors == {"first-dose"}:
            yield Question(
                path,
                f"the sentence speaks of '{screening[0]}', the test counts from the first dose",
                "leave `before` out, or say so in the sentence",
            )


def translation_missing(reviewed: Reviewed) -> Iterator[Question]:
    """A sentence without a translation is shown in the file's language; a language nearly done is meant to be whole."""
    header = reviewed.trial.header
    ids = [name for criterion in reviewed.trial.walk() for name, _ in parts_said(criterion.said)]
    for language, sentences in header.translations.items():
        if language not in header.title:
            yield Question("title", f"sentences are translated to '{language}' and the title is not", "add the title")
        lacking = [name for name in ids if name not in sentences]
        if lacking and len(sentences) * 2 >= len(ids):
            yield Question(f"translations.{language}", f"nothing for {', '.join(lacking[:5])}", "translate these too")
    for n, site in enumerate(header.sites):
        if header.language not in site:
            yield Question(f"sites[{n}]", f"no name in '{header.language}', the language of this file", "add it")


def translation_with_other_numbers(reviewed: Reviewed) -> Iterator[Question]:
    """The numbers of a criterion are the same in every language."""
    said = {name: text for criterion in reviewed.trial.walk() for name, text in parts_said(criterion.said)}
    for language, sentences in reviewed.trial.header.translations.items():
        for name, sentence in sentences.items():
            mine, theirs = (numbers_in(_MONTH.sub("", text)) for text in (said[name], sentence))
            if mine and theirs and set(mine) != set(theirs):
                yield Question(
                    f"translations.{language}.{name}",
                    f"speaks of {_listed(theirs)} where the sentence speaks of {_listed(mine)}",
                    "make both say the same",
                )


def _listed(numbers: list[str]) -> str:
    return ", ".join(dict.fromkeys(numbers))
