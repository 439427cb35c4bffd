"""Which expansions a terminology server is asked for: those that `trials/expansions.yaml` and the sets' rows define.

Value-sets.md §3.3 (RxNorm by ingredient) and §3.6 (SNOMED CT by hierarchy). Families of ICD and ATC codes need no
server: their prefix matches every code below them already (§3.2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from cds_service.value_sets import ValueSetError
from eligibility.terminology import SYSTEM_URIS, Mark, Row, ValueSet

FILE = "expansions.yaml"
_WORDS = ("below", "except_rows_of", "except_words")
# These roles say that a code is, or may be, of the set; the others say that it is not, and nothing is added to them.
_ADDED_TO = (Mark.MEMBER, Mark.JUDGEMENT, Mark.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Rule:
    """One question: the members of a role in one set and system. `roots` are the codes that it starts from.

    An answer must hold every code of `must_hold` and none of `excluded`, else the server does not evaluate what it is
    asked. A name must hold one of `names`, where there are any, and none of the words of `without`.
    """

    value_set: str
    mark: Mark
    system: str
    roots: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    content: str = ""  # of the set as it stands: a cached answer is of these rows only

    @property
    def must_hold(self) -> tuple[str, ...]:
        return self.roots if self.system == "snomed" else ()

    def compose(self) -> dict[str, Any]:
        """The question as a FHIR ValueSet.compose; several includes are joined by "or"."""
        include = [self._filtered(code) for code in self.roots]
        exclude = [self._filtered(code) for code in self.excluded]
        return {"include": include, **({"exclude": exclude} if exclude else {})}

    def _filtered(self, code: str) -> dict[str, Any]:
        property_, op, value = (
            ("concept", "is-a", code) if self.system == "snomed" else ("has_ingredient", "=", f"CUI:{code}")
        )
        return {"system": SYSTEM_URIS[self.system], "filter": [{"property": property_, "op": op, "value": value}]}

    def key(self, server: str) -> str:
        """The name under which an answer is cached: the question, the set's content and the server."""
        asked = orjson.dumps(
            [server, self.value_set, self.mark.value, self.compose(), self.names, self.without, self.content]
        )
        return hashlib.sha256(asked).hexdigest()[:32]


def read_rules(content: Mapping[str, Any], value_sets: Sequence[ValueSet]) -> tuple[Rule, ...]:
    """The rules of `expansions.yaml` over these sets; raises ValueSetError."""
    unknown = sorted(content.keys() - {"is_a", "ingredients"})
    if unknown:
        raise ValueSetError(FILE, unknown[0], content[unknown[0]], "is_a or ingredients")
    held = {value_set.name: value_set for value_set in value_sets}
    hierarchies = content.get("is_a", {})
    if not isinstance(hierarchies, Mapping):
        raise ValueSetError(FILE, "is_a", hierarchies, "a table of value sets")
    rules = [_hierarchy(name, told, held) for name, told in hierarchies.items()]
    if content.get("ingredients") in (True, "true"):
        rules += [rule for value_set in value_sets for rule in _ingredients(value_set)]
    elif "ingredients" in content:
        raise ValueSetError(FILE, "ingredients", content["ingredients"], "true, or nothing")
    return tuple(rules)


def _hierarchy(name: str, told: Any, held: Mapping[str, ValueSet]) -> Rule:
    path = f"is_a.{name}"
    if name not in held:
        raise ValueSetError(FILE, path, name, "a known value set")
    if not isinstance(told, Mapping) or not told.keys() <= set(_WORDS):
        raise ValueSetError(FILE, path, told, " and ".join(_WORDS))
    others = _texts(path, told, "except_rows_of")
    for place, other in enumerate(others):
        if other not in held:
            raise ValueSetError(FILE, f"{path}.except_rows_of[{place}]", other, "a known value set")
    members = {row.code for row in _snomed(held[name]) if row.mark is Mark.MEMBER}
    below = _texts(path, told, "below")
    for place, code in enumerate(below):
        if code not in members:
            raise ValueSetError(FILE, f"{path}.below[{place}]", code, "a SNOMED CT code that is a member of the set")
    if not below:
        raise ValueSetError(FILE, f"{path}.below", None, "a list of SNOMED CT codes")
    excluded = [row.code for row in _snomed(held[name]) if row.mark is not Mark.MEMBER]
    excluded += [row.code for other in others for row in _snomed(held[other]) if row.code not in members]
    return Rule(
        name,
        Mark.MEMBER,
        "snomed",
        below,
        tuple(sorted(set(excluded))),
        without=_texts(path, told, "except_words"),
        content=_content(held[name]),
    )


def _ingredients(value_set: ValueSet) -> Iterator[Rule]:
    """A row whose name holds no number names an ingredient or a brand; one with a strength is a drug itself."""
    named = [row for row in value_set.rows if row.system == "rxnorm" and row.match == "exact"]
    named = [row for row in named if not any(letter.isdigit() for letter in row.display)]
    for mark in _ADDED_TO:
        rows = [row for row in named if row.mark is mark]
        if rows:
            roots, names = _distinct(row.code for row in rows), _distinct(row.display for row in rows)
            yield Rule(value_set.name, mark, "rxnorm", roots, names=names, content=_content(value_set))


def _snomed(value_set: ValueSet) -> list[Row]:
    return [row for row in value_set.rows if row.system == "snomed"]


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))


def _content(value_set: ValueSet) -> str:
    return hashlib.sha256(repr(value_set).encode()).hexdigest()


def _texts(path: str, told: Mapping[str, Any], word: str) -> tuple[str, ...]:
    found = told.get(word) or []
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise ValueSetError(FILE, f"{path}.{word}", found, "a list of texts, numbers in quotes")
    return tuple(found)
