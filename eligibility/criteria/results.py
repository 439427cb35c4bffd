"""Which result decides: the latest of those in the window, unless it cannot be told which is the latest (G3–G6).

Every result that may be the latest is looked at; when they disagree, nothing is decided by the order of entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from eligibility.record import Observation
from eligibility.truth import Truth
from eligibility.when import EARLIEST, Span

Verdict = TypeVar("Verdict")


def surely_later(one: Observation, other: Observation) -> bool:
    """Whether `one` is surely later than `other`, or supersedes it (same time: corrected beats final, then issue)."""
    if one.when is None or other.when is None:
        return False
    if one.when.first > other.when.last:
        return True
    if not (one.when.exact and other.when.exact and one.when.first == other.when.first):
        return False
    if one.when.instant is not None and other.when.instant is not None and one.when.instant != other.when.instant:
        return one.when.instant > other.when.instant
    if (one.when.instant is None) != (other.when.instant is None):
        return False
    if one.rank != other.rank:
        return one.rank > other.rank
    return one.issued is not None and other.issued is not None and one.issued > other.issued


def window(within: Span | None, as_of: date) -> tuple[date, date]:
    return (within.ago(as_of) if within is not None else EARLIEST), as_of


def possibly_in(results: Iterable[Observation], first: date, last: date) -> list[Observation]:
    """Dated results that lie, or may lie, in the window; newest first, ties by reference."""
    inside = [r for r in results if r.when is not None and r.when.within(first, last) is not Truth.FALSE]
    return sorted(inside, key=newest_first, reverse=True)


def newest_first(result: Observation) -> tuple[date, int, int, int, str]:
    when = result.when
    if when is None:
        return (EARLIEST, 0, 0, 0, result.reference)
    return (when.last, when.instant or 0, result.rank, result.issued or 0, result.reference)


def surely_in(result: Observation, first: date, last: date) -> bool:
    return result.when is not None and result.when.within(first, last) is Truth.TRUE


def latest(results: list[Observation], first: date, last: date) -> tuple[list[Observation], bool]:
    """Those that may be the latest in the window, and whether there surely is one in it at all."""
    candidates = possibly_in(results, first, last)
    sure = [r for r in candidates if surely_in(r, first, last)]
    return [r for r in candidates if not any(surely_later(s, r) for s in sure)], bool(sure)


def newest(results: Iterable[Observation]) -> Observation | None:
    """The newest dated result, for showing an old value."""
    return max((r for r in results if r.when is not None), key=newest_first, default=None)


def agreed(results: list[Observation], read: Callable[[Observation], Verdict]) -> Verdict | None:
    """What all of them say, or None when they differ."""
    said = {read(result) for result in results}
    return said.pop() if len(said) == 1 else None
