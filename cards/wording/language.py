"""What a language has to say: one sentence for every reason, written with the facts that the reason carries.

A sentence may come in several wordings, richest first; the first whose facts are all given is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from string import Formatter

from eligibility.finding import Who
from eligibility.when import Span, When

Wordings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoteWording:
    """A remark on the record as a whole, and how loud it is."""

    severity: str
    wordings: Wordings


@dataclass(frozen=True, slots=True)
class Language:
    """The tables of one language; `spoken` turns a date, an interval, a span or a list into words."""

    code: str
    reasons: Mapping[str, Wordings]
    notes: Mapping[str, NoteWording]
    remedies: Mapping[str, Wordings]
    topics: Mapping[str, str]
    causes: Mapping[str, Wordings]  # reason key → what is missing, where the cause says it better than the remedy
    silences: Mapping[str, Wordings]
    phrases: Mapping[str, str]
    askers: Mapping[Who, str]
    terms: Mapping[str, str] = field(default_factory=dict)  # words of the engine (`problem-list`, `more-pages`)
    statuses: Mapping[str, str] = field(default_factory=dict)  # what an entry says of itself (`on-hold`)
    own: Mapping[str, str] = field(default_factory=dict)  # what entries of ours say (`sex`, `male`)
    tests: Mapping[str, str] = field(default_factory=dict)  # value set → what a missing test is called
    report: Mapping[str, str] = field(default_factory=dict)  # the words of the report page
    placed: Callable[[When], str] = str  # an interval with its preposition: "on 3 Nov 2026"
    begun: Callable[[When], str] = str  # an interval after "since"
    spoken: Callable[[date | When | Span | Decimal | int], str] = str
    listed: Callable[[list[str]], str] = ", ".join
    amount: Callable[[str], str] = str  # a value or a limit, as `amounts.read` gives it
    joined: str = "; "  # between two statements
    stop: str = "."
    words: Callable[[str], int] = lambda text: len(text.split())  # how long a statement reads
    reviewed: bool = True  # by a clinician; until then every card and page in this language says that it is not

    @property
    def codes(self) -> tuple[str, ...]:
        """Under which names translations for it are looked up: `zh-Hans`, then `zh`."""
        return (self.code, self.code.split("-")[0])


@lru_cache(maxsize=1024)
def places(wording: str) -> frozenset[str]:
    """The facts a wording asks for."""
    return frozenset(name for _, name, _, _ in Formatter().parse(wording) if name)


def choose(wordings: Wordings, known: Set[str]) -> str:
    """The first wording whose facts are all known."""
    fitting = (wording for wording in wordings if places(wording) <= known)
    return next(fitting, wordings[-1])
