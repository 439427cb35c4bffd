"""Reports of the cast: what the tests of the page look at. `python -m tests.report.shown` draws the pictures anew."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from cards.discretion import discreetly
from cards.report import Report, model_of
from cards.report.note import note
from cards.report.said import Said
from cards.wording.wording import Wording
from cds_service.catalogue import load_catalogue
from cds_service.languages import wording_for
from cds_service.report.page import render
from cds_service.report.reports import kept_of
from cds_service.trust.caller import Caller
from eligibility.assessment import assess
from tests.cards.told import DAY, story
from tests.reading import record_in

GOLDEN = Path(__file__).parent / "golden"
DRAWN = (
    ("rosa", "NCT05694767"),
    ("stella", "NCT05694767"),
    ("ursula", "NCT06352281"),
    ("olga", "NCT05694767"),
    ("matteo", "NCT05694767"),
)
NOBODY = Caller()


def words(locale: str = "en") -> Wording:
    return wording_for(load_catalogue(), locale)


def report_of(data: bytes, trial: str, *, caller: Caller = NOBODY, locale: str = "en", day: date = DAY) -> Report:
    """The report of a document about one person, as a link opens it."""
    record = record_in(data, day)
    chosen = next(one for one in load_catalogue().trials if one.nct_id == trial)
    about = discreetly(assess(chosen, record, day), record, caller.discreet, words(locale))
    kept = kept_of(about, record, caller)
    return model_of(kept.assessment, kept.series, words(locale), notes=kept.notes, contact=kept.contact)


@cache
def report(who: str, trial: str) -> Report:
    return report_of(story(who), trial)


def page(report: Report, locale: str = "en") -> str:
    return render(report, words(locale), minutes=15)


def note_of(report: Report) -> str:
    return note(report, Said(words()))


def golden_files() -> dict[str, str]:
    """What the files in `golden/` have to be: the picture as it is drawn on a wide page, one element a line."""
    return {f"{who}-{trial}.svg": _lines(report(who, trial)) for who, trial in DRAWN}


def _lines(told: Report) -> str:
    assert told.chart is not None
    return told.chart.wide.replace("><", ">\n<") + "\n"


if __name__ == "__main__":  # after a change of the drawing: write them anew, then look at every one
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("*.svg"):
        old.unlink()
    for name, text in golden_files().items():
        (GOLDEN / name).write_text(text, encoding="utf-8")
