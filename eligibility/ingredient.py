"""Of which drug a record speaks: ingredients by code or by name, and their prednisone equivalents (G11, §3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from eligibility.coding import KNOWN_SYSTEMS, Concept, Mark, canonical_code, canonical_system
from eligibility.denial import names_its_opposite, negates_drug
from eligibility.phrase import Hit, PhraseBook, folded
from eligibility.value_set import EXPANDED, ValueSet

_DRUG_SYSTEMS = ("rxnorm", "atc")
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One drug and all its spellings.

    `codes` are (system, code) pairs beyond the rows of the value sets; `combined_in` are brands of it with others.
    """

    name: str
    spellings: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    prednisone_equivalent: Fraction | None = None
    combined_in: tuple[str, ...] = ()


class IngredientTable:
    """Every known drug, by name and by code."""

    def __init__(self, ingredients: Iterable[Ingredient], value_sets: Iterable[ValueSet]) -> None:
        known = tuple(ingredients)
        self._equivalents = {drug.name: drug.prednisone_equivalent for drug in known if drug.prednisone_equivalent}
        self._book = PhraseBook(
            (drug.name, name) for drug in known for name in (drug.name, *drug.spellings, *drug.combined_in)
        )
        self._by_code = {code: frozenset((drug.name,)) for drug in known for code in drug.codes}
        self.spellings = {drug.name: (drug.name, *drug.spellings) for drug in known}
        self.displays: dict[tuple[str, str], str] = {}
        self.sets_by_rows: dict[str, dict[str, Mark]] = {}
        for value_set in value_sets:
            self._read(value_set)

    def _read(self, value_set: ValueSet) -> None:
        """The drugs that a set names, by the displays of its rows; one of a combination does not stand for it."""
        for row in value_set.rows:
            if row.system not in _DRUG_SYSTEMS or row.match != "exact":
                continue
            found = self.named(folded(row.display))
            key = (row.system, canonical_code(row.system, row.code))
            self.displays.setdefault(key, row.display)
            if found:
                self._by_code.setdefault(key, found)
            if row.verification == EXPANDED:
                continue  # a product found through one ingredient says nothing about the sets of another in its name
            if len(found) == 1 and row.mark in (Mark.MEMBER, Mark.JUDGEMENT):
                held = self.sets_by_rows.setdefault(next(iter(found)), {})
                if held.get(value_set.name) is not Mark.MEMBER:
                    held[value_set.name] = row.mark

    def hits(self, text: str) -> list[Hit]:
        """Where drugs are named in a folded text and not denied, each place read as the longest name."""
        found = self._book.longest(text)
        return [hit for hit in found if not (negates_drug(text, *hit.place) or names_its_opposite(text, *hit.place))]

    def named(self, text: str) -> frozenset[str]:
        return frozenset(name for hit in self.hits(text) for name in hit.keys)

    def of(self, concept: Concept) -> frozenset[str]:
        """The drugs a concept is: by its codes, else by its words."""
        coded = frozenset(name for key in concept.keys for name in self._by_code.get(key, _NOBODY))
        return coded or frozenset(name for text in texts(concept) for name in self.named(text))

    def display(self, concept: Concept) -> str:
        """What our rows call a concept that itself gives only a code."""
        return next((self.displays[key] for key in concept.keys if key in self.displays), "")

    def prednisone_equivalent(self, names: Iterable[str]) -> Fraction | None:
        """How many mg of prednisone one mg is; None when no steroid, or several that differ, are among the drugs."""
        factors = {self._equivalents[name] for name in names if name in self._equivalents}
        return factors.pop() if len(factors) == 1 else None


def unknown_drug(concept: Concept) -> frozenset[str]:
    """The key of a drug that the table does not have: its code, else its words."""
    for coding in concept.codings:
        if coding.code and canonical_system(coding.system) in KNOWN_SYSTEMS:
            return frozenset((f"{coding.system}|{coding.code}",))
    written = next(iter(texts(concept)), "")
    return frozenset((written,)) if written else frozenset(f"{c.system}|{c.code}" for c in concept.codings[:1])


def texts(concept: Concept) -> list[str]:
    """Every text a concept is known by, folded, each once."""
    return list(concept.texts)
