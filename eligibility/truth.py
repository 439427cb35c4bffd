"""Three-valued logic with two ways of being open: a fact is missing, or a person must judge.

Kleene's connectives (as in CQL): what is open stays open unless the other operands decide. Where several
operands are open, a missing fact is told before a judgement, because one look-up may settle it (rule G2).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """Whether a statement holds of the patient; never a bool, because open is not false."""

    TRUE = "true"
    FALSE = "false"
    MISSING = "missing"
    JUDGEMENT = "judgement"

    def __bool__(self) -> bool:
        raise TypeError("a Truth is not a bool: compare it with Truth.TRUE or Truth.FALSE")

    @property
    def open(self) -> bool:
        return self in (Truth.MISSING, Truth.JUDGEMENT)

    def __invert__(self) -> Truth:
        return _NEGATION[self]

    def __and__(self, other: Truth) -> Truth:
        return all_of((self, other))

    def __or__(self, other: Truth) -> Truth:
        return any_of((self, other))


_NEGATION = {
    Truth.TRUE: Truth.FALSE,
    Truth.FALSE: Truth.TRUE,
    Truth.MISSING: Truth.MISSING,
    Truth.JUDGEMENT: Truth.JUDGEMENT,
}


def _first(truths: Iterable[Truth], order: tuple[Truth, ...], otherwise: Truth) -> Truth:
    seen = tuple(truths)
    for truth in order:
        if truth in seen:
            return truth
    return otherwise


def any_of(truths: Iterable[Truth]) -> Truth:
    """True when one is true, false when all are false; else missing before judgement."""
    return _first(truths, (Truth.TRUE, Truth.MISSING, Truth.JUDGEMENT), Truth.FALSE)


def all_of(truths: Iterable[Truth]) -> Truth:
    """True when all are true, false when one is false; else missing before judgement."""
    return _first(truths, (Truth.FALSE, Truth.MISSING, Truth.JUDGEMENT), Truth.TRUE)


def at_least(n: int, truths: Iterable[Truth]) -> Truth:
    """True when n are true, false when fewer than n could be; else missing before judgement."""
    known = list(truths)
    if sum(truth is Truth.TRUE for truth in known) >= n:
        return Truth.TRUE
    if sum(truth is not Truth.FALSE for truth in known) < n:
        return Truth.FALSE
    return Truth.MISSING if Truth.MISSING in set(known) else Truth.JUDGEMENT
