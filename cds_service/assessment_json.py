"""The documented JSON of an assessment: one object a patient. The readable report, pages and exports use this shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from cards.wording.wording import Wording, is_restricted
from cds_service.contents import Unusable
from eligibility.assessment import Assessment, CriterionResult
from eligibility.finding import Evidence, Reason
from eligibility.record import PatientRecord, Section
from eligibility.when import EARLIEST, LATEST, When

Json = dict[str, Any]
RESTRICTED = "restricted"
CLASSES = {"C": "computable", "P": "partly-computable", "J": "judgement", "A": "administrative"}


def patient_json(
    source: str,
    record: PatientRecord,
    as_of: date,
    start: date,
    assessments: Sequence[Assessment],
    wording: Wording,
) -> Json:
    """One person held against every trial; a deceased person is held against none (G12)."""
    return {
        "source": source,
        "patient": record.reference,
        "as_of": as_of.isoformat(),
        "start": start.isoformat(),
        "assessments": [_assessment(assessment, wording) for assessment in assessments],
        "notes": [*notes_json(reasons_of(record, assessments), wording), *_unsigned(wording)],
    }


def error_json(source: str, unusable: Unusable) -> Json:
    return {"source": source, "error": {"message": unusable.message, "remedy": unusable.remedy}}


def reasons_of(record: PatientRecord, assessments: Iterable[Assessment]) -> Iterator[Reason]:
    if record.deceased:
        yield Reason.of("deceased")
    yield from record.notes
    for hole in record.holes:
        if hole.complete_since is not None:
            continue  # older results were left unread on purpose; a criterion that misses them says so itself
        if hole.reason == "unclassified-drug":
            continue  # its own note names the drug
        drug = hole.label if hole.section is Section.MEDICATIONS else None
        yield Reason.of(
            "not-understood", section=hole.section.value, why=hole.reason, reference=hole.reference, label=drug
        )
    for assessment in assessments:
        for result in with_parts(assessment.results):
            if not is_restricted(result.finding):
                yield from result.finding.notes


def _unsigned(wording: Wording) -> Iterator[Json]:
    """Of a translation that no clinician has reviewed."""
    if not wording.language.reviewed:
        yield {"severity": "information", "text": wording.phrase("not-reviewed")}


def notes_json(reasons: Iterable[Reason], wording: Wording) -> list[Json]:
    """Each note once, in the order in which it was first met."""
    told = dict.fromkeys(wording.note(reason) for reason in reasons)
    return [{"severity": note.severity, "text": note.text} for note in told]


def with_parts(results: Iterable[CriterionResult]) -> Iterator[CriterionResult]:
    """Every result, its reported parts right after it."""
    for result in results:
        yield result
        yield from with_parts(result.parts)


def _assessment(assessment: Assessment, wording: Wording) -> Json:
    silent = assessment.silent_because
    return {
        "trial": assessment.trial.nct_id,
        "definition": assessment.trial.definition,
        "status": assessment.status.value,
        "eligible_from": _day(assessment.eligible_from),
        "speaks": assessment.speaks,
        "speaks_reason": wording.silent(silent) if silent else None,
        "criteria": [entry for result in assessment.results for entry in _criteria(result, None, wording)],
    }


def _criteria(result: CriterionResult, part_of: str | None, wording: Wording) -> Iterator[Json]:
    yield criterion_json(result, part_of, wording)
    for part in result.parts:
        yield from _criteria(part, result.criterion.id, wording)


def criterion_json(result: CriterionResult, part_of: str | None, wording: Wording) -> Json:
    criterion, finding = result.criterion, result.finding
    return {
        "id": criterion.id,
        **({"part_of": part_of} if part_of else {}),
        "role": result.role,
        "class": CLASSES[criterion.cls],
        "verdict": result.verdict,
        "assurance": finding.assurance.value,
        "text": wording.closed(wording.text(criterion)),
        "because": wording.closed(wording.because(finding)),
        "evidence": [_evidence(evidence, wording) for evidence in (*finding.evidence, *result.shown)],
        "eligible_from": _day(result.eligible_from),
        "resolve": _resolve(result, wording),
    }


def _evidence(evidence: Evidence, wording: Wording) -> Json:
    """What a restricted entry says stays in the record, and so does which entry it is (design §6)."""
    if evidence.restricted:
        return {"reference": RESTRICTED, "says": wording.evidence(evidence), "when": None}
    return {"reference": evidence.reference, "says": wording.evidence(evidence), "when": iso_when(evidence.when)}


def _resolve(result: CriterionResult, wording: Wording) -> Json | None:
    settled_by = wording.resolve(result)
    return {"who": settled_by.who.value, "text": wording.closed(settled_by.text)} if settled_by else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def iso_when(when: When | None) -> str | None:
    """A date as precise as it is known: day, month, year, or the interval; `..` where it is open (ISO 8601-2)."""
    if when is None or (when.first, when.last) == (EARLIEST, LATEST):
        return None
    first = ".." if when.first == EARLIEST else when.first.isoformat()
    last = ".." if when.last == LATEST else when.last.isoformat()
    if when.exact:
        return first
    if first[4:] == "-01-01" and last == first[:4] + "-12-31":
        return first[:4]
    if first[:8] == last[:8] and first.endswith("-01") and (when.last.day >= 28):
        return first[:7]
    return f"{first}/{last}"
