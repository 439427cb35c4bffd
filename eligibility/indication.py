"""What contradicts silence: a drug or procedure without a recorded indication (G7b), an alarm word (G7c).

By value set, never by criterion: every rule that would read "no" from the silence of a suggested set is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eligibility.case import condition_evidence, evidence_of
from eligibility.finding import Evidence, Reason
from eligibility.record import Answer, Condition, Exposure, Intake, Procedure, Source, Standing
from eligibility.tables import Indication
from eligibility.terminology import Mark
from eligibility.truth import Truth

if TYPE_CHECKING:
    from eligibility.case import Case

Contradiction = tuple[Reason, Evidence]


def contradictions(case: Case, sets: Iterable[str], rows: Iterable[str] | None) -> list[Contradiction]:
    """Why the silence of these sets is no "no": unindicated drugs, then alarm words. `rows` None: found by set."""
    names = frozenset(sets)
    table = case.tables.indications
    chosen = table.values() if rows is None else (table[row] for row in rows)
    found = [
        hit for row in chosen if rows is not None or names & row.suggested for hit in _unindicated(row, names, case)
    ]
    return found + _alarms(case, names)


def unindicated(case: Case, rows: Iterable[str]) -> list[Contradiction]:
    """The named rows only: what turns even a "no" from tests into unknown (a drug may be suppressing)."""
    table = case.tables.indications
    return [hit for row in rows for hit in _unindicated(table[row], frozenset(table[row].suggests), case)]


def _alarms(case: Case, names: frozenset[str]) -> list[Contradiction]:
    return [
        (_alarm(entry, entry.alarms & names), condition_evidence(entry))
        for entry in case.alarming
        if entry.alarms & names and entry.standing is not Standing.DENIED
    ]


def _alarm(entry: Condition, sets: frozenset[str]) -> Reason:
    key = "alarm" if entry.unclassified else "alarm-beside"
    return Reason.of(key, label=entry.label, sets=tuple(sorted(sets)))


IN_WORDS_ONLY = "in words only"
"""Stands among the sets of a reason whose words no set knows: it may be any disease, so it settles nothing (G7b)."""


def _unindicated(row: Indication, names: frozenset[str], case: Case) -> list[Contradiction]:
    return [
        (Reason.of("indication", label=entry.label), evidence_of(entry))
        for entry in case.implying(row, _implying)
        if not _reason_settles(row, names, entry)
    ]


def _implying(row: Indication, case: Case) -> list[Exposure | Procedure | Condition]:
    from eligibility.criteria.words import TherapyWords

    if _settled(row, case):
        return []
    matches = TherapyWords.about(*row.of).matches(case)
    matched = [match.entry for match in matches if match.worth is Truth.TRUE or _handed_over(match.entry)]
    return [entry for entry in matched if _implies(row, entry, case)]


def _handed_over(entry: Exposure | Procedure | Condition) -> bool:
    return isinstance(entry, Exposure) and entry.source is Source.DISPENSE


def _implies(row: Indication, entry: Exposure | Procedure | Condition, case: Case) -> bool:
    from eligibility.criteria.current import taken_now

    if isinstance(entry, Procedure):
        return entry.done is not False
    if isinstance(entry, Condition):
        return entry.standing in (Standing.CURRENT, Standing.PAST)
    if row.when == "ever":
        return entry.intake not in (Intake.NOT_TAKEN, Intake.INTENDED)
    now = taken_now(entry, case)
    return now in (Truth.TRUE, Truth.MISSING, Truth.JUDGEMENT) or _stopped_lately(row, entry, case)


def _stopped_lately(row: Indication, entry: Exposure, case: Case) -> bool:
    from eligibility.criteria.current import latest_end

    if row.or_stopped_within is None or entry.intake not in (Intake.COMPLETED, Intake.STOPPED):
        return False
    last = entry.end.last if entry.end is not None else latest_end(entry, case.as_of)
    return last >= row.or_stopped_within.ago(case.as_of)


def _settled(row: Indication, case: Case) -> bool:
    recorded = (Standing.CURRENT, Standing.PAST)
    for name in row.settled_by:
        for entry in case.conditions((name,)):
            if entry.standing in recorded and entry.hits[name] in (Mark.MEMBER, Mark.JUDGEMENT, Mark.HISTORY):
                return True
        if any(procedure.done for procedure in case.procedures((name,))) and name not in row.of:
            return True
    return _tested_negative(row, case)


def _tested_negative(row: Indication, case: Case) -> bool:
    for name in row.settled_by_negative:
        span = case.tables.freshness_of((name,), case.child)
        for result in case.observations((name,)):
            recent = result.when is not None and span is not None and result.when.first >= span.ago(case.as_of)
            if recent and result.result.answer is Answer.NEGATIVE:
                return True
    return False


def _reason_settles(row: Indication, names: frozenset[str], entry: Exposure | Procedure | Condition) -> bool:
    """A stated reason names a suggested disease (then that one is unconfirmed, the others settled) or another one."""
    if isinstance(entry, Condition) or not entry.reason_stated or not entry.reasons:
        return False
    named = {name for hits in entry.reasons for name, mark in hits.items() if mark is not Mark.NON_MEMBER}
    return IN_WORDS_ONLY not in named and not named & names
