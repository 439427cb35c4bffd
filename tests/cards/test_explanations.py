"""Every `because` is one true, short sentence: it rests on the record, invents no number and speaks no jargon.

Looked at are the whole cast and all worked examples, in both trials.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from told_of_all import ROOT, Json, Told, everything, numbers_in

from cards.wording.amounts import read
from cards.wording.en_reasons import REASONS
from cards.wording.en_terms import STATUSES, TERMS
from cards.wording.wording import WORDS, is_restricted
from cds_service.catalogue import load_catalogue
from cds_service.languages import wording_for
from eligibility.finding import Evidence
from eligibility.when import EARLIEST, LATEST, Span, When

ONE = 40  # words: two results told with the long names of LOINC need 39, nearly all sentences fewer than 34
LISTED = ("none", "none-acute", "list-kept", "nothing-recorded", "not-in-record", "otherwise", "list-not-kept")


def failing(holds: Callable[[Told], bool]) -> list[str]:
    """The first place of each sentence of which it does not hold."""
    wrong = {told.because: told.place for told in everything() if not holds(told)}
    return sorted(wrong.values())[:20]


def certain() -> Iterable[Told]:
    return (told for told in everything() if not told.finding.truth.open and told.result.criterion.cls in ("C", "P"))


def test_a_certain_finding_cites_an_entry_of_the_record_or_the_list_that_says_nothing() -> None:
    wrong = [
        told.place
        for told in certain()
        if not told.entries and not {g.reason.key for g in told.finding.told} & {*LISTED, "test-none"}
    ]
    assert wrong[:20] == []


def test_every_entry_that_is_cited_stands_in_the_record() -> None:
    wrong = {
        f"{told.record.name}: {entry.reference}"
        for told in everything()
        for entry in told.entries
        if told.record.cited(entry.reference) is None
    }
    assert sorted(wrong)[:20] == []


def test_what_an_entry_is_said_to_say_stands_in_it() -> None:
    """Its value, number by number, or its status; derived words (refuted, past) are the reader's."""
    wrong = {
        f"{told.record.name}: {entry.reference} {entry.value!r}"
        for told in everything()
        for entry in told.entries
        if not _says(entry, told.record.cited(entry.reference) or {})
    }
    assert sorted(wrong)[:20] == []


def _says(entry: Evidence, resource: Json) -> bool:
    if entry.value is None or entry.value in STATUSES or entry.value == "severe":
        return True
    text = json.dumps(resource, ensure_ascii=False)
    return entry.value in text or numbers_in(entry.value) <= numbers_in(text)


def test_the_day_of_an_entry_stands_in_it() -> None:
    """One end of it at least: an age is counted from the birth date, and what is open on one side is cut (G4)."""
    wrong = {
        f"{told.record.name}: {entry.reference} {entry.when}"
        for told in everything()
        for entry in told.entries
        if entry.when is not None and not _dated(entry.when, told.record.cited(entry.reference) or {})
    }
    assert sorted(wrong)[:20] == []


def _dated(when: When, resource: Json) -> bool:
    text = json.dumps(resource)
    ends = [end.isoformat() for end in (when.first, when.last) if end not in (EARLIEST, LATEST)]
    if len(ends) == 1 and when.first == EARLIEST and when.last.isoformat() not in text:
        return True  # no day at all, only that it was not later than the day of reading
    if when.clocked:  # a clock time is told with the day of the hospital, which may be a neighbour of the day written
        ends += [(when.first + timedelta(days=step)).isoformat() for step in (-1, 1)]
    aged = any(f'"{name}"' in text for name in ("onsetAge", "onsetRange", "performedAge", "performedRange"))
    return aged or not ends or any(end in text or f'"{end[:7]}"' in text or f'"{end[:4]}"' in text for end in ends)


@cache
def _written() -> frozenset[str]:
    """Numbers of the definitions: both trials, what they share, names of codes and sets."""
    names = wording_for(load_catalogue())
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "trials").glob("*.yaml"))]
    return numbers_in(" ".join([*texts, *names.names.values(), *names.displays.values()]))


