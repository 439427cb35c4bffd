"""Codes and value sets: which concept stands in which set, and how (value-sets.md §3).

(Stub of the contract: the matching follows.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Mark(Enum):
    """What a row of a value set says of its code."""

    MEMBER = "member"
    JUDGEMENT = "judgement"
    UNKNOWN = "unknown"
    HISTORY = "history"
    NEGATIVE = "negative"
    NON_MEMBER = "non-member"


Hits = Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Coding:
    """`system` is a short name of ours (`snomed`, `icd-10-cm`, `icd-10`, `loinc`, …) or the URI as given."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    codings: tuple[Coding, ...] = ()
    text: str = ""

    @property
    def label(self) -> str:
        """What a clinician reads: the text, else the first display, else the code."""
        return self.text or next((c.display for c in self.codings if c.display), "") or next(
            (c.code for c in self.codings), ""
        )
