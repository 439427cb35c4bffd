"""The feedback report as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cds_service.feedback.quiet import Silence
from cds_service.feedback.report import LEAST, Cell, Report, TrialReport

_SHORT = 12  # enough of a pseudonym to tell two apart


def as_text(found: Report) -> str:
    if not found.trials:
        return "No card has been sent."
    blocks = [*(_trial(trial) for trial in found.trials), _silences(found.silences)]
    return "\n\n".join("\n".join(block) for block in blocks)


def _trial(trial: TrialReport) -> Iterator[str]:
    yield (
        f"{trial.trial}: {trial.cards} cards, {trial.accepted} accepted, {trial.overridden} overridden, "
        f"{trial.unanswered} without an answer"
    )
    yield from _counted("overridden because", trial.reasons)
    yield from _counted("open on cards that were disputed", trial.disputed)
    yield from _table("by sex", trial.by_sex)
    yield from _table("by age", trial.by_age)


def _counted(title: str, pairs: Iterable[tuple[str, int]]) -> Iterator[str]:
    told = ", ".join(f"{name} {number}" for name, number in pairs)
    if told:
        yield f"  {title}: {told}"


def _table(title: str, cells: Iterable[Cell]) -> Iterator[str]:
    yield f"  {title:<12}{'cards':>8}{'overridden':>12}{'silenced':>10}   (-: hidden, fewer than {LEAST} may be in it)"
    for cell in cells:
        figures = (_figure(cell.cards), _figure(cell.overridden), _figure(cell.silenced))
        yield f"    {cell.name:<10}{figures[0]:>8}{figures[1]:>12}{figures[2]:>10}"


def _figure(number: int | None) -> str:
    return "-" if number is None else str(number)


def _silences(silences: tuple[Silence, ...]) -> Iterator[str]:
    if not silences:
        yield "No silence is in force."
        return
    yield "Silences in force; each ends early when the trial has something new to say, or by `feedback lift ID`"
    for silence in silences:
        card = silence.card
        yield (
            f"  {silence.number}: {card.client}, {card.trial}, {silence.reason.code} ({silence.reason.quiets.value}), "
            f"{silence.heard.received:%Y-%m-%d} until {silence.until:%Y-%m-%d}, "
            f"patient {card.patient[:_SHORT]}, clinician {card.user[:_SHORT]}"
        )
