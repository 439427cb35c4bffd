"""What a CodeableConcept says: its codings under our short system names, and its text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cds_service.fhir.elements import code_of, entries, text_of
from cds_service.fhir.local_codes import MappedCoding
from eligibility.coding import Coding, Concept, canonical_system

EMPTY = Concept()


@lru_cache(maxsize=512)
def _system(uri: str) -> str:
    return canonical_system(uri)


def _coding(value: dict[str, object]) -> Coding | None:
    code = text_of(value.get("code"))
    display = text_of(value.get("display"))
    if not code and not display:
        return None
    uri = value.get("system")
    local = value.local if isinstance(value, MappedCoding) else ""
    return Coding(_system(uri) if isinstance(uri, str) else "", code, display, local)


def concept_of(value: object) -> Concept:
    """A CodeableConcept; also an array of them (not of arrays), a bare Coding or a bare string in its place."""
    if isinstance(value, dict):
        codings = value.get("coding")
        if codings is None and ("code" in value or "display" in value):
            codings = value
        read = [_coding(one) for one in entries(codings) if isinstance(one, dict)]
        return Concept(tuple(coding for coding in read if coding), text_of(value.get("text")))
    if isinstance(value, str):
        return Concept((), text_of(value))
    if isinstance(value, list):
        return together(concept_of(one) for one in value if not isinstance(one, list))
    return EMPTY


def together(concepts: Iterable[Concept]) -> Concept:
    """Several concepts as one: all codings, the first text."""
    known = tuple(concepts)
    if len(known) < 2:
        return Concept(tuple(dict.fromkeys(known[0].codings)), known[0].text) if known else EMPTY
    codings = tuple(dict.fromkeys(coding for concept in known for coding in concept.codings))
    return Concept(codings, next((concept.text for concept in known if concept.text), ""))


def says_nothing(concept: Concept) -> bool:
    return not concept.codings and not concept.text


def has_words(concept: Concept) -> bool:
    """Whether a person could read what it is: a text, a display, or a code that is itself a word."""
    return bool(concept.text) or any(coding.display for coding in concept.codings)


def words_of(concept: Concept) -> str:
    """All that can be read in it, for looking for words."""
    return " ".join(filter(None, (concept.text, *(coding.display for coding in concept.codings))))


def codes_of(concept: Concept) -> frozenset[str]:
    """`system|code`, as scales name their answers."""
    return frozenset(f"{coding.system}|{coding.code}" for coding in concept.codings if coding.code)


def status_words(value: object) -> list[str]:
    """Every code of a status given as code, string, Coding or CodeableConcept; its text where no code is given."""
    if isinstance(value, str):
        return [code_of(value)] if value.strip() else []
    concept = concept_of(value)
    codes = [coding.code.lower() for coding in concept.codings if coding.code]
    return codes or [words.lower() for words in [words_of(concept)] if words]
