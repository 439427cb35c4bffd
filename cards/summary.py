"""The one sentence of a card: the trial's short name and the one thing that matters most (CARD-2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cards import lines
from cards.card import SHORTER_THAN
from cards.markdown import clean, untagged
from cards.standing import Standings
from cards.wording.wording import Wording, begun, is_restricted
from eligibility.assessment import Assessment, CriterionResult
from eligibility.finding import Who

# A summary that promises is a summary that is believed.
FORBIDDEN = re.compile(r"eligib|match|合格|匹配|入选", re.IGNORECASE)

WASHOUT = "not-washed-out"
_STRENGTH = re.compile(r"[\s,]+\d.*")
_TO_DO = {Who.CARE: "summary-order", Who.ASK: "summary-ask", Who.LOOK_UP: "summary-look-up"}


def summary(assessment: Assessment, standings: Standings, wording: Wording) -> str:
    """The first candidate that fits; the last one always does."""
    plain = replace(wording, quote=untagged, own=clean)
    for said in _candidates(assessment, standings, plain):
        if len(said) < SHORTER_THAN and not FORBIDDEN.search(said):
            return said
    return clean(assessment.trial.short_name, SHORTER_THAN - 1)


def _candidates(assessment: Assessment, standings: Standings, plain: Wording) -> Iterator[str]:
    trial = assessment.trial.short_name
    if standings.in_the_way:
        if assessment.eligible_from:
            yield from _waits(assessment, standings, plain)
            yield plain.phrase("summary-blocked-until", trial=trial, day=assessment.eligible_from)
        yield plain.phrase("summary-blocked", trial=trial, n=len(standings.in_the_way))
    elif standings.missing and not _disease(assessment, standings):
        yield from _missing(trial, standings, plain)
    elif standings.person:
        yield from _person(trial, _disease(assessment, standings) or standings.person, plain)
    else:
        yield plain.phrase("summary-clear", trial=trial)


def _waits(assessment: Assessment, standings: Standings, plain: Wording) -> Iterator[str]:
    """The washout that lifts last, by the name of its drug without the strength."""
    for result in standings.in_the_way:
        given, lifts = result.finding.reason.given, result.eligible_from
        told = given.get("label") and given.get("span") and result.finding.reason.key == WASHOUT
        if told and lifts and lifts == assessment.eligible_from and not is_restricted(result.finding):
            drug, span = plain.fact("label", given["label"]), plain.fact("span", given["span"])
            what = _STRENGTH.sub("", drug) or drug
            yield plain.phrase("summary-waits", trial=assessment.trial.short_name, day=lifts, span=span, what=what)


def _what_to_do(missing: CriterionResult, plain: Wording) -> str:
    """A test is missing; anything else is asked, looked up or settled."""
    if plain.is_test(missing):
        return "summary-missing"
    return _TO_DO.get(plain.settled(missing).who, "summary-settle")


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
        said = plain.phrase(_what_to_do(first, plain), trial=trial, what=plain.topic(first))
        yield plain.phrase("summary-more", said=said, n=n - 1) if n > 1 else said
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
