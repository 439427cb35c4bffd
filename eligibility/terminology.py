"""Codes and value sets: which concept stands in which set, and how (value-sets.md §3).

Codes decide wherever they can; words speak only where codes are silent. Nothing of a patient's text is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from eligibility import drug_form
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
from eligibility.denial import is_of_family
from eligibility.ingredient import Ingredient, IngredientTable, texts, unknown_drug
from eligibility.naming import Names, tell
from eligibility.none_known import none_known
from eligibility.official_names import OfficialNames
from eligibility.phrase import folded
from eligibility.qualitative import ResultWords
from eligibility.value_set import CodeIndex, Name, Row, ValueSet

__all__ = [
    "SYSTEM_URIS",
    "Coding",
    "Concept",
    "Hits",
    "Ingredient",
    "Mark",
    "Name",
    "Row",
    "Terminology",
    "ValueSet",
    "canonical_code",
    "canonical_system",
]

_FAMILY_CODES = {
    "icd-10-cm": ("Z80", "Z81", "Z82", "Z83", "Z84"),
    "icd-10": ("Z80", "Z81", "Z82", "Z83", "Z84"),
    "icd-9-cm": ("V16", "V17", "V18", "V19"),
    "snomed": ("281666001", "416471007", "160303001"),
}
_NO_HITS: Hits = {}


class Terminology:
    """All value sets and drug names, arranged for asking. Built once, pickles, holds no patient data."""

    def __init__(
        self,
        value_sets: Iterable[ValueSet],
        ingredients: Iterable[Ingredient] = (),
        who_lacks: frozenset[str] = frozenset(),
        official: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """`official` says which alarms the official names of ICD-10-CM raise by themselves: set → stems of codes."""
        self.value_sets = {value_set.name: value_set for value_set in value_sets}
        held = tuple(self.value_sets.values())
        self._codes = CodeIndex(held, who_lacks)
        self.by_code = self._codes.hits
        self._drugs = IngredientTable(ingredients, held)
        self._names = Names(held, self._drugs)
        self._official = OfficialNames(held, official or {}, self.heard)
        self._results = ResultWords(self.value_sets)

    def finding(self, concept: Concept) -> Hits:
        """Sets by code alone: for observations and coded answers."""
        codings = concept.codings
        if len(codings) == 1:
            return self.by_code(codings[0].system, codings[0].code)
        hits: dict[str, Mark] = {}
        for coding in codings:
            for name, mark in self._codes.hits(coding.system, coding.code).items():
                tell(hits, name, mark)
        return hits

    def disease(self, concept: Concept) -> Hits:
        """Sets of a problem, an indication or a status code; words speak only where no code matched a row (§3.5)."""
        coded = self.finding(concept)
        if coded or self.is_family_history(concept):
            return coded
        return self._names.disease(concept, _in_full(concept))

    def drug(self, concept: Concept) -> Hits:
        """Sets of a drug: a set's own code rows decide for that set, elsewhere the names in its words (§3.3)."""
        return self._names.drug(concept, self.finding(concept), self._has_local_code(concept), self._texts(concept))

    def procedure(self, concept: Concept) -> Hits:
        """Sets of a procedure, by code, else by words."""
        return self.finding(concept) or self._names.procedure(concept, _in_full(concept))

    @staticmethod
    def is_classified(hits: Hits) -> bool:
        """Whether any row of any set matched; a non-member row is a match, too (G7c)."""
        return bool(hits)

    def alarms(self, concept: Concept) -> frozenset[str]:
        """The diseases that the words of a problem may name and no row of a set does (G7c); none when the family's.

        Beside a code that is in some set, its text is heard only for what neither the code nor its name tells.
        """
        if self.is_family_history(concept):
            return frozenset()
        coded = self.finding(concept)
        if coded:
            beside = self.heard(concept.text).difference(coded)
            return beside - self._official.say(concept) if beside else beside
        members = {name for name, mark in self.disease(concept).items() if mark is Mark.MEMBER}
        return frozenset(name for text in concept.written for name in self.heard(text)) - members

    def heard(self, text: str) -> frozenset[str]:
        """The sets whose alarm word or abbreviation stands in a text."""
        return self._names.alarms(text)

    def is_family_history(self, concept: Concept) -> bool:
        """Whether an entry is about the family (G5): ICD Z80–Z84, V16–V19, "family history of …", FH:, 家族史."""
        if any(system in _FAMILY_CODES and code.startswith(_FAMILY_CODES[system]) for system, code in concept.keys):
            return True
        return any(is_of_family(text) for text in texts(concept))

    def answer_of_text(self, text: str) -> str | None:
        """`positive`, `negative` or `unclear` when the whole text is such a word (G6), else None."""
        return self._results.of_text(text)

    def answer_of_concept(self, concept: Concept) -> str | None:
        """The same of a coded answer or an interpretation."""
        each = (self._codes.hits(coding.system, coding.code) for coding in concept.codings)
        return self._results.of_concept(concept, each)

    def none_known(self, concept: Concept, kind: str = "") -> str | None:
        """`no-known-medications`, `no-medication-info` and so on, when the entry says that (G7)."""
        return none_known(concept, kind)

    def ingredients(self, concept: Concept) -> frozenset[str]:
        """The drugs of a concept; one key of code or words where the table does not know it."""
        return self._drugs.of(concept) or unknown_drug(concept)

    def is_known_drug(self, concept: Concept) -> bool:
        """Whether we can tell which drug it is: by the table, an ATC code, or an RxNorm name of what is in it.

        A cream or eye drops of whatever name are known well enough: no criterion asks for a drug for local use (G11).
        """
        if self._drugs.of(concept) or self.is_local_form(concept):
            return True
        coded = [(canonical_system(coding.system), coding.display) for coding in concept.codings if coding.code]
        named = any(
            system == "atc" or (system == "rxnorm" and drug_form.names_ingredients(display))
            for system, display in coded
        )
        return named or bool(self.drug(concept))

    def prednisone_equivalent(self, ingredients: Iterable[str]) -> Fraction | None:
        """mg of prednisone that one mg of the drug stands for (VS-STEROID)."""
        return self._drugs.prednisone_equivalent(ingredients)

    def is_local_form(self, concept: Concept) -> bool:
        """Whether the drug is explicitly of a local form: a cream, eye drops, a flush, an NSAID patch (G11)."""
        if self._has_local_code(concept):
            return True
        words = self._texts(concept)
        if any(map(drug_form.names_local_form, words)):
            return True
        return any(map(drug_form.names_patch, words)) and "VS-NSAID" in self.drug(concept)

    def is_local_route(self, concept: Concept) -> bool:
        """Whether a route is local: topical, ophthalmic, nasal, inhaled, otic, intra-articular (G11)."""
        return self.route(concept) == "local"

    def route(self, concept: Concept) -> str | None:
        """`parenteral`, `oral` or `local`, from a route's code or words, or from the form in a drug's name."""
        for coding in concept.codings:
            if canonical_system(coding.system) == "snomed":
                known = drug_form.route_of_code(coding.code.strip())
                if known:
                    return known
        written = self._texts(concept)
        codes = [folded(c.code) for c in concept.codings if not c.code.isdigit()] if not written else []
        return drug_form.route_of_texts((*written, *codes))

    def strength_mg(self, concept: Concept) -> Fraction | None:
        """The mg in one tablet, capsule or vial by its name; None for combinations and liquids (G11)."""
        return None if len(self._drugs.of(concept)) > 1 else drug_form.strength_mg(self._texts(concept))

    def _texts(self, concept: Concept) -> list[str]:
        """The words of a drug; where the record gives only a code, those of our rows."""
        display = self._drugs.display(concept)
        return texts(concept) or ([folded(display)] if display else [])

    def _has_local_code(self, concept: Concept) -> bool:
        return any(
            canonical_system(coding.system) == "atc" and drug_form.is_local_atc(canonical_code("atc", coding.code))
            for coding in concept.codings
        )


def _in_full(concept: Concept) -> Mark:
    """A phrase in full counts in full only when no code of a system we know speaks (§3.5)."""
    known = any(coding.code and canonical_system(coding.system) in KNOWN_SYSTEMS for coding in concept.codings)
    return Mark.UNKNOWN if known else Mark.MEMBER
