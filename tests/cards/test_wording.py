"""Every reason the engine can give has a sentence, and every sentence has the facts it asks for."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from told import DAY, PEOPLE, assessments, story

from cards.markdown import clean
from cards.wording.causes import OTHER_REMEDIES, REMEDY_OF_LIST
from cards.wording.en import ENGLISH, PHRASES
from cards.wording.en_values import interval, listed
from cards.wording.language import choose, places
from cards.wording.wording import Wording, given, is_restricted
from cds_service.assessment_json import with_parts
from cds_service.catalogue import load_catalogue
from cds_service.languages import wording_for
from eligibility.assessment import CriterionResult
from eligibility.finding import Evidence, Finding, Reason, Resolve, Who
from eligibility.record import PatientRecord
from eligibility.truth import Truth
from eligibility.when import EARLIEST, Span, When
from tests.reading import record_in

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "trials"))

from worked import answer, examples  # noqa: E402  (worked examples live beside the trials' tests)

KEY = re.compile(r"[a-z]+(-[a-z]+)*\Z")
WORDS = {"{", "…"}


def sources(*folders: str) -> Iterator[ast.Module]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"), str(path))


def keys_written(*folders: str) -> set[str]:
    """The keys that stand as literals in `Reason.of("…")`, `finding(truth, "…")` and `draft.note("…")`."""
    found = set()
    for module in sources(*folders):
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name == "of" and getattr(getattr(call.func, "value", None), "id", "") != "Reason":
                continue
            place = {"of": 0, "finding": 1, "note": 0}.get(name)
            if place is not None and len(call.args) > place:
                found |= {n.value for n in ast.walk(call.args[place]) if isinstance(n, ast.Constant) and n.value}
    return {key for key in found if isinstance(key, str) and KEY.match(key)}


NOT_REASONS = {"ever"}  # `within: ever` beside a key


def test_every_key_written_in_the_code_has_a_sentence() -> None:
    said = set(ENGLISH.reasons) | set(ENGLISH.notes) | set(ENGLISH.silences)
    assert sorted(keys_written("eligibility", "cds_service/fhir") - said - NOT_REASONS) == []


def test_remedies_named_in_the_code_have_words() -> None:
    written = set(OTHER_REMEDIES.values()) | set(REMEDY_OF_LIST.values())
    for module in sources("eligibility"):
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") == "Resolve" and call.args:
                written |= {n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)}
    for trial in load_catalogue().trials:
        written |= {c.said.resolve.kind for c in trial.walk() if c.said.resolve}
    kinds = {kind for kind in written if isinstance(kind, str) and "-" in kind and kind not in REMEDY_OF_LIST}
    assert sorted(kinds - set(ENGLISH.remedies)) == []


@cache
def wording() -> Wording:
    return wording_for(load_catalogue())


def records() -> Iterator[PatientRecord]:
    """Of the cast on the day their stories are told, and of every worked example."""
    yield from (record_in(story(who), DAY) for who in PEOPLE)
    yield from (answer(example).record for example in examples())


def results() -> Iterator[CriterionResult]:
    """Of the cast in every trial, and of every worked example in its own."""
    cast = (assessment for who in PEOPLE for assessment in assessments(story(who)))
    for assessment in (*cast, *(answer(example).assessment for example in examples())):
        if assessment is not None:
            yield from with_parts(assessment.results)


def lacking(reason: Reason, truth: Truth) -> str | None:
    """The key whose sentence would be said without a fact it asks for."""
    wordings = ENGLISH.reasons.get(f"{reason.key}:{truth.value}") or ENGLISH.reasons.get(reason.key)
    if wordings is None:
        return f"{reason.key}: no sentence"
    known = given(reason.given) | {"evidence", "label", "at"}  # told by the findings themselves
    missing = sorted(places(choose(wordings, known)) - known)
    return f"{reason.key} ({truth.value}): {', '.join(missing)}" if missing else None


def test_every_sentence_said_of_the_cast_and_of_the_worked_examples_has_its_facts() -> None:
    said = wording()
    seen: dict[str, str] = {}
    for result in results():
        restricted = is_restricted(result.finding)  # its sentence is another one
        problem = None if restricted else lacking(result.finding.reason, result.finding.truth)
        if problem is not None:
            seen.setdefault(problem, result.criterion.id)
        if result.verdict == "unknown" and said.resolve(result) is None:
            seen.setdefault(f"{result.finding.reason.key}: nothing would settle it", result.criterion.id)
    assert not seen, "\n".join(f"{problem} (first in {place})" for problem, place in sorted(seen.items()))


def test_every_note_on_these_records_has_words() -> None:
    told = {reason.key for record in records() for reason in record.notes}
    assert told
    assert sorted(told - set(ENGLISH.notes) - set(ENGLISH.reasons)) == []


def test_phrases_do_not_promise() -> None:
    summaries = [text for key, text in PHRASES.items() if key.startswith("summary")]
    assert len(summaries) > 5
    assert not [text for text in summaries if re.search("eligib|match", text, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (When.on(date(2026, 8, 21)), "21 Aug 2026"),
        (When(date(2026, 8, 1), date(2026, 8, 31)), "Aug 2026"),
        (When(date(2026, 2, 1), date(2026, 2, 28)), "Feb 2026"),
        (When(date(2026, 1, 1), date(2026, 12, 31)), "2026"),
        (When(date(2026, 8, 3), date(2026, 8, 17)), "3 Aug 2026 to 17 Aug 2026"),
        (When(date(2026, 8, 1), date(2026, 8, 21)), "1 Aug 2026 to 21 Aug 2026"),
        (When(EARLIEST, date(2026, 8, 21)), "by 21 Aug 2026"),
    ],
)
def test_dates_are_as_precise_as_they_are_known(when: When, said: str) -> None:
    assert interval(when) == said


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_are_spoken(parts: list[str], said: str) -> None:
    assert listed(parts) == said


def test_spans_are_spoken() -> None:
    assert [ENGLISH.spoken(Span.parse(text)) for text in ("1 month", "2 weeks")] == ["1 month", "2 weeks"]


SECRET = Finding(
    Truth.TRUE,
    Reason.of("measured", label="HIV RNA", value="900 copies"),
    evidence=(Evidence("Observation/secret", "HIV RNA", "900 copies", None, restricted=True),),
    resolve=(Resolve("order-test", ("VS-HIV-NAT",)),),
)


def secret_result() -> CriterionResult:
    trial = load_catalogue().trials[0]
    return CriterionResult(trial.criteria[0], SECRET.but(truth=Truth.MISSING), "unknown")


def test_a_restricted_result_is_not_described() -> None:
    plain, result = wording(), secret_result()
    settled = plain.settled(result)
    told = [
        plain.because(SECRET),
        plain.topic(result),
        settled.text,
        *(plain.evidence(evidence) for evidence in SECRET.evidence),
        *(plain.dated(evidence) for evidence in SECRET.evidence),
    ]
    assert set(told) == {"one restricted result was used; see the record"}
    assert settled.who is Who.LOOK_UP


def test_text_of_the_record_is_quoted_and_words_of_the_engine_are_not() -> None:
    loud = Wording(ENGLISH, quote=lambda text, _: f"«{clean(text)}»")
    assert loud.sentence(Reason.of("taking", label="as<pirin")) == "takes «as<pirin»"
    assert loud.sentence(Reason.of("none", key="problem-list")) == "none in the problem list"
    assert loud.sentence(Reason.of("taking", label="problem-list")) == "takes «problem-list»"
