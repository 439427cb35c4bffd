"""What a drug or a procedure was for: the indications it names, classified (G7b)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cds_service.fhir.concepts import EMPTY, concept_of, says_nothing
from cds_service.fhir.draft import Draft
from cds_service.fhir.elements import Json, entries, reference_in, text_of
from cds_service.fhir.outcomes import outcomes_of
from eligibility.coding import KNOWN_SYSTEMS, Mark, canonical_system
from eligibility.indication import IN_WORDS_ONLY
from eligibility.terminology import Concept, Hits


def reasons_of(resource: Json, draft: Draft) -> tuple[tuple[Hits, ...], bool]:
    """The sets that each readable indication names, and whether any indication is given, readable or not."""
    concepts = [concept for concept in _reasons(resource, draft) if not _tells_outcome(concept, draft)]
    coded = [value for value in entries(resource.get("reasonCode")) if not _tells_outcome(concept_of(value), draft)]
    given = bool(coded or entries(resource.get("reasonReference")))
    return tuple(_named(concept, draft) for concept in concepts), given


def _named(concept: Concept, draft: Draft) -> Hits:
    """The sets a reason stands in; words that no set knows name no other disease ("DVT?", "see note"), a code does."""
    hits = draft.terminology.disease(concept)
    coded = any(coding.code and canonical_system(coding.system) in KNOWN_SYSTEMS for coding in concept.codings)
    return hits if hits or coded else {IN_WORDS_ONLY: Mark.UNKNOWN}


def outcomes_as_reason(resource: Json, draft: Draft) -> frozenset[str]:
    """What went wrong, where it is written as the reason: "lack of efficacy" is no indication (CART-I06b)."""
    told = (concept_of(value) for value in entries(resource.get("reasonCode")))
    return frozenset(outcome for one in told if _tells_outcome(one, draft) for outcome in outcomes_of(one))


def _tells_outcome(concept: Concept, draft: Draft) -> bool:
    """Whether it documents how the treatment went and names no disease: "refractory ITP" is why a drug was begun."""
    if not outcomes_of(concept):
        return False
    return not draft.terminology.disease(concept) and not draft.terminology.alarms(concept)


def _reasons(resource: Json, draft: Draft) -> Iterator[Concept]:
    for value in entries(resource.get("reasonCode")):
        concept = concept_of(value)
        if not says_nothing(concept):
            yield concept
    for reference in entries(resource.get("reasonReference")):
        target = draft.follow(reference_in(reference), resource)
        coded = concept_of(target.get("code")) if target else EMPTY
        display = text_of(reference.get("display")) if isinstance(reference, Mapping) else ""
        concept = coded if not says_nothing(coded) else Concept((), display)
        if not says_nothing(concept):
            yield concept
