"""What makes a result unusable, and which entries leave a criterion open by it: the person is told of each (G5, G6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from eligibility.credible import comparable
from eligibility.criteria.results import newest_first, possibly_in, window
from eligibility.finding import Reason
from eligibility.record import Answer, Observation, Section

if TYPE_CHECKING:
    from eligibility.case import Case
    from eligibility.criteria.criterion import Need, Rule


def flaw(result: Observation, case: Case) -> str | None:
    """Why a result cannot be used, as a key of the wording; None where nothing is wrong with it."""
    found = result.result
    if found.refused:
        return "result-refused"
    if not found.readable:
        return "result-unreadable"
    return None if comparable(result, case) else "result-unit"


def data_notes(rules: Iterable[Rule], case: Case) -> tuple[Reason, ...]:
    """A note for each test whose newest entry holds no usable result: one an entry, not one a rule."""
    needs = {need for rule in rules for need in rule.needs(case) if need.section is Section.OBSERVATIONS}
    found = [note for need in needs for name in need.sets for note in _of_test(name, need, case)]
    return tuple(sorted(set(found), key=lambda note: (note.key, str(note.given.get("reference")))))


def _of_test(name: str, need: Need, case: Case) -> Iterator[Reason]:
    """The newest entry in the window, if it cannot be used; else one whose day is not known."""
    held = [*case.observations((name,)), *case.record.unanswered.get(name, ())]
    undated = sorted((result for result in held if result.when is None), key=newest_first, reverse=True)
    for newest in (*possibly_in(held, *window(need.back, case.as_of)), *undated)[:1]:
        key = _key(newest, case)
        if key is not None and not newest.restricted:
            value = newest.result.text or None
            yield Reason.of(key, reference=newest.reference, label=newest.label, value=value, when=newest.when)


def _key(result: Observation, case: Case) -> str | None:
    if result.result.absent:
        return "result-without-value"
    return flaw(result, case) or ("result-without-date" if result.when is None else _unanswered(result, case))


def _unanswered(result: Observation, case: Case) -> str | None:
    """A word or a code that no table knows as an answer or a grade."""
    found = result.result
    graded = any(name in scale.of for scale in case.tables.scales.values() for name in result.hits)
    silent = found.amount is None and found.answer is Answer.NONE and not found.hits
    return "result-unreadable" if silent and not graded else None
