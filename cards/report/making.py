"""How the report of one trial is made: assessment and series in, a page's plain texts out; no clock, no chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cards.lines import blocking, missing, person
from cards.markdown import clean
from cards.render import REGISTRY
from cards.report.chart import chart_of
from cards.report.model import STANDINGS, ReadingOf, Report, Step, Tally
from cards.report.picture import Timeline
from cards.report.rows import rows, standing
from cards.report.said import Said
from cards.report.series import Series
from cards.report.unnamed import is_unnamed
from cards.report.waits import limit_of, waits_of
from cards.standing import Standings
from cards.summary import summary
from cards.wording.wording import SENTENCE, Wording
from eligibility.assessment import Assessment
from eligibility.finding import Reason
from eligibility.trial import Trial


def model_of(
    assessment: Assessment,
    series: Series,
    wording: Wording,
    *,
    notes: Iterable[Reason] = (),
    contact: str | None = None,
) -> Report:
    """The report of one trial. `series` is what `series_of` took of the record, `notes` what was not understood.

    Everything in it is plain text without markup; `notes` have been through `notes_told`.
    """
    plain = replace(wording, quote=clean, own=clean)
    said, standings = Said(plain), Standings.of(assessment)
    trial = assessment.trial
    return Report(
        language=plain.language.code,
        trial=clean(trial.short_name),
        title=clean(_title(trial, plain), SENTENCE),
        registry=REGISTRY + trial.nct_id,
        as_of=plain.day(assessment.as_of),
        headline=summary(assessment, standings, plain),
        closing=plain.phrase(_closing(standings)),
        contact=_contact(contact, plain),
        made=plain.phrase("made", day=assessment.as_of, definition=trial.definition),
        tallies=tuple(_tallies(assessment, said)),
        criteria=len(assessment.results),
        chart=chart_of(_timeline(assessment, series), said),
        rows=rows(assessment.results, said),
        steps=tuple(step for step in _steps(standings, plain) if step.lines),
        unread=tuple(dict.fromkeys(_unread(notes, said))),
        readings=tuple(_readings(assessment, plain)),
        caution="" if plain.language.reviewed else plain.phrase("not-reviewed"),
    )


def _title(trial: Trial, plain: Wording) -> str:
    titles = trial.header.title
    return next((titles[code] for code in plain.language.codes if code in titles), trial.title)


def _timeline(assessment: Assessment, series: Series) -> Timeline:
    return Timeline(series, waits_of(assessment, series), limit_of(assessment.trial), assessment.as_of)


def _closing(standings: Standings) -> str:
    if standings.in_the_way:
        return "closing-blocked"
    return "closing-open" if standings.missing or standings.person else "closing"


def _contact(contact: str | None, plain: Wording) -> str:
    return plain.phrase("contact", contact=clean(contact, SENTENCE)) if contact else plain.phrase("no-contact")


def _tallies(assessment: Assessment, said: Said) -> Iterator[Tally]:
    counted = Counter(map(standing, assessment.results))
    return (Tally(one, said(f"count-{one}"), counted[one]) for one in STANDINGS if counted[one])


def _steps(standings: Standings, plain: Wording) -> Iterator[Step]:
    yield Step(plain.phrase("in-the-way"), tuple(map(plain.closed, blocking(standings.in_the_way, plain))))
    yield Step(plain.phrase("missing"), tuple(map(plain.closed, missing(standings.missing, plain))))
    yield Step(plain.phrase("person"), tuple(map(plain.closed, person(standings, plain))))


def _unread(notes: Iterable[Reason], said: Said) -> Iterator[str]:
    """A remark names the kind of entry, never its id."""
    for note in notes:
        facts = {name: said.place(fact) if name == "reference" and isinstance(fact, str) else fact
                 for name, fact in note.facts}  # fmt: skip
        yield said.wording.note(Reason.of(note.key, **facts)).text


def _readings(assessment: Assessment, plain: Wording) -> Iterator[ReadingOf]:
    for result in assessment.results:
        reading = plain.reading(result.criterion)
        if reading and not is_unnamed(result):
            yield ReadingOf(plain.closed(plain.text(result.criterion)), plain.closed(reading))
