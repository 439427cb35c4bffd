"""Who the patient is: the names resources use for them, birth, gender, death, and whether the record is in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cds_service.fhir.draft import Draft
from cds_service.fhir.elements import Json, code_of, contained, name_of, parts, reference_in, text_of
from eligibility.truth import Truth
from eligibility.when import When

_GENDERS = frozenset(("male", "female", "other", "unknown"))
Follow = Callable[[str, Json], Json | None]  # from a reference and the resource that makes it to a resource
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def born(patient: Json, reference: str, draft: Draft) -> When | None:
    """The day, month or year of birth; None when missing, masked by an extension, unreadable, or after today."""
    masks = parts(patient.get("_birthDate"), "extension")
    if any(mask.get("url") == _ABSENT for mask in masks):
        return None
    written = draft.past(draft.day(patient.get("birthDate"), reference), reference)
    return When(written.first, written.last) if written else None


def gender(patient: Json) -> str | None:
    code = code_of(patient.get("gender"))
    return code if code in _GENDERS else None


def deceased(patient: Json) -> bool:
    """True or any date, readable or not, or one of which only the reason for its absence is written (G12)."""
    said = patient.get("deceasedBoolean")
    dated = patient.get("deceasedDateTime") or patient.get("_deceasedDateTime")
    return said is True or code_of(said) == "true" or bool(dated)


def inactive(patient: Json) -> bool:
    """Not in use any more, or replaced by another Patient (G12)."""
    replaced = any(code_of(link.get("type")) == "replaced-by" for link in parts(patient, "link"))
    return patient.get("active") is False or replaced


@dataclass(frozen=True, slots=True)
class Person:
    """The patient as references name them: `Patient/id`, full addresses, the ids this record replaces, identifiers."""

    reference: str
    names: frozenset[str]
    identifiers: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, patient: Json, reference: str, aliases: frozenset[str]) -> Person:
        replaced = {
            _plain(reference_in(link.get("other")))
            for link in parts(patient, "link")
            if code_of(link.get("type")) == "replaces"
        }
        names = {reference, *(_plain(alias) for alias in aliases), *replaced} - {""}
        return cls(reference, frozenset(names), frozenset(_identifiers(patient)))

    def is_subject_of(self, resource: Json, follow: Follow) -> Truth:
        """True, false for somebody else, missing when the subject is not given or leads nowhere (G5)."""
        subject = resource.get("subject") or resource.get("patient") or resource.get("individual")
        if type(subject) is dict and subject.get("reference") == self.reference:
            return Truth.TRUE  # as nearly all are written
        reference = reference_in(subject)
        if reference.startswith("#"):
            return self._is_inside(contained(resource, reference))
        if "?" in reference:
            return self._is_searched(reference)
        if not reference:
            return self._is_identified(_identifiers(subject))
        plain = _plain(reference)
        if plain in self.names:
            return Truth.TRUE
        if plain.startswith("urn:"):
            return self._is_addressed(follow(reference, resource))
        # Only a reference that says which resource it means can name somebody else.
        return Truth.FALSE if "/" in plain else Truth.MISSING

    def _is_addressed(self, found: Json | None) -> Truth:
        """A urn names somebody only where it leads to a resource; one that leads nowhere may mean this patient."""
        if found is None:
            return Truth.MISSING
        return Truth.TRUE if name_of(found) in self.names else Truth.FALSE

    def _is_inside(self, inner: Json | None) -> Truth:
        if inner is None:
            return Truth.MISSING
        if inner.get("resourceType") != "Patient":
            return Truth.FALSE
        return self._is_identified(_identifiers(inner))

    def _is_searched(self, reference: str) -> Truth:
        """A conditional reference, `Patient?identifier=system|value`."""
        kind, _, query = reference.partition("?")
        path = kind.split("/")
        if path[-1] != "Patient":  # `Group?…` is somebody else; `Patient/id?…` is no reference anybody can follow
            return Truth.MISSING if not kind or "Patient" in path else Truth.FALSE
        named, _, token = query.partition("=")
        system, _, value = token.partition("|")
        return self._is_identified({(system, value)}) if named == "identifier" else Truth.MISSING

    def _is_identified(self, identifiers: set[tuple[str, str]]) -> Truth:
        """The same identifier is the same person; another one may still be theirs."""
        return Truth.TRUE if self.identifiers & identifiers else Truth.MISSING


def _identifiers(patient: object) -> set[tuple[str, str]]:
    found = {(text_of(one.get("system")), text_of(one.get("value"))) for one in parts(patient, "identifier")}
    return {(system, value) for system, value in found if system and value}


def _plain(reference: str) -> str:
    """`Patient/id` of a relative, absolute or versioned address; a urn in lower case."""
    bare = reference.strip().split("/_history/")[0].rstrip("/")
    if bare[:4].lower() == "urn:":
        return bare.lower()
    return "/".join(bare.split("/")[-2:])
