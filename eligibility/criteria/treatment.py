"""Whether the patient has had a treatment: a drug, a procedure, or a status code of one (G5 "exposure ever")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from eligibility.case import evidence_of
from eligibility.criteria.absence import absence
from eligibility.criteria.criterion import Facts, Names, Need, Rule, SpanText, finding
from eligibility.criteria.current import doubt, is_assumed, latest_end, told_by
from eligibility.criteria.drug_history import contradicted_by, orders_behind, superseded
from eligibility.criteria.words import Keys, Match, TherapyWords, capped, strongest
from eligibility.finding import Evidence, Finding, Reason, Resolve, Turn
from eligibility.record import Allergy, Condition, Exposure, Intake, Procedure, Section, Source, Standing, Study
from eligibility.terminology import Mark
from eligibility.truth import Truth, all_of
from eligibility.when import EARLIEST, LATEST, Span, When, next_day

if TYPE_CHECKING:
    from eligibility.case import Case

_HAD = (Intake.ACTIVE, Intake.COMPLETED, Intake.STOPPED)


@dataclass(frozen=True, slots=True)
class Had:
    """One record, what it says of the statement, and when it happened."""

    entry: Exposure | Procedure | Condition
    truth: Truth
    turn: Turn | None = None
    recent: bool = False  # begun too lately to count


class TreatmentRule(Rule, TherapyWords):
    """True when one record shows it. Orders count, assumed; not taken, not done, intended: explicit "no".

    `started_at_least`/`ended_at_least`: so long before R (G4). `outcome`: a documented reason on the record, or (for
    intolerance) an allergy to the agent. `within` before the anchor: an event in the window; undated ones and
    history codes are missing. `also_in: [studies]` reads titles of studies too.
    """

    outcome: Names = ()
    started_at_least: SpanText | None = None
    ended_at_least: SpanText | None = None
    within: SpanText | None = None
    before: Literal["screening", "first-dose"] = "screening"
    also_in: Names = ()
    silence: Keys = ("treatment-history",)
    contradicted_by: Names | None = None

    def evaluate(self, case: Case) -> Finding:
        had = [h for match in self.matches(case) if (h := self._had(match, case)) is not None]
        deciding = strongest([h.truth for h in had])
        extra = self._elsewhere(case)
        if extra and deciding is not Truth.TRUE:
            return finding(Truth.TRUE, "treated-elsewhere", *extra, label=extra[0].label)
        if deciding is not None:
            turns = [h.turn for h in had if h.truth is not Truth.FALSE]
            return self._given(deciding, [h for h in had if h.truth is deciding], turns, case)
        said = tuple(evidence_of(h.entry) for h in had)
        section = Section.PROCEDURES if "procedure-history" in self.silence else Section.MEDICATIONS
        found = absence(case, self.silence, self.expanded(case), section, self.contradicted_by, said)
        if self.outcome and said and found.reason.key == "recorded-no":
            return found.but(reason=Reason.of("outcome-not-recorded", outcome=self.outcome))
        recent = next((h.entry for h in had if h.recent), None)
        if found.truth is Truth.FALSE and recent is not None:
            return found.but(reason=Reason.of("too-recent", **self._facts(recent, case)))
        return found

    def needs(self, case: Case) -> frozenset[Need]:
        needs = {Need(Section.MEDICATIONS), Need(Section.PROCEDURES), Need(Section.CONDITIONS)}
        if "intolerance" in self.outcome:
            needs.add(Need(Section.ALLERGIES))
        return frozenset(needs | ({Need(Section.STUDIES)} if self.also_in else set()))

    def _given(self, truth: Truth, deciding: list[Had], turns: list[Turn | None], case: Case) -> Finding:
        turn = max((t for t in turns if t), key=lambda t: t.day) if all(turns) else None
        ordered = all(isinstance(h.entry, Exposure) and is_assumed(h.entry, case) for h in deciding)
        about = deciding[0].entry
        key, facts = self._told(truth, about, case)
        return finding(
            truth,
            key,
            *_named(deciding, case),
            assumed=ordered,
            resolve=Resolve("look-up-date" if turn else "ask-treatment-history", (about.label,)),
            turn=turn,
            **facts,
        )

    def _told(self, truth: Truth, entry: Exposure | Procedure | Condition, case: Case) -> tuple[str, Facts]:
        """The key of the sentence and its facts; of what is open, whether the deed, its day or its kind is."""
        facts = self._facts(entry, case)
        if truth is not Truth.MISSING:
            return ("treated" if truth is Truth.TRUE else "treated-to-judge"), facts
        if _happened(entry, case) is Truth.MISSING:
            if isinstance(entry, Exposure):
                return doubt(entry, case)
            return ("done-unclear" if isinstance(entry, Procedure) else "diagnosis-suspected"), facts
        if self._timed(entry, False, case)[0] is Truth.MISSING:
            return "treatment-when-unknown", facts
        return "treatment-undecided", facts

    def _facts(self, entry: Exposure | Procedure | Condition, case: Case) -> Facts:
        facts: Facts = {"label": entry.label, "window": self.within, "last": evidence_of(entry).when}
        if isinstance(entry, Condition) and entry.onset is None:
            facts["last"] = _interval(entry, case)[1] if entry.recorded or entry.abatement else None
        if not isinstance(entry, Condition) and self.outcome:
            facts["outcome"] = tuple(sorted(entry.outcomes & set(self.outcome)))
        if self.started_at_least is not None:
            start = _interval(entry, case)[0]
            facts |= {"span": self.started_at_least, "begun": None if start.first == EARLIEST else start}
        if isinstance(entry, Exposure) and not entry.single and entry.start != entry.end:
            over = entry.intake is not Intake.ACTIVE
            facts |= {"since": entry.start, "until": entry.end} if not over or entry.end else {}
        return facts

    def _had(self, match: Match, case: Case) -> Had | None:
        entry = match.entry
        truth = _happened(entry, case)
        if truth is None:
            return None
        if truth is Truth.FALSE:
            return Had(entry, Truth.FALSE)
        if self.outcome and isinstance(entry, Exposure | Procedure) and not entry.outcomes & set(self.outcome):
            return _no(entry)
        if self.outcome and isinstance(entry, Condition):
            return Had(entry, Truth.FALSE)
        timed, turn = self._timed(entry, match.past, case)
        parts = [t for t in (truth, timed, match.worth) if t is not Truth.TRUE]
        if Truth.FALSE in parts:
            return _no(entry, recent=self.started_at_least is not None and timed is Truth.FALSE)
        return Had(entry, capped(parts), turn)

    def _timed(self, entry: Exposure | Procedure | Condition, past: bool, case: Case) -> tuple[Truth, Turn | None]:
        parts = []
        start, end = _interval(entry, case)
        if self.started_at_least is not None:
            parts.append(_so_long_ago(start, self.started_at_least, case.as_of))
        if self.ended_at_least is not None:
            parts.append(_so_long_ago(end, self.ended_at_least, case.as_of))
        turn = None
        if self.within is not None:
            anchor = case.anchor(self.before)
            parts.append(_touches(start, end, self.within.ago(anchor), anchor))
            undated = end.first == EARLIEST and end.last >= case.as_of
            turn = None if undated else Turn(next_day(self.within.after(end.last)), Truth.FALSE)
        return all_of(parts), turn

    def _elsewhere(self, case: Case) -> tuple[Evidence, ...]:
        found: list[Allergy | Study] = []
        if "intolerance" in self.outcome:
            found += [a for a in case.record.allergies if a.confirmed and self._means(a, case)]
        if "studies" in self.also_in:
            found += [s for s in case.record.studies if self._means(s, case) and s.status not in NOT_TAKING_PART]
        return tuple(Evidence(e.reference, e.label, None, None, e.restricted) for e in found)

    def _means(self, entry: Allergy | Study, case: Case) -> bool:
        return any(entry.hits.get(name) is Mark.MEMBER for name in self.expanded(case))


NOT_TAKING_PART = frozenset(
    {"candidate", "screening", "eligible", "ineligible", "potential-candidate", "not-registered", "pending-on-study"}
)


def _happened(entry: Exposure | Procedure | Condition, case: Case) -> Truth | None:
    """Whether the record shows that it happened at all; None when it states nothing."""
    if isinstance(entry, Procedure):
        return Truth.MISSING if entry.done is None else Truth.TRUE if entry.done else Truth.FALSE
    if isinstance(entry, Condition):
        if entry.standing is Standing.DENIED:
            return Truth.FALSE
        return Truth.MISSING if entry.standing is Standing.SUSPECTED else Truth.TRUE
    if entry.source is Source.PLAN or (entry.start is not None and entry.start.first > case.as_of):
        return None
    if entry.intake in (Intake.NOT_TAKEN, Intake.INTENDED):
        return Truth.FALSE
    if entry.source is Source.ORDER and superseded(entry, case):
        return None
    if any(other.intake is Intake.NOT_TAKEN for other in contradicted_by(entry, case)):
        return Truth.MISSING  # ordered, and said not to have been taken
    if entry.intake in _HAD or (entry.intake is Intake.ON_HOLD and entry.source is not Source.ORDER):
        return Truth.TRUE
    return Truth.MISSING


def _no(entry: Exposure | Procedure | Condition, recent: bool = False) -> Had | None:
    """Not what is asked for; what was handed over says nothing then, for it proves no intake at all."""
    handed_over = isinstance(entry, Exposure) and entry.source is Source.DISPENSE
    return None if handed_over else Had(entry, Truth.FALSE, recent=recent)


def _named(deciding: list[Had], case: Case) -> tuple[Evidence, ...]:
    told = (told_by(h.entry, case) if isinstance(h.entry, Exposure) else (evidence_of(h.entry),) for h in deciding)
    return tuple(dict.fromkeys(evidence for each in told for evidence in each))


def _interval(entry: Exposure | Procedure | Condition, case: Case) -> tuple[When, When]:
    """Start and end, unknown ones as wide as they can be (G4)."""
    as_of = case.as_of
    if isinstance(entry, Procedure):
        when = entry.performed or When(EARLIEST, as_of)
        return when, when
    if isinstance(entry, Condition):
        when = entry.onset or When(
            EARLIEST, min((w.last for w in (entry.recorded, entry.abatement) if w), default=as_of)
        )
        return when, when
    start = entry.start or _ordered(entry, case)
    start = start or When(EARLIEST, min((w.last for w in (entry.end, entry.asserted) if w), default=as_of))
    start = start.until(as_of) or When.on(as_of)
    if entry.end is not None:
        return start, entry.end
    if entry.intake is Intake.ACTIVE:
        return start, When.on(LATEST)
    return start, When(start.first, max(latest_end(entry, as_of), start.first))


def _ordered(entry: Exposure, case: Case) -> When | None:
    """The first day of the orders behind a statement that tells no beginning."""
    starts = [order.start for order in orders_behind(entry, case) if order.start is not None]
    return min(starts, key=lambda when: (when.first, when.last), default=None)


def _so_long_ago(day: When, span: Span, as_of: date) -> Truth:
    if span.after(day.last) <= as_of:
        return Truth.TRUE
    return Truth.FALSE if span.after(day.first) > as_of else Truth.MISSING


def _touches(start: When, end: When, first: date, last: date) -> Truth:
    """Whether any day of [start, end] lies in [first, last]."""
    return start.on_or_before(last) & ~end.before(first)
