"""Groups and the table: how findings combine (G2; definition-language.md §3). Kleene's logic, evidence kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from eligibility.criteria.grounds import beside_a_row, grounds_of, left_open
from eligibility.finding import Assurance, Evidence, Finding, Reason
from eligibility.truth import Truth, all_of, any_of, at_least

Verdict = Literal["met", "not-met", "unknown", "judgement"]
TRUTH_OF: dict[str, Truth] = {
    "met": Truth.TRUE,
    "not-met": Truth.FALSE,
    "unknown": Truth.MISSING,
    "judgement": Truth.JUDGEMENT,
}
Combine = Callable[[Iterable[Truth]], Truth]


def combined(findings: list[Finding], combine: Combine) -> Finding:
    """The group's finding: its truth, and the reason and evidence of the operands that make it so."""
    asked = [f for f in findings if not f.skipped]
    if not asked:
        return findings[0] if findings and combine is not all_of else _nothing_asked(findings)
    truth = combine(f.truth for f in asked)
    deciding = _deciding(asked, truth, combine)
    assured = _assured(deciding, truth, combine)
    lead = next((f for f in deciding if f.assumed is (assured is Assurance.ASSUMED)), deciding[0])
    return lead.but(
        truth=truth,
        assurance=assured,
        evidence=_evidence(deciding),
        resolve=tuple(dict.fromkeys(r for f in deciding for r in f.resolve)),
        notes=tuple(dict.fromkeys(n for f in asked for n in f.notes)),
        turn=None,
        silent=_silent(deciding, truth, combine),
        grounds=grounds_of(lead, _telling(deciding, assured), asked, truth),
    )


def _telling(deciding: list[Finding], assured: Assurance) -> list[Finding]:
    """Where what is recorded suffices, what is only assumed is not told."""
    return [f for f in deciding if not f.assumed] if assured is Assurance.EXPLICIT else deciding


def _silent(deciding: list[Finding], truth: Truth, combine: Combine) -> bool:
    """One operand suffices: only by silence if all such operands are. All are needed: if one of them is."""
    suffices = truth is (Truth.TRUE if combine is any_of else Truth.FALSE)
    quiet = [f.silent for f in deciding]
    return not truth.open and (all(quiet) if suffices else any(quiet))


def negated(found: Finding) -> Finding:
    return found if found.truth.open else found.but(truth=~found.truth, grounds=found.told)


def counted(n: int, findings: list[Finding]) -> Finding:
    return combined(findings, lambda truths: at_least(n, truths))


def none_of(findings: list[Finding]) -> Finding:
    asked = [f for f in findings if not f.skipped]
    if not asked:
        return _nothing_asked(findings).but(truth=Truth.TRUE, skipped=False)
    return negated(combined(asked, any_of))


def _nothing_asked(findings: list[Finding]) -> Finding:
    """All operands dropped out: the group drops out with them."""
    if not findings:
        return Finding(Truth.TRUE, Reason.of("nothing-to-test"))
    return findings[0]


def _deciding(asked: list[Finding], truth: Truth, combine: Combine) -> list[Finding]:
    same = [f for f in asked if f.truth is truth]
    return same or asked


def _assured(deciding: list[Finding], truth: Truth, combine: Combine) -> Assurance:
    """One operand suffices: explicit if one such operand is. All are needed: assumed if one of them is."""
    if truth.open:
        return Assurance.EXPLICIT
    suffices = truth is (Truth.TRUE if combine is any_of else Truth.FALSE)
    certain = [not f.assumed for f in deciding]
    explicit = any(certain) if suffices else all(certain)
    return Assurance.EXPLICIT if explicit else Assurance.ASSUMED


def _evidence(deciding: list[Finding]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(e for f in deciding for e in f.evidence))


def decided(rows: list[tuple[str, Callable[[], Finding]]], otherwise: str) -> Finding:
    """The table, read from the top: a row that holds gives its verdict; an open row leaves the answer open,
    unless the rows below it lead to the same verdict.
    """
    passed: list[Finding] = []
    for n, (verdict, test) in enumerate(rows):
        found = test()
        truth = TRUTH_OF[verdict]
        if found.skipped or found.truth is Truth.FALSE:
            passed.append(found)
            continue
        if found.truth is Truth.TRUE:
            return _row(found, truth, passed)
        return _open_row(found, truth, decided(rows[n + 1 :], otherwise))
    truth = TRUTH_OF[otherwise]
    if not passed:
        return Finding(truth, Reason.of("otherwise"))
    return _passed(passed, truth)


def _row(found: Finding, truth: Truth, passed: list[Finding]) -> Finding:
    assumed = found.assumed or any(f.assumed for f in passed)
    assurance = Assurance.ASSUMED if assumed and not truth.open else Assurance.EXPLICIT
    silent = found.silent or any(f.silent for f in passed)
    told, shown = beside_a_row(found, passed, truth)
    return found.but(
        truth=truth,
        assurance=assurance,
        silent=silent,
        grounds=told,
        evidence=tuple(dict.fromkeys((*found.evidence, *shown))),
        notes=tuple(dict.fromkeys(n for f in (found, *passed) for n in f.notes)),
    )


def _open_row(found: Finding, verdict: Truth, below: Finding) -> Finding:
    """What stays when an open row's verdict and the answer below it differ: the row's own kind of openness."""
    if below.truth is verdict:
        return below.but(evidence=tuple(dict.fromkeys((*found.evidence, *below.evidence))), grounds=below.told)
    if found.truth is Truth.JUDGEMENT and verdict is Truth.MISSING:
        return found.but(truth=Truth.MISSING, grounds=found.told)
    if found.truth is Truth.JUDGEMENT and below.truth is Truth.MISSING:
        return below
    return found


def _passed(passed: list[Finding], truth: Truth) -> Finding:
    """No row held: explicit only if every row was explicitly passed; the first assumed absence tells why."""
    asked = [f for f in passed if not f.skipped] or passed
    lead = next((f for f in asked if f.assumed), asked[0])
    assurance = Assurance.ASSUMED if any(f.assumed for f in asked) and not truth.open else Assurance.EXPLICIT
    return lead.but(
        truth=truth,
        assurance=assurance,
        skipped=False,
        silent=any(f.silent for f in asked),
        turn=None,
        evidence=_evidence(asked),
        notes=tuple(dict.fromkeys(n for f in asked for n in f.notes)),
        grounds=left_open(grounds_of(lead, asked, asked, truth), truth),
    )
