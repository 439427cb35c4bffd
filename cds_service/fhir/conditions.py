"""Which problems and diagnoses a Condition states of this patient, how they stand, since when (rules G4, G5, G7c)."""

from __future__ import annotations

from cds_service.fhir.concepts import concept_of, has_words, says_nothing, words_of
from cds_service.fhir.condition_status import ENTERED_IN_ERROR, abatement, clinical, standing, verification
from cds_service.fhir.draft import Draft, NotUnderstood
from cds_service.fhir.elements import Json, extensions
from cds_service.fhir.none_known import kind_of, record_none_known
from cds_service.fhir.timing import beginning
from eligibility.foreign_code import sets_of_foreign_codes
from eligibility.record import Condition, Standing
from eligibility.terminology import Concept, Hits, Mark, canonical_system
from eligibility.when import When

_IN_FAMILIES = frozenset(("icd-10-cm", "icd-10", "loinc", "rxnorm", "atc", "icd-10-pcs"))
_ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


def retracted(resource: Json) -> bool:
    """Entered in error: no fact, and no hole."""
    try:
        return verification(resource) == ENTERED_IN_ERROR
    except NotUnderstood:
        return False


def read(resource: Json, reference: str, draft: Draft) -> None:
    concept = concept_of(resource.get("code"))
    if says_nothing(concept):
        raise NotUnderstood("no-code")
    certainty = verification(resource)
    if draft.terminology.is_family_history(concept):
        draft.family_history = True
        _family(resource, concept, reference, draft)
    elif kind := kind_of(concept, "problem", draft.terminology):
        if certainty in ("confirmed", "history"):
            record_none_known(kind, reference, None, draft)
    else:
        _problem(resource, concept, reference, certainty, draft)


def _problem(resource: Json, concept: Concept, reference: str, certainty: str, draft: Draft) -> None:
    status = clinical(resource)
    abated, ended = abatement(resource, reference, draft)
    recorded = _recorded(resource, reference, draft)
    hits = draft.terminology.disease(concept)
    condition = Condition(
        reference=reference,
        label=concept.label,
        hits=hits,
        standing=standing(certainty, status, abated),
        resolved=status == "resolved",
        onset=_onset(resource, recorded, reference, draft),
        recorded=recorded,
        abatement=ended,
        abated=abated,
        alarms=frozenset() if certainty == "refuted" else _alarms(concept, hits, draft),
        unclassified=not draft.terminology.is_classified(hits),
        restricted=draft.restricted(resource),
    )
    if condition.unclassified and not has_words(concept) and not _told_by_code(concept):
        raise NotUnderstood("no-code")
    draft.conditions.append(condition)
    if condition.standing is not Standing.DENIED:
        _consequences(resource, condition, draft)


def _family(resource: Json, concept: Concept, reference: str, draft: Draft) -> None:
    """A disease of one's own by its code and of the family by its words is left out (G5), and told."""
    if Mark.MEMBER in draft.terminology.finding(concept).values():
        shown = {} if draft.restricted(resource) else {"label": concept.label}
        draft.note("coded-family-history", reference=reference, **shown)


def _alarms(concept: Concept, hits: Hits, draft: Draft) -> frozenset[str]:
    """The diseases an unclassified problem may be, by its words or by a code of a system that we do not know (G7c).

    A recognised one may be what its words say beside its code.
    """
    words = draft.terminology.alarms(concept)
    return words | sets_of_foreign_codes(concept, draft.terminology.by_code) if not hits else words


def _told_by_code(concept: Concept) -> bool:
    """Whether a bare code outside all sets says enough: our sets hold ICD-10 in whole families, others in part."""
    return any(canonical_system(coding.system) in _IN_FAMILIES for coding in concept.codings)


def _consequences(resource: Json, condition: Condition, draft: Draft) -> None:
    """A valid problem opens the problem list when it stands on it; one that no set knows is told (G7, G7c)."""
    if _on_problem_list(resource):
        draft.open("problem_list", condition.reference)
    if condition.unclassified:
        shown = {} if condition.restricted else {"label": condition.label}
        draft.note("unclassified-problem", reference=condition.reference, **shown)


def _on_problem_list(resource: Json) -> bool:
    category = concept_of(resource.get("category"))
    words = {coding.code.lower() for coding in category.codings}
    return "problem-list-item" in words or "problem list" in words_of(category).lower()


def _recorded(resource: Json, reference: str, draft: Draft) -> When | None:
    """The latest possible start: the earlier of recordedDate and the asserted-date extension (G4)."""
    written = [resource.get("recordedDate"), resource.get("assertedDate")]
    written += [entry.get("valueDateTime") for entry in extensions(resource, _ASSERTED)]
    days = [draft.past(draft.day(value, reference), reference) for value in written]
    return min((day for day in days if day), key=lambda day: (day.last, day.first), default=None)


def _onset(resource: Json, recorded: When | None, reference: str, draft: Draft) -> When | None:
    """The start, cut at the latest day on which it was recorded; written later than that it stays, with a note."""
    onset = draft.past(beginning(resource, "onset", reference, draft), reference)
    if onset is None or recorded is None:
        return onset
    cut = onset.until(recorded.last)
    if cut is None:
        draft.note("onset-after-recorded", reference=reference, date=onset)
    return cut or onset
