"""What is asked of a definition beyond its shape: that every name stands for something, and nothing is written in vain.

Each check yields places; the catalogue puts the file's name before them. Limits of one parameter are the kinds' own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cards.wording.en import ENGLISH
from cds_service.definition_mistakes import unknown_names
from cds_service.definition_rules import of_rule
from cds_service.definition_shape import circles, of_shape
from eligibility.criteria.tree import KINDS, Test
from eligibility.tables import Tables
from eligibility.terminology import Terminology
from eligibility.trial import Place, Trial, parts_said
from eligibility.written import named_tests, written_tests

_SHOWN = ("problem-list", "recent-treatment")


@dataclass(frozen=True)
class Known:
    """Every name that a test may use."""

    sets: frozenset[str]
    therapies: frozenset[str]
    facts: frozenset[str]
    criteria: frozenset[str]
    tables: Tables


def mistakes_of(trial: Trial, terminology: Terminology) -> list[Place]:
    """All mistakes of one trial file, in the order of the file."""
    known = Known(
        frozenset(terminology.value_sets),
        frozenset(trial.header.therapies),
        frozenset({**trial.shared_facts, **trial.header.facts}),
        frozenset(criterion.id for criterion in trial.walk()),
        trial.tables,
    )
    tests = list(written_tests(trial))
    return [
        *_of_header(trial, known),
        *_of_criteria(trial, known),
        *(found for path, test in tests for found in _of_test(path, test, known)),
        *circles(trial),
        *_unused(trial, tests),
    ]


def mistakes_of_shared(tables: Tables, facts: Mapping[str, Test], terminology: Terminology) -> list[Place]:
    """The same for `shared.yaml`: a shared fact uses shared names alone."""
    known = Known(frozenset(terminology.value_sets), frozenset(), frozenset(facts), frozenset(), tables)
    named = [place for path, test in named_tests(facts) for place in _of_test(path, test, known)]
    return [*named, *_of_indications(tables, known), *_of_freshness(tables, known)]


def _of_indications(tables: Tables, known: Known) -> Iterator[Place]:
    for name, row in tables.indications.items():
        for word in ("of", "suggests", "settled_by", "settled_by_negative"):
            yield from unknown_names(f"indications.{name}.{word}", getattr(row, word), known.sets, "value set")


def _of_freshness(tables: Tables, known: Known) -> Iterator[Place]:
    for word in ("freshness", "freshness_children"):
        for name, span in getattr(tables, word).items():
            yield from unknown_names(f"{word}.{span}", [name], known.sets, "value set")


def _of_header(trial: Trial, known: Known) -> Iterator[Place]:
    header = trial.header
    yield from unknown_names("anchor", [header.anchor], known.criteria, "criterion of this trial")
    if header.language not in header.title:
        yield Place("title", f"no title in '{header.language}', the language of this file")
    either = known.sets | known.therapies
    yield from unknown_names("treatment_history", header.treatment_history, either, "value set or therapy")
    said = frozenset(name for criterion in trial.walk() for name, _ in parts_said(criterion.said))
    for language, sentences in header.translations.items():
        yield from unknown_names(f"translations.{language}", sentences, said, "criterion of this trial")
    for name, alternatives in header.therapies.items():
        for n, therapy in enumerate(alternatives):
            for word in ("of", "except_", "for_", "unsure_for", "mentions"):
                path = f"therapies.{name}[{n}].{word.rstrip('_')}"
                yield from unknown_names(path, getattr(therapy, word) or (), either, "value set or therapy")


def _of_criteria(trial: Trial, known: Known) -> Iterator[Place]:
    ids = [criterion.id for criterion in trial.walk()]
    for repeated in sorted({one for one in ids if ids.count(one) > 1}):
        yield Place(repeated, "this id is given twice")
    for role, criteria in (("inclusion", trial.inclusion), ("exclusion", trial.exclusion)):
        for n, criterion in enumerate(criteria):
            path, said = f"{role}[{n}]", criterion.said
            if said.cls == "A" and criterion.test.always is None:
                yield Place(f"{path}.class", "class A leaves nothing to test, so its test is `always`")
            if said.index_disease and role == "exclusion":
                yield Place(f"{path}.index_disease", "the index disease is an inclusion")
            if said.resolve and said.resolve.kind not in ENGLISH.remedies:
                yield from unknown_names(f"{path}.resolve.kind", [said.resolve.kind], ENGLISH.remedies, "remedy")
            yield from unknown_names(
                f"{path}.show", said.show, {*_SHOWN, *known.sets}, f"value set, {' or '.join(_SHOWN)}"
            )
            if getattr(getattr(criterion.test, criterion.test.word), "optional", False):
                yield Place(path, "`optional` is for tests inside a group or row")


def _of_test(path: str, test: Test, known: Known) -> Iterator[Place]:
    yield from of_shape(path, test)
    if test.fact is not None:
        yield from unknown_names(path, [test.fact], known.facts, "fact")
    elif test.criterion is not None:
        yield from unknown_names(f"{path}.criterion.id", [test.criterion.id], known.criteria, "criterion of this trial")
    elif test.word in KINDS:
        yield from of_rule(f"{path}.{test.word}", test, known.sets, known.therapies, known.tables)


def _unused(trial: Trial, tests: list[tuple[str, Test]]) -> Iterator[Place]:
    """A fact or therapy that nobody uses is a misspelling of one that somebody meant."""
    used = {test.fact for _, test in tests}
    for name in trial.header.facts:
        if name not in used:
            yield Place(f"facts.{name}", "no criterion uses this fact")
    rules = [getattr(test, test.word) for _, test in tests if test.word in KINDS]
    named = {n for rule in rules for word in ("of", "judgement", "unknown", "except_") for n in getattr(rule, word, ())}
    nested = {n for rows in trial.header.therapies.values() for row in rows for n in (*row.of, *row.except_)}
    for name in trial.header.therapies:
        if name not in named | nested | set(trial.header.treatment_history):
            yield Place(f"therapies.{name}", "no criterion uses this therapy")
