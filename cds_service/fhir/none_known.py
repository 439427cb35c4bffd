"""What "no known …" opens: an explicit none, filed as a problem, a drug or an allergy, opens its key (G7)."""

from __future__ import annotations

from collections.abc import Mapping

from cds_service.fhir.draft import Draft
from cds_service.fhir.recall import Recall
from eligibility.terminology import Concept
from eligibility.when import When

NO_MEDICATION_INFORMATION = "no-medication-info"
NO_KNOWN_ALLERGIES = "no-known-allergies"
# Codes of the International Patient Summary that say less than "no known allergies" and open nothing.
_PARTIAL = frozenset(("no-known-food-allergies", "no-known-environmental-allergies"))
_KEYS: Mapping[str, str] = {
    "no-known-problems": "problem_list",
    "no-known-medications": "medication_list",
    "no-known-procedures": "procedures",
    NO_KNOWN_ALLERGIES: "allergies",
}


def kind_of(concept: Concept, among: str, terminology: Recall) -> str | None:
    """`no-known-…` or `no-…-info` when the entry says that; `among` is the list it stands in, `medication` …"""
    for coding in concept.codings:
        if coding.code in _PARTIAL:
            return coding.code
        if coding.code == "no-known-medication-allergies":
            return NO_KNOWN_ALLERGIES
    return terminology.none_known(concept, among)


def record_none_known(kind: str, reference: str, when: When | None, draft: Draft) -> None:
    if kind == NO_MEDICATION_INFORMATION:
        draft.no_medication_information.append(when)
    elif kind in _KEYS:
        draft.open(_KEYS[kind], reference)
