"""When a server that answered nothing is asked again: drawn as the calls of one minute, and for any course of them."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cds_service.upstream.breaker import Breaker, State

# x a call that is answered nothing, o one that is answered, _ one that had nothing to ask, ~ one that never ends;
# . a second passes. Beside it, for each call, whether the server may be asked (Y) or rests (n).
DRAWN: list[tuple[str, str, str]] = [
    ("a server that answers is always asked", "oooo", "YYYY"),
    ("two calls without an answer are no reason to stop", "xxoxxo", "YYYYYY"),
    ("three in a row are", "xxxo", "YYYn"),
    ("they need not come close together", "x.....x.....xo", "YYYn"),
    ("an answer in between starts the count again", "xxoxxoxxxo", "YYYYYYYYYn"),
    ("while it rests nobody asks", "xxx.oo.oo", "YYYnnnn"),
    ("after the rest one call finds out", "xxx...~ooo", "YYYYnnn"),
    ("its answer opens the way at once", "xxx...ooo", "YYYYYY"),
    ("no answer means another rest", "xxx...xo..o.o", "YYYYnnY"),
    ("one failure after that is one of three again", "xxx...oxxo", "YYYYYYY"),
    ("a call that never ends keeps the others away for one rest", "xxx...~oo..o.o", "YYYYnnnY"),
    ("one that had nothing to ask leaves the finding out to the next", "xxx..._oo", "YYYYYY"),
    ("nothing to ask is neither answer nor silence", "xx_xo", "YYYYn"),
]


@pytest.mark.parametrize(("calls", "asked"), [row[1:] for row in DRAWN], ids=[row[0] for row in DRAWN])
def test_which_calls_ask(calls: str, asked: str) -> None:
    breaker, now, told = Breaker(failures=3, rest=3.0), 0.0, ""
    for call in calls:
        if call == ".":
            now += 1
            continue
        admitted = breaker.admits(now)
        told += "Y" if admitted else "n"
        if admitted:
            end(breaker, call, now)
    assert told == asked


def end(breaker: Breaker, call: str, now: float) -> None:
    if call == "o":
        breaker.answered()
    elif call == "x":
        breaker.unanswered(now)
    elif call == "_":
        breaker.unasked(now)


def test_calls_that_were_under_way_when_it_opened_do_not_prolong_the_rest() -> None:
    breaker = Breaker(failures=2, rest=3.0)
    assert all(breaker.admits(0.0) for _ in range(6))
    for ended in (1.0, 1.1, 2.0, 2.9):
        breaker.unanswered(ended)
    assert breaker.state is State.OPEN
    assert not breaker.admits(4.0)
    assert breaker.admits(4.2)


class AnyCourse(RuleBasedStateMachine):
    """Calls that overlap as they like; time that only moves on."""

    REST = 3.0

    @initialize(failures=st.integers(1, 4))
    def begin(self, failures: int) -> None:
        self.breaker = Breaker(failures=failures, rest=self.REST)
        self.failures = failures
        self.now = 0.0
        self.under_way = 0
        self.silent = 0  # unanswered ends since the last answer
        self.found_out: float | None = None  # when the last call was sent to find out, while that is open

    @rule(seconds=st.sampled_from((0.1, 1.0, 2.9, 3.0, 10.0)))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def call(self) -> None:
        before = self.breaker.state
        if not self.breaker.admits(self.now):
            assert before is not State.CLOSED
            return
        self.under_way += 1
        if before is not State.CLOSED:
            assert self.found_out is None or self.now - self.found_out >= self.REST
            self.found_out = self.now

    @precondition(lambda self: self.under_way)
    @rule()
    def answer(self) -> None:
        self.under_way -= 1
        self.breaker.answered()
        self.silent, self.found_out = 0, None
        assert self.breaker.state is State.CLOSED

    @precondition(lambda self: self.under_way)
    @rule()
    def silence(self) -> None:
        self.under_way -= 1
        self.silent += 1
        self.breaker.unanswered(self.now)
        assert (self.breaker.state is State.CLOSED) == (self.silent < self.failures)

    @invariant()
    def it_never_rests_for_good(self) -> None:
        """Whatever happened: an untouched copy of it asks again after one rest."""
        copy = Breaker(self.breaker.failures, self.breaker.rest, self.breaker.state)
        copy._until = self.breaker._until
        assert copy.admits(self.now + self.REST)


AnyCourse.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
test_any_course_of_calls = AnyCourse.TestCase
