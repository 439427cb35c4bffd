"""Codes and value sets: which concept stands in which set, and how (value-sets.md §3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from eligibility.coding import (
    KNOWN_SYSTEMS,
    SYSTEM_URIS,
    Coding,
    Concept,
    Hits,
    Mark,
    canonical_code,
    canonical_system,
)
from eligibility.value_set import CodeIndex, Name, Row, ValueSet

__all__ = [
    "SYSTEM_URIS", "Coding", "Concept", "Hits", "Mark", "Name", "Row", "Terminology", "ValueSet",
    "canonical_code", "canonical_system",
]


class Terminology:
    """(First working shape: codes match; text rules follow.)"""

    def __init__(
        self,
        value_sets: Iterable[ValueSet],
        ingredients: Mapping[str, Mapping[str, object]] | None = None,
        who_lacks: frozenset[str] = frozenset(),
    ) -> None:
        self.value_sets = {value_set.name: value_set for value_set in value_sets}
        self._codes = CodeIndex(self.value_sets.values(), who_lacks)

    def finding(self, concept: Concept) -> Hits:
        hits: dict[str, Mark] = {}
        for coding in concept.codings:
            for name, mark in self._codes.hits(coding.system, coding.code).items():
                hits.setdefault(name, mark)
        return hits

    def disease(self, concept: Concept) -> Hits:
        return self.finding(concept)

    def drug(self, concept: Concept) -> Hits:
        return self.finding(concept)

    def procedure(self, concept: Concept) -> Hits:
        return self.finding(concept)

    def alarms(self, concept: Concept) -> frozenset[str]:
        return frozenset()

    def is_family_history(self, concept: Concept) -> bool:
        return False

    @staticmethod
    def is_classified(hits: Hits) -> bool:
        return bool(hits)

    def answer_of_text(self, text: str) -> str | None:
        return None

    def answer_of_concept(self, concept: Concept) -> str | None:
        return None

    def none_known(self, concept: Concept) -> str | None:
        return None

    def ingredients(self, concept: Concept) -> frozenset[str]:
        return frozenset((concept.label.casefold(),))

    def prednisone_equivalent(self, ingredients: Iterable[str]) -> Fraction | None:
        return None

    def is_local_form(self, concept: Concept) -> bool:
        return False

    def is_local_route(self, concept: Concept) -> bool:
        return False

    def route(self, concept: Concept) -> str | None:
        return None

    def strength_mg(self, concept: Concept) -> Fraction | None:
        return None
