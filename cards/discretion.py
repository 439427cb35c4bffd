"""Which criteria a card does not spell out, because the hospital wants their topic left unnamed (design §6).

They decide as ever. What is left of them on the card is that there is something, and where to look: no result, no
name, and no remedy that would tell the topic. Drafts of orders are not made for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from cards.wording.wording import Wording
from eligibility.assessment import Assessment, CriterionResult, sets_asked
from eligibility.finding import Evidence, Finding, Reason, Resolve
from eligibility.record import PatientRecord

UNNAMED = Reason.of("discreet")


def discreetly(assessment: Assessment, record: PatientRecord, topics: Set[str], wording: Wording) -> Assessment:
    """The assessment as a card may tell it. `topics` are names of value sets."""
    if not topics:
        return assessment
    asked = sets_asked(assessment.trial, assessment.as_of)
    entries = entries_about(record, topics)
    results = tuple(
        unnamed(result, wording) if asked[result.criterion.id] & topics or _rests_on(result, entries) else result
        for result in assessment.results
    )
    return replace(assessment, results=results)


def entries_about(record: PatientRecord, topics: Set[str]) -> Set[str]:
    """References of the entries that are about a topic, or whose words may be."""
    return frozenset(_entries(record, topics))


def _entries(record: PatientRecord, topics: Set[str]) -> Iterator[str]:
    for name in topics:
        yield from (one.reference for one in (*record.observations.get(name, ()), *record.unanswered.get(name, ())))
    for exposure in record.exposures:
        if not topics.isdisjoint(exposure.hits):
            yield exposure.reference
    for procedure in record.procedures:
        if not topics.isdisjoint(procedure.hits):
            yield procedure.reference
    for allergy in record.allergies:
        if not topics.isdisjoint(allergy.hits):
            yield allergy.reference
    for condition in record.conditions:
        if not (topics.isdisjoint(condition.hits) and topics.isdisjoint(condition.alarms)):
            yield condition.reference


def _rests_on(result: CriterionResult, entries: Set[str]) -> bool:
    return any(evidence.reference in entries for evidence in _cited(result))


def _cited(result: CriterionResult) -> Iterator[Evidence]:
    yield from result.finding.evidence
    yield from result.shown
    for ground in result.finding.grounds:
        yield from ground.evidence


def unnamed(result: CriterionResult, wording: Wording) -> CriterionResult:
    """The result with nothing left of it but its standing."""
    unsaid = {"text": wording.phrase("discreet"), "translations": (), "resolve": None, "show": ()}
    said = result.criterion.said.model_copy(update=unsaid)
    found = result.finding
    told = Finding(found.truth, UNNAMED, found.assurance, resolve=(Resolve("discreet"),), silent=found.silent)
    return replace(result, criterion=replace(result.criterion, said=said), finding=told, shown=(), parts=())
