"""Questions about what a test can ever say: its class, rows that no patient reaches, the same test twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from eligibility.criteria.panel import PanelRule
from eligibility.criteria.tree import KINDS, Test
from eligibility.review.question import Meaning, Question, Reviewed, code_words, rule_of
from eligibility.trial import Criterion

_BY_NONE_AT_ALL = ("washout", "daily_dose", "stable_dose")  # true, "not applicable", where nothing was taken


def class_does_not_fit_the_test(reviewed: Reviewed) -> Iterator[Question]:
    """C is computed, P partly, J is a person's alone (criteria.md, classes); the status of a trial rests on it."""
    for path, criterion in reviewed.criteria:
        wrong = _misfit(reviewed, criterion)
        if wrong:
            yield Question(f"{path}.class", *wrong)


def _misfit(reviewed: Reviewed, criterion: Criterion) -> tuple[str, str] | None:
    test = criterion.test
    if criterion.cls in ("C", "P") and test.always is not None:
        return (
            f"class {criterion.cls}, and nothing is tested",
            "write class J, or A for what is no matter of the record",
        )
    true, false = can_be(reviewed, test, True), can_be(reviewed, test, False)
    if criterion.cls == "C" and not true:
        return "class C, and the test never says `met` by itself", "write class P, or J"
    if criterion.cls in ("C", "P") and not true and not false:
        return f"class {criterion.cls}, and the test only ever leaves it open", "write class J"
    if criterion.cls == "J" and true and false:
        return "class J, and the test decides by itself", "write class C or P, or let the test end in `judgement`"
    return None


def can_be(reviewed: Reviewed, test: Test, wanted: bool) -> bool:
    """Whether some record could make the test true (false); each member is asked for itself."""
    test = reviewed.meant(test)
    if test.word in KINDS:
        return _kind_can_be(test, wanted)
    if test.criterion is not None:
        return True
    if test.decide is not None:
        return _table_can_be(reviewed, test, wanted)
    members = test.members()
    if test.count_of is not None:
        needed = test.count_of.at_least if wanted else len(members) - test.count_of.at_least + 1
        return sum(can_be(reviewed, member, wanted) for member in members) >= needed
    if test.none_of is not None:
        return _some_or_all(reviewed, members, not wanted, every=wanted)
    return _some_or_all(reviewed, members, wanted, every=(test.all_of is not None) is wanted)


def _some_or_all(reviewed: Reviewed, members: tuple[Test, ...], wanted: bool, *, every: bool) -> bool:
    said = [can_be(reviewed, member, wanted) for member in members]
    return all(said) if every else any(said)


def _table_can_be(reviewed: Reviewed, test: Test, wanted: bool) -> bool:
    verdict = "met" if wanted else "not-met"
    rows = test.decide or ()
    last = next((row.otherwise for row in rows if row.otherwise is not None), "not-met")
    named = [row.test for row in rows if row.test is not None and row.verdict == verdict]
    return last == verdict or any(can_be(reviewed, row, True) for row in named)


def _kind_can_be(test: Test, wanted: bool) -> bool:
    rule = rule_of(test)
    if test.always is not None:
        return wanted and test.always.verdict == "met"
    if isinstance(rule, PanelRule):
        return ("met" if wanted else "not-met") in {verdict for verdict, _ in rule.rules}
    if not wanted or test.word in _BY_NONE_AT_ALL:
        return True
    return not code_words(rule) or bool(getattr(rule, "of", ()))


def same_test_twice(reviewed: Reviewed) -> Iterator[Question]:
    """Two criteria of one role with the same answer: the second is a slip, or says so with `criterion: {id: …}`."""
    first: dict[tuple[str, Meaning], str] = {}
    for path, criterion in reviewed.criteria:
        if criterion.test.always is not None or criterion.test.criterion is not None:
            continue
        key = (criterion.role, reviewed.meaning(criterion.test))
        if key in first:
            yield Question(
                path, f"the test of {first[key]} again", f"write `criterion: {{id: {first[key]}}}` if that is meant"
            )
        first.setdefault(key, criterion.id)


def row_that_is_never_reached(reviewed: Reviewed) -> Iterator[Question]:
    """A row under one that holds whenever it holds."""
    for path, test in reviewed.written:
        seen: dict[Meaning, int] = {}
        for n, row in enumerate(test.decide or ()):
            meaning = reviewed.meaning(row.test) if row.test is not None else ()
            if meaning and meaning in seen:
                yield _unreached(f"{path}.decide[{n}]", seen[meaning])
            seen.setdefault(meaning, n)
        if test.panel is not None:
            yield from _of_panel(f"{path}.panel", test.panel)


def _of_panel(path: str, rule: PanelRule) -> Iterator[Question]:
    rows = [states for _, states in rule.rules]
    for n, states in enumerate(rows):
        above = next((m for m, other in enumerate(rows[:n]) if states and other and _covers(other, states)), None)
        if above is not None:
            yield _unreached(f"{path}.rules[{n}]", above)


def _covers(wide: Mapping[str, tuple[str, ...]], narrow: Mapping[str, tuple[str, ...]]) -> bool:
    return all(name in narrow and set(narrow[name]) <= set(states) for name, states in wide.items())


def _unreached(path: str, above: int) -> Question:
    return Question(
        path, f"row {above} holds whenever this one does, so it is never reached", "leave it out or move it up"
    )