def _computed(told: Told) -> frozenset[str]:
    """Ages, doses a day per kilogram and days that follow by rule from what is recorded."""
    facts = [fact for ground in told.finding.told for fact in ground.reason.facts]
    derived = [
        str(fact) for name, fact in facts if name in ("years", "or_years", "total", "unrecognised", "clear_on", "uln")
    ]
    derived += [str(fact) for _, fact in facts if isinstance(fact, Span)]
    days = [fact for _, fact in facts if isinstance(fact, When)]
    ends = [end.isoformat() for when in days for end in (when.first, when.last) if end not in (EARLIEST, LATEST)]
    return numbers_in(" ".join([*derived, *ends]).replace("-", " "))


def test_every_key_that_is_found_has_words() -> None:
    """Also those that no literal in the code shows (`test_wording` reads the literals)."""
    found = {ground.reason.key for told in everything() for ground in told.finding.told}
    assert len(found) > 60
    assert sorted(found - set(REASONS)) == []


def test_no_number_is_invented() -> None:
    assert failing(_numbers_known) == []


def _numbers_known(told: Told) -> bool:
    said = numbers_in(told.because)
    return said <= _written() | _computed(told) or said <= told.record.numbers | _written() | _computed(told) | _more(
        told
    )


def _more(told: Told) -> frozenset[str]:
    """`and 3 more`."""
    return numbers_in(" ".join(re.findall(r"and \d+ more", told.because)))


def test_a_sentence_is_short() -> None:
    assert failing(lambda told: len(told.because.split()) <= max(WORDS, ONE)) == []


def test_a_sentence_about_one_rule_is_shorter() -> None:
    assert failing(lambda told: len(told.finding.told) > 1 or len(told.because.split()) <= ONE) == []


def test_a_sentence_ends_with_one_full_stop() -> None:
    assert failing(lambda told: told.because.endswith(".") and not told.because.endswith("..")) == []


JARGON = re.compile(
    r"VS-[A-Z]|\bNone\b(?! (?:in|recorded))|…(?! \()|[{}](?!\w)|\b(?:"  # a long name of a code is cut before the code
    + "|".join(sorted(re.escape(term) for term in TERMS if "-" in term and term not in ("follow-up",)))
    + r")\b"
)


def test_a_sentence_speaks_no_jargon() -> None:
    """No keys of the engine, no value set, no gap; what a record says in its own words is its own affair."""
    assert failing(lambda told: not JARGON.search(_ours(told))) == []


def _ours(told: Told) -> str:
    """The sentence without what it takes from the record."""
    said = told.because
    for entry in told.entries:
        for text in sorted((entry.label, entry.value or "", read(entry.value or "")), key=len, reverse=True):
            said = said.replace(text, "") if text else said
    return said


def test_no_address_of_an_entry_is_told() -> None:
    wrong = failing(
        lambda told: not re.search(r"\b(?:Condition|Observation|Patient|Procedure|Medication\w*)/", told.because)
    )
    assert wrong == []


def test_a_threshold_is_told_with_each_measurement() -> None:
    wanted = re.compile(r"\b(?:below|above|within|between)\b")
    wrong = failing(lambda told: told.finding.reason.key != "measured" or bool(wanted.search(told.because)))
    assert wrong == []


def test_one_key_is_never_both_for_and_against_with_the_same_words() -> None:
    """A limit that is kept and one that is broken read differently."""
    for key in ("age", "measured", "graded", "daily-dose", "known-for"):
        told = [
            (one.because, one.finding.truth)
            for one in everything()
            if one.finding.reason.key == key and len(one.finding.told) == 1 and not is_restricted(one.finding)
        ]
        for because, same in groupby(sorted(set(told), key=lambda pair: pair[0]), key=lambda pair: pair[0]):
            assert len({truth for _, truth in same}) == 1, because
