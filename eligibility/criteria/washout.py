"""Whether the last one ended so long before the anchor, or there was none (G3, G4, G9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, Self

from pydantic import model_validator

from eligibility.case import evidence_of, happened
from eligibility.criteria.absence import absence
from eligibility.criteria.criterion import Facts, Names, Need, Rule, SpanText, finding
from eligibility.criteria.current import ASSUMED, doubt, latest_end, taken_now, told_by, told_intake
from eligibility.criteria.drug_history import superseded
from eligibility.criteria.words import Keys, Match, TherapyWords
from eligibility.finding import Evidence, Finding, Resolve, Turn
from eligibility.record import Condition, Exposure, Intake, Procedure, Section, Source, Standing
from eligibility.truth import Truth
from eligibility.when import EARLIEST, Span, When, next_day

if TYPE_CHECKING:
    from eligibility.case import Case

_ORDER = (Truth.FALSE, Truth.MISSING, Truth.JUDGEMENT, Truth.TRUE)
SHORT = Span(30, "day")


@dataclass(frozen=True, slots=True)
class Ended:
    """One record: whether it is washed out, and the day on which it will be."""

    entry: Exposure | Procedure | Condition
    truth: Truth
    turn: Turn | None = None
    running: bool = False
    last: When | None = None  # when it ended; None where no day is known
    ordered: bool = False  # an order that proves no dose


class WashoutRule(Rule, TherapyWords):
    """`at_least` (the boundary day passes) or `more_than` (it does not) before the anchor, counted from the last end.

    An open end is still running; a missing or partial one is tried at both ends. None at all: true, "not
    applicable", by `silence`. Judgement-marked agents that are not washed out: judgement. `order_alone: unknown`
    where an order without a recorded dose proves nothing (infusions).
    """

    at_least: SpanText | None = None
    more_than: SpanText | None = None
    before: Literal["screening", "first-dose"] = "screening"
    order_alone: Literal["counts", "unknown"] = "counts"
    silence: Keys | None = None
    contradicted_by: Names = ()

    @model_validator(mode="after")
    def _one_span(self) -> Self:
        if (self.at_least is None) == (self.more_than is None):
            raise ValueError("either at_least or more_than, a span such as 2 weeks")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """Without `silence`: the medication list for short windows, else the treatment history (language §5)."""
        if self.silence is not None:
            return self.silence
        return ("medication-list",) if self._span.days_at_most <= SHORT.number else ("treatment-history",)

    def evaluate(self, case: Case) -> Finding:
        matches = _dated_first(self.matches(case))
        ended = [e for match in matches if (e := self._ended(match, case)) is not None]
        for truth in _ORDER[:3]:
            deciding = [e for e in ended if e.truth is truth]
            if deciding:
                return self._open(truth, deciding, [e.turn for e in ended if e.truth is not Truth.TRUE], case)
        section = Section.PROCEDURES if "procedure-history" in self.keys else Section.MEDICATIONS
        washed = tuple(evidence_of(e.entry) for e in ended)
        found = absence(case, self.keys, self.expanded(case), section, self.contradicted_by, washed, truth=Truth.TRUE)
        if found.truth is Truth.TRUE and any(e.truth is Truth.TRUE and not _never(e.entry) for e in ended):
            taken = [e for e in ended if not _never(e.entry)]
            ordered = all(isinstance(e.entry, Exposure) and e.entry.source in ASSUMED for e in taken)
            return finding(Truth.TRUE, "washed-out", *washed, assumed=ordered, **self._facts(max(taken, key=_latest)))
        return found

    def needs(self, case: Case) -> frozenset[Need]:
        return frozenset({Need(Section.MEDICATIONS), Need(Section.PROCEDURES), Need(Section.CONDITIONS)})

    @property
    def _span(self) -> Span:
        return self.at_least or self.more_than or SHORT

    def _clear_on(self, day: date) -> date:
        clear = self._span.after(day)
        return next_day(clear) if self.more_than is not None else clear

    def _open(self, truth: Truth, deciding: list[Ended], turns: list[Turn | None], case: Case) -> Finding:
        turn = max((t for t in turns if t), key=lambda t: t.day) if all(turns) else None
        about = max(deciding, key=lambda e: (e.running, _latest(e)))
        key, facts = self._told(truth, about, case)
        return finding(
            truth,
            key,
            *_named(deciding, case),
            assumed=all(isinstance(e.entry, Exposure) and e.entry.source in ASSUMED for e in deciding),
            resolve=Resolve("look-up-date", (about.entry.label,)),
            turn=turn,
            **{**facts, "clear_on": turn.day if turn else None},
        )

    def _told(self, truth: Truth, about: Ended, case: Case) -> tuple[str, Facts]:
        """The key of the sentence and its facts: what ended when, or why that is not known."""
        entry, facts = about.entry, self._facts(about)
        if about.running:
            return "still-running", facts
        if truth is Truth.FALSE:
            return "not-washed-out", facts
        if truth is Truth.JUDGEMENT:
            return "not-washed-out-to-judge", facts
        if about.ordered and isinstance(entry, Exposure):
            return "ordered-only", {**facts, "last": entry.asserted or entry.start}
        if about.last is None and isinstance(entry, Exposure):
            return doubt(entry, case)
        if about.last is None:
            return ("done-unclear" if isinstance(entry, Procedure) else "diagnosis-suspected"), facts
        undated = about.last.first == EARLIEST and about.turn is None
        return "washout-undecided", facts | ({"last": None} if undated else {})

    def _facts(self, about: Ended) -> Facts:
        entry = about.entry
        return {
            "label": entry.label,
            "last": about.last,
            "since": entry.start if isinstance(entry, Exposure) else None,
            "intake": told_intake(entry) if isinstance(entry, Exposure) else None,
            "span": self._span,
            "how": "more-than" if self.more_than is not None else "at-least",
            "before": "first-dose" if self.before == "first-dose" else "screening-day",
        }

    def _ended(self, match: Match, case: Case) -> Ended | None:
        end = self._end(match, case)
        if end is None or isinstance(end, Ended):
            return end
        entry, anchor = match.entry, case.anchor(self.before)
        first, last = self._clear_on(end.first), self._clear_on(end.last)
        truth = Truth.TRUE if last <= anchor else Truth.FALSE if first > anchor else Truth.MISSING
        if truth is Truth.TRUE:
            return Ended(entry, truth, last=end)
        if truth is Truth.FALSE and match.worth is not Truth.TRUE:
            truth = match.worth
        undated = end.first == EARLIEST and end.last >= case.as_of
        return Ended(entry, truth, None if undated else Turn(last, Truth.TRUE), last=end)

    def _end(self, match: Match, case: Case) -> When | Ended | None:
        entry = match.entry
        if isinstance(entry, Procedure):
            if entry.done is None:
                return Ended(entry, Truth.MISSING)
            return (entry.performed or When(EARLIEST, case.as_of)) if entry.done else Ended(entry, Truth.TRUE)
        if isinstance(entry, Condition):
            return _status_code(entry, case.as_of)
        return self._exposure_end(entry, match.worth, case)

    def _exposure_end(self, entry: Exposure, worth: Truth, case: Case) -> When | Ended | None:
        if entry.source is Source.PLAN or not happened(entry, case.as_of):
            return None
        if entry.source is Source.DISPENSE:
            cleared = entry.end is not None and self._clear_on(entry.end.last) <= case.anchor(self.before)
            return None if cleared else Ended(entry, Truth.MISSING)
        if entry.intake is Intake.INTENDED and self.keys == ("medication-list",):
            return Ended(entry, Truth.JUDGEMENT)  # what counts here is current use, and G5's table asks a person
        if entry.intake in (Intake.NOT_TAKEN, Intake.INTENDED):
            return Ended(entry, Truth.TRUE)
        if entry.source is Source.ORDER:
            if superseded(entry, case):
                return None
            if self.order_alone == "unknown":
                return None if _dose_recorded(entry, case) else Ended(entry, Truth.MISSING, ordered=True)
        if entry.intake in (Intake.COMPLETED, Intake.STOPPED):
            return _stopped(entry, case.as_of)
        return self._running(entry, worth, case)

    def _running(self, entry: Exposure, worth: Truth, case: Case) -> When | Ended:
        now = taken_now(entry, case)
        if now is Truth.TRUE and entry.end is None:
            return Ended(entry, Truth.FALSE if worth is Truth.TRUE else worth, running=True)
        if now is Truth.TRUE and entry.end is not None:
            return entry.end
        if now is Truth.JUDGEMENT:
            return Ended(entry, Truth.JUDGEMENT)
        return Ended(entry, Truth.MISSING)


def _named(deciding: list[Ended], case: Case) -> tuple[Evidence, ...]:
    """The records that decide, and those that contradict them."""
    told = (told_by(e.entry, case) if isinstance(e.entry, Exposure) else (evidence_of(e.entry),) for e in deciding)
    return tuple(dict.fromkeys(evidence for each in told for evidence in each))


def _latest(ended: Ended) -> tuple[date, str]:
    when = ended.last or evidence_of(ended.entry).when
    return (when.last if when else EARLIEST), ended.entry.reference


def _never(entry: Exposure | Procedure | Condition) -> bool:
    """Records that say it was not taken or not done: nothing to wash out."""
    if isinstance(entry, Exposure):
        return entry.intake in (Intake.NOT_TAKEN, Intake.INTENDED)
    return entry.done is False if isinstance(entry, Procedure) else entry.standing is Standing.DENIED


def _stopped(entry: Exposure, as_of: date) -> When:
    """The end; without one, somewhere in [start, min(R, asserted)] (G4)."""
    if entry.end is not None:
        return entry.end.until(as_of) or When.on(as_of)
    first = entry.start.first if entry.start is not None else EARLIEST
    last = latest_end(entry, as_of)
    return When(first, max(first, last))


def _status_code(entry: Condition, as_of: date) -> When | Ended | None:
    """A status code proves the event, not its day: its recorded date is the latest possible (G4)."""
    if entry.standing is Standing.DENIED:
        return Ended(entry, Truth.TRUE)
    if entry.standing is Standing.SUSPECTED:
        return Ended(entry, Truth.MISSING)
    if entry.onset is not None:
        return entry.onset
    return When(EARLIEST, min((w.last for w in (entry.recorded, entry.abatement) if w), default=as_of))


def _dated_first(matches: list[Match]) -> list[Match]:
    """A status code without a date of its own says no more than the dated procedure beside it."""
    done = any(isinstance(m.entry, Procedure) and m.entry.done and m.entry.performed is not None for m in matches)
    if not done:
        return matches
    return [m for m in matches if not (isinstance(m.entry, Condition) and m.entry.onset is None)]


def _dose_recorded(order: Exposure, case: Case) -> bool:
    """Whether a statement or administration on or after the order tells of a dose given under it."""
    ordered = order.asserted or order.start
    return any(
        other.source is not Source.ORDER
        and other.ingredients & order.ingredients
        and other.intake not in (Intake.INTENDED, Intake.UNKNOWN)
        and other.start is not None
        and (ordered is None or other.start.last >= ordered.first)
        for other in case.record.exposures
    )
