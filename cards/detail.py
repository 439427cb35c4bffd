"""The body of a card, in the order a haematologist needs it; at most 1,200 characters before further headings.

In the way · missing · for a person · fits · assumed. What does not fit above is told in full under one heading below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cards.standing import Standings
from cards.wording.wording import Settled, Wording, is_restricted
from eligibility.assessment import Assessment, CriterionResult
from eligibility.finding import Who

ABOVE = 1200
_ORDER_OF_ASKING = (Who.CARE, Who.ASK, Who.LOOK_UP, Who.RECORD, Who.SCREENING)
_REASONS_A_LINE = 2
_RESERVE = 60  # room for the mark that says how many lines follow below


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: tuple[str, ...]

    def told(self, shown: int, wording: Wording) -> str:
        left = len(self.lines) - shown
        more = [wording.phrase("more" if shown else "all-below", n=left)] if left else []
        return "\n".join([f"**{self.title}**", "", *(f"- {line}" for line in [*self.lines[:shown], *more])])


def detail(assessment: Assessment, standings: Standings, wording: Wording, contact: str | None) -> str:
    """GitHub-Flavored Markdown (CARD-3); every text that comes from the record is quoted by `wording`."""
    sections = [section for section in _sections(standings, wording) if section.lines]
    foot = _foot(assessment, standings, wording, contact)
    shown = _room(sections, ABOVE - len(foot) - 2, wording)
    above = [section.told(n, wording) for section, n in zip(sections, shown, strict=True)]
    below = [
        f"**{section.title}**\n\n" + "\n".join(f"- {line}" for line in section.lines)
        for section, n in zip(sections, shown, strict=True)
        if n < len(section.lines)
    ]
    heading = [f"#### {wording.phrase('everything')}"] if below else []
    return "\n\n".join([*above, foot, *heading, *below])


def _room(sections: list[Section], room: int, wording: Wording) -> list[int]:
    """How many lines of each section are told above: earlier sections first, each at least by name."""
    shown = [0] * len(sections)
    for index, section in enumerate(sections):
        while shown[index] < len(section.lines):
            shown[index] += 1
            if sum(len(s.told(n, wording)) + 2 for s, n in zip(sections, shown, strict=True)) > room:
                shown[index] -= 1
                break
    return shown


def _sections(standings: Standings, wording: Wording) -> Iterator[Section]:
    yield Section(wording.phrase("in-the-way"), tuple(_blocking(r, wording) for r in standings.in_the_way))
    yield Section(wording.phrase("missing"), tuple(_missing(standings.missing, wording)))
    person = tuple(_line(r, wording.because, wording) for r in standings.person)
    sign_off = (wording.phrase("sign-off", n=len(standings.sign_off)),) if standings.sign_off else ()
    yield Section(wording.phrase("person"), _once(person) + sign_off)
    yield Section(wording.phrase("fits"), _once(_fitting(r, wording) for r in standings.fitting))
    yield Section(wording.phrase("assumed"), tuple(_assumed(standings.assumed, wording)))


def _line(result: CriterionResult, why: Callable[..., str], wording: Wording) -> str:
    """The criterion and why; a restricted result names neither."""
    if is_restricted(result.finding):
        return wording.phrase("restricted")
    return f"{wording.text(result.criterion)} {_sentence(why(result.finding))}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _blocking(result: CriterionResult, wording: Wording) -> str:
    line = _line(result, wording.because, wording)
    if result.eligible_from is None:
        return line
    return f"{line} {_sentence(wording.phrase('lifts', day=result.eligible_from))}"


def _missing(results: Iterable[CriterionResult], wording: Wording) -> Iterator[str]:
    """One line for each remedy, by who can apply it; what the study team checks at screening is one line."""
    groups: dict[Settled, list[CriterionResult]] = {}
    for result in results:
        groups.setdefault(wording.settled(result), []).append(result)
    for who in _ORDER_OF_ASKING:
        same = {settled: group for settled, group in groups.items() if settled.who is who}
        if who is Who.SCREENING and same:
            topics = _once(wording.topic(r) for group in same.values() for r in group)
            yield wording.phrase("screening", what=wording.listed(list(topics)))
        elif same:
            yield from (_asked(settled, group, wording) for settled, group in same.items())


def _asked(settled: Settled, group: list[CriterionResult], wording: Wording) -> str:
    whys = list(_once(wording.because(result.finding) for result in group))
    told = "; ".join(whys[:_REASONS_A_LINE]) + ("; …" if len(whys) > _REASONS_A_LINE else "")
    return f"{wording.asker(settled.who)}: {settled.text.rstrip('.')} ({told})"


def _fitting(result: CriterionResult, wording: Wording) -> str:
    """Value, unit and date where an entry of the record says so; else why it holds."""
    if is_restricted(result.finding) or not result.finding.evidence:
        return _line(result, wording.because, wording)
    said = "; ".join(_once(wording.dated(evidence) for evidence in result.finding.evidence[:3]))
    return f"{wording.text(result.criterion)} {said}"


def _assumed(results: tuple[CriterionResult, ...], wording: Wording) -> Iterator[str]:
    """One line a reason: a score of exclusions rests on the same silence."""
    groups: dict[str, list[str]] = {}
    for result in results:
        if is_restricted(result.finding):
            groups.setdefault(wording.phrase("restricted"), [])
        else:
            topics = groups.setdefault(wording.basis(result.finding), [])
            topics.append(wording.topic(result))
    for basis, topics in groups.items():
        yield f"{basis}: {'; '.join(topics)}" if topics else basis


def _foot(assessment: Assessment, standings: Standings, wording: Wording, contact: str | None) -> str:
    clear = not (standings.in_the_way or standings.missing or standings.person)
    closing = "closing" if clear else "closing-blocked" if standings.in_the_way else "closing-open"
    known = wording.phrase("contact", contact=contact) if contact else wording.phrase("no-contact")
    made = wording.phrase("made", day=assessment.as_of, definition=assessment.trial.definition)
    return f"{wording.phrase(closing)}\n\n{known}\n\n{made}"


def _once(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))
