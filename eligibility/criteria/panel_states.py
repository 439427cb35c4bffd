"""The state of one test of a panel, and of its diagnosis (G5, G6): every state it may be in, the likeliest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from eligibility.case import condition_evidence, observation_evidence
from eligibility.criteria.criterion import Names, Parameters, SpanText
from eligibility.criteria.results import latest, possibly_in, window
from eligibility.finding import Evidence
from eligibility.quantity import quantity_text
from eligibility.record import Answer, Observation, Standing
from eligibility.terminology import Mark
from eligibility.truth import Truth
from eligibility.units import converted
from eligibility.when import EARLIEST, LATEST, Span, When

if TYPE_CHECKING:
    from eligibility.case import Case

STATES = ("positive", "negative", "faded", "stale", "unclear", "missing")
DIAGNOSIS = ("current", "suspected", "past", "denied", "missing")


@dataclass(frozen=True, slots=True)
class TestState:
    state: str
    evidence: tuple[Evidence, ...] = ()


class PanelTest(Parameters):
    """One test. A negative is fresh for `within` (else the freshness table), a positive for `positive_within` (ever).

    `take: any-positive`: once positive it stays. `after`: a negative counts only on or after that test's latest
    positive, or the diagnosis. `positive` (value sets of coded answers) or `positive_from`/`negative_below` say what
    an answer means where VS-RESULT-* does not.
    """

    of: Names
    within: SpanText | Literal["ever"] | None = None
    positive_within: SpanText | None = None
    take: Literal["latest", "any-positive"] = "latest"
    after: str | None = None
    positive: Names = ()
    positive_from: str | None = None
    negative_below: str | None = None

    def read(self, case: Case, after: PanelTest | tuple[str, ...] | None = None) -> list[TestState]:
        """Every state the test may be in; more than one when dates do not tell which result is the latest."""
        results = case.observations(self.of)
        if self.take == "any-positive":
            answers = [r for r in results if self._answer(r, case) is Answer.POSITIVE]
            positives = [r for r in answers if self._lasts(r, case) is Truth.TRUE]
            if positives:
                return [TestState("positive", tuple(observation_evidence(r) for r in positives))]
        since = _since(after, case)
        deciding, surely = latest(results, EARLIEST, case.as_of)
        states = {state: r for r in reversed(deciding) for state in self._states(r, since, case)}
        found = [TestState(state, (observation_evidence(r),)) for state, r in states.items()]
        undated = [r for r in results if r.when is None]
        if undated and not deciding:
            return [TestState("unclear", (observation_evidence(undated[0]),))]
        if not found or not surely:
            found.append(TestState("missing"))
        return found

    def _states(self, result: Observation, since: When | None, case: Case) -> tuple[str, ...]:
        """One state; more where it cannot be told whether it is too old, or came after what it must follow (G4)."""
        answer = self._answer(result, case)
        if answer is Answer.POSITIVE:
            return _aged(self._lasts(result, case), "positive", "faded")
        if answer is not Answer.NEGATIVE:
            return ("unclear",)
        negative = _aged(self._recent(result, self.fresh(case), case), "negative", "stale")
        later = Truth.TRUE if since is None or result.when is None else _on_or_after(result.when, since)
        return {Truth.TRUE: negative, Truth.FALSE: ("missing",)}.get(later, (*negative, "missing"))

    def fresh(self, case: Case) -> Span | None:
        """How old a negative may be; None: of any age."""
        if self.within == "ever":
            return None
        return self.within or case.tables.freshness_of(self.of, case.child)

    def _lasts(self, result: Observation, case: Case) -> Truth:
        return self._recent(result, self.positive_within, case)

    @staticmethod
    def _recent(result: Observation, span: Span | None, case: Case) -> Truth:
        if span is None:
            return Truth.TRUE
        return result.when.within(*window(span, case.as_of)) if result.when is not None else Truth.FALSE

    def _answer(self, result: Observation, case: Case) -> Answer:
        """What the value says; an interpretation beside it that says otherwise leaves it open (G6)."""
        if not result.result.readable:
            return Answer.UNCLEAR
        if self.positive:
            return self._coded(result)
        said, beside = self._said(result, case), result.result.interpretation
        return Answer.UNCLEAR if beside not in (Answer.NONE, said) else said

    def _said(self, result: Observation, case: Case) -> Answer:
        said = result.result.answer
        if said is not Answer.NONE or result.result.amount is None:
            return said
        if self.positive_from is not None:
            return self._counted(result, case)
        return self._viral_load(result, case)

    def _coded(self, result: Observation) -> Answer:
        marks = {result.result.hits.get(name) for name in self.positive}
        if Mark.MEMBER in marks:
            return Answer.POSITIVE
        return Answer.NEGATIVE if Mark.NEGATIVE in marks else Answer.UNCLEAR

    def _counted(self, result: Observation, case: Case) -> Answer:
        limit, floor = (
            quantity_text(self.positive_from or ""),
            quantity_text(self.negative_below or self.positive_from or ""),
        )
        amount = result.result.amount
        same = converted(amount, limit.unit, self.of, case.tables.units) if amount is not None else None
        if same is None or limit.number is None or floor.number is None:
            return Answer.UNCLEAR
        if same.at_least(limit.number) is Truth.TRUE:
            return Answer.POSITIVE
        return Answer.NEGATIVE if same.below(floor.number) is Truth.TRUE else Answer.UNCLEAR

    def _viral_load(self, result: Observation, case: Case) -> Answer:
        """A number, or more than one, is detected; "less than" without words, or zero, is indeterminate (G6)."""
        amount = result.result.amount
        viral = any(name in case.tables.viral_loads for name in self.of)
        if not viral or amount is None or amount.low is None or amount.low <= 0:
            return Answer.UNCLEAR
        return Answer.POSITIVE


def _aged(recent: Truth, young: str, old: str) -> tuple[str, ...]:
    """What it still says, or said too long ago; either, where its date does not tell."""
    return {Truth.TRUE: (young,), Truth.FALSE: (old,)}.get(recent, (young, old))


def _on_or_after(day: When, since: When) -> Truth:
    if day.first >= since.last:
        return Truth.TRUE
    return Truth.FALSE if day.last < since.first else Truth.MISSING


def _since(after: PanelTest | tuple[str, ...] | None, case: Case) -> When | None:
    """The day on or after which a negative counts; None when nothing precedes it."""
    if after is None:
        return None
    if isinstance(after, PanelTest):
        positives = [r for r in case.observations(after.of) if after._answer(r, case) is Answer.POSITIVE]
        newest = possibly_in(positives, EARLIEST, case.as_of)
        return newest[0].when if newest else None
    entries = [e for e in case.conditions(after) if e.standing is Standing.CURRENT]
    days = [e.onset or (When(EARLIEST, e.recorded.last) if e.recorded else When(EARLIEST, LATEST)) for e in entries]
    return max(days, key=lambda d: d.last) if days else None


def diagnosis_states(sets: tuple[str, ...], case: Case) -> list[TestState]:
    """The one state of the diagnosis: current before suspected before past before denied before missing."""
    found: dict[str, list[Evidence]] = {}
    for entry in case.conditions(sets):
        mark = next(entry.hits[name] for name in sets if entry.hits.get(name, Mark.NON_MEMBER) is not Mark.NON_MEMBER)
        found.setdefault(_diagnosis(mark, entry.standing), []).append(condition_evidence(entry))
    for entry in case.alarming:  # G7c: words that no row knows may be this very disease, whatever a test says
        if entry.standing is not Standing.DENIED and not entry.alarms.isdisjoint(sets):
            found.setdefault("suspected", []).append(condition_evidence(entry))
    for state in DIAGNOSIS:
        if state in found:
            return [TestState(state, tuple(found[state]))]
    return [TestState("missing")]


def _diagnosis(mark: Mark, standing: Standing) -> str:
    if standing is Standing.DENIED or mark is Mark.NEGATIVE:
        return "denied"
    if standing is Standing.SUSPECTED or mark in (Mark.UNKNOWN, Mark.JUDGEMENT):
        return "suspected"
    return "past" if standing is Standing.PAST or mark is Mark.HISTORY else "current"
