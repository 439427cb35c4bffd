"""Questions about silence: where an empty record would be read as "no" although nothing says that it may (G7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from eligibility.assessment import assess
from eligibility.criteria.tree import Test
from eligibility.record import PatientRecord
from eligibility.review.question import Question, Reviewed, code_words, rule_of
from eligibility.when import When

_DAY = date(2026, 1, 1)  # any day: nothing is on record that could be older or younger
_BORN = (2021, 1996, 1966, 1936)
_OF_THE_PERSON = {"age", "sex", "always"}
_NO_SILENCE = {"never", "means-no", "all-read"}
_DRUGS = ("rxnorm", "atc")


def silence_counts_as_no_before_anything_is_kept(reviewed: Reviewed) -> Iterator[Question]:
    """A record of nobody in particular, in which nothing stands and nothing is kept, answers no question (G7)."""
    sure = _answered(reviewed)
    for path, criterion in reviewed.criteria:
        words = {test.word for test in reviewed.leaves(criterion.test)}
        if criterion.id in sure and not words <= _OF_THE_PERSON:
            yield Question(
                path,
                f"an empty record gives `{sure[criterion.id]}`",
                "name a key of silence, or let the last row be `otherwise: unknown`",
            )


def _answered(reviewed: Reviewed) -> dict[str, str]:
    """Criterion → verdict, where people of all ages and both sexes with nothing on record get the same certain one."""
    people = [
        PatientRecord("Patient/nobody", born=When.on(date(year, 1, 1)), gender=gender)
        for year in _BORN
        for gender in ("female", "male")
    ]
    said: dict[str, set[str]] = {}
    for person in people:
        for result in assess(reviewed.trial, person, _DAY).results:
            for each in (result, *result.parts):
                said.setdefault(each.criterion.id, set()).add(each.verdict)
    certain = {name: verdicts for name, verdicts in said.items() if verdicts in ({"met"}, {"not-met"})}
    return {name: next(iter(verdicts)) for name, verdicts in certain.items()}


def silence_answers_what_only_a_test_can(reviewed: Reviewed) -> Iterator[Question]:
    """G7: for HIV, hepatitis, CMV, EBV, syphilis and pregnancy silence is never "no".

    Which diseases these are is read off the panels: those that some panel decides by tests.
    """
    tested = _decided_by_tests(reviewed)
    for path, test in reviewed.written:
        if test.condition is None or test.condition.status == "denied":
            continue
        named = set(code_words(test.condition))
        if named and named <= tested and not _NO_SILENCE & set(test.condition.silence):
            yield Question(
                f"{path}.condition",
                f"a kept problem list without {', '.join(sorted(named))} would mean `not-met`",
                "read it with its tests in a `panel`, or write `silence: never`",
            )


def _decided_by_tests(reviewed: Reviewed) -> set[str]:
    tests = [test for _, test in reviewed.written] + [t for fact in reviewed.facts.values() for t in fact.walk()]
    return {name for test in tests if test.panel is not None and test.panel.tests for name in test.panel.diagnosis}


def treatment_history_that_never_opens(reviewed: Reviewed) -> Iterator[Question]:
    """G7, CW-TX: without `treatment_history` no record shows that its history is kept."""
    if reviewed.trial.header.treatment_history:
        return
    for path, test in reviewed.written:
        if _keys(test) == {"treatment-history"}:
            yield Question(
                "treatment_history",
                f"is empty, so {path} stays unknown wherever the record is silent",
                "name the treatments of this disease",
            )
            return


def treatment_history_lacks_a_drug(reviewed: Reviewed) -> Iterator[Question]:
    """A drug that an inclusion reads as treatment of the disease opens its history as well."""
    if not reviewed.trial.header.treatment_history:
        return
    known = _drug_codes(reviewed, reviewed.trial.header.treatment_history)
    for path, test in reviewed.written:
        if not path.startswith("inclusion") or _keys(test) != {"treatment-history"}:
            continue
        for name in code_words(rule_of(test)):
            if _drug_codes(reviewed, (name,)) - known:
                yield Question("treatment_history", f"lacks {name}, which {path} asks for", "add it")


def _keys(test: Test) -> set[str]:
    if test.treatment is not None:
        return set(test.treatment.silence)
    return set(test.washout.keys) if test.washout is not None else set()


def _drug_codes(reviewed: Reviewed, names: tuple[str, ...]) -> set[tuple[str, str]]:
    sets = [reviewed.value_set(name) for name in reviewed.sets_of(names)]
    return {(row.system, row.code) for each in sets for row in each.rows if row.system in _DRUGS}
