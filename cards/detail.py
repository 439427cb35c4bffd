"""The body of a card, in the order a haematologist needs it; at most 1,200 characters before further headings.

In the way · missing · for a person · fits · assumed. Above, what fits is told by its values and what is assumed by
its number; under further headings stand the criteria themselves, and whatever did not find room above. Last
of all stands with which definition it was made: only who looks into it later needs that.
"""

from __future__ import annotations

from collections.abc import Iterator

from cards.lines import all_assumed, all_fitting, assumed, blocking, fitting, missing, person
from cards.section import GAP, Section, fill
from cards.standing import Standings
from cards.wording.wording import SENTENCE, Wording
from eligibility.assessment import Assessment

ABOVE = 1200


def detail(assessment: Assessment, standings: Standings, wording: Wording, contact: str | None) -> str:
    """GitHub-Flavored Markdown (CARD-3); every text that comes from the record is quoted by `wording`."""
    sections = [section for section in _above(standings, wording) if section.lines]
    foot = _foot(assessment, standings, wording, contact)
    shown = fill(sections, ABOVE - len(foot) - len(GAP), wording)
    cut = [section for section, told in zip(sections, shown, strict=True) if told < len(section.lines)]
    below = [
        section.in_full() for section in [*(s for s in cut if s.open), *_below(standings, wording)] if section.lines
    ]
    above = [section.told(told, wording) for section, told in zip(sections, shown, strict=True)]
    made = wording.phrase("made", day=assessment.as_of, definition=assessment.trial.definition)
    return GAP.join([*above, foot, *below, made])


def _above(standings: Standings, wording: Wording) -> Iterator[Section]:
    yield Section(wording.phrase("in-the-way"), tuple(blocking(standings.in_the_way, wording)), open=True)
    yield Section(wording.phrase("missing"), tuple(missing(standings.missing, wording)), open=True)
    yield Section(wording.phrase("person"), tuple(person(standings, wording)), open=True)
    yield Section(wording.phrase("fits"), tuple(fitting(standings.fitting, wording)), flowing=True)
    yield Section(wording.phrase("assumed"), tuple(assumed(standings.assumed, wording)), flowing=True)


def _below(standings: Standings, wording: Wording) -> Iterator[Section]:
    yield Section(wording.phrase("fits-in-full"), tuple(all_fitting(standings.fitting, wording)))
    yield Section(wording.phrase("assumed-in-full"), tuple(all_assumed(standings.assumed, wording)))


def _foot(assessment: Assessment, standings: Standings, wording: Wording, contact: str | None) -> str:
    clear = not (standings.in_the_way or standings.missing or standings.person)
    closing = "closing" if clear else "closing-blocked" if standings.in_the_way else "closing-open"
    known = (
        wording.phrase("contact", contact=wording.own(contact, SENTENCE)) if contact else wording.phrase("no-contact")
    )
    unsigned = () if wording.language.reviewed else (wording.phrase("not-reviewed"),)
    return GAP.join((wording.phrase(closing), known, *unsigned))
