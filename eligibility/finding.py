"""A finding: what the record says about one statement, how sure that is, on what it rests, what would settle it.

No sentences here: a reason is a key with typed facts, and `cards.wording` says it in a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from types import MappingProxyType

from eligibility.truth import Truth
from eligibility.when import Span, When

Fact = str | int | Decimal | date | When | Span | tuple[str, ...] | None


class Assurance(Enum):
    """EXPLICIT: the record says so. ASSUMED: read from silence, or from an order rather than an intake (G1, G5, G7)."""

    EXPLICIT = "explicit"
    ASSUMED = "assumed"


class Who(Enum):
    """Who settles an unknown, and when (G13)."""

    CARE = "care"
    SCREENING = "screening"
    ASK = "ask"
    LOOK_UP = "look-up"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a key of the wording, and the facts its sentence needs."""

    key: str
    facts: tuple[tuple[str, Fact], ...] = ()

    @classmethod
    def of(cls, key: str, /, **facts: Fact) -> Reason:
        return cls(key, tuple(sorted(facts.items())))

    @property
    def given(self) -> Mapping[str, Fact]:
        return MappingProxyType(dict(self.facts))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry of the record that a finding rests on: where it is recorded, what it says, when.

    `value` is the amount, answer or status as recorded; `restricted` entries decide but are never printed (design §6).
    """

    reference: str
    label: str
    value: str | None = None
    when: When | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Resolve:
    """What would settle an open finding: a kind of G13's table and what it is about (value set names, a date, …)."""

    kind: str
    about: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The day on which time alone turns a finding, and what it turns to (G9)."""

    day: date
    truth: Truth


@dataclass(frozen=True, slots=True)
class Ground:
    """One rule's part in a finding: what it found itself, whatever a group or a table makes of it."""

    reason: Reason
    truth: Truth
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one rule, or of a group of them: `reason` is the leading one's, `grounds` are those of all.

    Open findings have no assurance of their own: they are EXPLICIT by convention.
    """

    truth: Truth
    reason: Reason
    assurance: Assurance = Assurance.EXPLICIT
    evidence: tuple[Evidence, ...] = ()
    resolve: tuple[Resolve, ...] = ()
    turn: Turn | None = None
    silent: bool = False  # rests on an empty record alone (G7), not on an order or a report
    skipped: bool = False  # an `optional` test with nothing to test: it drops out of its group or row
    notes: tuple[Reason, ...] = field(default=())
    grounds: tuple[Ground, ...] = ()  # empty: this finding is its own ground

    @property
    def told(self) -> tuple[Ground, ...]:
        """What a sentence about it says, in this order."""
        return self.grounds or (Ground(self.reason, self.truth, self.evidence),)

    @property
    def assumed(self) -> bool:
        return self.assurance is Assurance.ASSUMED

    def but(self, **changes: object) -> Finding:
        values = [*_VALUES(self)]
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return Finding(*values)


# `dataclasses.replace`, several times as fast: a criterion changes a finding at every group it passes through.
_NAMES = [one.name for one in fields(Finding)]
_VALUES = attrgetter(*_NAMES)
_PLACES = {name: place for place, name in enumerate(_NAMES)}
