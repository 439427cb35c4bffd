"""A trial: a definition, valid or impossible to build (definition-language.md §2).

What the published text does not say (phase, sponsor, dates) is absent. A criterion is a sentence and one test.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from eligibility.case import Names as CaseNames
from eligibility.criteria.criterion import Names, Parameters, Rule
from eligibility.criteria.tree import GROUPS, KINDS, Test, TestNode
from eligibility.criteria.words import Therapy
from eligibility.tables import Tables

Class = Literal["C", "P", "J", "A"]
Role = Literal["inclusion", "exclusion"]
Languages = dict[str, str]
Part = Literal["text", "reading", "resolve"]
Translations = tuple[tuple[str, Part, str], ...]  # language, what of the criterion, sentence


def _therapies(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


class ResolveText(Parameters):
    """What would settle the criterion when it is open: a kind of G13, and a sentence of ours."""

    kind: str
    text: str


class CriterionText(Parameters):
    """What a criterion says beside its test."""

    id: str
    cls: Class = Field(alias="class")
    text: str
    source: str
    reading: str | None = None
    resolve: ResolveText | None = None
    show: Names = ()
    index_disease: bool = False
    translations: Translations = ()  # given in the header of the file

    def translated(self, part: Part, languages: Iterable[str], otherwise: str) -> str:
        """A part of it in the first of these languages that it is given in."""
        given = {(language, of): sentence for language, of, sentence in self.translations}
        return next((given[one, part] for one in languages if (one, part) in given), otherwise)


@dataclass(frozen=True)
class Criterion:
    """One sentence of the protocol. `members` are its named parts (reported, never counted)."""

    said: CriterionText
    role: Role
    test: Test
    members: tuple[Criterion, ...] = ()

    @property
    def id(self) -> str:
        return self.said.id

    @property
    def cls(self) -> Class:
        return self.said.cls

    @property
    def text(self) -> str:
        return self.said.text

    @property
    def source(self) -> str:
        return self.said.source

    @property
    def reading(self) -> str | None:
        return self.said.reading


def _criterion(role: Role, written: Mapping[str, Any], header: Definition) -> Criterion:
    """One entry of `inclusion` or `exclusion`: its own words, and what is left is its test."""
    words = {"id", "class", "text", "source", "reading", "resolve", "show", "index_disease"}
    said = CriterionText.model_validate({k: v for k, v in written.items() if k in words})
    test = Test.model_validate({k: v for k, v in written.items() if k not in words})
    members = tuple(_member(role, m, header) for m in test.members() if m.id is not None)
    return Criterion(_spoken(said, header), role, test, members)


def _spoken(said: CriterionText, header: Definition) -> CriterionText:
    """With its translations: `X-I01` names the sentence, `X-I01.reading` and `X-I01.resolve` what else it says."""
    parts: tuple[Part, ...] = ("text", "reading", "resolve")
    translations = tuple(
        (language, part, sentences[key])
        for language, sentences in header.translations.items()
        for part in parts
        if (key := _part_name(said.id, part)) in sentences
    )
    return said.model_copy(update={"translations": translations})


def _part_name(criterion: str, part: Part) -> str:
    return criterion if part == "text" else f"{criterion}.{part}"


def parts_said(said: CriterionText) -> Iterator[tuple[str, str]]:
    """What a translation has to say of a criterion, by the names it uses: `X-I01`, `X-I01.reading`."""
    yield said.id, said.text
    if said.reading:
        yield _part_name(said.id, "reading"), said.reading
    if said.resolve:
        yield _part_name(said.id, "resolve"), said.resolve.text


def _member(role: Role, test: Test, header: Definition) -> Criterion:
    """A named part of a group."""
    given = {
        "id": test.id,
        "class": test.cls,
        "text": test.text,
        "source": test.source,
        "reading": test.reading,
        "resolve": test.resolve,
    }
    said = CriterionText.model_validate({k: v for k, v in given.items() if v is not None})
    return Criterion(_spoken(said, header), role, test)


class Definition(Parameters):
    """The header of a trial file; criteria are read apart, so that errors name their place."""

    id: str
    nct_id: str
    protocol: str
    title: Languages
    status: Literal[
        "active",
        "administratively-completed",
        "approved",
        "closed-to-accrual",
        "closed-to-accrual-and-intervention",
        "completed",
        "disapproved",
        "in-review",
        "temporarily-closed-to-accrual",
        "temporarily-closed-to-accrual-and-intervention",
        "withdrawn",
    ]
    sites: Annotated[tuple[Languages, ...], BeforeValidator(_therapies)] = ()
    language: str = "en"
    short_name: str
    anchor: str
    announce_within_days: int | None = None
    treatment_history: Names = ()
    therapies: dict[str, Annotated[tuple[Therapy, ...], BeforeValidator(_therapies)]] = {}
    facts: dict[str, TestNode] = {}
    translations: dict[str, Languages] = {}


@dataclass(frozen=True)
class Trial:
    """A definition with its criteria in the order of the protocol, and the shared names it may use.

    `definition` is a hash over the canonical trial, its value sets and the engine (design §3).
    """

    header: Definition
    criteria: tuple[Criterion, ...]
    tables: Tables
    shared_facts: Mapping[str, Test] = field(default_factory=dict)
    definition: str = ""

    @property
    def nct_id(self) -> str:
        return self.header.nct_id

    @property
    def short_name(self) -> str:
        return self.header.short_name

    @property
    def title(self) -> str:
        return self.header.title[self.header.language]

    @property
    def anchor(self) -> Criterion:
        return next(c for c in self.criteria if c.id == self.header.anchor)

    @property
    def open(self) -> bool:
        """Only active trials speak."""
        return self.header.status == "active"

    @property
    def inclusion(self) -> tuple[Criterion, ...]:
        return tuple(c for c in self.criteria if c.role == "inclusion")

    @property
    def exclusion(self) -> tuple[Criterion, ...]:
        return tuple(c for c in self.criteria if c.role == "exclusion")

    def names(self) -> CaseNames:
        """What this trial's names stand for when a rule asks."""
        return self._names

    @cached_property
    def _names(self) -> CaseNames:
        facts: dict[str, Rule] = {**self.shared_facts, **self.header.facts}
        criteria: dict[str, Rule] = {c.id: c.test for c in self.walk()}
        return CaseNames(self.header.therapies, facts, criteria, self.header.treatment_history, self.nct_id)

    @cached_property
    def value_sets(self) -> frozenset[str]:
        """Every value set that it names."""
        return frozenset(value_sets_used(self))

    def walk(self) -> Iterator[Criterion]:
        for criterion in self.criteria:
            yield criterion
            yield from criterion.members


