"""Whether a disease has been known for so long (G3, G4)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eligibility.case import condition_evidence
from eligibility.criteria.criterion import Need, Rule, SpanText, finding
from eligibility.criteria.words import CodeWords
from eligibility.finding import Finding, Reason, Resolve, Turn
from eligibility.record import Condition, Section, Standing
from eligibility.truth import Truth
from eligibility.when import EARLIEST, Span, When, next_day

if TYPE_CHECKING:
    from eligibility.case import Case


class DurationRule(Rule, CodeWords):
    """`at_least` (the boundary day passes) or `more_than` (it does not), before R.

    The earliest valid onset decides; a recorded or asserted date is the latest possible start: it can prove
    "at least", never "less than". Silence is never an answer.
    """

    at_least: SpanText | None = None
    more_than: SpanText | None = None

    def evaluate(self, case: Case) -> Finding:
        entries = [e for e in case.conditions(self.sets) if self._valid(e)]
        if not entries:
            return finding(Truth.MISSING, "no-diagnosis-to-date", resolve=Resolve("look-up-diagnosis-date"))
        evidence = tuple(condition_evidence(e) for e in sorted(entries, key=lambda e: e.reference))
        start = earliest_start(entries)
        if start is None:
            return finding(Truth.MISSING, "undated-diagnosis", *evidence, resolve=Resolve("look-up-diagnosis-date"))
        return self._known(start, case, entries).but(evidence=evidence)

    def needs(self, case: Case) -> frozenset[Need]:
        return frozenset({Need(Section.CONDITIONS, frozenset(self.sets))})

    def _known(self, start: When, case: Case, entries: list[Condition]) -> Finding:
        start = start.until(case.as_of) or When.on(case.as_of)
        first, last = self._reached(start.first), self._reached(start.last)
        truth = Truth.TRUE if last <= case.as_of else Truth.FALSE if first > case.as_of else Truth.MISSING
        turn = Turn(last, Truth.TRUE) if truth is not Truth.TRUE else None
        return finding(
            truth,
            "known-for",
            resolve=Resolve("look-up-diagnosis-date"),
            turn=turn,
            notes=_disagreement(entries),
            start=start,
            by=When.on(start.last) if start.first == EARLIEST else None,
            span=self._span,
            how="more-than" if self.more_than is not None else "at-least",
            clear_on=turn.day if turn is not None else None,
        )

    @property
    def _span(self) -> Span:
        return self.at_least or self.more_than or Span(0, "day")

    def _reached(self, day: date) -> date:
        reached = self._span.after(day)
        return next_day(reached) if self.more_than is not None else reached

    def _valid(self, entry: Condition) -> bool:
        worth = self.worth(entry.hits)
        return worth is not None and worth.truth is Truth.TRUE and entry.standing in (Standing.CURRENT, Standing.PAST)


def earliest_start(entries: list[Condition]) -> When | None:
    """The earliest onset; a recorded date before it cuts it, and without any onset it is the latest possible start."""
    onsets = [e.onset for e in entries if e.onset is not None]
    recorded = min((e.recorded.last for e in entries if e.recorded is not None), default=None)
    if not onsets:
        return When(EARLIEST, recorded) if recorded is not None else None
    start = When(min(o.first for o in onsets), min(o.last for o in onsets))
    if recorded is None or recorded >= start.last:
        return start
    return When(min(start.first, recorded), recorded) if recorded >= start.first else When(EARLIEST, recorded)


def _disagreement(entries: list[Condition]) -> tuple[Reason, ...]:
    onsets = {(e.onset.first, e.onset.last) for e in entries if e.onset is not None}
    apart = len(onsets) > 1 and max(first for first, _ in onsets) > min(last for _, last in onsets)
    return (Reason.of("onsets-disagree"),) if apart else ()
