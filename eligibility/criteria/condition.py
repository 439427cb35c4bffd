"""Whether the patient has, had, or within a time got a disease (G3–G5, G7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from eligibility.case import condition_evidence
from eligibility.criteria.absence import absence
from eligibility.criteria.criterion import Names, Need, Rule, SpanText, finding
from eligibility.criteria.words import WORTH, CodeWords, Keys, Worth, capped, strongest
from eligibility.criteria.words import Standing as Weight
from eligibility.finding import Finding, Reason, Resolve, Turn
from eligibility.record import Condition, Section, Standing
from eligibility.truth import Truth
from eligibility.when import EARLIEST, LATEST, Span, When, next_day

if TYPE_CHECKING:
    from eligibility.case import Case


@dataclass(frozen=True, slots=True)
class Weighed:
    """One entry and what it says of the statement; `turn` when time alone will change that."""

    entry: Condition
    truth: Truth
    turn: Turn | None = None
    inside: bool = False  # its event surely lies in the window that is asked
    undated: bool = False  # open only because it may or may not


class ConditionRule(Rule, CodeWords):
    """`status` current, past, ever or denied; or `began_within`/`ended_within` a span before R.

    Current entries are worth what their code says; unconfirmed, provisional and differential ones are missing; past
    ones weigh `past` (`resolved` separately). Dated: true when the onset lies inside, missing when undated or
    straddling; `ongoing` weighs an older one that is still current, `ended` one with an abatement. Refuted or
    explicitly negative entries, or past ones that do not count, are a "no" where the list is kept; `refuted: means-no`
    and `past: means-no` make them one by themselves. Nothing: `silence`, unless contradicted (G7b, G7c).
    """

    status: Literal["current", "past", "ever", "denied"] = "current"
    past: Weight | Literal["means-no"] | None = None
    resolved: Weight | None = None
    refuted: Literal["means-no"] | None = None
    began_within: SpanText | None = None
    ended_within: SpanText | None = None
    ended: Weight = "counts"
    ongoing: Weight = "ignored"
    acute: bool = False
    silence: Keys = ("problem-list",)
    contradicted_by: Names | None = None

    def evaluate(self, case: Case) -> Finding:
        weighed = [w for entry in case.conditions(self.sets) if (w := self._weigh(entry, case)) is not None]
        deciding = strongest([w.truth for w in weighed])
        if deciding is not None:
            turns = [w.turn for w in weighed if w.truth is not Truth.FALSE]
            return self._present(deciding, [w for w in weighed if w.truth is deciding], turns)
        said = [w for w in weighed if w.truth is Truth.FALSE]
        dated = self.began_within is not None or self.ended_within is not None
        rows = () if dated and self.contradicted_by is None else self.contradicted_by
        older = said and all(self._is_older(w.entry, case) for w in said)
        found = absence(
            case,
            self.silence,
            self.sets,
            Section.CONDITIONS,
            rows,
            tuple(condition_evidence(w.entry) for w in said),
            acute=self.acute,
            answers=any(self._answers(w.entry) for w in said),
        )
        if older and found.reason.key == "recorded-no":
            return found.but(reason=Reason.of("diagnosis-older", window=self.began_within, label=said[0].entry.label))
        return found

    def _is_older(self, entry: Condition, case: Case) -> bool:
        """Whether its event surely lies before the window: one inside may not count for another reason."""
        if self.began_within is None or entry.standing is Standing.DENIED:
            return False
        return _began(entry).before(self.began_within.ago(case.as_of)) is Truth.TRUE

    def _answers(self, entry: Condition) -> bool:
        """Whether this entry is a "no" by itself: an older event, or what the definition says means no."""
        if entry.standing is Standing.DENIED:
            return self.refuted is not None
        return self.began_within is not None or self.past == "means-no"

    def needs(self, case: Case) -> frozenset[Need]:
        return frozenset(
            {Need(Section.CONDITIONS, frozenset(self.sets)), Need(Section.MEDICATIONS), Need(Section.PROCEDURES)}
        )

    def _present(self, truth: Truth, deciding: list[Weighed], turns: list[Turn | None]) -> Finding:
        deciding = sorted(deciding, key=lambda w: w.entry.reference)
        turn = max((t for t in turns if t), key=lambda t: t.day) if all(turns) else None
        first = deciding[0].entry
        return finding(
            truth,
            self._key(deciding[0]),
            *(condition_evidence(w.entry) for w in deciding),
            resolve=Resolve("look-up-date" if turn else "review-problem-list", (first.label,)),
            turn=turn,
            label=first.label,
            when=first.onset or first.recorded,
            window=self._window,
        )

    def _key(self, weighed: Weighed) -> str:
        entry, truth = weighed.entry, weighed.truth
        if truth is Truth.MISSING:
            if entry.standing is Standing.SUSPECTED:
                return "diagnosis-suspected"
            return "diagnosis-when-unknown" if weighed.undated else "diagnosis-undecided"
        if self.status == "denied":
            return "diagnosis-denied"
        if truth is Truth.TRUE and self._window is not None and weighed.inside:
            return "diagnosis-in-window"
        if truth is Truth.JUDGEMENT:
            return "diagnosis-to-judge"
        return "diagnosis-present" if entry.standing is Standing.CURRENT else "diagnosis-past"

    @property
    def _window(self) -> Span | None:
        return self.began_within or self.ended_within

    def _weigh(self, entry: Condition, case: Case) -> Weighed | None:
        worth = self.worth(entry.hits)
        if worth is None:
            return None
        denied = entry.standing is Standing.DENIED or worth.denied
        if self.status == "denied":
            return Weighed(entry, Truth.TRUE) if denied else None
        if denied:
            return Weighed(entry, Truth.FALSE)
        if entry.standing is Standing.SUSPECTED:
            return Weighed(entry, Truth.MISSING)
        if self.began_within is not None:
            return self._began(entry, worth, self.began_within, case)
        if self.ended_within is not None:
            return self._ended(entry, worth, self.ended_within, case)
        return Weighed(entry, self._standing(entry, worth))

    def _standing(self, entry: Condition, worth: Worth) -> Truth:
        is_past = entry.standing is Standing.PAST or worth.past
        if self.status == "past":
            return worth.truth if is_past else Truth.FALSE
        if not is_past:
            return worth.truth
        default: Weight = "counts" if self.status == "ever" else "ignored"
        weight: Weight = "ignored" if self.past == "means-no" else self.past or default
        if entry.resolved and self.resolved is not None:
            weight = self.resolved
        return _capped(weight, worth.truth)

    def _began(self, entry: Condition, worth: Worth, span: Span, case: Case) -> Weighed:
        is_past = entry.standing is Standing.PAST or worth.past
        if is_past and self.past == "ignored":
            return Weighed(entry, Truth.FALSE)
        inside = worth.truth
        if entry.abated or entry.resolved:
            inside = _capped(self.ended, worth.truth)
        older = Truth.FALSE if is_past else _capped(self.ongoing, worth.truth)
        began = _began(entry)
        return _in_window(entry, began, span, inside, older, case)

    def _ended(self, entry: Condition, worth: Worth, span: Span, case: Case) -> Weighed:
        if not (entry.standing is Standing.PAST or worth.past):
            return Weighed(entry, Truth.FALSE)
        began = _began(entry)
        ended = entry.abatement or When(began.first, case.as_of)
        return _in_window(entry, ended, span, worth.truth, Truth.FALSE, case)


def _began(entry: Condition) -> When:
    """The onset; else at the latest the recorded date and the abatement (G4)."""
    if entry.onset is not None:
        return entry.onset
    return When(EARLIEST, min((w.last for w in (entry.recorded, entry.abatement) if w is not None), default=LATEST))


def _in_window(entry: Condition, event: When, span: Span, inside: Truth, older: Truth, case: Case) -> Weighed:
    """Both ends of the event's date are tried; a straddling one turns the day after the latest possible has left."""
    event = event.until(case.as_of) or When.on(case.as_of)
    lies = event.within(span.ago(case.as_of), case.as_of)
    if lies is Truth.TRUE or inside is older:
        truth = inside
    else:
        truth = older if lies is Truth.FALSE else Truth.MISSING
    undated = event.first == EARLIEST and entry.onset is None and entry.recorded is None and entry.abatement is None
    turn = None if undated or truth is older else Turn(next_day(span.after(event.last)), older)
    straddles = lies is Truth.MISSING and truth is Truth.MISSING
    return Weighed(entry, truth, turn, lies is Truth.TRUE, straddles)


def _capped(weight: Weight, truth: Truth) -> Truth:
    """What an entry weighs when its standing is worth `weight` and its code `truth`."""
    if weight == "ignored":
        return Truth.FALSE
    return capped([WORTH[weight], truth])
