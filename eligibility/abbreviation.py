"""Which abbreviations stand in a text as words of their own: PE, HFrEF, T2DM (rule G7c).

An alarm word is looked for anywhere in a text; two letters would be found in every second word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from eligibility.denial import denies_finding
from eligibility.phrase import respelled

_WORD_OF_ITS_OWN = r"(?<![A-Za-z0-9])({})s?(?![A-Za-z0-9])"  # or of several: PEs, DVTs
_ROW = re.compile(r"(?:[A-Za-z0-9]{1,10}(?: ?/ ?| or )){1,10}$", re.IGNORECASE)
_LONGEST_ROW = 100


class Abbreviations:
    """Abbreviations and the keys (value sets) they stand for, arranged for finding them in a text.

    Capitals count, because "MI", "AF" and "ICH" are words of other languages in small letters; where a text is written
    all in one case, as hurried notes are, they do not, nor for what is listed in small letters itself.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Pairs of key and abbreviation."""
        keys: dict[str, set[str]] = {}
        for key, written in pairs:
            keys.setdefault(written, set()).add(key)
        self._keys = {written: tuple(sorted(held)) for written, held in _in_small_letters_too(keys).items()}
        alternatives = "|".join(map(_pattern, sorted(keys, key=lambda written: (-len(written), written))))
        self._exact = re.compile(_WORD_OF_ITS_OWN.format(alternatives or "(?!)"))
        self._in_any_case = re.compile(self._exact.pattern, re.IGNORECASE)

    def keys_in(self, text: str) -> Iterator[str]:
        """The keys of every abbreviation in a text as it was written, other than denied."""
        written = respelled(text)
        folded = written.casefold()
        aligned = len(folded) == len(written)  # else a place in the one is none in the other
        one_case = written in (written.lower(), written.upper())
        for found in (self._in_any_case if one_case else self._exact).finditer(written):
            if not (aligned and denies_finding(folded, _first_of_row(written, found.start(1)), found.end(1))):
                yield from self._keys[found[1] if found[1] in self._keys and not one_case else found[1].casefold()]


def _first_of_row(text: str, place: int) -> int:
    """Where a row such as "no DM/HTN/TB" or "no TB or PE" begins, which is denied as a whole."""
    row = _ROW.search(text[max(0, place - _LONGEST_ROW) : place])
    return place - len(row[0]) if row else place


def _in_small_letters_too(keys: dict[str, set[str]]) -> dict[str, set[str]]:
    both = {written: set(held) for written, held in keys.items()}
    for written, held in keys.items():
        both.setdefault(written.casefold(), set()).update(held)
    return both


def _pattern(written: str) -> str:
    """A word listed in small letters ("chemo") is one in any case."""
    plain = re.escape(written)
    return f"(?i:{plain})" if written == written.casefold() else plain
