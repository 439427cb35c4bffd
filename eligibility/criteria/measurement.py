"""Whether the deciding result of a test keeps its limits (G5, G6)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, Self

from pydantic import model_validator

from eligibility.case import observation_evidence, procedure_evidence
from eligibility.credible import unit_of
from eligibility.criteria.criterion import Facts, Names, Need, Rule, SpanText, finding
from eligibility.criteria.flaws import flaw
from eligibility.criteria.limits import ULN, Limits, upper_limits
from eligibility.criteria.measurement_told import limit_facts, not_used, result_facts
from eligibility.criteria.results import agreed, latest, newest, possibly_in, surely_in, surely_later, window
from eligibility.finding import Finding, Reason, Resolve
from eligibility.record import Answer, Observation, Section, Standing
from eligibility.terminology import Mark
from eligibility.truth import Truth, all_of, any_of
from eligibility.units import converted
from eligibility.when import Span, When

if TYPE_CHECKING:
    from eligibility.case import Case


class MeasurementRule(Rule, Limits):
    """The latest (`take`: highest, lowest) valid result inside `within` keeps the limits.

    None inside: missing, with the old value shown (`optional`: the test drops out of its group or row). Unreadable
    and newest: missing. `unreliable_with`: a positive result of these sets on the same day, or a current confirmed
    diagnosis, makes the value missing. `caveat_after` is said beside the value and changes nothing.
    """

    of: Names
    within: SpanText | None = None
    take: Literal["latest", "highest", "lowest"] = "latest"
    unreliable_with: Names = ()
    caveat_after: Names = ()
    optional: bool = False

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if not self.stated:
            raise ValueError("a limit: one of below, at_most, above, at_least")
        return self

    def span(self, case: Case) -> Span | None:
        return self.within or case.tables.freshness_of(self.of, case.child)

    def evaluate(self, case: Case) -> Finding:
        results = case.observations(self.of)
        first, last = window(self.span(case), case.as_of)
        deciding, surely = (latest if self.take == "latest" else _all)(results, first, last)
        if not deciding:
            return self._nothing(results, case)
        truths = [self.read(result, case) for result in deciding]
        truth = self._combined(truths, surely)
        shown = next((r for r, t in zip(deciding, truths, strict=True) if t is truth), deciding[0])
        return self._found(truth, shown, deciding, case)

    def needs(self, case: Case) -> frozenset[Need]:
        sets = frozenset(self.of)
        needs = {Need(Section.OBSERVATIONS, sets, self.span(case))}
        if self.unreliable_with:
            needs |= {
                Need(Section.OBSERVATIONS, frozenset(self.unreliable_with), self.span(case)),
                Need(Section.CONDITIONS),
            }
        return frozenset(needs | ({Need(Section.PROCEDURES)} if self.caveat_after else set()))

    def read(self, result: Observation, case: Case) -> Truth:
        """What one result says of the limits."""
        if self._unreliable(result, case) is not None:
            return Truth.MISSING
        truth = self._compared(result, case)
        estimated = any(result.hits.get(name) is Mark.JUDGEMENT for name in self.of)
        return Truth.JUDGEMENT if estimated and not truth.open else truth

    def _compared(self, result: Observation, case: Case) -> Truth:
        amount = result.result.amount
        if amount is None or not result.result.readable:
            return Truth.MISSING
        amount = unit_of(result, amount, case.tables)
        if self.unit == ULN:
            limits = upper_limits(result, amount.unit, case)
            said = {self.keep(amount, uln) for uln in limits}
            return said.pop() if len(said) == 1 else Truth.MISSING
        same = converted(amount, self.unit, self.of, case.tables.units)
        return Truth.MISSING if same is None else self.keep(same)

    def _combined(self, truths: list[Truth], surely: bool) -> Truth:
        if self.take == "latest":
            one = set(truths) if surely else set(truths) | {Truth.MISSING}
            return one.pop() if len(one) == 1 else Truth.MISSING
        upper = self.below is not None or self.at_most is not None
        some = (self.take == "highest") != upper  # the highest is above when any is; below when all are
        truth = any_of(truths) if some else all_of(truths)
        return truth if surely or truth.open else Truth.MISSING

    def _found(self, truth: Truth, shown: Observation, deciding: list[Observation], case: Case) -> Finding:
        evidence = [observation_evidence(r) for r in ([shown] if truth is not Truth.MISSING else deciding)]
        return finding(
            truth,
            self._key(truth, shown, deciding, case),
            *evidence,
            resolve=Resolve("order-test", self.of),
            notes=self._caveats(shown, case),
            **self._facts(truth, shown, case),
        )

    def _key(self, truth: Truth, shown: Observation, deciding: list[Observation], case: Case) -> str:
        if truth is Truth.JUDGEMENT:
            return "measured-to-judge" if self._compared(shown, case) is truth else "measured-by-estimate"
        if truth is not Truth.MISSING:
            return "measured"
        if self._unreliable(shown, case) is not None:
            return "count-unreliable"
        wrong = flaw(shown, case)
        if wrong is not None or shown.result.amount is None:
            return wrong or "result-unreadable"
        if agreed(deciding, lambda r: self.read(r, case)) is None:
            return "results-undecided"
        if not surely_in(shown, *window(self.span(case), case.as_of)):
            return "result-when-unknown"
        printed = limit_facts(self, truth, shown, case).get("uln")
        return "result-undecided" if self.unit != ULN or printed else "no-upper-limit"

    def _nothing(self, results: list[Observation], case: Case) -> Finding:
        old = newest(results) or next(iter(results), None)
        holes = case.record.observation_holes(frozenset(self.of), window(self.span(case), case.as_of)[0])
        evidence = (observation_evidence(old),) if old is not None else ()
        if holes:
            hole = holes[0]
            return finding(
                Truth.MISSING,
                "hole",
                *evidence,
                resolve=Resolve("order-test", self.of),
                section=hole.section.value,
                why=hole.reason,
                reference=hole.reference,
                label=hole.label,
            )
        key = "never-measured" if old is None else "result-undated" if old.when is None else "result-stale"
        facts = (result_facts(old, self.of) if old is not None else {"sets": self.of}) | not_used(self.of, old, case)
        found = finding(
            Truth.MISSING, key, *evidence, resolve=Resolve("order-test", self.of), within=self.span(case), **facts
        )
        return found.but(skipped=self.optional)

    def _facts(self, truth: Truth, shown: Observation, case: Case) -> Facts:
        facts = result_facts(shown, self.of) | {"within": self.span(case), "other": self._unreliable(shown, case)}
        return facts | limit_facts(self, truth, shown, case)

    def _unreliable(self, result: Observation, case: Case) -> str | None:
        """What makes it unreliable, by its name."""
        if not self.unreliable_with or result.when is None:
            return None
        for other in case.observations(self.unreliable_with):
            same_day = (
                other.when is not None and other.when.within(result.when.first, result.when.last) is not Truth.FALSE
            )
            if same_day and other.result.answer is not Answer.NEGATIVE:
                return other.label
        for entry in case.conditions(self.unreliable_with):
            member = any(entry.hits.get(name) is Mark.MEMBER for name in self.unreliable_with)
            if entry.standing is Standing.CURRENT and member:
                return entry.label
        return None

    def _caveats(self, result: Observation, case: Case) -> tuple[Reason, ...]:
        notes = [
            Reason.of("newer-preliminary", label=other.label, value=other.result.text, when=other.when)
            for other in case.preliminary(self.of)
            if surely_later(other, result)
        ]
        for event in case.procedures(self.caveat_after):
            before = event.done and event.performed is not None and result.when is not None
            if (
                before
                and event.performed is not None
                and result.when is not None
                and _shortly_before(event.performed, result.when)
            ):
                notes.append(
                    Reason.of("after-transfusion", when=event.performed, label=procedure_evidence(event).label)
                )
        return tuple(notes)


def _shortly_before(event: When, result: When) -> bool:
    """A transfused platelet lives about a week: later counts carry no caveat."""
    return event.first <= result.last <= Span(7, "day").after(event.last)


def _all(results: list[Observation], first: date, last: date) -> tuple[list[Observation], bool]:
    inside = possibly_in(results, first, last)
    return inside, any(surely_in(r, first, last) for r in inside)
