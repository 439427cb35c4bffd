"""The tests of a definition with the way to each, as it is written in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eligibility.criteria.tree import Test
from eligibility.trial import Trial


def written_tests(trial: Trial) -> Iterator[tuple[str, Test]]:
    """Every test of a trial file: its criteria, its facts, and all inside them."""
    for role, criteria in (("inclusion", trial.inclusion), ("exclusion", trial.exclusion)):
        for n, criterion in enumerate(criteria):
            yield from inside(f"{role}[{n}]", criterion.test)
    yield from named_tests(trial.header.facts)


def named_tests(facts: Mapping[str, Test]) -> Iterator[tuple[str, Test]]:
    for name, fact in facts.items():
        yield from inside(f"facts.{name}", fact)


def inside(path: str, test: Test) -> Iterator[tuple[str, Test]]:
    yield path, test
    if test.decide is not None:
        for n, row in enumerate(test.decide):
            if row.test is not None:
                yield from inside(f"{path}.decide[{n}].{row.verdict}", row.test)
        return
    group = "count_of.among" if test.count_of is not None else test.word
    for n, member in enumerate(test.members()):
        yield from inside(f"{path}.{group}[{n}]", member)
