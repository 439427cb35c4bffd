"""What is told of a panel: the results that the deciding row names, and those that would have to be there.

A result too old to count is told with the time in which it would have counted; a negative one, with how fresh it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from eligibility.criteria.panel_states import PanelTest, TestState
from eligibility.finding import Evidence, Ground, Reason
from eligibility.truth import Truth
from eligibility.when import EARLIEST

if TYPE_CHECKING:
    from eligibility.case import Case

_DIAGNOSES = {
    "current": "diagnosis-present",
    "suspected": "diagnosis-suspected",
    "past": "diagnosis-past",
    "denied": "diagnosis-denied",
}
_TESTS = {
    "positive": "test-positive",
    "negative": "test-negative",
    "stale": "test-stale",
    "faded": "test-faded",
    "unclear": "test-unclear",
    "missing": "test-earlier",  # there is one, from before what it would have to answer
}
_NEGATIVE = ("negative", "stale")
Wanted = Mapping[str, tuple[str, ...]]


def panel_grounds(
    tests: Mapping[str, PanelTest],
    read: Mapping[str, TestState],
    diagnosis: TestState,
    wanted: Wanted | None,
    truth: Truth,
    case: Case,
) -> tuple[Ground, ...]:
    """Of the tests the row names, in its order; of `otherwise`, of every test."""
    names = [name for name in wanted or read if name in read]
    told = [_of_test(tests[name], read[name], case) for name in names if read[name].evidence]
    disease = () if wanted is not None and "diagnosis" not in wanted else _of_diagnosis(diagnosis)
    without = [name for name in names if not read[name].evidence]
    missing = tuple(tests[name].of[0] for name in without)
    if not truth.open:
        none = Ground(Reason.of("test-none", sets=missing), Truth.FALSE)
        return (*disease, *told) or (none,)
    lacking = _unread([tests[name] for name in without], case) or Reason.of("never-measured", sets=missing)
    return (*disease, *told, *((Ground(lacking, Truth.MISSING),) if missing else ()))


def _unread(tests: Iterable[PanelTest], case: Case) -> Reason | None:
    """G5: of what was not read nobody can say that it is not on record."""
    for test in tests:
        for hole in case.record.observation_holes(frozenset(test.of), None):
            return Reason.of(
                "hole", section=hole.section.value, why=hole.reason, reference=hole.reference, label=hole.label
            )
    return None


def _of_diagnosis(diagnosis: TestState) -> Iterator[Ground]:
    if diagnosis.evidence:
        label = diagnosis.evidence[0].label
        yield Ground(Reason.of(_DIAGNOSES[diagnosis.state], label=label), Truth.TRUE, diagnosis.evidence)


def _of_test(test: PanelTest, state: TestState, case: Case) -> Ground:
    shown = max(state.evidence, key=_newest)
    within = test.fresh(case) if state.state in _NEGATIVE else test.positive_within
    reason = Reason.of(
        _TESTS[state.state],
        label=shown.label,
        value=shown.value,
        when=shown.when,
        within=within,
        sets=test.of[:1],
    )
    return Ground(reason, Truth.FALSE if state.state in _NEGATIVE else Truth.TRUE, (shown,))


def _newest(evidence: Evidence) -> tuple[date, str]:
    return (evidence.when.last if evidence.when is not None else EARLIEST), evidence.reference
