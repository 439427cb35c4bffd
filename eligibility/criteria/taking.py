"""Whether the patient takes a drug now (G5's table)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from eligibility.case import exposure_evidence
from eligibility.criteria.absence import absence, beside
from eligibility.criteria.criterion import Facts, Names, Need, Rule, finding
from eligibility.criteria.current import ASSUMED, doubt, taken_now, told_by, told_intake
from eligibility.criteria.words import Keys, TherapyWords
from eligibility.finding import Finding, Resolve, Turn
from eligibility.record import Exposure, Section, Source
from eligibility.truth import Truth
from eligibility.when import next_day

if TYPE_CHECKING:
    from eligibility.case import Case

_ORDER = (Truth.TRUE, Truth.JUDGEMENT, Truth.MISSING)


class TakingRule(Rule, TherapyWords):
    """Active: true (an order: assumed). PRN, stale, contradictory, unknown: missing. On hold, intended: judgement.

    Nothing current: false by `silence`, unless `stopped: means-no` lets a record that it was stopped, or never taken,
    answer by itself. Turns the day after a recorded last day.
    """

    stopped: Literal["means-no"] | None = None
    silence: Keys = ("medication-list",)
    contradicted_by: Names | None = None

    def evaluate(self, case: Case) -> Finding:
        said: list[tuple[Truth, Exposure]] = []
        for match in self.matches(case):
            if isinstance(match.entry, Exposure) and (now := taken_now(match.entry, case)) is not None:
                said.append((match.worth if now is Truth.TRUE else now, match.entry))
        for truth in _ORDER:
            deciding = [entry for now, entry in said if now is truth]
            if deciding:
                return self._taken(truth, deciding, case)
        past = tuple(exposure_evidence(entry) for _, entry in said)
        answer = past if self.stopped else ()
        found = absence(case, self.silence, self.expanded(case), Section.MEDICATIONS, self.contradicted_by, answer)
        return found if answer else beside(found, past)

    def needs(self, case: Case) -> frozenset[Need]:
        return frozenset({Need(Section.MEDICATIONS, frozenset(self.expanded(case)))})

    def _taken(self, truth: Truth, deciding: list[Exposure], case: Case) -> Finding:
        ends = [entry.end for entry in deciding]
        known = [end for end in ends if end is not None]
        turn = Turn(next_day(max(end.last for end in known)), Truth.FALSE) if len(known) == len(ends) else None
        entry = deciding[0]
        key, facts = _told(truth, entry, case)
        return finding(
            truth,
            key,
            *dict.fromkeys(evidence for e in deciding for evidence in told_by(e, case)),
            assumed=all(e.source in ASSUMED for e in deciding),
            resolve=Resolve("reconcile-medication", (entry.label,)),
            turn=turn if truth is not Truth.MISSING else None,
            **facts,
        )


def _told(truth: Truth, entry: Exposure, case: Case) -> tuple[str, Facts]:
    facts: Facts = {"label": entry.label, "since": entry.start, "intake": told_intake(entry)}
    if truth is Truth.MISSING and taken_now(entry, case) is Truth.MISSING:
        return doubt(entry, case)
    if facts["intake"]:
        return "on-hold", facts
    if entry.source is Source.ORDER:
        return "taking-by-order", facts
    return ("taking" if truth is Truth.TRUE else "taking-to-judge"), facts
