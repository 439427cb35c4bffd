"""What the other records of one drug say about a record of it: order, doses given and statements are one history (G5).

Two records are of one drug when their ingredients meet. The newer word supersedes an order; where it cannot be told
which word is the newer one, they contradict each other and nothing is certain (G4).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from eligibility.record import Exposure, Intake, Source
from eligibility.when import Span, When

if TYPE_CHECKING:
    from eligibility.case import Case

FRESH = Span(365, "day")  # an order, or what was said, of an earlier day says nothing about today (G5)
_TOLD = (Source.STATEMENT, Source.REPORT)
_OVER = (Intake.COMPLETED, Intake.STOPPED)
_AGAINST = (*_OVER, Intake.NOT_TAKEN, Intake.ON_HOLD)
_ONE_REGIMEN = 20  # active orders of one drug; where there are more, they are no one's single regimen


@dataclass(frozen=True, slots=True)
class DrugHistory:
    """One drug, arranged so that each of its records is answered at once, however many there are.

    `newest_word`: the last day on which a statement still supersedes an order written then. `doubts` are the spans of
    days on which an order contradicts a statement: after `lows[i]`, until the latest end among the first i + 1.
    """

    spoken: bool  # some statement or report carries a date
    taken: bool  # some statement or report says that it is taken
    newest_word: date | None
    undated: Exposure | None  # says that it is not taken, on no known day; or a dose that was left out
    lows: tuple[date, ...]
    doubts: tuple[tuple[date, Exposure], ...]
    last_end: tuple[date, Exposure] | None  # of what is over, the end told
    orders: tuple[Exposure, ...]  # active ones
    ordered: bool = False  # one of them still speaks

    @classmethod
    def of(cls, records: Iterable[Exposure]) -> DrugHistory:
        held = sorted(records, key=lambda one: one.reference)
        told = [(one, word) for one in held if one.source in _TOLD and (word := _word(one)) is not None]
        ended = [(one.end.first, one) for one in held if one.source in _TOLD and one.intake in _OVER and one.end]
        spans = sorted((span for one, word in told if (span := _doubt(one, word))), key=lambda s: (s[0], s[1]))
        drug = cls(
            spoken=bool(told),
            taken=any(one.source in _TOLD and one.intake is Intake.ACTIVE for one in held),
            newest_word=max((_supersedes_until(one, word) for one, word in told), default=None),
            undated=next((one for one in held if _is_undated(one)), None),
            lows=tuple(low for low, _, _ in spans),
            doubts=tuple(_furthest(spans)),
            last_end=max(ended, key=lambda pair: pair[0], default=None),
            orders=tuple(one for one in held if one.source is Source.ORDER and one.intake is Intake.ACTIVE),
        )
        return replace(drug, ordered=any(not drug.supersedes(_ordered_on(order)) for order in drug.orders))

    def supersedes(self, ordered: When | None) -> bool:
        if ordered is None:
            return self.spoken
        return self.newest_word is not None and self.newest_word >= ordered.first

    def doubted(self, ordered: When | None) -> Exposure | None:
        """What contradicts an order of this day."""
        before = bisect_left(self.lows, ordered.first) if ordered is not None else 0
        if ordered is not None and before and self.doubts[before - 1][0] >= ordered.first:
            return self.doubts[before - 1][1]
        return self.undated


def _ordered_on(order: Exposure) -> When | None:
    return order.asserted or order.start


def _word(told: Exposure) -> When | None:
    return told.asserted or told.end or told.start


def _ended_before_told(told: Exposure, word: When) -> date | None:
    """The last day of what was over when it was told: an order written after it may be a new beginning."""
    return told.end.last if told.intake in _OVER and told.end is not None and told.end.last < word.first else None


def _supersedes_until(told: Exposure, word: When) -> date:
    return _ended_before_told(told, word) or word.first


def _doubt(told: Exposure, word: When) -> tuple[date, date, Exposure] | None:
    """After which day, and until which, an order contradicts it: nobody knows which of the two is the newer word."""
    if told.intake not in _AGAINST:
        return None
    low, high = _ended_before_told(told, word) or word.first, word.last
    return (low, high, told) if low < high else None


def _furthest(spans: list[tuple[date, date, Exposure]]) -> Iterable[tuple[date, Exposure]]:
    furthest: tuple[date, Exposure] | None = None
    for _, high, told in spans:
        if furthest is None or high > furthest[0]:
            furthest = (high, told)
        yield furthest


def _is_undated(one: Exposure) -> bool:
    if one.source is Source.ADMINISTRATION:
        return one.intake is Intake.NOT_TAKEN  # a dose left out: whether others were given is not told
    return one.source in _TOLD and one.intake in _AGAINST and _word(one) is None


def _histories(case: Case) -> dict[str, DrugHistory]:
    named: dict[str, list[Exposure]] = {}
    for one in case.record.exposures:
        for name in one.ingredients:
            named.setdefault(name, []).append(one)
    return {name: DrugHistory.of(records) for name, records in named.items()}


def _drugs(entry: Exposure, case: Case) -> list[DrugHistory]:
    """The history of each of its ingredients."""
    told = case.once(_histories)
    return [told[name] for name in sorted(entry.ingredients) if name in told]


def superseded(order: Exposure, case: Case) -> bool:
    """An order says nothing once a later statement or report speaks of the same drug (G5)."""
    return any(drug.supersedes(_ordered_on(order)) for drug in _drugs(order, case))


def contradicted_by(entry: Exposure, case: Case) -> tuple[Exposure, ...]:
    """The record that says it is not taken (any more), where neither word is surely the newer one.

    Of an active order: an undated "stopped", one that tells of an end before the order was written, a dose left out.
    Of an active statement: an end after the day on which it was told.
    """
    if entry.source is Source.ORDER:
        found = (drug.doubted(_ordered_on(entry)) for drug in _drugs(entry, case))
        return tuple(other for other in found if other is not None)[:1]
    told = entry.asserted if entry.source in _TOLD and entry.intake is Intake.ACTIVE else None
    ends = [drug.last_end for drug in _drugs(entry, case) if drug.last_end] if told else []
    return tuple(other for end, other in ends if told and end > told.last)[:1]


def orders_behind(entry: Exposure, case: Case) -> tuple[Exposure, ...]:
    """The orders that tell since when a drug is taken, where a statement says only that it is (assumed).

    Those that would count by themselves (active, at most 365 days old) and were written before the statement.
    """
    if entry.source not in _TOLD or entry.intake is not Intake.ACTIVE or entry.start is not None:
        return ()
    told = entry.asserted.last if entry.asserted else case.as_of
    orders = {order.reference: order for drug in _drugs(entry, case) for order in drug.orders[: _ONE_REGIMEN + 1]}
    if len(orders) > _ONE_REGIMEN:
        return ()
    return tuple(orders[name] for name in sorted(orders) if _begun(orders[name], told, case.as_of))


def _begun(order: Exposure, told: date, as_of: date) -> bool:
    written = order.asserted or order.start
    goes_on = order.end is None and not order.as_needed
    fresh = written is not None and written.last >= FRESH.ago(as_of)
    return goes_on and fresh and order.start is not None and order.start.last <= min(told, as_of)


def spoken_for(dispense: Exposure, case: Case) -> bool:
    """What was handed over says nothing where a record says that the drug is taken, or says later that it is not."""
    return any(drug.taken or drug.ordered or drug.supersedes(dispense.start) for drug in _drugs(dispense, case))


def may_last(dispense: Exposure, as_of: date) -> bool:
    """Whether some of what was handed over may be taken now: for the days it was to last, else for a year."""
    if dispense.end is not None:
        return dispense.end.last >= as_of
    return dispense.start is None or dispense.start.last >= FRESH.ago(as_of)
