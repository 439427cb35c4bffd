"""What the terminology said of a concept, kept while one record is read: one drug stands in many of its entries."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

from eligibility.terminology import Concept, Hits, Terminology

Told = TypeVar("Told")


class Recall:
    """The terminology's questions, each asked once of a concept. Lives as long as one reading, so no text is kept."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology
        self._told: dict[tuple[Any, ...], Any] = {}
        self.finding = terminology.finding  # by code alone, and kept by the terminology itself
        self.by_code = terminology.by_code
        self.is_classified = terminology.is_classified
        self.answer_of_text = terminology.answer_of_text

    def _once(self, ask: Callable[..., Told], *about: Concept | str) -> Told:
        key = (ask.__name__, *about)
        if key not in self._told:
            self._told[key] = ask(*about)
        told: Told = self._told[key]
        return told

    def disease(self, concept: Concept) -> Hits:
        return self._once(self._terminology.disease, concept)

    def drug(self, concept: Concept) -> Hits:
        return self._once(self._terminology.drug, concept)

    def procedure(self, concept: Concept) -> Hits:
        return self._once(self._terminology.procedure, concept)

    def alarms(self, concept: Concept) -> frozenset[str]:
        return self._once(self._terminology.alarms, concept)

    def is_family_history(self, concept: Concept) -> bool:
        return self._once(self._terminology.is_family_history, concept)

    def answer_of_concept(self, concept: Concept) -> str | None:
        return self._once(self._terminology.answer_of_concept, concept)

    def none_known(self, concept: Concept, kind: str) -> str | None:
        return self._once(self._terminology.none_known, concept, kind)

    def ingredients(self, concept: Concept) -> frozenset[str]:
        return self._once(self._terminology.ingredients, concept)

    def is_known_drug(self, concept: Concept) -> bool:
        return self._once(self._terminology.is_known_drug, concept)

    def is_local_form(self, concept: Concept) -> bool:
        return self._once(self._terminology.is_local_form, concept)

    def route(self, concept: Concept) -> str | None:
        return self._once(self._terminology.route, concept)

    def strength_mg(self, concept: Concept) -> Fraction | None:
        return self._once(self._terminology.strength_mg, concept)
