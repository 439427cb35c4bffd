"""What a test must hold to ask anything: members, sets, rows, limits that exclude something; and no circle of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eligibility.criteria.condition import ConditionRule
from eligibility.criteria.panel import PanelRule
from eligibility.criteria.tree import GROUPS, Test
from eligibility.quantity import quantity_text
from eligibility.trial import Place, Trial

_LISTS = ("of", "judgement", "unknown", "among")
_OLDEST = 150


def of_shape(path: str, test: Test) -> Iterator[Place]:
    """Mistakes of one test that need no names to be seen."""
    if test.word in GROUPS:
        yield from _of_group(path, test)
        return
    rule, path = getattr(test, test.word), f"{path}.{test.word}"
    for word in _LISTS:
        names = getattr(rule, word, ())
        if word in rule.model_fields_set and not names:
            yield Place(f"{path}.{word}", "found an empty list, expected at least one name")
        for twice in sorted({name for name in names if names.count(name) > 1}):
            yield Place(f"{path}.{word}", f"'{twice}' is written twice")
    if test.age is not None:
        yield from _of_age(path, test.age.at_least, test.age.at_most)
    if isinstance(rule, ConditionRule):
        yield from _of_condition(path, rule)
    if isinstance(rule, PanelRule):
        yield from _of_panel(path, rule)


def _of_group(path: str, test: Test) -> Iterator[Place]:
    members = test.members()
    if test.word in ("all_of", "any_of", "none_of") and not members:
        yield Place(f"{path}.{test.word}", "found an empty list, expected at least one test")
    if test.decide is not None and not members:
        yield Place(f"{path}.decide", "no row has a test; write `always`, or rows such as `met: heart_failure`")
    if test.count_of is not None and not 1 <= test.count_of.at_least <= len(members):
        told = f"found {test.count_of.at_least}, expected a number from 1 to {len(members)}, the tests it counts among"
        yield Place(f"{path}.count_of.at_least", told)


def _of_age(path: str, *years: int | None) -> Iterator[Place]:
    for number in years:
        if number is not None and not 0 <= number <= _OLDEST:
            yield Place(path, f"found {number}, expected completed years, 0 to {_OLDEST}")


def _of_condition(path: str, rule: ConditionRule) -> Iterator[Place]:
    dated = [word for word in ("began_within", "ended_within") if getattr(rule, word) is not None]
    if len(dated) > 1:
        yield Place(
            path, "found both `began_within` and `ended_within`, expected one of them; two tests go into a group"
        )
    if dated and rule.status != "current":
        yield Place(f"{path}.status", f"says nothing beside `{dated[0]}`; leave one of them out")
    for word in ("ended", "ongoing"):
        if word in rule.model_fields_set and rule.began_within is None:
            yield Place(f"{path}.{word}", "says nothing without `began_within`")


def _of_panel(path: str, rule: PanelRule) -> Iterator[Place]:
    if not rule.tests and not rule.diagnosis:
        yield Place(path, "neither `tests` nor `diagnosis`, so there is nothing to read")
    for name, test in rule.tests.items():
        if not test.of:
            yield Place(f"{path}.tests.{name}.of", "found an empty list, expected at least one name")
        for word in ("positive_from", "negative_below"):
            text = getattr(test, word)
            try:
                _ = quantity_text(text) if text is not None else None
            except ValueError as error:
                yield Place(f"{path}.tests.{name}.{word}", f'found "{text}", expected {error}')


def circles(trial: Trial) -> Iterator[Place]:
    """Facts and criteria that speak of themselves, by way of others or not."""
    places = {f"fact {name}": f"facts.{name}" for name in trial.header.facts}
    leads = {f"fact {name}": _named(fact) for name, fact in trial.header.facts.items()}
    for role, criteria in (("inclusion", trial.inclusion), ("exclusion", trial.exclusion)):
        for n, criterion in enumerate(criteria):
            for each in (criterion, *criterion.members):
                places[f"criterion {each.id}"] = f"{role}[{n}]"
                leads[f"criterion {each.id}"] = _named(each.test)
    for name, path in places.items():
        if name in _reached(name, leads):
            yield Place(path, "speaks of itself, by way of what it names")


def _named(test: Test) -> set[str]:
    tests = list(test.walk())
    facts = {f"fact {each.fact}" for each in tests if each.fact is not None}
    return facts | {f"criterion {each.criterion.id}" for each in tests if each.criterion is not None}


def _reached(name: str, leads: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = set(leads[name])
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting |= leads.get(one, set())
    return reached
