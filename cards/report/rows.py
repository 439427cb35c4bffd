"""The table of all criteria: the sentence beside the verdict beside the entries, in the order of the protocol.

What is not named (design §6) stands at the end without its place in the list; then no criterion has a number, since a
gap in the numbers would name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cards.report.model import ASSUMED, BLOCKS, FITS, MISSING, PERSON, SIGN_OFF, Cited, Row
from cards.report.said import Said
from cards.report.unnamed import is_unnamed
from cards.standing import SIGNED_OFF
from cards.wording.wording import begun
from eligibility.assessment import CriterionResult
from eligibility.finding import Evidence

MOST_ENTRIES = 6


def standing(result: CriterionResult) -> str:
    """Where a criterion stands for the reader; what the study team signs off in any case is a group of its own (G2)."""
    if result.blocking:
        return BLOCKS
    if result.open and result.criterion.cls in SIGNED_OFF:
        return SIGN_OFF
    if result.open:
        return MISSING if result.verdict == "unknown" else PERSON
    return ASSUMED if result.finding.assumed else FITS


def rows(results: Iterable[CriterionResult], said: Said) -> tuple[Row, ...]:
    """Every criterion once, its reported parts right after it."""
    numbered = tuple(_numbered(results))
    named = [(result, number) for result, number in numbered if not is_unnamed(result)]
    whole = len(named) == len(numbered)
    told = [row for result, number in named for row in _with_parts(result, str(number) if whole else "", said)]
    return (*told, *(_row(result, "", said) for result, _ in numbered if is_unnamed(result)))


def _numbered(results: Iterable[CriterionResult]) -> Iterator[tuple[CriterionResult, int]]:
    counted = {"inclusion": 0, "exclusion": 0}
    for result in results:
        counted[result.role] += 1
        yield result, counted[result.role]


def _with_parts(result: CriterionResult, number: str, said: Said) -> Iterator[Row]:
    yield _row(result, number, said)
    yield from (_row(part, "", said, part=True) for part in result.parts if not is_unnamed(part))


def _row(result: CriterionResult, number: str, said: Said, *, part: bool = False) -> Row:
    wording, unnamed = said.wording, is_unnamed(result)
    text = wording.because(result.finding) if unnamed else wording.text(result.criterion)
    return Row(
        role="" if unnamed else result.role,
        number=number,
        standing=standing(result),
        text=wording.closed(text),
        verdict=said(verdict_key(result)),
        because="" if unnamed else wording.closed(wording.because(result.finding)),
        evidence=() if unnamed else tuple(_cited(result, said)),
        lifts=_lifts(result, said),
        settles="" if unnamed else _settles(result, said),
        part=part,
    )


def _lifts(result: CriterionResult, said: Said) -> str:
    """The day on which it lifts (G9); of what is open, the day from which it is settled at the latest."""
    if result.eligible_from is None:
        return ""
    phrase = "lifts-at-the-latest" if result.open else "lifts"
    return said.wording.closed(begun(said.wording.phrase(phrase, day=result.eligible_from)))


def verdict_key(result: CriterionResult) -> str:
    """An exclusion says which way it is, never a bare "not met" (G1)."""
    return f"verdict-{result.verdict}" if result.open else f"verdict-{result.role}-{result.verdict}"


def _cited(result: CriterionResult, said: Said) -> Iterator[Cited]:
    """The entries of the finding and the context for a person, each once.

    Not what only shows that a list is kept, and not the birth date: the verdict tells the age.
    """
    cited = [one for one in (*result.finding.evidence, *result.shown) if not one.reference.startswith("Patient/")]
    entries = [one for one in cited if not one.restricted and one.label not in said.wording.language.terms]
    for evidence in list(dict.fromkeys(entries))[:MOST_ENTRIES]:
        yield _one(evidence, said)


def _one(evidence: Evidence, said: Said) -> Cited:
    when = said.wording.day(evidence.when) if evidence.when else ""
    return Cited(begun(said.wording.evidence(evidence)), when, said.place(evidence.reference))


def _settles(result: CriterionResult, said: Said) -> str:
    settled = said.wording.resolve(result)
    if settled is None:
        return ""
    return said.wording.closed(said("settles", who=said.wording.asker(settled.who), what=settled.text))
