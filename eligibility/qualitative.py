"""What a qualitative result says: positive, negative, unclear or nothing, from VS-RESULT-* (rule G6).

A text is a result only as a whole: "not HIV positive" and "Reactive, Immune" are no results.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eligibility.coding import Concept, Hits, Mark
from eligibility.ingredient import texts
from eligibility.phrase import folded, whole
from eligibility.value_set import ValueSet

POSITIVE, NEGATIVE, UNCLEAR = "positive", "negative", "unclear"
# Negative first, because "non-reactive" contains "reactive"; with whole texts the order only decides ties.
_SETS = {"VS-RESULT-NEG": NEGATIVE, "VS-RESULT-IND": UNCLEAR, "VS-RESULT-POS": POSITIVE}
RESULT_SETS = tuple(_SETS)


class ResultWords:
    """The words and codes of VS-RESULT-*."""

    def __init__(self, value_sets: Mapping[str, ValueSet]) -> None:
        self._words: dict[str, str] = {}
        for name, answer in _SETS.items():
            for phrase in value_sets[name].names if name in value_sets else ():
                self._words.setdefault(folded(phrase.text), answer)

    def of_text(self, text: str) -> str | None:
        """The answer that the whole text is, else None."""
        return self._words.get(whole(folded(text)))

    def of_concept(self, concept: Concept, code_hits: Iterable[Hits]) -> str | None:
        """Codes, text and displays together; those that contradict each other make it unclear."""
        coded = {answer for hits in code_hits for name, answer in _SETS.items() if hits.get(name) is Mark.MEMBER}
        bare = (coding.code for coding in concept.codings if not coding.system)
        written = {self.of_text(text) for text in (*texts(concept), *bare)}
        answers = coded | (written - {None})
        return next(iter(answers)) if len(answers) == 1 else UNCLEAR if answers else None
