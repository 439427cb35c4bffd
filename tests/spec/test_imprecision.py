"""Knowing less never makes surer (G4): a firm verdict on an imprecise date holds for every day it may mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from holding import held
from hypothesis import given, settings
from hypothesis import strategies as st
from record_of import (
    MEDICATION_LIST,
    PROBLEM_LIST,
    PROCEDURES,
    TODAY,
    Item,
    drug,
    patient,
    problem,
    procedure,
    result,
    study,
)

from eligibility.when import When

Story = Callable[[When], list[Item]]
OPEN = ("unknown", "judgement")


def _steroid(**dated: When) -> Item:
    return drug("VS-STEROID", "completed", **dated)


STORIES: dict[str, tuple[str, Story]] = {
    "age": (
        "age: {at_least: 18, at_most: 75}",
        lambda when: [patient(born=When(_years(when.first), _years(when.last)))],
    ),
    "an event": (
        "condition: {of: [VS-MI], began_within: 6 months}",
        lambda when: [PROBLEM_LIST, problem("VS-MI", onset=when)],
    ),
    "an event that may be past": (
        "condition: {of: [VS-MI], began_within: 3 months, ongoing: judgement, ended: ignored}",
        lambda when: [PROBLEM_LIST, problem("VS-MI", "past", onset=when, abatement=When.on(TODAY))],
    ),
    "an end": (
        "condition: {of: [VS-MI], ended_within: 28 days}",
        lambda when: [PROBLEM_LIST, problem("VS-MI", "past", abatement=when)],
    ),
    "a duration": ("duration: {of: [VS-ITP], more_than: 3 months}", lambda when: [problem("VS-ITP", onset=when)]),
    "a result": (
        'measurement: {of: [VS-PLT], below: "30 10*9/L", within: 28 days}',
        lambda when: [
            result("VS-PLT", "20 10*9/L", None, label="one"),
            _count("40 10*9/L", when),
            _count("20 10*9/L", _ago(20)),
        ],
    ),
    "a negative test": (
        "panel: {tests: {a: {of: [VS-HBC]}}, rules: [{not-met: {a: negative}}, {otherwise: unknown}]}",
        lambda when: [_dated("VS-HBC", "negative", when), _dated("VS-HBC", "positive", _ago(40))],
    ),
    "a start": (
        "treatment: {of: [VS-STEROID], started_at_least: 28 days, silence: means-no}",
        lambda when: [_steroid(start=when, end=When.on(TODAY))],
    ),
    "an operation": (
        "treatment: {of: [VS-PCI], within: 3 months, silence: procedure-history}",
        lambda when: [PROCEDURES, _operation("VS-PCI", when)],
    ),
    "a washout": (
        "washout: {of: [VS-STEROID], more_than: 3 months, silence: medication-list}",
        lambda when: [MEDICATION_LIST, _steroid(start=_ago(400), end=when)],
    ),
    "a course by its start": (
        "course: {of: [VS-STEROID], longer_than: 14 days, within: 2 months}",
        lambda when: [
            MEDICATION_LIST,
            _steroid(start=when, end=_ago(20) if when.last <= _ago(20).first else When.on(TODAY)),
        ],
    ),
    "a course by its end": (
        "course: {of: [VS-STEROID], longer_than: 14 days, within: 2 months}",
        lambda when: [MEDICATION_LIST, _steroid(start=_ago(130), end=when)],
    ),
    "a stable dose": (
        "stable_dose: {of: [VS-STEROID], at_least: 2 months}",
        lambda when: [MEDICATION_LIST, drug("VS-STEROID", start=when, dose=20)],
    ),
    "a therapy by its length": (
        "treatment: {of: [long], silence: means-no}",
        lambda when: [_steroid(start=when, end=When.on(TODAY))],
    ),
    "a study that was left": ("other_trial: {within: 28 days}", lambda when: [study("off-study", end=when)]),
}
HEADER = "therapies: {long: [{of: [VS-STEROID], longer_than: 60 days}]}"


def _years(day: date) -> date:
    """The same day so long ago that ages of 17 and 18, or of 75 and 76, are about."""
    return date(day.year - 18, day.month, min(day.day, 28))


def _ago(days: int) -> When:
    return When.on(TODAY - timedelta(days=days))


def _dated(of: str, value: str, when: When) -> Item:
    return result(of, value, f"{when.first}..{when.last}")


def _count(value: str, when: When) -> Item:
    return _dated("VS-PLT", value, when)


def _operation(of: str, when: When) -> Item:
    return procedure(of, f"{when.first}..{when.last}")


def _verdict(written: str, items: list[Item]) -> str:
    return held(written, *items, header=HEADER).split(";")[0]


@pytest.mark.parametrize("name", STORIES)
@settings(max_examples=60, deadline=None)
@given(known=st.integers(0, 120), earlier=st.integers(0, 60), later=st.integers(0, 60))
def test_a_firm_verdict_holds_for_every_day_that_an_imprecise_date_may_mean(
    name: str, known: int, earlier: int, later: int
) -> None:
    written, story = STORIES[name]
    exact = _ago(known)
    wide = When(_ago(known + earlier).first, _ago(max(0, known - later)).first)
    told = _verdict(written, story(wide))
    assert told in OPEN or told == _verdict(written, story(exact))
