"""Questions about times and limits that no record can ever keep."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from eligibility.criteria.panel import PanelRule
from eligibility.criteria.panel_states import PanelTest
from eligibility.criteria.tree import Test
from eligibility.quantity import Amount
from eligibility.review.question import Question, Reviewed, rule_of
from eligibility.review.ranges import Range, range_of
from eligibility.units import converted
from eligibility.when import Span

_FEWEST = {"day": 1, "week": 7, "month": 28, "year": 365}


def window_that_can_never_be_satisfied(reviewed: Reviewed) -> Iterator[Question]:
    """An end that lies before the window in which it is asked for; a disease known longer than it has lasted."""
    for path, test in reviewed.written:
        if test.treatment is not None:
            ended, within = test.treatment.ended_at_least, test.treatment.within
            if ended is not None and within is not None and fewest_days(ended) > within.days_at_most:
                yield Question(
                    f"{path}.treatment",
                    f"what ended at least {ended} ago does not touch the last {within}",
                    "make the window longer, or leave one out",
                )
    for (path, known), (other, began) in product(reviewed.wanted, reviewed.wanted):
        if _known_too_long(known, began):
            yield Question(
                path, f"nobody has known for so long what {other} wants to have begun lately", "look at both again"
            )


def _known_too_long(known: Test, began: Test) -> bool:
    if known.duration is None or began.condition is None or began.condition.began_within is None:
        return False
    long = known.duration.at_least or known.duration.more_than
    same = bool(set(known.duration.of) & set(began.condition.of))
    return same and long is not None and fewest_days(long) > began.condition.began_within.days_at_most


def fewest_days(span: Span) -> int:
    """A lower bound in days, as `days_at_most` is an upper one."""
    return span.number * _FEWEST[span.unit]


def limit_that_no_result_can_keep(reviewed: Reviewed) -> Iterator[Question]:
    """A limit beyond what is plausible, or beyond the grades of its scale."""
    tables = reviewed.trial.tables
    for path, test in reviewed.written:
        if test.score is not None and test.score.scale in tables.scales:
            low, high = tables.scales[test.score.scale].range
            grades = Range(Fraction(low), Fraction(high))
            asked = range_of(test)
            if asked.apart(grades) or grades.inside(asked):
                yield Question(
                    f"{path}.score", f"the scale has the grades {low} to {high}", "name a grade that divides them"
                )
        if test.measurement is not None and test.measurement.unit != "ULN":
            yield from _implausible(f"{path}.measurement", test, reviewed)


def _implausible(path: str, test: Test, reviewed: Reviewed) -> Iterator[Question]:
    of, unit = tuple(getattr(rule_of(test), "of", ())), str(getattr(rule_of(test), "unit", ""))
    for row in reviewed.trial.tables.plausible:
        low, high = (_in_unit(end, row.unit, unit, of, reviewed) for end in (row.low, row.high))
        if set(row.of) & set(of) and range_of(test).apart(Range(low, high)):
            yield Question(
                path,
                f"every value there is refused as implausible ({row.low} to {row.high} {row.unit})",
                "look at the unit",
            )


def _in_unit(
    end: Fraction | None, from_unit: str, unit: str, of: tuple[str, ...], reviewed: Reviewed
) -> Fraction | None:
    """An end of what is plausible, in the unit of the limit; None where there is none, or it cannot be converted."""
    if end is None:
        return None
    same = converted(Amount.exactly(end, from_unit), unit, of, reviewed.trial.tables.units)
    return same.number if same is not None else None


def negative_trusted_longer_than_positive(reviewed: Reviewed) -> Iterator[Question]:
    """G6: a positive outlives a negative; the other way round an old "no" outweighs a newer "yes" that faded."""
    for path, test in reviewed.written:
        if test.panel is None:
            continue
        for name, each in test.panel.tests.items():
            fresh = _fresh(each, test.panel, reviewed)
            if fresh is None or each.positive_within is None:
                continue
            if fewest_days(fresh) > each.positive_within.days_at_most:
                yield Question(
                    f"{path}.panel.tests.{name}",
                    f"a negative lasts {fresh}, a positive only {each.positive_within}",
                    "let a positive last at least as long",
                )


def _fresh(each: PanelTest, panel: PanelRule, reviewed: Reviewed) -> Span | None:
    if isinstance(each.within, Span):
        return each.within
    asked = any("negative" in (states or {}).get(name, ()) for name in panel.tests for _, states in panel.rules)
    return reviewed.trial.tables.freshness_of(each.of, child=False) if asked else None
