"""In which value sets a concept stands by its words, where its codes do not decide (value-sets.md §3.5, G7c)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from eligibility.abbreviation import Abbreviations
from eligibility.by_chance import stands_by_chance
from eligibility.coding import Concept, Hits, Mark
from eligibility.denial import (
    denies_finding,
    is_planned,
    names_its_opposite,
    negates_drug,
    negates_finding,
    speaks_of_risk,
)
from eligibility.ingredient import IngredientTable, texts
from eligibility.phrase import Hit, PhraseBook, folded
from eligibility.value_set import ValueSet

# The order in which several statements of one concept about one set are told: the safest for an exclusion first.
TOLD_FIRST = {
    mark: rank
    for rank, mark in enumerate(
        (Mark.MEMBER, Mark.JUDGEMENT, Mark.UNKNOWN, Mark.HISTORY, Mark.NEGATIVE, Mark.NON_MEMBER)
    )
}


def tell(hits: dict[str, Mark], name: str, mark: Mark) -> None:
    """Adds a statement about one set; MEMBER stays what anything else says."""
    if name not in hits or TOLD_FIRST[mark] < TOLD_FIRST[hits[name]]:
        hits[name] = mark


class Names:
    """The names, phrases and alarm words of all sets. Drug sets are those with a RxNorm or ATC row."""

    def __init__(self, value_sets: Iterable[ValueSet], ingredients: IngredientTable) -> None:
        held = tuple(value_sets)
        drugs = {value_set.name for value_set in held if value_set.has_rows_of("rxnorm", "atc")}
        pairs = [(each.name, name.text) for each in held for name in each.names if name.match != "whole-text"]
        self._drugs = PhraseBook(pair for pair in pairs if pair[0] in drugs)
        self._diseases = PhraseBook(pair for pair in pairs if pair[0] not in drugs)
        self._all = PhraseBook(pairs)
        self._alarms = _by_start((folded(word), each.name) for each in held for word in each.alarms)
        self._abbreviations = Abbreviations((each.name, short) for each in held for short in each.abbreviations)
        self._with_atc = frozenset(each.name for each in held if each.has_rows_of("atc"))
        self._ingredients = ingredients
        self._sets_of_drug = {name: self._sets_of(name) for name in ingredients.spellings}

    def _sets_of(self, drug: str) -> Hits:
        """Where every spelling of a drug belongs: in the sets that name it, else in those whose rows it is."""
        named = {name for hit in self._drugs.hits(folded(drug)) for name in hit.keys}
        named.update(name for text in self._ingredients.spellings[drug] for name in self._drugs.equal(folded(text)))
        return dict.fromkeys(sorted(named), Mark.MEMBER) or self._ingredients.sets_by_rows.get(drug, {})

    def drug(self, concept: Concept, coded: Hits, local: bool, words: Iterable[str]) -> Hits:
        """Sets by name, beside those that the codes decided. A local ATC code outweighs the name (M02AA15 is a gel)."""
        hits = dict(coded)
        for name, mark in self._named_drugs(words).items():
            if name not in coded and not (local and name in self._with_atc):
                hits[name] = mark
        return hits

    def _named_drugs(self, words: Iterable[str]) -> Hits:
        hits: dict[str, Mark] = {}
        for text in words:
            drugs = self._ingredients.hits(text)
            named = [hit for hit in self._drugs.hits(text) if not negates_drug(text, *hit.place)]
            for hit in named:
                mark = Mark.UNKNOWN if names_its_opposite(text, *hit.place) else Mark.MEMBER
                for name in () if _is_part_of_longer_name(hit, drugs) else hit.keys:
                    tell(hits, name, mark)
            listed = {hit.place for hit in named}
            for drug in drugs:
                # A spelling speaks for its drug; a brand of several drugs only as far as no set lists it itself.
                if len(drug.keys) == 1 or drug.place not in listed:
                    self._tell_drug(hits, drug)
        return hits

    def _tell_drug(self, hits: dict[str, Mark], drug: Hit) -> None:
        for ingredient in drug.keys:
            for name, mark in self._sets_of_drug[ingredient].items():
                tell(hits, name, mark)

    def disease(self, concept: Concept, in_full: Mark) -> Hits:
        """The whole text is a phrase: `in_full`; it contains one that is not denied: unknown."""
        hits: dict[str, Mark] = {}
        for text in texts(concept):
            for name in self._diseases.equal(text):
                tell(hits, name, in_full)
            for hit in self._diseases.hits(text):
                told = all(name in hits and TOLD_FIRST[hits[name]] <= TOLD_FIRST[Mark.UNKNOWN] for name in hit.keys)
                if not told and not denies_finding(text, *hit.place):
                    for name in hit.keys:
                        tell(hits, name, Mark.UNKNOWN)
        return hits

    def procedure(self, concept: Concept, in_full: Mark) -> Hits:
        """A phrase that is not denied: `in_full`; unknown where the text speaks of plans or of something else."""
        hits: dict[str, Mark] = {}
        for text in texts(concept):
            planned = is_planned(text)
            for hit in self._all.hits(text):
                if not negates_finding(text, *hit.place):
                    open_ = planned or speaks_of_risk(text, *hit.place)
                    for name in hit.keys:
                        tell(hits, name, Mark.UNKNOWN if open_ else in_full)
        return hits

    def alarms(self, text: str) -> frozenset[str]:
        """The sets whose alarm word stands anywhere in a text as it was written, other than denied (G7c)."""
        small = folded(text)
        heard = (names for word, names in self._alarms_in(small) if _speaks(small, word))
        return frozenset(name for names in heard for name in names).union(self._abbreviations.keys_in(text))

    def _alarms_in(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The alarm words that may stand in a text: those that begin like some part of it."""
        starts = {text[place : place + length] for length in _STARTS for place in range(len(text))}
        for start in starts & self._alarms.keys():
            yield from self._alarms[start]


def _is_part_of_longer_name(hit: Hit, drugs: list[Hit]) -> bool:
    """Whether the name of another drug holds this one: 5-ASA is no aspirin, 甲泼尼龙 no 泼尼龙.

    The drugs stand in the order of the text and nowhere overlap, so only the last to begin by here can hold it.
    """
    place = bisect_right(drugs, hit.start, key=lambda drug: drug.start)
    return place > 0 and hit.within(drugs[place - 1])


_LONGEST_WORD = 100
_STARTS = (1, 2, 4)  # as many characters of a word as it is filed under; Chinese words are short


def _by_start(words: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Words and the sets they alarm, filed under their first characters."""
    sets: dict[str, list[str]] = {}
    for word, name in words:
        sets.setdefault(word, []).append(name)
    filed: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for word, names in sets.items():
        length = max(length for length in _STARTS if length <= len(word))
        filed.setdefault(word[:length], []).append((word, tuple(names)))
    return filed


def _speaks(text: str, word: str) -> bool:
    """Whether a word stands somewhere undenied; inside a longer one (NSTEMI) that one is what may be denied."""
    start = text.find(word)
    while start >= 0:
        denied = denies_finding(text, _beginning(text, start), start + len(word))
        if not denied and not stands_by_chance(text, start, word):
            return True
        start = text.find(word, start + 1)
    return False


def _beginning(text: str, place: int) -> int:
    """Where the Latin word begins that holds a place; no word is longer than what is looked back."""
    first = max(0, place - _LONGEST_WORD)
    while place > first and text[place].isascii() and text[place - 1].isascii() and text[place - 1].isalpha():
        place -= 1
    return place
