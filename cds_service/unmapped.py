"""Which codes in FHIR files no value set, drug table or ConceptMap knows, by frequency, without patient data.

Codes and code systems are told; a text is only counted, and so is a code that looks like one. A name stands beside a
code of a public system alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cards.markdown import clean
from cds_service.contents import Contents, Resource, Unusable, parse_contents
from cds_service.documents import read_source
from cds_service.fhir.concepts import concept_of, says_nothing
from cds_service.fhir.elements import Json, parts
from cds_service.fhir.local_codes import ConceptMaps
from eligibility.coding import KNOWN_SYSTEMS, SYSTEM_URIS, Coding, Concept
from eligibility.terminology import Terminology

SECTIONS = ("conditions", "observations", "answers", "medications", "procedures", "allergies")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+*~-]{0,39}")
_SYSTEM = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:[^\s?#<>\"]{1,200}|[0-2](?:\.\d{1,20}){2,30})")
_LONGEST_NAME = 80
_CONTAINED = 8  # resources inside each other: FHIR allows one level


@dataclass(slots=True)
class Seen:
    """One code: how often it was met, how often nothing else told what is meant, and what a map says of it."""

    system: str
    code: str
    seen: int = 0
    not_understood: int = 0
    in_map: str = ""
    names: Counter[str] = field(default_factory=Counter)

    @property
    def public(self) -> bool:
        return self.system in SYSTEM_URIS.values()

    @property
    def name(self) -> str:
        """The most frequent name of a public code, the first of several in order; empty for a local one."""
        return min(self.names, key=lambda name: (-self.names[name], name), default="")


@dataclass(slots=True)
class Section:
    """One part of the record. Entries without a usable code are counted only."""

    name: str
    entries: int = 0
    words_only: int = 0
    words_not_understood: int = 0
    without_system: int = 0
    not_shown: int = 0  # codings whose code or system looks like words
    codes: dict[tuple[str, str], Seen] = field(default_factory=dict)

    def ranked(self, *, public: bool) -> list[Seen]:
        """The most frequent first; among equals those that nothing else explains."""
        codes = [seen for seen in self.codes.values() if seen.public is public]
        return sorted(codes, key=lambda one: (-one.seen, -one.not_understood, one.system, one.code))


@dataclass(slots=True)
class Unmapped:
    """What all files together hold."""

    resources: int = 0
    files: int = 0
    sections: dict[str, Section] = field(default_factory=lambda: {name: Section(name) for name in SECTIONS})
    unusable: list[tuple[str, Unusable]] = field(default_factory=list)


def unmapped(paths: Iterable[str], terminology: Terminology, maps: ConceptMaps) -> Unmapped:
    """Every file read as `assess` reads it; one that cannot be used is told and costs nothing else."""
    found = Unmapped()
    for path in paths:
        try:
            documents = list(parse_contents(read_source(path)))
        except Unusable as trouble:
            found.unusable.append((path, trouble))
            continue
        found.unusable += [(path, document) for document in documents if isinstance(document, Unusable)]
        usable = [document for document in documents if isinstance(document, Contents)]
        found.files += bool(usable)
        for _, resource in (entry for document in usable for entry in document.entries):
            _take(resource, found, _Known(terminology, maps))
    return found


def _take(resource: Resource, found: Unmapped, known: _Known) -> None:
    found.resources += 1
    for inner in _with_contained(resource, 0):
        for section, value in _coded(inner, known):
            concept = concept_of(value)
            if not says_nothing(concept):
                _count(found.sections[section], concept, known)


def _with_contained(resource: Json, depth: int) -> Iterator[Json]:
    yield resource
    if depth < _CONTAINED:
        for inner in parts(resource, "contained"):
            yield from _with_contained(inner, depth + 1)


def _coded(resource: Json, known: _Known) -> Iterator[tuple[str, Any]]:
    """The concepts that criteria are held against, each with its section."""
    match resource.get("resourceType"):
        case "Condition":
            yield "conditions", resource.get("code")
        case "Procedure":
            yield "procedures", resource.get("code")
        case "Observation":
            for element in (resource, *parts(resource, "component")):
                yield "observations", element.get("code")
                if known.asked_for(element.get("code")):
                    yield "answers", element.get("valueCodeableConcept")
        case "MedicationStatement" | "MedicationRequest" | "MedicationAdministration":
            yield "medications", resource.get("medicationCodeableConcept")
        case "Medication":
            yield "medications", resource.get("code")
            yield from (("medications", one.get("itemCodeableConcept")) for one in parts(resource, "ingredient"))
        case "AllergyIntolerance":
            yield "allergies", resource.get("code")
            for reaction in parts(resource, "reaction"):
                yield "allergies", reaction.get("substance")


def _count(section: Section, concept: Concept, known: _Known) -> None:
    section.entries += 1
    coded = [coding for coding in concept.codings if coding.code]
    understood = known.understood(section.name, concept)
    section.words_only += not coded
    section.words_not_understood += not coded and not understood
    for coding in coded:
        if not coding.system:
            section.without_system += 1
        elif not known.code(section.name, coding):
            _note(section, coding, known.in_map(coding), understood)


def _note(section: Section, coding: Coding, in_map: str, understood: bool) -> None:
    system = SYSTEM_URIS.get(coding.system, coding.system)
    if not _CODE.fullmatch(coding.code) or not _SYSTEM.fullmatch(system):
        section.not_shown += 1
        return
    seen = section.codes.setdefault((system, coding.code), Seen(system, coding.code, in_map=in_map))
    seen.seen += 1
    seen.not_understood += not understood
    if coding.system in KNOWN_SYSTEMS and coding.display:
        seen.names[clean(coding.display, _LONGEST_NAME)] += 1


@dataclass(frozen=True, slots=True)
class _Known:
    """What the value sets, the drug table and the maps know of a code, and the words of a concept besides."""

    terminology: Terminology
    maps: ConceptMaps

    def code(self, section: str, coding: Coding) -> bool:
        """Whether the code alone is read: by itself, or by what a map translates it to."""
        return any(self._alone(section, one) for one in (coding, *self.maps.meanings(coding.system, coding.code)))

    def _alone(self, section: str, coding: Coding) -> bool:
        bare = Concept((Coding(coding.system, coding.code),))
        if self.terminology.by_code(coding.system, coding.code) or self.terminology.none_known(bare, ""):
            return True
        if section in ("medications", "allergies"):
            return self.terminology.is_known_drug(bare)
        return section == "conditions" and self.terminology.is_family_history(bare)

    def in_map(self, coding: Coding) -> str:
        """What a map says of a code that it does not translate to one we need."""
        if targets := self.maps.meanings(coding.system, coding.code):
            return ", ".join(f"{SYSTEM_URIS[target.system]}|{target.code}" for target in targets)
        return self.maps.equivalence(coding.system, coding.code)

    def asked_for(self, code: object) -> bool:
        """Whether an observation is one that some value set holds."""
        return any(self.code("observations", coding) for coding in concept_of(code).codings if coding.code)

    def understood(self, section: str, concept: Concept) -> bool:
        """Whether any coding, or the words, of a concept tell something that we know."""
        if any(self.code(section, coding) for coding in concept.codings if coding.code):
            return True
        ask = _BY_WORDS.get(section)
        return ask is not None and ask(self.terminology, concept)


_BY_WORDS: Mapping[str, Callable[[Terminology, Concept], bool]] = {
    "conditions": lambda terms, concept: bool(terms.disease(concept)) or terms.is_family_history(concept),
    "medications": lambda terms, concept: terms.is_known_drug(concept),
    "procedures": lambda terms, concept: bool(terms.procedure(concept)),
    "allergies": lambda terms, concept: terms.is_known_drug(concept) or bool(terms.disease(concept)),
    "answers": lambda terms, concept: terms.answer_of_concept(concept) is not None,
}
