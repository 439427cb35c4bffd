"""What is asked of one test: known value sets, keys and indications; limits; a window of its own or of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cds_service.definition_limits import of_limits
from cds_service.definition_mistakes import nearest, unknown_names
from eligibility.criteria.panel import PanelRule
from eligibility.criteria.tree import Test
from eligibility.silence import KEYS
from eligibility.tables import Tables
from eligibility.trial import Place

_SEXES = ("male", "female", "other", "unknown")
_OUTCOMES = ("no-response", "relapse", "intolerance")
_CHOICES = {"among": _SEXES, "outcome": _OUTCOMES, "also_in": ("studies",), "silence": KEYS}
_OF_THERAPIES = ("taking", "treatment", "washout", "course", "daily_dose", "stable_dose")
_NEED_SETS = ("condition", "duration", *_OF_THERAPIES)
_NEED_ONE_OF = {
    "age": ("at_least", "at_most"),
    "score": ("at_least", "at_most"),
    "duration": ("at_least", "more_than"),
    "daily_dose": ("at_most", "below", "at_least", "above"),
}
_NOT_BOTH = {
    "duration": (("at_least", "more_than"),),
    "measurement": (("below", "at_most"), ("above", "at_least")),
    "daily_dose": (("below", "at_most"), ("above", "at_least")),
}


def of_rule(path: str, test: Test, sets: frozenset[str], therapies: frozenset[str], tables: Tables) -> Iterator[Place]:
    kind, rule = test.word, getattr(test, test.word)
    names = sets | therapies if kind in _OF_THERAPIES else sets
    what = "value set or therapy" if kind in _OF_THERAPIES else "value set"
    for word in ("of", "judgement", "unknown", "except_", "unreliable_with", "caveat_after", "diagnosis"):
        yield from unknown_names(f"{path}.{word.rstrip('_')}", getattr(rule, word, ()), names, what)
    for word, choices in _CHOICES.items():
        yield from _chosen(f"{path}.{word}", getattr(rule, word, None) or (), choices)
    yield from unknown_names(
        f"{path}.contradicted_by", getattr(rule, "contradicted_by", ()) or (), tables.indications, "indication"
    )
    yield from _said(path, kind, rule)
    yield from of_limits(path, rule, tables)
    yield from _dated(path, kind, rule, tables)
    if isinstance(rule, PanelRule):
        yield from _of_panel(path, rule, sets, tables)


def _chosen(path: str, names: Iterable[str], choices: tuple[str, ...]) -> Iterator[Place]:
    for name in names:
        if name not in choices:
            yield Place(path, f"found '{name}', expected one of {', '.join(choices)}{nearest(name, choices)}")


def _said(path: str, kind: str, rule: object) -> Iterator[Place]:
    """A test that asks nothing, or one thing twice."""
    if kind in _NEED_SETS and not any(getattr(rule, word) for word in ("of", "judgement", "unknown")):
        yield Place(path, "expected at least one value set in `of`, `judgement` or `unknown`")
    needed = _NEED_ONE_OF.get(kind, ())
    if needed and all(getattr(rule, word) is None for word in needed):
        yield Place(path, f"expected one of {', '.join(needed)}")
    for one, other in _NOT_BOTH.get(kind, ()):
        if getattr(rule, one) is not None and getattr(rule, other) is not None:
            yield Place(path, f"found both `{one}` and `{other}`, expected one of them")


def _dated(path: str, kind: str, rule: object, tables: Tables) -> Iterator[Place]:
    """Results need a window of their own or one of the freshness table."""
    if kind == "measurement" and getattr(rule, "within", None) is None:
        of: tuple[str, ...] = getattr(rule, "of", ())
        yield from _aged(path, of, tables)
    if kind == "score":
        scale = str(getattr(rule, "scale", ""))
        yield from unknown_names(f"{path}.scale", [scale], tables.scales, "scale")
        if scale in tables.scales and getattr(rule, "within", None) is None:
            yield from _aged(path, tables.scales[scale].of, tables)


def _aged(path: str, of: tuple[str, ...], tables: Tables) -> Iterator[Place]:
    if tables.freshness_of(of, child=False) is None:
        yield Place(path, f"no `within`, and the freshness table has no age for {', '.join(of)}")


def _of_panel(path: str, rule: PanelRule, sets: frozenset[str], tables: Tables) -> Iterator[Place]:
    read = {name for _, states in rule.rules for name in states or {}}
    followed = {test.after for test in rule.tests.values()}
    for name, test in rule.tests.items():
        where = f"{path}.tests.{name}"
        yield from unknown_names(f"{where}.of", test.of, sets, "value set")
        yield from unknown_names(f"{where}.positive", test.positive, sets, "value set")
        if test.after is not None:
            yield from _chosen(
                f"{where}.after", [test.after], (*rule.tests, *(["diagnosis"] if rule.diagnosis else []))
            )
        if name not in read | followed:
            yield Place(where, "no row reads this test")
        if test.within is None and not _only_positive(name, rule):
            yield from _aged(where, test.of, tables)


def _only_positive(name: str, rule: PanelRule) -> bool:
    """Whether the rows ask of this test only if it is positive: then no age of a negative is needed."""
    asked = [state for _, states in rule.rules for state in (states or {}).get(name, ())]
    return "negative" not in asked and "stale" not in asked
