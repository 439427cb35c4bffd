"""Which waiting times the picture shades: from the entry that keeps a criterion closed to the day on which it lifts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cards.report.lanes import COUNTS, UNIT
from cards.report.series import Series
from cards.report.unnamed import is_unnamed
from eligibility.assessment import Assessment, CriterionResult
from eligibility.quantity import Amount, quantity_text
from eligibility.trial import Trial
from eligibility.units import converted


@dataclass(frozen=True, slots=True)
class Wait:
    """`result` lifts on `until` if nothing else changes (G9); `references` are the entries that it waits for."""

    result: CriterionResult
    until: date
    references: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether it is not known that anything stands in the way: then `until` is the latest day, not the day."""
        return self.result.open


def waits_of(assessment: Assessment, series: Series) -> tuple[Wait, ...]:
    """The earliest to end first."""
    found = sorted(_waits(assessment, series), key=lambda wait: wait.until)
    return tuple(found)


def _waits(assessment: Assessment, series: Series) -> Iterator[Wait]:
    drawn = {course.reference for course in series.courses}
    for result in assessment.results:
        if result.eligible_from is None or is_unnamed(result):
            continue
        cited = dict.fromkeys(evidence.reference for evidence in result.finding.evidence)
        yield Wait(result, result.eligible_from, tuple(one for one in cited if one in drawn))


def limit_of(trial: Trial) -> Fraction | None:
    """The count, in ×10⁹/L, below which the trial wants the platelets to be: the line of the picture."""
    for criterion in trial.criteria:
        for test in criterion.test.walk():
            rule = test.measurement
            if rule is None or COUNTS not in rule.of:
                continue
            limit = rule.below or rule.at_most
            same = _same(quantity_text(limit)) if limit else None
            if same is not None:
                return same.number
    return None


def _same(limit: Amount) -> Amount | None:
    return converted(limit, UNIT, (COUNTS,))