class Facts(Parameters):
    """Named tests, shared by all trials or a trial's own."""

    facts: dict[str, TestNode] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """A mistake in a definition: the path to it, what was found, what is expected."""

    path: str
    message: str


def _all_tests(trial: Trial) -> Iterator[tuple[str, Test]]:
    for criterion in trial.criteria:
        for test in criterion.test.walk():
            yield criterion.id, test
    for name, fact in trial.header.facts.items():
        for test in fact.walk():
            yield f"facts.{name}", test


def value_sets_used(trial: Trial) -> dict[str, list[str]]:
    """Every value set that the trial names, and where; therapies are resolved to theirs."""
    used: dict[str, list[str]] = {}
    therapies = trial.header.therapies
    everything = list(_all_tests(trial)) + [(f"facts.{n}", t) for n, f in trial.shared_facts.items() for t in f.walk()]
    for where, test in everything:
        for name in _names_in(test):
            if name not in therapies:
                used.setdefault(name, []).append(where)
    for key, alternatives in therapies.items():
        for therapy in alternatives:
            for name in (*therapy.of, *therapy.except_, *(therapy.for_ or ()), *therapy.unsure_for, *therapy.mentions):
                if name not in therapies:
                    used.setdefault(name, []).append(f"therapies.{key}")
    for name in trial.header.treatment_history:
        if name not in therapies:
            used.setdefault(name, []).append("treatment_history")
    return used


def _names_in(test: Test) -> list[str]:
    if test.word not in KINDS or test.word in GROUPS:
        return []
    rule = getattr(test, test.word)
    names: list[str] = []
    for word in ("of", "judgement", "unknown", "except_", "unreliable_with", "caveat_after", "diagnosis"):
        names += getattr(rule, word, ())
    for panel_test in getattr(rule, "tests", {}).values():
        names += [*panel_test.of, *panel_test.positive]
    return names


def build(
    header: Definition,
    inclusion: list[Mapping[str, Any]],
    exclusion: list[Mapping[str, Any]],
    tables: Tables,
    shared: Mapping[str, Test],
) -> Trial:
    """Puts a trial together; the caller names the file and the place of what goes wrong."""
    criteria = [_criterion("inclusion", written, header) for written in inclusion] + [
        _criterion("exclusion", w, header) for w in exclusion
    ]
    return Trial(header, tuple(criteria), tables, shared)
