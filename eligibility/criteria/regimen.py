"""Which records of a drug are of one regimen, drug and daily dose, and how a new order renews an older record of it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from eligibility.criteria.doses import daily_milligrams
from eligibility.record import Exposure, Source
from eligibility.truth import Truth
from eligibility.when import When

if TYPE_CHECKING:
    from eligibility.case import Case

Key = TypeVar("Key")
Regimen = tuple[str, Fraction | None, bool]  # ingredient, mg a day, whether it is mg per kg


def regimens_of(entry: Exposure) -> frozenset[Regimen]:
    """Drug and daily dose, once for each ingredient; a dose that is stated and cannot be read is like no other."""
    doses: list[tuple[Fraction | None, bool]] = [(entry.dose.daily, entry.dose.per_kg)]
    doses = [dose for dose in doses if dose[0] is not None] + ([] if entry.dose.stated else [(None, False)])
    return frozenset((name, *dose) for name in entry.ingredients for dose in doses)


def same_regimen(one: Exposure, other: Exposure) -> bool:
    return not regimens_of(one).isdisjoint(regimens_of(other))


class Renewals:
    """Since when a regimen is taken of which several records speak now: a new order of it is no change of dose.

    `sure` beginnings come from records that say it is taken, `perhaps` from those that leave that open, or whose dose
    cannot be read: then nobody knows whether the newer record changed anything.
    """

    def __init__(self, current: Iterable[tuple[Truth, Exposure, When]]) -> None:
        self._sure: dict[Regimen, When] = {}
        self._perhaps: dict[Regimen, When] = {}
        self._unread: dict[str, When] = {}
        for now, entry, start in current:
            known = self._sure if now is Truth.TRUE else self._perhaps
            for regimen in regimens_of(entry):
                _keep_earliest(known, regimen, start)
            for name in () if regimens_of(entry) else entry.ingredients:
                _keep_earliest(self._unread, name, start)

    def since(self, entry: Exposure, start: When) -> When:
        """The earliest sure beginning; as wide as an earlier possible one makes it."""
        told = regimens_of(entry)
        start = _earliest([start, *(self._sure[one] for one in told if one in self._sure)])
        possible = [self._perhaps[one] for one in told if one in self._perhaps]
        possible += [self._unread[name] for name in entry.ingredients if name in self._unread and not told]
        first = min((when.first for when in possible), default=start.first)
        return start if first >= start.first else When(first, start.last)


def _keep_earliest(known: dict[Key, When], key: Key, start: When) -> None:
    known[key] = _earliest([start, *([known[key]] if key in known else [])])


def _earliest(starts: list[When]) -> When:
    return min(starts, key=lambda when: (when.last, when.first))


class GoesOn:
    """Whether a past record tells of a stop, seen from what is taken, or perhaps taken, now."""

    def __init__(self, current: Iterable[Exposure]) -> None:
        self._regimens: set[Regimen] = set()
        self._daily: dict[str, set[Fraction | None]] = {}
        for entry in current:
            self._regimens |= regimens_of(entry)
            for name in entry.ingredients:
                self._daily.setdefault(name, set()).add(None if entry.dose.per_kg else entry.dose.daily)

    def stopped(self, entry: Exposure, case: Case) -> Truth:
        """FALSE where drug and dose go on. A dose given of a drug that goes on is one of its doses, not its end.

        MISSING where what was given that day is another amount than is taken a day: a change, or one of several doses.
        """
        if not self._regimens.isdisjoint(regimens_of(entry)):
            return Truth.FALSE
        names = [name for name in entry.ingredients if name in self._daily]
        if entry.source is not Source.ADMINISTRATION or not names:
            return Truth.TRUE
        given = daily_milligrams(entry, case, prednisone=False)
        agrees = given is None or any({given, None} & self._daily[name] for name in names)
        return Truth.FALSE if agrees else Truth.MISSING
