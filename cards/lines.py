"""What a card says of each criterion; what rests on a restricted entry is told without its topic (design §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cards.standing import Standings
from cards.wording.wording import Settled, Wording, begun, is_restricted
from eligibility.assessment import CriterionResult
from eligibility.finding import Who

_ORDER_OF_ASKING = (Who.CARE, Who.ASK, Who.LOOK_UP, Who.RECORD, Who.SCREENING)
_REASONS_A_LINE = 2
_ENTRIES_A_LINE = 3


def blocking(results: Iterable[CriterionResult], wording: Wording) -> Iterator[str]:
    """What stands in the way, and the day on which it lifts (G9)."""
    for result in results:
        why = _why(result, wording)
        if result.eligible_from is None:
            yield why
        else:
            lifts = wording.closed(wording.phrase("lifts", day=result.eligible_from))
            yield wording.phrase("and-then", first=why, then=lifts)


def by_remedy(results: Iterable[CriterionResult], wording: Wording) -> dict[Settled, list[CriterionResult]]:
    """What one remedy settles together; what the study team checks at screening is one."""
    groups: dict[Settled, list[CriterionResult]] = {}
    for result in results:
        groups.setdefault(wording.settled(result), []).append(result)
    return groups


def missing(results: Iterable[CriterionResult], wording: Wording) -> Iterator[str]:
    """One line for each remedy, by who can apply it; what the study team checks at screening is one line (G13)."""
    groups = by_remedy(results, wording)
    for who in _ORDER_OF_ASKING:
        same = {settled: group for settled, group in groups.items() if settled.who is who}
        if who is Who.SCREENING and same:
            topics = _once(wording.topic(result) for group in same.values() for result in group)
            yield wording.phrase("screening", what=wording.joined(topics))
        else:
            yield from (_asked(settled, group, wording) for settled, group in same.items())


def things(results: Iterable[CriterionResult], wording: Wording) -> int:
    """How many things are missing: each remedy is one, and each test that the study team does."""
    groups = by_remedy(results, wording)
    tests = {wording.topic(r) for settled, group in groups.items() if settled.who is Who.SCREENING for r in group}
    return len(tests) + sum(settled.who is not Who.SCREENING for settled in groups)


def _asked(settled: Settled, group: list[CriterionResult], wording: Wording) -> str:
    whys = _once(wording.because(result.finding) for result in group)
    further = (wording.phrase("and-so-on"),) if len(whys) > _REASONS_A_LINE else ()
    told = wording.joined((*whys[:_REASONS_A_LINE], *further))
    days = [result.eligible_from for result in group]
    latest = max((day for day in days if day is not None), default=None) if all(days) else None
    asked = wording.phrase("asked", who=wording.asker(settled.who), text=settled.text)
    said = asked if told in asked else wording.phrase("asked-why", asked=asked, why=told)
    return wording.joined((said, wording.phrase("lifts-at-the-latest", day=latest))) if latest else said


def person(standings: Standings, wording: Wording) -> Iterator[str]:
    yield from _once(_why(result, wording) for result in standings.person)
    if standings.sign_off:
        yield wording.phrase("sign-off", n=len(standings.sign_off))


def fitting(results: Iterable[CriterionResult], wording: Wording) -> Iterator[str]:
    """Value, unit and date of each entry that speaks for the patient, once."""
    yield from _once(begun(said) for result in results for said in _speaks_for(result, wording))


def _speaks_for(result: CriterionResult, wording: Wording) -> Iterator[str]:
    if result.finding.reason.key == "age" and not is_restricted(result.finding):
        yield wording.because(result.finding)  # years, which are read faster than a birth date
    else:
        yield from map(wording.dated, result.finding.evidence[:_ENTRIES_A_LINE])


def assumed(results: Iterable[CriterionResult], wording: Wording) -> Iterator[str]:
    """How many criteria rest on the same silence."""
    for basis, group in _by_basis(results, wording).items():
        yield wording.phrase("assumed-count", basis=begun(basis), n=len(group))


def all_fitting(results: Iterable[CriterionResult], wording: Wording) -> Iterator[str]:
    yield from _once(_fits(result, wording) for result in results)


def all_assumed(results: Iterable[CriterionResult], wording: Wording) -> Iterator[str]:
    for basis, group in _by_basis(results, wording).items():
        texts = _once(wording.text(result.criterion) for result in group if result.role == "inclusion")
        absent = _once(wording.text(result.criterion) for result in group if result.role == "exclusion")
        said = [*texts, *([wording.phrase("all-absent", texts=wording.joined(absent))] if absent else [])]
        yield wording.phrase("fits-why", text=begun(basis), why=wording.joined(said))


def _by_basis(results: Iterable[CriterionResult], wording: Wording) -> dict[str, list[CriterionResult]]:
    groups: dict[str, list[CriterionResult]] = {}
    for result in results:
        groups.setdefault(wording.basis(result.finding), []).append(result)
    return groups


def _why(result: CriterionResult, wording: Wording) -> str:
    """The criterion, and why it has its verdict; what is open is asked."""
    if is_restricted(result.finding):
        return wording.phrase("restricted")
    why = wording.closed(wording.because(result.finding))
    return wording.phrase("open-why" if result.open else "settled-why", text=begun(_named(result, wording)), why=why)


def _fits(result: CriterionResult, wording: Wording) -> str:
    if is_restricted(result.finding):
        return _why(result, wording)
    return wording.phrase("fits-why", text=begun(_named(result, wording)), why=wording.because(result.finding))


def _named(result: CriterionResult, wording: Wording) -> str:
    """The criterion's sentence; an exclusion says which way it is, never a bare "not met" (G1)."""
    if is_restricted(result.finding):
        return wording.phrase("restricted")
    text = wording.text(result.criterion)
    if result.role == "inclusion" or result.open:
        return text
    return wording.phrase("present" if result.blocking else "absent", text=text)


def _once(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))
