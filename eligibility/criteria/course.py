"""Whether one unbroken course longer than so many days touches the window (G3: courses are counted inclusively)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from eligibility.case import exposure_evidence, happened
from eligibility.criteria.absence import absence
from eligibility.criteria.criterion import Facts, Names, Need, Rule, SpanText, finding
from eligibility.criteria.current import doubt, is_assumed, latest_end, taken_now, told_by, told_intake
from eligibility.criteria.drug_history import orders_behind, superseded
from eligibility.criteria.words import Keys, Match, TherapyWords
from eligibility.finding import Assurance, Finding, Resolve, Turn
from eligibility.record import Exposure, Intake, Section, Source
from eligibility.truth import Truth
from eligibility.when import EARLIEST, When, next_day

if TYPE_CHECKING:
    from eligibility.case import Case

Days = tuple[date, date]
_ORDER = (Truth.TRUE, Truth.JUDGEMENT, Truth.MISSING)


@dataclass(slots=True)
class Drug:
    """The days on which one ingredient was surely, and possibly, taken; `goes_on` when it surely still is."""

    entries: list[Exposure] = field(default_factory=list)
    sure: list[Days] = field(default_factory=list)
    stated: list[Days] = field(default_factory=list)  # those of the sure days that no order alone tells
    possible: list[Days] = field(default_factory=list)
    to_judge: list[Exposure] = field(default_factory=list)
    goes_on: bool = False
    worth: Truth = Truth.TRUE


class CourseRule(Rule, TherapyWords):
    """Longer than `longer_than`, with any day in [anchor − `within`, anchor]: true.

    Records of one ingredient that touch are one course; several drugs that touch and together last so long: judgement.
    Running but not yet that long, on hold, intended: judgement.
    PRN, straddling dates, contradictions: missing. Turns the day after the last day has left the window.
    """

    longer_than: SpanText
    within: SpanText
    before: Literal["screening", "first-dose"] = "screening"
    silence: Keys = ("medication-list",)
    contradicted_by: Names = ()

    def evaluate(self, case: Case) -> Finding:
        drugs = _by_ingredient(self.matches(case), case)
        read = [(self._read(drug, case), drug) for drug in drugs]
        for truth in _ORDER:
            deciding = [drug for said, drug in read if said is truth]
            if deciding:
                stated = truth is Truth.TRUE and any(self._touches(drug.stated, case) for drug in deciding)
                found = self._course(truth, deciding, [d for said, d in read if said is not Truth.FALSE], case)
                return found.but(assurance=Assurance.EXPLICIT) if stated or truth.open else found
        if (together := self._one_after_the_other(drugs, case)) is not None:
            return together
        past = tuple(exposure_evidence(e) for drug in drugs for e in drug.entries if e.source is not Source.DISPENSE)
        return absence(
            case, self.silence, self.expanded(case), Section.MEDICATIONS, self.contradicted_by, past, answers=False
        )

    def _one_after_the_other(self, drugs: list[Drug], case: Case) -> Finding | None:
        """Several such drugs without a day between: whether the length is meant of one or of all, a person judges."""
        taken = [drug for drug in drugs if drug.worth is Truth.TRUE and drug.sure]
        run = next(filter(self._long, reversed(_runs([days for drug in taken for days in drug.sure]))), None)
        if run is None or not self._touches([run], case):
            return None
        parts = [drug for drug in taken if any(_meet(days, run) for days in drug.sure)]
        entries = [entry for drug in parts for entry in drug.entries]
        return finding(
            Truth.JUDGEMENT,
            "course-together",
            *dict.fromkeys(evidence for entry in entries for evidence in told_by(entry, case)),
            resolve=Resolve("reconcile-medication", (entries[0].label,)),
            turn=self._turn(parts, case.as_of),
            labels=tuple(dict.fromkeys(entry.label for entry in entries))[:3],
            label=entries[0].label,
            since=run[0],
            until=run[1],
            longer_than=self.longer_than,
            within=self.within,
        )

    def needs(self, case: Case) -> frozenset[Need]:
        return frozenset({Need(Section.MEDICATIONS, frozenset(self.expanded(case)))})

    def _read(self, drug: Drug, case: Case) -> Truth:
        if self._touches(drug.sure, case) or self._long_and_running(drug, case):
            return drug.worth
        if self._touches(drug.sure + drug.possible, case):
            return Truth.MISSING
        return Truth.JUDGEMENT if drug.goes_on or drug.to_judge else Truth.FALSE

    def _long_and_running(self, drug: Drug, case: Case) -> bool:
        """Daily use that has reached its length and goes on touches every window still to come (D1 later than R)."""
        return drug.goes_on and any(self._long(run) and run[1] >= case.as_of for run in _runs(drug.sure))

    def _touches(self, days: list[Days], case: Case) -> bool:
        """Whether one long enough run of these days has a day in the window."""
        anchor = case.anchor(self.before)
        window = (self.within.ago(anchor), anchor)
        return any(self._long(run) and _meet(run, window) for run in _runs(days))

    def _long(self, run: Days) -> bool:
        """More than 3 days means at least 4, both ends counted."""
        return self.longer_than.after(run[0]) <= run[1]

    def _course(self, truth: Truth, deciding: list[Drug], open_: list[Drug], case: Case) -> Finding:
        entries = [entry for drug in deciding for entry in drug.entries]
        told = dict.fromkeys(evidence for entry in entries for evidence in told_by(entry, case))
        turn = self._turn(open_, case.as_of)
        first = entries[0]
        key, facts = self._told(truth, deciding[0], case)
        return finding(
            truth,
            key,
            *told,
            assumed=True,
            resolve=Resolve("reconcile-medication", (first.label,)),
            turn=turn,
            **{"longer_than": self.longer_than, "within": self.within, **facts},
        )

    def _told(self, truth: Truth, drug: Drug, case: Case) -> tuple[str, Facts]:
        """The course itself; or what is taken now; or why its length is not known."""
        first = next((e for e in drug.entries if e.intake is not Intake.NOT_TAKEN), drug.entries[0])
        facts: Facts = {"label": first.label, "since": first.start, "until": first.end}
        if truth is Truth.MISSING:
            doubtful = [e for e in drug.entries if taken_now(e, case) is Truth.MISSING]
            facts |= {"begun": first.start, "last": first.end}
            return doubt(doubtful[0], case) if doubtful else ("course-undecided", facts)
        if truth is Truth.JUDGEMENT and drug.to_judge:
            held = drug.to_judge[0]
            return "course-to-judge", {"label": held.label, "intake": told_intake(held)}
        run = next((run for run in reversed(_runs(drug.sure)) if self._long(run)), None)
        if run is not None:
            until = None if run[1] >= case.as_of and drug.goes_on else run[1]
            return "course", {**facts, "since": run[0], "until": until}
        return "course-to-judge", facts

    def _turn(self, open_: list[Drug], day: date) -> Turn | None:
        """The day after the last possible day has left the window; none where something else than time is missing."""
        if any(drug.goes_on or drug.to_judge or not all(_over(e, day) for e in drug.entries) for drug in open_):
            return None
        ends = [last for drug in open_ for _, last in drug.sure + drug.possible]
        running = [e for drug in open_ for e in drug.entries if e.intake is Intake.ACTIVE]
        ends += [entry.end.last for entry in running if entry.end is not None]
        return Turn(next_day(self.within.after(max(ends))), Truth.FALSE) if ends else None


def _by_ingredient(matches: list[Match], case: Case) -> list[Drug]:
    """Records that share an ingredient are one drug, whatever resource they came as."""
    groups: list[tuple[set[str], list[Match]]] = []
    for match in matches:
        entry = match.entry
        if not isinstance(entry, Exposure) or not _tells(entry, case):
            continue
        names, members = set(entry.ingredients) or {entry.reference}, [match]
        for same in [group for group in groups if group[0] & names]:
            groups.remove(same)
            names, members = names | same[0], same[1] + members
        groups.append((names, members))
    return [_drug(members, case) for _, members in groups]


def _tells(entry: Exposure, case: Case) -> bool:
    if entry.source is Source.ORDER and superseded(entry, case):
        return False
    return happened(entry, case.as_of) or entry.intake is Intake.INTENDED


def _drug(members: list[Match], case: Case) -> Drug:
    drug = Drug()
    for worth in (Truth.MISSING, Truth.JUDGEMENT, Truth.TRUE):  # the strongest of its records last
        drug.worth = worth if any(match.worth is worth for match in members) else drug.worth
    for match in members:
        if isinstance(match.entry, Exposure):
            _add(drug, match.entry, case)
    return drug


def _add(drug: Drug, entry: Exposure, case: Case) -> None:
    drug.entries.append(entry)
    if entry.intake is Intake.NOT_TAKEN:
        return
    if entry.intake in (Intake.ON_HOLD, Intake.INTENDED):
        drug.to_judge.append(entry)
        return
    sure, possible = _days(entry, case)
    drug.sure += sure
    drug.stated += sure if not is_assumed(entry, case) else []
    drug.possible += possible
    running = entry.intake is Intake.ACTIVE and entry.end is None and taken_now(entry, case) is Truth.TRUE
    drug.goes_on = drug.goes_on or (running and entry.source is not Source.ADMINISTRATION)


def _days(entry: Exposure, case: Case) -> tuple[list[Days], list[Days]]:
    """Surely taken days and possibly taken ones, up to R (G4)."""
    day = case.as_of
    start = _start(entry, case)
    first = start.first if start is not None else EARLIEST
    if entry.source is Source.PLAN or entry.intake is Intake.UNKNOWN or entry.as_needed:
        last = min(entry.end.last, day) if entry.end is not None else day
        return [], [(first, max(first, last))]
    end_first, end_last = _ends(entry, first, case)
    possible = [(first, max(first, end_last))]
    if start is None:
        return [], possible
    return ([(start.last, end_first)] if start.last <= end_first else []), possible


def _start(entry: Exposure, case: Case) -> When | None:
    """Its first day, cut at R; of a statement that tells none, that of the orders behind it."""
    if entry.start is not None:
        return entry.start.until(case.as_of)
    starts = [order.start for order in orders_behind(entry, case) if order.start is not None]
    return min(starts, key=lambda when: (when.first, when.last), default=None)


def _ends(entry: Exposure, first: date, case: Case) -> tuple[date, date]:
    """The earliest and the latest possible last day."""
    day = case.as_of
    if entry.intake is Intake.ACTIVE:
        if taken_now(entry, case) is Truth.TRUE:
            return day, day
        spoken = (
            entry.end.first if entry.end is not None else entry.asserted.first if entry.asserted is not None else first
        )
        return min(spoken, day), day
    if entry.end is not None:
        return min(entry.end.first, day), min(entry.end.last, day)
    latest = latest_end(entry, day)
    return (entry.start.last if entry.start is not None and entry.start.exact else first), max(first, latest)


def _over(entry: Exposure, day: date) -> bool:
    """Whether it has ended, or will on a recorded day: then only dates keep it open."""
    if entry.as_needed:
        return False
    if entry.intake is Intake.ACTIVE:
        return entry.end is not None and entry.end.first >= day
    return entry.intake in (Intake.COMPLETED, Intake.STOPPED, Intake.NOT_TAKEN)


def _runs(days: list[Days]) -> list[Days]:
    """Touching and overlapping intervals joined."""
    runs: list[Days] = []
    for first, last in sorted(days):
        if runs and first <= _after(runs[-1][1]):
            runs[-1] = (runs[-1][0], max(runs[-1][1], last))
        else:
            runs.append((first, last))
    return runs


def _after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _meet(run: Days, window: Days) -> bool:
    return run[0] <= window[1] and run[1] >= window[0]
