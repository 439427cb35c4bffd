"""The one sentence of a card: the trial's short name and the one thing that matters most (CARD-2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cards import lines
from cards.card import SHORTER_THAN
from cards.markdown import clean
from cards.standing import Standings
from cards.wording.wording import Wording, begun, is_restricted
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
    elif standings.missing and not _disease(assessment, standings):
        yield from _missing(trial, standings, plain)
    elif standings.person:
        yield from _person(trial, _disease(assessment, standings) or standings.person, plain)
    else:
        yield plain.phrase("summary-clear", trial=trial)


def _disease(assessment: Assessment, standings: Standings) -> tuple[CriterionResult, ...]:
    """Whether the patient has the trial's disease at all is asked before anything else (G12b)."""
    return tuple(result for result in standings.person if result.criterion.id == assessment.trial.header.anchor)


def _missing(trial: str, standings: Standings, plain: Wording) -> Iterator[str]:
    n = lines.things(standings.missing, plain)
    first = most_urgent(standings.missing, plain)
    if first is not None and plain.settled(first).who is Who.SCREENING:
        topics = dict.fromkeys(map(plain.topic, standings.missing))
        yield plain.phrase("summary-screening", trial=trial, what=plain.listed(list(topics)))
    if first is not None:
        key = "summary-missing-one" if n == 1 else "summary-missing"
        yield plain.phrase(key, trial=trial, n=n, what=plain.topic(first))
    yield plain.phrase("summary-missing-unnamed", trial=trial, n=n)


def _person(trial: str, person: tuple[CriterionResult, ...], plain: Wording) -> Iterator[str]:
    n = len(person)
    if n == 1 and not is_restricted(person[0].finding):
        what, why = plain.text(person[0].criterion), begun(plain.because(person[0].finding))
        yield plain.phrase("summary-judgement-why", trial=trial, what=what, why=why)
        yield plain.phrase("summary-judgement-one", trial=trial, what=what)
    yield plain.phrase("summary-judgement", trial=trial, n=n)


def most_urgent(missing: tuple[CriterionResult, ...], wording: Wording) -> CriterionResult | None:
    """The first that somebody can settle before the study team does; restricted topics are not named."""
    named = [result for result in missing if not is_restricted(result.finding)]
    now = [result for result in named if (s := wording.resolve(result)) is None or s.who is not Who.SCREENING]
    return next(iter(now or named), None)
