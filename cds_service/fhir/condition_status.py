"""How a diagnosis stands, current, past, suspected or denied: its verification, clinical status and abatement (G5)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cds_service.fhir.concepts import status_words
from cds_service.fhir.draft import Draft, NotUnderstood
from cds_service.fhir.elements import Json, extensions, parts, text_of
from cds_service.fhir.timing import ending, stated
from eligibility.record import Standing
from eligibility.when import When

ENTERED_IN_ERROR = "entered-in-error"

# FHIR's codes, and SNOMED CT's for the same.
_CLINICAL: Mapping[str, str] = {code: code for code in ("active", "recurrence", "relapse", "inactive", "remission")} | {
    "resolved": "resolved",
    "55561003": "active",
    "246455001": "recurrence",
    "263855007": "relapse",
    "73425007": "inactive",
    "277022003": "remission",
    "413322009": "resolved",
}
_PAST = frozenset(("inactive", "remission", "resolved"))
_VERIFICATION: Mapping[str, str] = {
    "confirmed": "confirmed",
    "unconfirmed": "suspected",
    "provisional": "suspected",
    "differential": "suspected",
    "refuted": "refuted",
    ENTERED_IN_ERROR: ENTERED_IN_ERROR,
    "410605003": "confirmed",
    "415684004": "suspected",
    "410516002": "refuted",
}
# German certainty of a diagnosis, required in ambulatory care: suspected, excluded, state after, confirmed.
_GERMAN_CERTAINTY = "http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit"
_GERMAN: Mapping[str, str] = {"V": "suspected", "A": "refuted", "Z": "history", "G": "confirmed"}


def _meanings(value: object, table: Mapping[str, str]) -> set[str]:
    """What the known codes of a status mean; unknown ones beside a known one say nothing, alone they are unreadable."""
    words = status_words(value)
    known = {table[word] for word in words if word in table}
    damaged = value is not None and not isinstance(value, str | dict | list)
    if (words or damaged) and not known:
        raise NotUnderstood("unreadable-status")
    return known


def verification(resource: Json) -> str:
    """confirmed (also when absent), suspected, refuted, entered-in-error, history; two that differ are unreadable."""
    meanings = _meanings(resource.get("verificationStatus"), _VERIFICATION)
    certainty = {_GERMAN[code] for code in _german_certainties(resource) if code in _GERMAN}
    if len(meanings) > 1 or len(certainty) > 1:
        raise NotUnderstood("unreadable-status")
    said = meanings.pop() if meanings else "confirmed"
    return certainty.pop() if certainty and said == "confirmed" else said


def _german_certainties(resource: Json) -> set[str]:
    return {
        text_of(value.get("code")).upper()
        for coding in parts(resource.get("code"), "coding")
        for entry in extensions(coding, _GERMAN_CERTAINTY)
        for value in parts(entry, "valueCoding")
    }


def clinical(resource: Json) -> str | None:
    """The clinical status; None when absent. Two codings must agree on whether it is past."""
    meanings = _meanings(resource.get("clinicalStatus"), _CLINICAL)
    if not meanings:
        return None
    if len({meaning in _PAST for meaning in meanings}) > 1:
        raise NotUnderstood("unreadable-status")
    return "resolved" if "resolved" in meanings else min(meanings)


_NOT_OVER = re.compile(
    r"\b(not?|never|un\w+|ongoing|continu\w*|persist\w*|present|active)\b|未|没|无|持续|不详|\?", re.IGNORECASE
)


def abatement(resource: Json, reference: str, draft: Draft) -> tuple[bool, When | None]:
    """Whether an end is stated that is not in the future, and when. A string ends it unless it says that it goes on."""
    if not stated(resource, "abatement") or _NOT_OVER.search(text_of(resource.get("abatementString"))):
        return False, None
    when = ending(resource, "abatement", reference, draft)
    if when is None:
        return True, None
    cut = when.until(draft.as_of)
    return cut is not None, cut


def standing(certainty: str, status: str | None, abated: bool) -> Standing:
    if certainty == "refuted":
        return Standing.DENIED
    if certainty == "suspected":
        return Standing.SUSPECTED
    return Standing.PAST if abated or certainty == "history" or status in _PAST else Standing.CURRENT
