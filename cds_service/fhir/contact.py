"""Whether the patient wants not to be asked about research: a Consent that denies it, a Flag that says so (G12b)."""

from __future__ import annotations

from collections.abc import Iterator

from cds_service.fhir.concepts import concept_of
from cds_service.fhir.dates import period_of
from cds_service.fhir.draft import Draft
from cds_service.fhir.elements import Json, code_of, part, parts
from eligibility.truth import Truth

_RESEARCH = frozenset(("research", "rsrch", "hresch", "rsreq", "hrs", "rsdid", "rsreid", "clintrch", "biorch"))
NO_CONTACT = frozenset(
    (
        "no research contact",
        "do not contact for research",
        "opted out of research contact",
        "research opt-out",
        "研究勿扰",
    )
)


def retracted(resource: Json) -> bool:
    return code_of(resource.get("status")) != "active"  # only an active Consent or Flag stands


def read_consent(resource: Json, reference: str, draft: Draft) -> None:
    """An active Consent about research whose provision denies; one that no longer or not yet holds says nothing."""
    provision = part(resource, "provision")
    denies = code_of(provision.get("type")) == "deny" and _holds(provision, draft)
    if denies and _RESEARCH.intersection(_topics(resource, provision)):
        draft.no_research_contact = True
        draft.note("no-research-contact", reference=reference)


def _topics(resource: Json, provision: Json) -> Iterator[str]:
    concepts = [concept_of(resource.get("scope")), concept_of(resource.get("category"))]
    concepts += [concept_of(one) for one in parts(provision, "purpose")]
    for concept in concepts:
        yield from (coding.code.lower() for coding in concept.codings)
        yield concept.text.lower()


def read_flag(resource: Json, reference: str, draft: Draft) -> None:
    concept = concept_of(resource.get("code"))
    words = [concept.text, *(coding.display for coding in concept.codings)]
    if _holds(resource, draft) and any(word.casefold() in NO_CONTACT for word in words):
        draft.no_research_contact = True
        draft.note("no-research-contact", reference=reference)


def _holds(element: Json, draft: Draft) -> bool:
    """Not over, not yet to begin; an unreadable period holds, because the wish is the patient's."""
    period = period_of(element.get("period"), zone=draft.zone)
    if period.unreadable:
        return True
    begun = period.start is None or period.start.on_or_before(draft.as_of) is not Truth.FALSE
    over = period.end is not None and period.end.before(draft.as_of) is Truth.TRUE
    return begun and not over
