"""Whether a platelet count says that the platelets were clumped, which puts counts in doubt (CM313-I05, CART-E08)."""

from __future__ import annotations

import re

from cds_service.fhir.concepts import concept_of
from cds_service.fhir.elements import Json, concepts_in, parts, text_of
from eligibility.phrase import folded
from eligibility.record import Answer, Result
from eligibility.terminology import Hits, Mark

COUNT, CLUMPS = "VS-PLT", "VS-PLT-CLUMP"
CLUMPS_NOTED = "platelet clumping noted"
SEEN = Result("noted", answer=Answer.UNCLEAR)  # written beside a count: nobody was asked, so it is no result of a test

_CLUMPED = re.compile(r"clump|agglutinat|aggregat(?:e|es|ed|ion)\b|satellit|聚集|凝集|卫星现象")
_DENIED = re.compile(
    r"\b(?:no|not|without|non|nil|negative for|free of|absence of)\b[^.;,]{0,40}$|[未无没][^。；，,;]{0,8}$"
)
_NOT_SEEN = re.compile(r"\w*\W*(?:(?:was |were |is |are )?not |absent|none|negative|ruled out|未见|阴性)")


def notes_clumps(element: Json, hits: Hits) -> bool:
    """In the value, in the reason for its absence, in an interpretation or in a note; not where it is denied."""
    return hits.get(COUNT, Mark.NON_MEMBER) is not Mark.NON_MEMBER and any(_tells(text) for text in _written(element))


def _written(element: Json) -> list[str]:
    concepts = [element.get("dataAbsentReason"), element.get("valueCodeableConcept")]
    concepts += concepts_in(element.get("interpretation"))
    words = [text for one in concepts for text in concept_of(one).written]
    notes = [text_of(note.get("text")) for note in parts(element, "note")]
    return [folded(text) for text in (text_of(element.get("valueString")), *words, *notes) if text]


def _tells(text: str) -> bool:
    return any(
        not _DENIED.search(text, 0, found.start()) and not _NOT_SEEN.match(text, found.end())
        for found in _CLUMPED.finditer(text)
    )
