"""assess(trial, record, as_of, start) → Assessment: verdicts, the trial's status, whether it speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from eligibility.case import Case, condition_evidence, exposure_evidence
from eligibility.confidential import unrestricted
from eligibility.criteria.criterion import Need, Rule
from eligibility.criteria.flaws import data_notes
from eligibility.criteria.grounds import left_open
from eligibility.finding import Assurance, Evidence, Finding, Reason
from eligibility.record import PatientRecord, Source, Standing
from eligibility.terminology import Mark
from eligibility.trial import Criterion, Trial
from eligibility.truth import Truth
from eligibility.when import Span

VERDICTS = {Truth.TRUE: "met", Truth.FALSE: "not-met", Truth.MISSING: "unknown", Truth.JUDGEMENT: "judgement"}
COUNTED = ("C", "P")
RECENT = Span(90, "day")


class EligibilityStatus(Enum):
    """Codes of FHIR R4 ResearchSubject.status. `eligible` means: no barrier in the record, never "may be enrolled"."""

    ELIGIBLE = "eligible"
    POTENTIAL_CANDIDATE = "potential-candidate"
    INELIGIBLE = "ineligible"


@dataclass(frozen=True)
class CriterionResult:
    """One criterion's answer. `shown` is context for a person; `parts` are named members, reported, never counted."""

    criterion: Criterion
    finding: Finding
    verdict: str
    eligible_from: date | None = None
    shown: tuple[Evidence, ...] = ()
    parts: tuple[CriterionResult, ...] = ()

    @property
    def role(self) -> str:
        return self.criterion.role

    @property
    def blocking(self) -> bool:
        return self.verdict == ("not-met" if self.role == "inclusion" else "met")

    @property
    def open(self) -> bool:
        return self.verdict in ("unknown", "judgement")


@dataclass(frozen=True)
class Assessment:
    """A trial held against one record. `silent_because` says why no card is due; None when the trial speaks."""

    trial: Trial
    as_of: date
    start: date
    results: tuple[CriterionResult, ...]
    status: EligibilityStatus
    eligible_from: date | None
    silent_because: Reason | None

    @property
    def speaks(self) -> bool:
        return self.silent_because is None

    def result(self, criterion_id: str) -> CriterionResult:
        everything = [part for result in self.results for part in (result, *result.parts)]
        return next(result for result in everything if result.criterion.id == criterion_id)


def assess(trial: Trial, record: PatientRecord, as_of: date, start: date | None = None) -> Assessment:
    """Holds a record against every criterion of a trial on day R = `as_of`; D1 = `start`, by default R."""
    case = _case(trial, record, as_of, start)
    results = tuple(_result(criterion, case) for criterion in trial.criteria)
    status = _status(results)
    lifts = _lifts(results, status)
    return Assessment(
        trial, as_of, case.start, results, status, lifts, _silent(trial, record, results, status, lifts, as_of)
    )


def screen(trial: Trial, record: PatientRecord, as_of: date) -> bool:
    """Whether the trial can speak at all: its anchor, and what silences it for this patient (G12, G12b)."""
    if not trial.open or _silenced(trial, record) is not None:
        return False
    anchor = _result(trial.anchor, _case(trial, record, as_of, None))
    return _anchored(anchor) and not _tells(anchor, trial, record, as_of)


def may_speak(trial: Trial, record: PatientRecord, as_of: date) -> bool:
    """The same of a record that is not read to the end, its unread sections being holes.

    What is still to be read settles what is open and never turns a "no" (invariant 5), so a "no" is enough.
    """
    if not trial.open or _silenced(trial, record) is not None:
        return False
    return _result(trial.anchor, _case(trial, record, as_of, None)).verdict != "not-met"


def needs(trials: Iterable[Trial], as_of: date) -> frozenset[Need]:
    """The data that the criteria of these trials read (FHIR DataRequirement)."""
    found: set[Need] = set()
    for trial in trials:
        case = _case(trial, PatientRecord("Patient/none"), as_of, None)
        for criterion in trial.criteria:
            found |= criterion.test.needs(case)
    return frozenset(found)


def sets_asked(trial: Trial, as_of: date) -> Mapping[str, frozenset[str]]:
    """For each criterion, by its id, the value sets that its tests ask about."""
    case = _case(trial, PatientRecord("Patient/none"), as_of, None)
    return {one.id: frozenset(name for need in one.test.needs(case) for name in need.sets) for one in trial.criteria}


def _case(trial: Trial, record: PatientRecord, as_of: date, start: date | None) -> Case:
    return Case(record, as_of, start or as_of, trial.tables, trial.names())


def _result(criterion: Criterion, case: Case) -> CriterionResult:
    case.turned = None
    found = _in_role(criterion, criterion.test.evaluate(case))
    lifts = _eligible_from(criterion, found, case)
    case.turned = None
    if found.truth is Truth.MISSING:
        found = found.but(notes=(*found.notes, *data_notes(_reached(criterion, case), case)))
    parts = tuple(_result(member, case) for member in criterion.members)
    return CriterionResult(criterion, found, VERDICTS[found.truth], lifts, _shown(criterion, case), parts)


def _turning_days(criterion: Criterion, case: Case) -> list[date]:
    """Days on which a finding inside this criterion turns, those settled earlier for another criterion included."""
    settled = [case.settled(rule) for rule in _reached(criterion, case)]
    return sorted({f.turn.day for f in settled if f is not None and f.turn is not None and f.turn.day > case.as_of})


