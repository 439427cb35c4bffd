"""Which allergies and intolerances are recorded, and whether one was severe (CART-E29, key CW-ALL)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cds_service.fhir.concepts import concept_of, says_nothing, together
from cds_service.fhir.condition_status import ENTERED_IN_ERROR, verification
from cds_service.fhir.draft import Draft, NotUnderstood
from cds_service.fhir.elements import Json, code_of, modified, parts, text_of
from cds_service.fhir.none_known import NO_KNOWN_ALLERGIES, kind_of, record_none_known
from eligibility.denial import denies_finding
from eligibility.phrase import folded
from eligibility.record import Allergy
from eligibility.terminology import Concept, Hits, Mark

_ANAPHYLAXIS = "VS-ALLERGY"
_ANAPHYLACTIC = re.compile(r"anaphylax|anaphylac|anaphylakt|anafila|过敏性休克|アナフィラキシー")


def retracted(resource: Json) -> bool:
    try:
        return verification(resource) == ENTERED_IN_ERROR
    except NotUnderstood:
        return False


def read(resource: Json, reference: str, draft: Draft) -> None:
    certainty = verification(resource)
    concept = _what(resource)
    if certainty == "refuted":
        return
    if says_nothing(concept):
        raise NotUnderstood("no-code")
    if modified(*parts(resource, "reaction")):
        raise NotUnderstood("unknown-modifier")  # what we leave out may be the severe one
    kind = kind_of(concept, "allergy", draft.terminology)
    if kind:
        record_none_known(kind, reference, None, draft)
    if kind is None or kind == NO_KNOWN_ALLERGIES:
        draft.open("allergies", reference)
        draft.allergies.append(_allergy(resource, concept, reference, certainty, kind is not None, draft))


def _what(resource: Json) -> Concept:
    """The allergen: the code, else the substance of a reaction."""
    concept = concept_of(resource.get("code"))
    if not says_nothing(concept):
        return concept
    return together(concept_of(reaction.get("substance")) for reaction in parts(resource, "reaction"))


def _allergy(
    resource: Json, concept: Concept, reference: str, certainty: str, none_known: bool, draft: Draft
) -> Allergy:
    criticality = code_of(resource.get("criticality"))
    severities = {code_of(one.get("severity")) for one in parts(resource, "reaction")} & {"mild", "moderate", "severe"}
    anaphylactic = _anaphylactic(resource, concept, draft)
    return Allergy(
        reference=reference,
        label=concept.label,
        hits=_hits(concept, draft),
        substance=_substance(concept),
        confirmed=certainty != "suspected",
        severe=criticality == "high" or "severe" in severities or anaphylactic,
        graded=criticality in ("high", "low") or bool(severities) or anaphylactic,
        none_known=none_known,
        restricted=draft.restricted(resource),
    )


def _hits(concept: Concept, draft: Draft) -> Hits:
    return {**draft.terminology.drug(concept), **draft.terminology.disease(concept)}


def _substance(concept: Concept) -> str:
    """One key for one allergen: what its local code was mapped to, its first code in order of writing, its words."""
    coded = (coding for coding in concept.codings if coding.code)
    coding = min(coded, key=lambda c: (not c.local, c.system, c.code), default=None)
    return f"{coding.system}|{coding.code}" if coding else " ".join(concept.label.casefold().split())


def _anaphylactic(resource: Json, concept: Concept, draft: Draft) -> bool:
    """Whether anaphylaxis is told: as a manifestation, in the words of a reaction, of the allergen or of a note."""
    shown = [concept_of(one) for reaction in parts(resource, "reaction") for one in parts(reaction, "manifestation")]
    told = (draft.terminology.finding(one).get(_ANAPHYLAXIS) for one in (concept, *shown))
    if any(mark in (Mark.MEMBER, Mark.HISTORY) for mark in told):
        return True
    return any(_names_anaphylaxis(folded(text)) for text in _texts(resource, (concept, *shown)))


def _texts(resource: Json, concepts: tuple[Concept, ...]) -> Iterator[str]:
    for concept in concepts:
        yield from (concept.text, *(coding.display for coding in concept.codings))
    for reaction in parts(resource, "reaction"):
        yield text_of(reaction.get("description"))
        yield from (text_of(note.get("text")) for note in parts(reaction, "note"))
    yield from (text_of(note.get("text")) for note in parts(resource, "note"))


def _names_anaphylaxis(text: str) -> bool:
    return any(not denies_finding(text, *found.span()) for found in _ANAPHYLACTIC.finditer(text))
