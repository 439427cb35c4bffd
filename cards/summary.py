"""The one sentence of a card: the trial's short name and the one thing that matters most (CARD-2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cards import lines
from cards.card import SHORTER_THAN
from cards.markdown import clean
from cards.standing import Standings
from cards.wording.wording import Wording, is_restricted
from eligibility.assessment import Assessment, CriterionResult
from eligibility.finding import Who

FORBIDDEN = re.compile(r"eligib|match", re.IGNORECASE)  # a summary that promises is a summary that is believed


def summary(assessment: Assessment, standings: Standings, wording: Wording) -> str:
    """The first candidate that fits; the last one always does."""
    plain = replace(wording, quote=clean, own=clean)
    for said in _candidates(assessment, standings, plain):
        if len(said) < SHORTER_THAN and not FORBIDDEN.search(said):
            return said
    return clean(assessment.trial.short_name, SHORTER_THAN - 1)


def _candidates(assessment: Assessment, standings: Standings, plain: Wording) -> Iterator[str]:
    trial = assessment.trial.short_name
    if standings.in_the_way:
        if assessment.eligible_from:
            yield plain.phrase("summary-blocked-until", trial=trial, day=assessment.eligible_from)
        yield plain.phrase("summary-blocked", trial=trial, n=len(standings.in_the_way))
    elif standings.missing:
        yield from _missing(trial, standings, plain)
    elif standings.person:
        yield from _person(trial, standings, plain)
    else:
        yield plain.phrase("summary-clear", trial=trial)


def _missing(trial: str, standings: Standings, plain: Wording) -> Iterator[str]:
    n = len(tuple(lines.missing(standings.missing, plain)))
    first = most_urgent(standings.missing, plain)
    if first is not None:
        key = "summary-missing-one" if n == 1 else "summary-missing"
        yield plain.phrase(key, trial=trial, n=n, what=plain.topic(first))
    yield plain.phrase("summary-missing-unnamed", trial=trial, n=n)


def _person(trial: str, standings: Standings, plain: Wording) -> Iterator[str]:
    n = len(standings.person)
    if n == 1 and not is_restricted(standings.person[0].finding):
        yield plain.phrase("summary-judgement-one", trial=trial, what=plain.topic(standings.person[0]))
    yield plain.phrase("summary-judgement", trial=trial, n=n)


def most_urgent(missing: tuple[CriterionResult, ...], wording: Wording) -> CriterionResult | None:
    """The first that somebody can settle before the study team does; restricted topics are not named."""
    named = [result for result in missing if not is_restricted(result.finding)]
    now = [result for result in named if (s := wording.resolve(result)) is None or s.who is not Who.SCREENING]
    return next(iter(now or named), None)
