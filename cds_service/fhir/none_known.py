"""What "no known …" opens: an explicit none, filed as a problem, a drug or an allergy, opens its key (G7)."""

from __future__ import annotations

from collections.abc import Mapping

from cds_service.fhir.draft import Draft
from eligibility.terminology import Concept, Terminology
from eligibility.when import When

PROBLEMS, MEDICATIONS, ALLERGIES, PROCEDURES = "problems", "medications", "allergies", "procedures"
NO_MEDICATION_INFORMATION = "no-medication-info"
NO_INFORMATION = "no-info"  # of problems, allergies or procedures: opens nothing

# The International Patient Summary's code system for absent and unknown data.
_ABSENT_UNKNOWN: Mapping[str, str] = {
    "no-known-problems": PROBLEMS,
    "no-known-medications": MEDICATIONS,
    "no-known-allergies": ALLERGIES,
    "no-known-medication-allergies": ALLERGIES,
    "no-known-environmental-allergies": NO_INFORMATION,
    "no-known-food-allergies": NO_INFORMATION,
    "no-known-procedures": PROCEDURES,
    "no-medication-info": NO_MEDICATION_INFORMATION,
    "no-problem-info": NO_INFORMATION,
    "no-allergy-info": NO_INFORMATION,
    "no-procedure-info": NO_INFORMATION,
}
_KEYS: Mapping[str, str] = {
    PROBLEMS: "problem_list",
    MEDICATIONS: "medication_list",
    ALLERGIES: "allergies",
    PROCEDURES: "procedures",
}


def kind_of(concept: Concept, terminology: Terminology) -> str | None:
    """Of what a concept says that there is none, or no information; None for every other concept."""
    for coding in concept.codings:
        if coding.code in _ABSENT_UNKNOWN:
            return _ABSENT_UNKNOWN[coding.code]
    return terminology.none_known(concept)


def record_none_known(kind: str, reference: str, when: When | None, draft: Draft) -> None:
    if kind == NO_MEDICATION_INFORMATION:
        draft.no_medication_information.append(when)
    elif kind in _KEYS:
        draft.open(_KEYS[kind], reference)
