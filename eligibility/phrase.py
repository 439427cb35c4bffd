"""Which known names stand in a text: Latin ones as whole words, Chinese ones anywhere (value-sets.md §3.5).

Texts are compared folded: one spelling of width, case and blanks, without the invisible characters records hide.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_ACCENT = re.compile(r"(?<=[A-Za-z])[\u0300-\u036f]+")  # of a decomposed text; those of kana and Hangul stay
_WORD = re.compile(r"[a-z\u00df-\u024f]+|[0-9]+")
_SEMANTIC_TAG = re.compile(r" \((?:disorder|finding|situation|procedure|qualifier value|product|substance|event)\)$")
_GAP = 3  # characters between two words of one name: "Rho(D) immune", "TAK-079"


def folded(text: str) -> str:
    """One spelling for comparing: width, case, blanks, invisible characters and accents (diabète) do not count."""
    return respelled(text).casefold()


def respelled(text: str) -> str:
    """The same spelling with its capitals, where they tell an abbreviation from a word."""
    if not text.isascii():
        text = _ACCENT.sub("", unicodedata.normalize("NFKD", text.translate(_INVISIBLE)))
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


def words_of(text: str) -> list[str]:
    """The Latin words and the numbers of a folded text."""
    return _WORD.findall(text)


def word_set(words: str) -> frozenset[str]:
    """Words written in one line."""
    return frozenset(words.split())


def whole(text: str) -> str:
    """A folded text as a whole statement: without a trailing full stop or SNOMED's semantic tag."""
    return _SEMANTIC_TAG.sub("", text).strip().rstrip(".。").rstrip()


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in a folded text, and what it stands for."""

    start: int
    end: int
    keys: tuple[str, ...]

    @property
    def place(self) -> tuple[int, int]:
        return self.start, self.end

    def within(self, other: Hit) -> bool:
        """Whether it is only a part of another, longer one."""
        return other.start <= self.start and self.end <= other.end and other.end - other.start > self.end - self.start


_Phrase = tuple[tuple[str, ...], tuple[str, ...]]  # the words of a name, the keys it stands for


class PhraseBook:
    """Names arranged for finding them in a text. A name may stand for several keys (value sets, ingredients)."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        keys: dict[str, set[str]] = defaultdict(set)
        for key, name in names:
            keys[folded(name)].add(key)
        self._equal = {name: tuple(sorted(held)) for name, held in keys.items()}
        self._latin = _by_first_word(self._equal)
        self._han = _by_first_character(self._equal)

    def equal(self, text: str) -> tuple[str, ...]:
        """What the whole of a folded text is a name of."""
        return self._equal.get(whole(text), ())

    def hits(self, text: str) -> Iterator[Hit]:
        """Every name in a folded text; a longer one comes before the shorter ones that start at the same place."""
        words = list(_WORD.finditer(text))
        for place, word in enumerate(words):
            for name, keys in self._latin.get(word[0], ()):
                if _follows(text, words, place, name):
                    yield Hit(word.start(), words[place + len(name) - 1].end(), keys)
        if not text.isascii():
            yield from self._han_hits(text)

    def _han_hits(self, text: str) -> Iterator[Hit]:
        for start, character in enumerate(text):
            for name, keys in self._han.get(character, ()):
                if text.startswith(name, start):
                    yield Hit(start, start + len(name), keys)

    def longest(self, text: str) -> Iterator[Hit]:
        """The names in a folded text, each place read once, as part of the longest name (methylprednisolone)."""
        taken: list[Hit] = []
        read = bytearray(len(text))
        for hit in sorted(self.hits(text), key=lambda hit: (hit.start - hit.end, hit.start)):
            if not any(read[hit.start : hit.end]):
                read[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
                taken.append(hit)
        return iter(sorted(taken, key=lambda hit: hit.start))


def _by_first_word(names: dict[str, tuple[str, ...]]) -> dict[str, tuple[_Phrase, ...]]:
    found: dict[str, list[_Phrase]] = defaultdict(list)
    for name, keys in sorted(names.items(), key=lambda item: (-len(item[0]), item[0])):
        words = tuple(_WORD.findall(name))
        if words and name.isascii():
            found[words[0]].append((words, keys))
    return {first: tuple(phrases) for first, phrases in found.items()}


def _by_first_character(names: dict[str, tuple[str, ...]]) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for name, keys in sorted(names.items(), key=lambda item: (-len(item[0]), item[0])):
        if not name.isascii():
            found[name[0]].append((name, keys))
    return {first: tuple(phrases) for first, phrases in found.items()}


def _follows(text: str, words: list[re.Match[str]], place: int, name: tuple[str, ...]) -> bool:
    if [word[0] for word in words[place : place + len(name)]] != list(name):
        return False
    pairs = zip(words[place : place + len(name) - 1], words[place + 1 : place + len(name)], strict=True)
    return all(_joins(text[left.end() : right.start()]) for left, right in pairs)


def _joins(gap: str) -> bool:
    return len(gap) <= _GAP and gap.isascii()
