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
    same_day = one.when.exact and other.when.exact and one.when.first == other.when.first
    if not (same_day or (one.when.clocked and other.when.clocked)):
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
    superseded = superseding(sure)
    return [r for r in candidates if not superseded(r)], bool(sure)


def superseding(sure: list[Observation]) -> Callable[[Observation], bool]:
    """Whether some of these dated results is surely later than another one: `surely_later`, asked of all at once.

    Only the last day counts, and on it the latest time, the best rank at a time and the last issue of that rank, so a
    chart with thousands of results is read once. Moments of one clock are in order whatever their days.
    """
    last_day = max((one.when.first for one in sure if one.when), default=EARLIEST)
    of_the_day = _at_most([one for one in sure if one.when and one.when.exact and one.when.first == last_day])
    of_the_clock = _at_most([one for one in sure if one.when and one.when.clocked])

    def superseded(other: Observation) -> bool:
        when = other.when
        if when is None or when.last < last_day:
            return when is not None
        if when.exact and when.first == last_day and _behind(other, of_the_day):
            return True
        return when.clocked and _behind(other, of_the_clock)

    return superseded


_Issues = dict[tuple[int | None, int], int]
_Most = tuple[int | None, dict[int | None, int], _Issues]


def _behind(other: Observation, most: _Most) -> bool:
    """Whether one of those that `most` tells of is later: by its time, else by its rank, else by its issue."""
    latest_time, ranks, issues = most
    time = other.when.instant if other.when else None
    if time is not None and latest_time is not None and time < latest_time:
        return True
    if ranks.get(time, other.rank) > other.rank:
        return True
    return other.issued is not None and issues.get((time, other.rank), other.issued) > other.issued


def _at_most(results: list[Observation]) -> _Most:
    """Of results in one order: the latest time, the best rank at each time (or none), the last issue of each rank."""
    times: list[int] = []
    ranks: dict[int | None, int] = {}
    issues: _Issues = {}
    for one in results:
        time = one.when.instant if one.when else None
        if time is not None:
            times.append(time)
        ranks[time] = max(one.rank, ranks.get(time, one.rank))
        if one.issued is not None:
            issues[time, one.rank] = max(one.issued, issues.get((time, one.rank), one.issued))
    return max(times, default=None), ranks, issues


def newest(results: Iterable[Observation]) -> Observation | None:
    """The newest dated result, for showing an old value."""
    return max((r for r in results if r.when is not None), key=newest_first, default=None)


def agreed(results: list[Observation], read: Callable[[Observation], Verdict]) -> Verdict | None:
    """What all of them say, or None when they differ."""
    said = {read(result) for result in results}
    return said.pop() if len(said) == 1 else None
