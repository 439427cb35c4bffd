"""What is told of a group or a table: the grounds of the rules that decide it, what the record says before what it
does not say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from eligibility.finding import Evidence, Finding, Ground, Reason
from eligibility.truth import Truth

_SILENT = frozenset({"none", "none-acute", "nothing-recorded", "test-none"})  # nothing was found
_LISTED = frozenset({"none", "none-acute", "recorded-no"})  # nothing was found where it would stand
_BESIDE = frozenset({"nothing-recorded", "test-none", "not-in-record", "otherwise"})  # says little beside the others
_LAST = 2
_OF_THE_RECORD = frozenset({"on-record", "list-kept"})  # questions about the record, not about the patient
_COUNTED = frozenset({"measured", "graded", "known-for", "too-recent"})  # a limit that is not kept explains a lower row
_LACKING = frozenset({"never-measured", "result-stale", "result-undated", "never-graded", "grade-stale"})


def grounds_of(lead: Finding, deciding: list[Finding], asked: list[Finding], truth: Truth) -> tuple[Ground, ...]:
    """Of the operands that decide; where they are open, beside them what is known already."""
    ordered = [lead, *(f for f in deciding if f is not lead)]
    told = _distinct(ground for found in ordered for ground in found.told)
    if not truth.open:
        return _without_silence(told)
    known = [f for f in asked if f.truth is Truth.TRUE and f.evidence and f.reason.key not in _SILENT | _OF_THE_RECORD]
    return tuple(told) + tuple(known[0].told[:1] if known else ())


def _rank(ground: Ground) -> int:
    """What the record says, then what its lists do not say."""
    return _LAST if ground.reason.key in _BESIDE else 1 if ground.reason.key in _LISTED else 0


def _without_silence(grounds: Iterable[Ground]) -> tuple[Ground, ...]:
    """What the record says, then its lists; that nothing else was found is told only where nothing else can be."""
    ranked = sorted(grounds, key=_rank)  # stable: the lead stays before its equals
    told = [ground for ground in ranked if _rank(ground) < _LAST]
    return tuple(told or ranked[:1])


def left_open(grounds: tuple[Ground, ...], truth: Truth) -> tuple[Ground, ...]:
    """A table whose last word is open: that nothing was found decides nothing then."""
    if not truth.open:
        return grounds
    return tuple(replace(g, truth=truth) if g.reason.key in _SILENT else g for g in _without_silence(grounds))


def beside_a_row(
    found: Finding, passed: list[Finding], truth: Truth
) -> tuple[tuple[Ground, ...], tuple[Evidence, ...]]:
    """The grounds of the row that holds, and why no earlier one did, where a number or a missing test is why."""
    told = [g for f in passed for g in f.told if _explains(g, f, truth)]
    shown = tuple(e for g in told for e in g.evidence if g.truth is Truth.FALSE)
    if found.reason.key in _OF_THE_RECORD:
        silent = [g for f in passed for g in f.told if not f.skipped and g.truth is Truth.FALSE]
        return tuple(_distinct(told or (*found.told, *silent[:1]))), shown
    return tuple(_distinct((*found.told, *told))), shown


def _explains(ground: Ground, passed: Finding, truth: Truth) -> bool:
    if passed.skipped:
        return truth.open and ground.reason.key in _LACKING
    return ground.truth is Truth.FALSE and ground.reason.key in _COUNTED


def _distinct(grounds: Iterable[Ground]) -> list[Ground]:
    """Each once; one that rests on entries already told adds nothing but another rule's view of them."""
    told: list[Ground] = []
    seen: set[Evidence] = set()
    for ground in grounds:
        if ground not in told and not (ground.evidence and seen.issuperset(ground.evidence)):
            told = _joined(told, ground)
            seen.update(ground.evidence)
    return told


def _joined(told: list[Ground], ground: Ground) -> list[Ground]:
    """Tests that were never done are told together."""
    last = told[-1] if told else None
    if last is None or not (_never_done(last) and _never_done(ground)) or last.truth is not ground.truth:
        return [*told, ground]
    sets = dict.fromkeys((*_sets(last), *_sets(ground)))
    return [*told[:-1], replace(last, reason=Reason.of("never-measured", sets=tuple(sets)))]


def _never_done(ground: Ground) -> bool:
    given = ground.reason.given
    return ground.reason.key == "never-measured" and "preliminary" not in given


def _sets(ground: Ground) -> tuple[str, ...]:
    sets = ground.reason.given.get("sets")
    return sets if isinstance(sets, tuple) else ()
