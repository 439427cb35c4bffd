"""A question about a definition, and the definition as its reviewer walks it: places, meanings, what is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from eligibility.criteria.criterion import Rule
from eligibility.criteria.tree import KINDS, Test
from eligibility.criteria.words import Therapy
from eligibility.terminology import Terminology, ValueSet
from eligibility.trial import Criterion, Trial
from eligibility.written import inside, written_tests

Meaning = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Where, what a reader stumbles over, and what would settle it."""

    path: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}; {self.remedy}"


@dataclass(frozen=True)
class Reviewed:
    """One trial with the value sets it may use."""

    trial: Trial
    terminology: Terminology

    @cached_property
    def criteria(self) -> tuple[tuple[str, Criterion], ...]:
        """Every criterion and named part, with the place where it is written."""
        found: list[tuple[str, Criterion]] = []
        for role, criteria in (("inclusion", self.trial.inclusion), ("exclusion", self.trial.exclusion)):
            for n, criterion in enumerate(criteria):
                found.append((f"{role}[{n}]", criterion))
                places = {id(test): path for path, test in inside(f"{role}[{n}]", criterion.test)}
                found += [(places.get(id(part.test), f"{role}[{n}]"), part) for part in criterion.members]
        return tuple(found)

    @cached_property
    def written(self) -> tuple[tuple[str, Test], ...]:
        """Every test of the file with its place, those inside groups, rows and facts included."""
        return tuple(written_tests(self.trial))

    @cached_property
    def facts(self) -> dict[str, Test]:
        return {**self.trial.shared_facts, **self.trial.header.facts}

    @cached_property
    def by_id(self) -> dict[str, Test]:
        return {criterion.id: criterion.test for criterion in self.trial.walk()}

    def meant(self, test: Test) -> Test:
        """The test that a name or a plain reference stands for."""
        while True:
            if test.fact is not None:
                test = self.facts[test.fact]
            elif test.criterion is not None and test.criterion.verdict is None:
                test = self.by_id[test.criterion.id]
            else:
                return test

    def leaves(self, test: Test, *, own: bool = False) -> Iterator[Test]:
        """Every test of a kind inside, names followed; `own`: not those of parts with a sentence of their own."""
        test = self.meant(test)
        if test.word in KINDS:
            yield test
        for member in test.members():
            if not (own and member.text is not None):
                yield from self.leaves(member, own=own)

    def needed(self, path: str, test: Test) -> Iterator[tuple[str, Test]]:
        """The tests that must all be true for this one to be true, itself among them."""
        meant = self.meant(test)
        yield path, meant
        for n, member in enumerate(meant.all_of or ()):
            yield from self.needed(f"{path}.all_of[{n}]", member)

    def sufficient(self, path: str, test: Test) -> Iterator[tuple[str, Test]]:
        """The tests of which one alone makes this one true, itself among them."""
        meant = self.meant(test)
        yield path, meant
        for n, member in enumerate(meant.any_of or ()):
            yield from self.sufficient(f"{path}.any_of[{n}]", member)

    @cached_property
    def wanted(self) -> tuple[tuple[str, Test], ...]:
        """What everyone who is let in fulfils."""
        return tuple(
            found
            for n, criterion in enumerate(self.trial.inclusion)
            for found in self.needed(f"inclusion[{n}]", criterion.test)
        )

    @cached_property
    def excluding(self) -> tuple[tuple[str, Test], ...]:
        """What keeps everyone out who fulfils it."""
        return tuple(
            found
            for n, criterion in enumerate(self.trial.exclusion)
            for found in self.sufficient(f"exclusion[{n}]", criterion.test)
        )

    def meaning(self, test: Test) -> Meaning:
        """What a test asks, whatever its names, ids and sentences are: equal for tests that ask the same."""
        test = self.meant(test)
        if test.word in KINDS:
            return (test.word, repr(getattr(test, test.word)))
        if test.decide is not None:
            rows = ((row.verdict, row.otherwise, row.test and self.meaning(row.test)) for row in test.decide)
            return ("decide", *rows)
        if test.criterion is not None:
            return ("criterion", test.criterion.id, test.criterion.verdict)
        number = test.count_of.at_least if test.count_of is not None else None
        return (test.word, number, *(self.meaning(member) for member in test.members()))

    def sets_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The value sets behind names, those of therapies included."""
        found: list[str] = []
        for name in names:
            therapies = self.therapies(name)
            found += [name] if not therapies else self.sets_of(tuple(n for each in therapies for n in each.of))
        return tuple(dict.fromkeys(found))

    def therapies(self, name: str) -> tuple[Therapy, ...]:
        return self.trial.header.therapies.get(name, ())

    def value_set(self, name: str) -> ValueSet:
        return self.terminology.value_sets[name]


def rule_of(test: Test) -> Rule:
    """The parameters of a kind; asked of tests of a kind only."""
    found = getattr(test, test.word)
    if not isinstance(found, Rule):
        raise TypeError(f"{test.word} is no kind")
    return found


def code_words(rule: Rule) -> tuple[str, ...]:
    """The names that a rule gives in `of`, `judgement` and `unknown`."""
    return tuple(name for word in ("of", "judgement", "unknown") for name in getattr(rule, word, ()))


Ask = Callable[[Reviewed], Iterator[Question]]