def _reached(criterion: Criterion, case: Case) -> tuple[Rule, ...]:
    """The rules that decide a criterion, through facts and references; looked for once a trial."""
    known = case.names.reached.get(criterion.id)
    if known is not None:
        return known
    found: list[Rule] = []
    waiting: list[Any] = [criterion.test]
    while waiting:
        for inner in waiting.pop().walk():
            if inner.rule is not None:
                found.append(inner.rule)
            elif inner.fact is not None:
                waiting.append(case.names.facts[inner.fact])
            elif inner.criterion is not None:
                waiting.append(case.names.criteria[inner.criterion.id])
    case.names.reached[criterion.id] = tuple(found)
    return tuple(found)


def _in_role(criterion: Criterion, found: Finding) -> Finding:
    """An inclusion that is false only by silence is unknown, unless it is the index disease (G7)."""
    silent = criterion.role == "inclusion" and found.truth is Truth.FALSE and found.silent
    if not silent or criterion.said.index_disease:
        return found
    told = left_open(found.told, Truth.MISSING)
    return found.but(truth=Truth.MISSING, assurance=Assurance.EXPLICIT, silent=False, grounds=told)


def _favourable(criterion: Criterion, found: Finding) -> bool:
    wanted = Truth.TRUE if criterion.role == "inclusion" else Truth.FALSE
    return _in_role(criterion, found).truth is wanted


def _eligible_from(criterion: Criterion, found: Finding, case: Case) -> date | None:
    """The first day on which this criterion would be favourable if nothing else changes (G9)."""
    if _favourable(criterion, found) or found.truth is Truth.JUDGEMENT:
        return None
    for day in _turning_days(criterion, case):
        case.turned = day
        if _favourable(criterion, criterion.test.evaluate(case)):
            return day
    return None


def _status(results: tuple[CriterionResult, ...]) -> EligibilityStatus:
    if any(result.blocking for result in results):
        return EligibilityStatus.INELIGIBLE
    if any(result.open and result.criterion.cls in COUNTED for result in results):
        return EligibilityStatus.POTENTIAL_CANDIDATE
    return EligibilityStatus.ELIGIBLE


def _lifts(results: tuple[CriterionResult, ...], status: EligibilityStatus) -> date | None:
    """The latest day of the blocking criteria, when each of them lifts by time alone."""
    if status is not EligibilityStatus.INELIGIBLE:
        return None
    days = [result.eligible_from for result in results if result.blocking]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def _silent(
    trial: Trial,
    record: PatientRecord,
    results: tuple[CriterionResult, ...],
    status: EligibilityStatus,
    lifts: date | None,
    as_of: date,
) -> Reason | None:
    if not trial.open:
        return Reason.of("trial-not-open")
    silenced = _silenced(trial, record)
    if silenced is not None:
        return silenced
    anchor = next(result for result in results if result.criterion.id == trial.header.anchor)
    if not _anchored(anchor):
        return Reason.of("anchor-not-met")
    if _tells(anchor, trial, record, as_of):
        return Reason.of("restricted")
    if status is EligibilityStatus.INELIGIBLE and not _announced(trial, lifts, as_of):
        return Reason.of("ineligible")
    return None


def _announced(trial: Trial, lifts: date | None, as_of: date) -> bool:
    days = trial.header.announce_within_days
    return days is not None and lifts is not None and (lifts - as_of).days <= days


def _anchored(anchor: CriterionResult) -> bool:
    """Met or judgement; or unknown with evidence in the record (G12b)."""
    return anchor.verdict in ("met", "judgement") or (anchor.verdict == "unknown" and bool(anchor.finding.evidence))


def _tells(anchor: CriterionResult, trial: Trial, record: PatientRecord, as_of: date) -> bool:
    """Whether naming the trial would tell its disease, which stands in restricted entries alone (design §6)."""
    if not any(one.restricted for one in anchor.finding.evidence):
        return False
    without = _case(trial, unrestricted(record), as_of, None)
    return not _anchored(_result(trial.anchor, without))


def _silenced(trial: Trial, record: PatientRecord) -> Reason | None:
    if record.deceased:
        return Reason.of("deceased")
    if record.inactive:
        return Reason.of("patient-record-inactive")
    if record.no_research_contact:
        return Reason.of("no-research-contact")
    mine = trial.nct_id
    waiting = ("candidate", "potential-candidate")
    if any(mine in study.identifiers and study.status not in waiting for study in record.studies):
        return Reason.of("already-in-this-trial")
    return None


def _shown(criterion: Criterion, case: Case) -> tuple[Evidence, ...]:
    """Context for a person, as the definition asks: what the record says, without a verdict."""
    shown: list[Evidence] = []
    for word in criterion.said.show:
        if word == "problem-list":
            shown += [condition_evidence(c) for c in case.record.conditions if c.standing is Standing.CURRENT]
        elif word == "recent-treatment":
            since = RECENT.ago(case.as_of)
            shown += [
                exposure_evidence(e)
                for e in case.record.exposures
                if e.source is not Source.PLAN and e.start and e.start.last >= since
            ]
        else:
            shown += [condition_evidence(c) for c in case.record.conditions if c.hits.get(word) is Mark.MEMBER]
    return tuple(shown)
