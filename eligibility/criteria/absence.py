"""What finding nothing is worth: an explicit "no", an assumed one, or unknown (G5, G7, G7b, G7c)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eligibility.criteria.criterion import finding
from eligibility.finding import Evidence, Finding, Reason, Resolve
from eligibility.indication import Contradiction, contradictions
from eligibility.record import Hole, Section
from eligibility.silence import holes_against
from eligibility.truth import Truth

if TYPE_CHECKING:
    from eligibility.case import Case

_RESOLVE = {
    "problem-list": "review-problem-list",
    "medication-list": "reconcile-medication",
    "treatment-history": "ask-treatment-history",
    "procedure-history": "review-problem-list",
    "allergy-list": "ask-allergies",
    "research-history": "ask-participation",
    "never": "review-problem-list",
}


def absence(
    case: Case,
    keys: tuple[str, ...],
    sets: tuple[str, ...],
    section: Section,
    rows: Iterable[str] | None,
    said: tuple[Evidence, ...] = (),
    *,
    acute: bool = False,
    truth: Truth = Truth.FALSE,
    answers: bool = True,
) -> Finding:
    """Nothing of `sets` counts: `truth` (false, or "not applicable": true), unless something contradicts the silence.

    `said` is explicit negative evidence (refuted, past, not taken, washed out). It `answers` by itself where the
    criterion names it; else the key is asked as well, because one past course is no proof of no other. `rows` are
    the indications asked (None: found by set, empty: none but alarm words).
    """
    unkeyed = keys in (("means-no",), ("all-read",))
    against = contradictions(case, sets, () if unkeyed else rows)
    if against:
        return _contradicted(against)
    asked = said or keys == ("all-read",)
    holes = holes_against(keys, section, case.record, case.as_of) if asked else ()
    if holes and keys != ("means-no",):
        return _hidden(holes[0], said, keys)
    if unkeyed:
        return finding(truth, "recorded-no" if said else "nothing-recorded", *said, about=_topics(sets, section))
    if said and (answers or case.silence(*keys).open):
        return finding(truth, "recorded-no", *said, label=said[0].label)
    return beside(_silent(case, keys, sets, acute=acute, truth=truth), said)


def _topics(sets: tuple[str, ...], section: Section) -> tuple[str, ...]:
    """Which diseases are not on record; of drugs and procedures a rule may mean only some uses, so none is named."""
    return sets[:2] if section is Section.CONDITIONS else ()


def _hidden(hole: Hole, said: tuple[Evidence, ...], keys: tuple[str, ...]) -> Finding:
    """A hole may hide the very thing (G5)."""
    return finding(
        Truth.MISSING,
        "hole",
        *said,
        resolve=Resolve(_RESOLVE.get(keys[0], "review-problem-list")),
        section=hole.section.value,
        why=hole.reason,
        reference=hole.reference,
        label=hole.label,
    )


def _contradicted(against: list[Contradiction]) -> Finding:
    reason, _ = against[0]
    kind = "ask-indication" if reason.key == "indication" else "review-problem-list"
    label = str(reason.given.get("label", ""))
    found = finding(Truth.MISSING, reason.key, *(e for _, e in against), resolve=Resolve(kind, (label,)))
    return found.but(reason=reason)


def beside(found: Finding, shown: tuple[Evidence, ...]) -> Finding:
    """The same finding with records named beside it that bear on it but do not answer it."""
    return found.but(evidence=tuple(dict.fromkeys((*found.evidence, *shown))))


def _silent(case: Case, keys: tuple[str, ...], sets: tuple[str, ...], *, acute: bool, truth: Truth) -> Finding:
    read = case.silence(*keys)
    if not read.open:
        reason = read.closed_because or Reason.of("not-on-record")
        found = finding(Truth.MISSING, reason.key, resolve=Resolve(_RESOLVE[keys[0]], keys))
        return found.but(reason=reason)
    from_problems = read.key in ("problem-list", "procedure-history")
    unrecognised = case.unrecognised if from_problems else 0
    evidence = tuple(Evidence(reference, read.key) for reference in read.opened_by[:3])
    found = finding(
        truth,
        "none-acute" if acute else "none",
        *evidence,
        assumed=True,
        key=read.key,
        sets=sets,
        unrecognised=unrecognised,
    )
    return found.but(silent=True)
