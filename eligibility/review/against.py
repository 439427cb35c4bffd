"""Questions about criteria that stand against each other: then nobody fits, and no patient would ever show it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from eligibility.criteria.tree import KINDS, Test
from eligibility.review.question import Question, Reviewed, rule_of
from eligibility.review.ranges import comparable, range_of
from eligibility.terminology import Mark

_NOW = ("condition", "taking", "duration")


def inclusion_and_exclusion_contradict(reviewed: Reviewed) -> Iterator[Question]:
    """An exclusion that is true of everyone whom an inclusion lets in."""
    for path, shut_out in reviewed.excluding:
        for other, let_in in reviewed.wanted:
            if _implies(reviewed, let_in, shut_out):
                yield Question(path, f"is true of everyone who fulfils {other}, so nobody fits", "look at both again")
                break


def _implies(reviewed: Reviewed, one: Test, other: Test) -> bool:
    """Whether whoever fulfils the one fulfils the other; False where that cannot be told."""
    if one.always is not None or other.always is not None:
        return False
    if reviewed.meaning(one) == reviewed.meaning(other):
        return True
    if one.sex is not None and other.sex is not None:
        return set(one.sex.among) <= set(other.sex.among)
    if one.word in KINDS and comparable(one, other):
        return range_of(one).inside(range_of(other))
    return _of_codes(reviewed, one, other)


def _of_codes(reviewed: Reviewed, one: Test, other: Test) -> bool:
    """The same of diseases and drugs: every code of the one counts for the other."""
    if one.word not in _NOW or other.word not in ("condition", "taking"):
        return False
    if (one.taking is None) != (other.taking is None):
        return False
    mine, theirs = rule_of(one), rule_of(other)
    plain = getattr(theirs, "status", "current") in ("current", "ever") and not getattr(theirs, "except_", ())
    dated = any(getattr(theirs, word, None) for word in ("began_within", "ended_within"))
    now = getattr(mine, "status", "current") == "current"
    if not plain or dated or not now or not getattr(mine, "of", ()):
        return False
    return _codes(reviewed, getattr(mine, "of", ())) <= _codes(reviewed, getattr(theirs, "of", ()))


def _codes(reviewed: Reviewed, names: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    """Every code, and every name, that counts for some of these sets."""
    sets = [reviewed.value_set(name) for name in reviewed.sets_of(names)]
    rows = {(row.system, row.code) for each in sets for row in each.rows if row.mark is Mark.MEMBER}
    return frozenset(rows | {("", name.text) for each in sets for name in each.names})


def nobody_fits(reviewed: Reviewed) -> Iterator[Question]:
    """Two inclusions that no one person fulfils: ages, sexes, grades or results apart."""
    asked = [(path, test) for path, test in reviewed.wanted if test.word in ("age", "sex", "score", "measurement")]
    for (path, one), (other, another) in combinations(asked, 2):
        if one.sex is not None and another.sex is not None:
            apart = not set(one.sex.among) & set(another.sex.among)
        else:
            apart = comparable(one, another) and range_of(one).apart(range_of(another))
        if apart:
            yield Question(other, f"nobody who fulfils {path} fulfils this", "look at both again")


def taken_and_washed_out(reviewed: Reviewed) -> Iterator[Question]:
    """To take a drug now and to have stopped it long ago."""
    taken = [(p, t) for p, t in reviewed.wanted if t.taking is not None]
    washed = [(p, t) for p, t in reviewed.wanted if t.washout is not None]
    for path, washout in washed:
        for other, taking in taken:
            mine = _codes(reviewed, getattr(rule_of(taking), "of", ()))
            if mine and mine <= _codes(reviewed, getattr(rule_of(washout), "of", ())):
                yield Question(path, f"asks that what {other} asks to be taken was stopped", "look at both again")
