"""Which codes of an expansion a value set gets: none that it has a row for, none whose name speaks against it.

An expansion only adds rows of the role whose rule was expanded; nothing is removed or decided anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cds_service.expansion.rules import Rule
from cds_service.expansion.server import Found
from eligibility.phrase import PhraseBook, folded
from eligibility.terminology import Mark, Row, ValueSet
from eligibility.value_set import EXPANDED, CodeIndex

SOURCE = "terminology server"
Answers = Mapping[Rule, Sequence[Found]]


def with_additions(value_sets: Iterable[ValueSet], answers: Answers) -> tuple[ValueSet, ...]:
    """The sets with what their rules found, in the order of the codes, whatever the order of the answers."""
    by_set: dict[str, list[tuple[Rule, Sequence[Found]]]] = {}
    for rule, found in answers.items():
        by_set.setdefault(rule.value_set, []).append((rule, found))
    return tuple(_added(value_set, by_set.get(value_set.name, [])) for value_set in value_sets)


def _added(value_set: ValueSet, answers: list[tuple[Rule, Sequence[Found]]]) -> ValueSet:
    if not answers:
        return value_set
    shipped = CodeIndex([value_set])
    rows: dict[tuple[str, str], Row] = {}
    for rule, found in sorted(answers, key=lambda answer: _claims_least(answer[0])):
        names = PhraseBook((name, name) for name in rule.names)
        for one in found:
            if not shipped.hits(rule.system, one.code) and _named_rightly(one, rule, names):
                rows[rule.system, one.code] = _row(one, rule)  # a later rule claims more, and a drug may contain both
    return replace(value_set, rows=(*value_set.rows, *(rows[key] for key in sorted(rows))))


def _claims_least(rule: Rule) -> tuple[int, str]:
    return (Mark.UNKNOWN, Mark.JUDGEMENT, Mark.MEMBER).index(rule.mark), rule.system


def _named_rightly(found: Found, rule: Rule, names: PhraseBook) -> bool:
    """A name must hold one of the ingredients, where some are asked for, and none of the words that speak against."""
    name = folded(found.display)
    words = set("".join(letter if letter.isalnum() else " " for letter in name).split())
    if rule.names and next(iter(names.hits(name)), None) is None:
        return False
    return bool(name) and words.isdisjoint(rule.without)


def _row(found: Found, rule: Rule) -> Row:
    return Row(
        rule.system,
        found.code,
        "exact",
        rule.mark,
        found.display,
        verification=EXPANDED,
        source=SOURCE,
        added=True,
    )
