"""Which trials stay silent for one call, and why: a pure reading of what clinicians reported before.

A reason quiets whom its row in `cards.override` names, for the client's period of that kind. A silence is about what a
card told: where the status has changed since, or a criterion that was open is settled, the trial speaks again. Not
answering, a bare override, and a code of the client's own quiet nothing (FB-6, FB-8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cards.override import Quiets, Reason, reason_of
from cds_service.feedback.words import CardSent, Heard

Periods = Mapping[str, int]
"""Name of a period in the client's file → days."""


@dataclass(frozen=True, slots=True)
class Silence:
    """One report that quiets: until when, and what by. `number` is the report's, by which it is lifted."""

    heard: Heard
    reason: Reason
    until: datetime

    @property
    def number(self) -> int:
        return self.heard.number

    @property
    def card(self) -> CardSent:
        return self.heard.card


@dataclass(frozen=True, slots=True)
class Now:
    """What a trial has to say at this moment: its status and the criteria that are open."""

    status: str
    open: frozenset[str]


def in_force(heard: Iterable[Heard], now: datetime, periods: Periods) -> Iterator[Silence]:
    """The reports that quiet something now: a reason of ours, its period not over, not lifted."""
    for one in heard:
        reason = reason_of(one.system, one.code) if one.outcome == "overridden" and not one.lifted else None
        if reason is None or reason.quiets is Quiets.NOTHING:
            continue
        until = one.received + timedelta(days=periods.get(reason.period, 0))
        if now < until:
            yield Silence(one, reason, until)


def quieted(
    silences: Iterable[Silence],
    sent: Iterable[CardSent],
    trials: Mapping[str, Now],
    patient: str,
    user: str,
) -> dict[str, Silence]:
    """The trials of this call that stay silent, each with the first report that makes it so.

    `sent` are the cards this user was shown of this patient: a silence about a patient is for what was told then.
    """
    shown = tuple(sent)
    found: dict[str, Silence] = {}
    for silence in sorted(silences, key=lambda one: one.number):
        for trial, present in trials.items():
            if (
                trial not in found
                and _covers(silence, trial, patient, user)
                and _as_told(silence, trial, present, shown)
            ):
                found[trial] = silence
    return found


def _covers(silence: Silence, trial: str, patient: str, user: str) -> bool:
    card = silence.card
    same_user, same_patient, same_trial = card.user == user, card.patient == patient, card.trial == trial
    match silence.reason.quiets:
        case Quiets.CLINICIAN_PATIENT:
            return same_user and same_patient
        case Quiets.CLINICIAN_TRIAL:
            return same_user and same_trial
        case Quiets.PATIENT_TRIAL:
            return same_patient and same_trial
        case Quiets.CLINICIAN_PATIENT_TRIAL:
            return same_user and same_patient and same_trial
        case Quiets.NOTHING:
            return False


def _as_told(silence: Silence, trial: str, present: Now, shown: tuple[CardSent, ...]) -> bool:
    """Whether the trial still says of this patient what it said when the reason was given."""
    card = silence.card
    if silence.reason.quiets is Quiets.CLINICIAN_TRIAL and not any(one.card == card.card for one in shown):
        return True  # the card was about somebody else: nothing to compare
    told = card if card.trial == trial else _last_told(trial, silence, shown)
    return told is not None and told.status == present.status and present.open >= frozenset(told.open)


def _last_told(trial: str, silence: Silence, shown: tuple[CardSent, ...]) -> CardSent | None:
    """What this clinician last read of another trial when giving the reason; None: it has not spoken yet."""
    before = [one for one in shown if one.trial == trial and one.sent <= silence.heard.received]
    return max(before, key=lambda one: (one.sent, one.card), default=None)
