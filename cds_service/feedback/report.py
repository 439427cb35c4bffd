"""Feedback in figures: acceptance, reasons, disputed criteria, silences in force, and whether they fall evenly.

Figures by sex and age band hide every cell under ten, and a second one where a single hidden cell could be found by
subtraction, so that no patient is seen in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cards.override import reason_of
from cds_service.feedback.quiet import Periods, Silence, in_force
from cds_service.feedback.words import BANDS, SEXES, UNKNOWN, CardSent, Heard

LEAST = 10
"""Cells with fewer cards are not shown."""

DISPUTING = ("patient-ineligible", "need-more-info")
BARE, OWN = "no reason given", "a code of the client's own"


@dataclass(frozen=True, slots=True)
class Kept:
    """What was sent and what came back; the quiet periods by client, and the usual ones."""

    sent: tuple[CardSent, ...]
    heard: tuple[Heard, ...]
    periods: Mapping[str, Periods]
    usual: Periods


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of a breakdown; None is a figure that is hidden."""

    name: str
    cards: int | None
    overridden: int | None
    silenced: int | None


@dataclass(frozen=True, slots=True)
class TrialReport:
    """One trial: cards, those that were accepted or overridden (one may be both), and why."""

    trial: str
    cards: int
    accepted: int
    overridden: int
    unanswered: int
    reasons: tuple[tuple[str, int], ...]
    disputed: tuple[tuple[str, int], ...]
    by_sex: tuple[Cell, ...]
    by_age: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Report:
    trials: tuple[TrialReport, ...]
    silences: tuple[Silence, ...]


def report(kept: Kept, now: datetime) -> Report:
    """The figures of each trial, and every silence that is in force now."""
    silences = tuple(_silences(kept, now))
    trials = sorted({card.trial for card in kept.sent})
    return Report(tuple(_trial(trial, kept, silences) for trial in trials), silences)


def _silences(kept: Kept, now: datetime) -> Iterable[Silence]:
    for heard in kept.heard:
        yield from in_force([heard], now, kept.periods.get(heard.card.client, kept.usual))


def _trial(trial: str, kept: Kept, silences: tuple[Silence, ...]) -> TrialReport:
    cards = [card for card in kept.sent if card.trial == trial]
    heard = [one for one in kept.heard if one.card.trial == trial]
    accepted = {one.card.card for one in heard if one.outcome == "accepted"}
    overridden = {one.card.card for one in heard if one.outcome == "overridden"}
    silenced = {one.card.card for one in silences if one.card.trial == trial}
    return TrialReport(
        trial=trial,
        cards=len(cards),
        accepted=len(accepted),
        overridden=len(overridden),
        unanswered=len({card.card for card in cards} - accepted - overridden),
        reasons=_most_first(_reason(one) for one in heard if one.outcome == "overridden"),
        disputed=_most_first(open_ for one in heard if _disputes(one) for open_ in one.card.open),
        by_sex=_cells((*SEXES, UNKNOWN), [(card.card, card.sex) for card in cards], overridden, silenced),
        by_age=_cells((*BANDS, UNKNOWN), [(card.card, card.age_band) for card in cards], overridden, silenced),
    )


def _reason(heard: Heard) -> str:
    known = reason_of(heard.system, heard.code)
    return known.code if known else OWN if heard.code else BARE  # a code of theirs may be anything, a name too


def _disputes(heard: Heard) -> bool:
    """Whether it says that the patient does not fit, or that too little is known: what was open is in dispute then."""
    return heard.outcome == "overridden" and _reason(heard) in DISPUTING


def _most_first(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))


def _cells(
    names: Iterable[str], cards: list[tuple[str, str]], overridden: set[str], silenced: set[str]
) -> tuple[Cell, ...]:
    """`cards` are pairs of card and the name of its cell. Every name has a row: an absent one would tell its number."""
    rows = tuple(names)
    everything = {card for card, _ in cards}
    columns = [
        _hidden([sum(name == row and card in wanted for card, name in cards) for row in rows])
        for wanted in (everything, overridden, silenced)
    ]
    return tuple(Cell(row, *figures) for row, *figures in zip(rows, *columns, strict=True))


def _hidden(figures: list[int]) -> list[int | None]:
    """The figures of one column as they may be shown. One hidden alone would be the total less the others."""
    hidden = {index for index, figure in enumerate(figures) if figure < LEAST}
    if len(hidden) == 1 and len(figures) > 1:
        hidden.add(min((figure, index) for index, figure in enumerate(figures) if index not in hidden)[1])
    return [None if index in hidden else figure for index, figure in enumerate(figures)]


def as_json(found: Report) -> dict[str, Any]:
    """The report as JSON; hidden figures are null."""
    return {
        "trials": [_trial_json(trial) for trial in found.trials],
        "silences": [_silence_json(silence) for silence in found.silences],
    }


def _trial_json(trial: TrialReport) -> dict[str, Any]:
    plain = ("trial", "cards", "accepted", "overridden", "unanswered")
    return {
        **{name: getattr(trial, name) for name in plain},
        "reasons": dict(trial.reasons),
        "disputed": dict(trial.disputed),
        "bySex": [_cell_json(cell) for cell in trial.by_sex],
        "byAge": [_cell_json(cell) for cell in trial.by_age],
    }


def _cell_json(cell: Cell) -> dict[str, Any]:
    return {"name": cell.name, "cards": cell.cards, "overridden": cell.overridden, "silenced": cell.silenced}


def _silence_json(silence: Silence) -> dict[str, Any]:
    card = silence.card
    return {
        "id": silence.number,
        "client": card.client,
        "trial": card.trial,
        "reason": silence.reason.code,
        "quiets": silence.reason.quiets.value,
        "patient": card.patient,
        "clinician": card.user,
        "since": silence.heard.received.isoformat(timespec="seconds"),
        "until": silence.until.isoformat(timespec="seconds"),
    }
