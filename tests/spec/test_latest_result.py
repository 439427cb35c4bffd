"""Which result is the latest (G3 to G6): told of thousands at once exactly as of two, one against the other."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.criteria.results import latest, newest, possibly_in, surely_in, surely_later
from eligibility.record import Observation, Result
from eligibility.when import When

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 4)


def result(
    name: str,
    first: int,
    last: int | None = None,
    *,
    at: int | None = None,
    rank: int = 0,
    issued: int | None = None,
    clocked: bool = False,
) -> Observation:
    when = When(FIRST + timedelta(first), FIRST + timedelta(first if last is None else last), at, clocked)
    return Observation(name, name, {}, Result("1"), when, issued, rank)


@pytest.mark.parametrize(
    "one, other, later",
    [
        (result("a", 2), result("b", 1), True),
        (result("a", 1), result("b", 2), False),
        (result("a", 1), result("b", 1), False),
        (result("a", 1, 2), result("b", 1), False),  # may be the same day
        (result("a", 2, 3), result("b", 1), True),
        (result("a", 1, at=2), result("b", 1, at=1), True),
        (result("a", 1, at=1), result("b", 1, at=2), False),
        (result("a", 1, at=2), result("b", 1), False),  # at no known time of the same day
        (result("a", 1, rank=1), result("b", 1), True),  # corrected
        (result("a", 1, at=1, rank=1), result("b", 1, at=2), False),
        (result("a", 1, at=2, rank=1), result("b", 1, at=2), True),
        (result("a", 1, issued=2), result("b", 1, issued=1), True),
        (result("a", 1, issued=1), result("b", 1, issued=1), False),
        (result("a", 1, issued=2), result("b", 1), False),
        (result("a", 1, rank=1, issued=1), result("b", 1, issued=2), True),
        # Moments written in Z are in order though each may be of two days; beside other times they are not.
        (result("a", 1, 2, at=2, clocked=True), result("b", 1, 2, at=1, clocked=True), True),
        (result("a", 1, 2, at=1, clocked=True), result("b", 1, 2, at=2, clocked=True), False),
        (result("a", 2, 2, at=2, clocked=True), result("b", 1, 2, at=1, clocked=True), True),
        (result("a", 1, 2, at=2, clocked=True), result("b", 1, 2, at=1), False),
        (result("a", 1, 2, at=2, clocked=True), result("b", 1, at=1), False),
        (result("a", 1, 2, at=2, rank=1, clocked=True), result("b", 1, 2, at=2, clocked=True), True),
        (result("a", 1, 2, at=2, issued=2, clocked=True), result("b", 1, 2, at=2, issued=1, clocked=True), True),
    ],
)
def test_a_later_one_supersedes(one: Observation, other: Observation, later: bool) -> None:
    assert surely_later(one, other) is later
    found, sure = latest([one, other], FIRST, LAST)
    assert sure
    assert (other not in found) is later


def test_without_a_day_nothing_is_later() -> None:
    undated = Observation("u", "u", {}, Result("1"), None, issued=9, rank=1)
    assert not surely_later(undated, result("a", 1))
    assert not surely_later(result("a", 1), undated)
    assert newest([undated]) is None
    assert newest([undated, result("a", 1), result("b", 2), result("c", 0)]) == result("b", 2)


def test_only_what_is_surely_in_the_window_supersedes() -> None:
    found, sure = latest([result("a", 1), result("b", 3, 9)], FIRST, LAST)
    assert ([one.reference for one in found], sure) == (["b", "a"], True)
    found, sure = latest([result("b", 3, 9)], FIRST, LAST)
    assert ([one.reference for one in found], sure) == (["b"], False)
    assert latest([result("a", -1), result("b", 5)], FIRST, LAST) == ([], False)


SPANS = st.tuples(st.integers(-1, 4), st.sampled_from((0, 0, 0, 1, 2)))
TIMES = st.none() | st.tuples(st.integers(1, 3), st.booleans())
RESULTS = st.lists(
    st.builds(
        lambda span, time, rank, issued: result(
            "r", span[0], sum(span), at=time and time[0], clocked=bool(time and time[1]), rank=rank, issued=issued
        ),
        SPANS, TIMES, st.integers(0, 1), st.none() | st.integers(1, 2),
    ),
    max_size=8,
)  # fmt: skip


@given(RESULTS)
def test_what_is_left_is_what_no_sure_one_is_later_than(results: list[Observation]) -> None:
    inside = possibly_in(results, FIRST, LAST)
    sure = [one for one in inside if surely_in(one, FIRST, LAST)]
    left = [one for one in inside if not any(surely_later(other, one) for other in sure)]
    assert latest(results, FIRST, LAST) == (left, bool(sure))
