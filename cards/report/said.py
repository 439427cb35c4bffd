"""The words of the page in one language: its own, by key, and those of the card for verdicts, days and entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cards.wording.en_report import REPORT
from cards.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class Said:
    """`wording` quotes nothing: what it says is plain text, which the page escapes."""

    wording: Wording

    def __call__(self, key: str, /, **words: str | int | date) -> str:
        """A piece of the page; English where a language has no words for it yet."""
        told = self.wording.language.report.get(key) or REPORT[key]
        return told.format_map(
            {
                name: word if isinstance(word, str) else self.wording.language.spoken(word)
                for name, word in words.items()
            }
        )

    def number(self, number: Fraction) -> str:
        return str(number.numerator) if number.denominator == 1 else f"{float(number):.1f}"

    def place(self, reference: str) -> str:
        """Where an entry is recorded: the kind of entry, never its id."""
        kind = f"in-{reference.split('/')[0]}"
        return self(kind if kind in REPORT else "in-other")
