"""Whether the deciding grade on an ordinal scale keeps its limits (ECOG, NYHA): number, coded answer, Roman numeral."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from eligibility.case import observation_evidence
from eligibility.criteria.criterion import Facts, Need, Rule, SpanText, finding
from eligibility.criteria.results import latest, newest, possibly_in, surely_in, window
from eligibility.finding import Finding, Resolve
from eligibility.record import Observation, Section
from eligibility.tables import Scale
from eligibility.truth import Truth, all_of, any_of
from eligibility.when import Span

if TYPE_CHECKING:
    from eligibility.case import Case

_GRADE = re.compile(
    r"^(?:ecog|nyha|who)?\s*(?:ps|class|grade|stage|score|fc)?\s*[:=]?\s*(iv|i{1,3}|[0-5])\s*$", re.IGNORECASE
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class ScoreRule(Rule):
    """`scale` of shared.yaml with `at_most`/`at_least`. Another scale (Karnofsky) is named, never converted.

    `within: ever` asks for the newest grade at any time. `optional`: without a grade the test drops out.
    """

    scale: str
    at_most: int | None = None
    at_least: int | None = None
    within: SpanText | Literal["ever"] | None = None
    take: Literal["latest", "highest", "lowest"] = "latest"
    optional: bool = False

    def evaluate(self, case: Case) -> Finding:
        scale = case.tables.scales[self.scale]
        results = case.observations(scale.of)
        first, last = window(self._span(case), case.as_of)
        if self.take == "latest":
            deciding, surely = latest(results, first, last)
        else:
            deciding = possibly_in(results, first, last)
            surely = any(surely_in(r, first, last) for r in deciding)
        if not deciding:
            return self._nothing(results, scale, case)
        truths = [self._keeps(grade(result, scale)) for result in deciding]
        truth = self._combined(truths, surely)
        shown = next((r for r, t in zip(deciding, truths, strict=True) if t is truth), deciding[0])
        facts = self._facts(shown, case) | self._limit(truth, grade(shown, scale))
        return finding(
            truth,
            self._key(truth, shown, truths, case),
            *map(observation_evidence, deciding if truth.open else (shown,)),
            resolve=Resolve("record-score", scale.of),
            **facts,
        )

    def _key(self, truth: Truth, shown: Observation, truths: list[Truth], case: Case) -> str:
        if not truth.open:
            return "graded"
        if grade(shown, case.tables.scales[self.scale]) is None:
            return "grade-unreadable"
        return "results-undecided" if len(set(truths)) > 1 else "grade-when-unknown"

    def _limit(self, truth: Truth, value: int | None) -> Facts:
        """On which side of which grade it lies, and what a coded answer stands for."""
        high = self.at_most is not None and (self.at_least is None or (value or 0) > self.at_most)
        limit, word = (self.at_most, "above") if high else (self.at_least, "below")
        side = f"not-{word}" if truth is Truth.TRUE else word
        return {"side": side, "grade_limit": f"{self.scale}-{limit}", "grade": f"{self.scale}-{value}"}

    def needs(self, case: Case) -> frozenset[Need]:
        scale = case.tables.scales[self.scale]
        return frozenset({Need(Section.OBSERVATIONS, frozenset((*scale.of, *scale.look_alikes)), self._span(case))})

    def _span(self, case: Case) -> Span | None:
        if self.within == "ever":
            return None
        return self.within or case.tables.freshness_of(case.tables.scales[self.scale].of, case.child)

    def _keeps(self, value: int | None) -> Truth:
        if value is None:
            return Truth.MISSING
        low_enough = self.at_most is None or value <= self.at_most
        high_enough = self.at_least is None or value >= self.at_least
        return Truth.TRUE if low_enough and high_enough else Truth.FALSE

    def _combined(self, truths: list[Truth], surely: bool) -> Truth:
        if self.take == "latest":
            said = set(truths) if surely else set(truths) | {Truth.MISSING}
            return said.pop() if len(said) == 1 else Truth.MISSING
        some = (self.take == "highest") == (self.at_least is not None)
        truth = any_of(truths) if some else all_of(truths)
        return truth if surely or truth.open else Truth.MISSING

    def _nothing(self, results: list[Observation], scale: Scale, case: Case) -> Finding:
        old = newest(results)
        other = newest(case.observations(scale.look_alikes))
        shown = old or other
        key = "grade-stale" if old is not None else "other-scale" if other is not None else "never-graded"
        holes = case.record.observation_holes(frozenset(scale.of), window(self._span(case), case.as_of)[0])
        evidence = (observation_evidence(shown),) if shown is not None else ()
        facts = self._facts(shown, case) if shown is not None else {"scale": self.scale}
        if holes:
            key, hole = "hole", holes[0]
            facts = {
                "section": hole.section.value,
                "why": hole.reason,
                "reference": hole.reference,
                "label": hole.label,
            }
        found = finding(Truth.MISSING, key, *evidence, resolve=Resolve("record-score", scale.of), **facts)
        return found.but(skipped=self.optional and not holes)

    def _facts(self, result: Observation, case: Case) -> Facts:
        return {
            "scale": self.scale,
            "label": result.label,
            "value": result.result.text,
            "when": result.when,
            "within": self._span(case),
        }


def grade(result: Observation, scale: Scale) -> int | None:
    """The grade of one result, or None when it is no grade of this scale."""
    if result.result.refused:
        return None
    low, high = scale.range
    coded = {scale.answers[code] for code in result.result.codes if code in scale.answers}
    if len(coded) > 1:
        return None
    amount = result.result.amount
    if amount is not None and amount.number is not None and amount.number.denominator == 1:
        coded.add(int(amount.number))
    if not coded and (found := _GRADE.match(result.result.text.strip())):
        word = found[1].lower()
        coded.add(_ROMAN[word] if word in _ROMAN else int(word))
    value = coded.pop() if len(coded) == 1 else None
    return value if value is not None and low <= value <= high else None
