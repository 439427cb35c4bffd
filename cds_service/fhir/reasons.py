"""What a drug or a procedure was for: the indications it names, classified (G7b)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cds_service.fhir.concepts import EMPTY, concept_of, says_nothing
from cds_service.fhir.draft import Draft
from cds_service.fhir.elements import Json, entries, reference_in, text_of
from eligibility.terminology import Concept, Hits


def reasons_of(resource: Json, draft: Draft) -> tuple[tuple[Hits, ...], bool]:
    """The sets that each readable indication names, and whether any indication is given, readable or not."""
    concepts = list(_reasons(resource, draft))
    given = bool(entries(resource.get("reasonCode")) or entries(resource.get("reasonReference")))
    return tuple(draft.terminology.disease(concept) for concept in concepts), given


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
