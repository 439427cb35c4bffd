"""What an access token's SMART scopes let us ask for, in both styles: `patient/Observation.read`, `.rs?category=…`.

A scope string without any scope for data says nothing, and the server decides (FHIR-4, FHIR-6).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_DATA = re.compile(r"(?:patient|user|system)/(\*|[A-Z][A-Za-z]*)\.([^?]+)(\?.*)?\Z", re.DOTALL)
_LETTERS = re.compile(r"c?r?u?d?s?\Z")
_WORDS: Mapping[str, str] = {"read": "rs", "write": "cud", "*": "cruds"}
READ, SEARCH = "r", "s"


@dataclass(frozen=True, slots=True)
class Scopes:
    """For each resource type (`*` for all) the letters that are granted in full, and those under a condition.

    `told` is False where nothing was said about data.
    """

    told: bool = False
    full: Mapping[str, str] = field(default_factory=dict)
    conditional: Mapping[str, str] = field(default_factory=dict)

    def permit(self, resource: str, letter: str) -> bool:
        """Whether it may be asked for at all."""
        return self.in_full(resource, letter) or _covers(self.conditional, resource, letter)

    def in_full(self, resource: str, letter: str) -> bool:
        """Whether an answer is all there is: a scope with a query (`?category=…`) hides the rest without a word."""
        return not self.told or _covers(self.full, resource, letter)


UNSAID = Scopes()


def read_scopes(text: str | None) -> Scopes:
    """The scopes of a token. One that cannot be read grants nothing; others beside it still count."""
    full: dict[str, str] = {}
    conditional: dict[str, str] = {}
    told = False
    for scope in (text or "").split():
        match = _DATA.match(scope)
        if match is None:
            continue
        told = True
        letters = _letters(match[2])
        granted = full if match[3] in (None, "?") else conditional
        granted[match[1]] = granted.get(match[1], "") + letters
    return Scopes(told, full, conditional)


def _letters(written: str) -> str:
    """SMART 2.0: a selection of `cruds`, in this order; SMART 1.0: read, write or *."""
    return _WORDS.get(written, written if _LETTERS.match(written) else "")


def _covers(granted: Mapping[str, str], resource: str, letter: str) -> bool:
    return letter in granted.get(resource, "") or letter in granted.get("*", "")
