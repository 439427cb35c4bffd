"""Value sets as rows, and which rows a code falls under: exact, prefix and range, the most specific row deciding.

Value-sets.md §3.1 (Chinese extensions), §3.2 (prefix), §3.7 (precedence), §3.8 (WHO ICD-10).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eligibility.coding import KNOWN_SYSTEMS, Hits, Mark, canonical_code, canonical_system, who_truncation

EXPANDED = "expanded"  # the verification of a row that a terminology server gave


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a value set. `code` is as published; a range is written `C00–C96`, ends included."""

    system: str
    code: str
    match: str  # exact · prefix · range
    mark: Mark
    display: str
    note: str = ""
    verification: str = ""
    source: str = ""
    added: bool = False  # ours, beyond the published list of rows


@dataclass(frozen=True, slots=True)
class Name:
    """A name or phrase. `whole-word` in Latin script, `substring` in Chinese, `whole-text` for results (G6)."""

    text: str
    match: str  # whole-word · substring · whole-text
    added: bool = False


@dataclass(frozen=True, slots=True)
class ValueSet:
    name: str
    title: str
    rows: tuple[Row, ...] = ()
    names: tuple[Name, ...] = ()
    alarms: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()  # alarms that are heard as words of their own only
    translations: tuple[tuple[str, str], ...] = ()  # language → what it is called in it

    def called(self, languages: Iterable[str]) -> str:
        """Its title in the first of these languages that it has one in."""
        titles = dict(self.translations)
        return next((titles[one] for one in languages if one in titles), self.title)

    def has_rows_of(self, *systems: str) -> bool:
        return any(row.system in systems for row in self.rows)


# §3.7: at equal length any other role beats member; the rest in the order of how little they claim.
_STRENGTH = {
    mark: rank
    for rank, mark in enumerate(
        (Mark.MEMBER, Mark.HISTORY, Mark.NEGATIVE, Mark.JUDGEMENT, Mark.UNKNOWN, Mark.NON_MEMBER)
    )
}
# §3.8: these two mean something else in the WHO's edition and have rows of their own.
_OWN_WHO_ROWS = frozenset(("D693", "D694"))
# ICD-10-GM: a letter on the code may say excluded, suspected or past (Ausschluss, Verdacht, Zustand nach).
_NOT_CERTAIN = re.compile(r"([A-Z]\d{2,4})[AVZ]")
_LONGEST_CODE = 20  # longer ones are no code of these systems, but somebody's words: not kept
_Ranked = tuple[int, int, Mark]


@dataclass(frozen=True, slots=True)
class _Range:
    first: str
    last: str
    value_set: str
    mark: Mark


class CodeIndex:
    """Every row of every set, arranged for looking up one code. Answers are kept, by system and code only."""

    KEPT = 20_000

    def __init__(self, value_sets: Iterable[ValueSet], who_lacks: frozenset[str] = frozenset()) -> None:
        self._exact: dict[tuple[str, str], list[tuple[str, Mark]]] = defaultdict(list)
        self._stems: dict[tuple[str, str], list[tuple[str, Mark]]] = defaultdict(list)
        self._ranges: dict[str, list[_Range]] = defaultdict(list)
        self._kept: dict[tuple[str, str], Hits] = {}
        self._who_lacks = who_lacks | _OWN_WHO_ROWS
        for value_set in value_sets:
            for row in value_set.rows:
                for system in self._systems_of(row):
                    self._add(value_set.name, row, system)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_kept": {}}

    def _systems_of(self, row: Row) -> tuple[str, ...]:
        if row.system != "icd-10-cm":
            return (row.system,)
        if row.match == "range":
            return ("icd-10-cm", "icd-10")
        stem = canonical_code(row.system, row.code)
        return ("icd-10-cm", "icd-10") if len(stem) <= 4 and stem not in self._who_lacks else ("icd-10-cm",)

    def _add(self, name: str, row: Row, system: str) -> None:
        if row.match == "range":
            first, _, last = row.code.partition("–")
            self._ranges[system].append(_Range(first, last, name, row.mark))
            return
        index = self._exact if row.match == "exact" else self._stems
        index[system, canonical_code(system, row.code)].append((name, row.mark))

    def hits(self, system: str, code: str) -> Hits:
        """Which sets have a row for this code, and what the deciding row says. `system` in any spelling."""
        key = (system, code)
        found = self._kept.get(key)
        if found is None:
            found = self._decided(short := canonical_system(system), canonical_code(short, code))
            if short in KNOWN_SYSTEMS and len(code) <= _LONGEST_CODE:
                self._keep(key, found)
        return found

    def _keep(self, key: tuple[str, str], found: Hits) -> None:
        if len(self._kept) >= self.KEPT:
            self._kept.clear()
        self._kept[key] = found

    def _decided(self, system: str, code: str) -> Hits:
        doubted = _NOT_CERTAIN.fullmatch(code) if system == "icd-10" else None
        if doubted:
            certain = self._decided(system, doubted[1])
            return {name: mark if mark is Mark.NON_MEMBER else Mark.UNKNOWN for name, mark in certain.items()}
        best: dict[str, _Ranked] = {}
        for name, length, mark in self._rows_for(system, code):
            ranked = (length, _STRENGTH[mark], mark)
            if name not in best or ranked[:2] > best[name][:2]:
                best[name] = ranked
        return {name: ranked[2] for name, ranked in sorted(best.items())}

    def _rows_for(self, system: str, code: str) -> Iterator[tuple[str, int, Mark]]:
        spellings = {code, who_truncation(code)} if system == "icd-10" else {code}
        for spelling in spellings:
            for name, mark in self._exact.get((system, spelling), ()):
                yield name, len(spelling), mark
        for length in range(1, min(len(code), _LONGEST_CODE) + 1):
            for name, mark in self._stems.get((system, code[:length]), ()):
                yield name, length, mark
        for span in self._ranges.get(system, ()):
            if span.first <= code[:3] <= span.last:
                yield span.value_set, 3, span.mark
