"""Which current lists show that problems, drugs or allergies are kept here, even when they are empty (rule G7).

What a list names and no resource of the record tells is a hole (rule G5): somebody wrote it down, and it was not read.
"""

from __future__ import annotations

from cds_service.fhir.concepts import concept_of, words_of
from cds_service.fhir.draft import Draft, NotUnderstood
from cds_service.fhir.elements import Json, code_of, entries, reference_in, text_of
from eligibility.record import Section
from eligibility.when import When

_KINDS = {
    "11450-4": "problem_list",
    "10160-0": "medication_list",
    "29549-3": "medication_list",
    "57833-6": "medication_list",
    "48765-2": "allergies",
    "problem list": "problem_list",
    "problems": "problem_list",
    "medication list": "medication_list",
    "medications": "medication_list",
    "allergies": "allergies",
    "allergies and adverse reactions": "allergies",
}
_SECTIONS = {
    "problem_list": Section.CONDITIONS,
    "medication_list": Section.MEDICATIONS,
    "allergies": Section.ALLERGIES,
}
# What may stand on a list and is read where it stands in the record, or states nothing of these sections.
_READ_ELSEWHERE = frozenset(
    (
        "Condition",
        "MedicationStatement",
        "MedicationRequest",
        "MedicationAdministration",
        "MedicationDispense",
        "AllergyIntolerance",
        "Procedure",
        "Observation",
        "FamilyMemberHistory",
        "List",
    )
)
_KEPT = frozenset(("working", "snapshot"))
_STATUSES = frozenset(("current", "retired"))


def retracted(resource: Json) -> bool:
    return code_of(resource.get("status")) == "entered-in-error"


def read(resource: Json, reference: str, draft: Draft) -> None:
    key = _kind(resource)
    if key is None:
        return
    status, mode = code_of(resource.get("status")), code_of(resource.get("mode"))
    if status not in _STATUSES:
        raise NotUnderstood("unreadable-status")
    if status == "current" and mode in _KEPT and not _later(resource, reference, draft):
        _open(key, resource, reference, draft)
        _miss(_SECTIONS[key], resource, reference, draft)


def _kind(resource: Json) -> str | None:
    concept = concept_of(resource.get("code"))
    words = [coding.code for coding in concept.codings] + [words_of(concept).lower(), concept.text.lower()]
    return next((_KINDS[word] for word in words if word in _KINDS), None)


def _empty_for(resource: Json) -> set[str]:
    concept = concept_of(resource.get("emptyReason"))
    return ({coding.code.lower() for coding in concept.codings} | {concept.text.lower()}) - {""}


def _nil_known(resource: Json) -> bool:
    """Empty, and says that nothing is known; a list that is empty for another reason, or for none, says nothing."""
    return not resource.get("entry") and "nilknown" in _empty_for(resource)


def _later(resource: Json, reference: str, draft: Draft) -> bool:
    when: When | None = draft.day(resource.get("date"), reference)
    return when is not None and draft.past(when, reference) is None


def _open(key: str, resource: Json, reference: str, draft: Draft) -> None:
    """A list of allergies opens its key only when it says that none is known: the entries speak for themselves.

    A list that is empty for a stated reason other than "nil known" says nothing (G7).
    """
    if _nil_known(resource) or (key != "allergies" and (resource.get("entry") or not _empty_for(resource))):
        draft.open(key, reference)


def _miss(section: Section, resource: Json, reference: str, draft: Draft) -> None:
    """A hole for each entry that no resource of the record tells: only a display, or a reference that leads nowhere."""
    for entry in entries(resource.get("entry")):
        if not (isinstance(entry, dict) and (entry.get("deleted") is True or _is_told(entry, resource, draft))):
            label = None if draft.restricted(resource) else _display(entry) or None
            draft.hole(section, reference, NotUnderstood("unread-entry", label=label))


def _is_told(entry: Json, resource: Json, draft: Draft) -> bool:
    """Contained resources are not read on their own, so an entry must lead to a resource that is."""
    leads_to = reference_in(entry.get("item"))
    if leads_to.startswith("#"):
        return False
    found = draft.follow(leads_to, resource)
    return found is not None and text_of(found.get("resourceType")) in _READ_ELSEWHERE


def _display(entry: object) -> str:
    item = entry.get("item") if isinstance(entry, dict) else None
    return text_of(item.get("display")) if isinstance(item, dict) else ""
