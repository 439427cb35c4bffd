"""Which positive results of no listed test are told: by their names they may be one that a criterion asks for (G7c)."""

from __future__ import annotations

import re

from cds_service.fhir.concepts import concept_of
from cds_service.fhir.draft import Draft
from cds_service.fhir.elements import Json, code_of, parts
from cds_service.fhir.results import result_of
from eligibility.record import Answer
from eligibility.terminology import Concept

_TESTS = re.compile(
    r"(?<![a-z])(?:hiv|hbv|hbsag|hbs|hbc|hcv|cmv|ebv|vca|rpr|vdrl|tppa|tpha|hcg)(?![a-z])|hepatitis [bc]|"
    r"human immunodeficiency|cytomegalovirus|epstein|syphilis|treponema|pregnan|"
    r"艾滋|乙肝|乙型肝炎|丙肝|丙型肝炎|巨细胞病毒|eb病毒|梅毒|妊娠|早孕"
)
_OF_PAST_CONTACT = re.compile(r"igg|surface ab|surface antibod|hbsab|anti-?hbs\b|hbs ab|vaccin|表面抗体")
_COUNTS = frozenset(("final", "amended", "corrected"))


def tell_positive(resource: Json, reference: str, draft: Draft) -> None:
    """A data note; the criterion itself stays unknown, for the test that it asks for is not on record."""
    if resource.keys() >= {"valueQuantity"} and not resource.keys() & {"interpretation", "component"}:
        return  # a bare number, as nearly all are
    if any(_may_be_asked_for(concept_of(one.get("code")), draft) and _positive(one, draft) for one in _parts(resource)):
        shown = {} if draft.restricted(resource) else {"label": concept_of(resource.get("code")).label}
        draft.note("positive-unlisted", reference=reference, **shown)


def _parts(resource: Json) -> list[Json]:
    return [resource, *parts(resource, "component")] if code_of(resource.get("status")) in _COUNTS else []


def _may_be_asked_for(concept: Concept, draft: Draft) -> bool:
    names = [text.casefold() for text in concept.written]
    named = any(map(_TESTS.search, names)) and not any(map(_OF_PAST_CONTACT.search, names))
    return named and not draft.terminology.finding(concept)


def _positive(element: Json, draft: Draft) -> bool:
    found = result_of(element, draft.terminology)
    return Answer.POSITIVE in (found.answer, found.interpretation)
