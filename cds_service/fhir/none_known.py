"""What "no known …" opens: an explicit none, filed as a problem, a drug or an allergy, opens its key (G7)."""

from __future__ import annotations

from collections.abc import Mapping

from cds_service.fhir.draft import Draft
from cds_service.fhir.recall import Recall
from eligibility.record import Intake, Source
from eligibility.terminology import Concept
from eligibility.when import Span, When

NO_MEDICATION_INFORMATION = "no-medication-info"
NO_KNOWN_MEDICATIONS = "no-known-medications"
NO_KNOWN_ALLERGIES = "no-known-allergies"
# Codes of the International Patient Summary that say less than "no known allergies" and open nothing.
_PARTIAL = frozenset(("no-known-food-allergies", "no-known-environmental-allergies"))
_KEYS: Mapping[str, str] = {
    "no-known-problems": "problem_list",
    NO_KNOWN_MEDICATIONS: "medication_list",
    "no-known-procedures": "procedures",
    NO_KNOWN_ALLERGIES: "allergies",
}
_HOLDS = Span(365, "day")
_WORDS = (Source.STATEMENT, Source.REPORT, Source.ORDER)
_TAKEN = (Intake.ACTIVE, Intake.COMPLETED, Intake.STOPPED, Intake.ON_HOLD, Intake.UNKNOWN)


def kind_of(concept: Concept, among: str, terminology: Recall) -> str | None:
    """`no-known-…` or `no-…-info` when the entry says that; `among` is the list it stands in, `medication` …"""
    for coding in concept.codings:
        if coding.code in _PARTIAL:
            return coding.code
        if coding.code == "no-known-medication-allergies":
            return NO_KNOWN_ALLERGIES
    return terminology.none_known(concept, among)


def record_none_known(kind: str, reference: str, when: When | None, draft: Draft) -> None:
    """A dated "no known medications" speaks of its day; how long it holds is told when all drugs are read."""
    if kind == NO_MEDICATION_INFORMATION:
        draft.no_medication_information.append(when)
    elif kind == NO_KNOWN_MEDICATIONS and when is not None:
        draft.no_known_medications.append((when, reference))
    elif kind in _KEYS:
        draft.open(_KEYS[kind], reference)


def open_by_no_known_medications(draft: Draft) -> None:
    """It opens the medication list for a year, as any word about a drug holds, and until a later one (G5, G7)."""
    told = [one.asserted or one.start for one in draft.exposures if one.source in _WORDS and one.intake in _TAKEN]
    for when, reference in draft.no_known_medications:
        newer = any(day is not None and day.first > when.last for day in told)
        if when.last >= _HOLDS.ago(draft.as_of) and not newer:
            draft.open("medication_list", reference)
