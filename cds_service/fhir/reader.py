"""What a patient's FHIR R4 resources say, as one PatientRecord; what was not understood becomes a hole (rule G5).

No input makes it raise: an odd element costs at most its resource. Neither the order of the resources nor of a set
matters: they are read in the order of their references, and of two copies the newer version counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from cds_service.fhir import allergies, conditions, contact, lists, medications, observations, procedures, studies
from cds_service.fhir.copies import newest_copies
from cds_service.fhir.damage import damaged
from cds_service.fhir.dates import elsewhere
from cds_service.fhir.discretion import restricted
from cds_service.fhir.draft import EVERYTHING, Draft, Forgiven, NotUnderstood, Resolver
from cds_service.fhir.elements import NOTHING, Json, modified, text_of
from cds_service.fhir.finish import finished
from cds_service.fhir.local_codes import NO_MAPS, ConceptMaps, Translation
from cds_service.fhir.misnamed import meant
from cds_service.fhir.patient import Person, born
from cds_service.fhir.recall import Recall
from cds_service.fhir.resource_index import ResourceIndex
from cds_service.fhir.unlisted import tell_positive
from eligibility.record import Hole, PatientRecord, Section
from eligibility.terminology import Terminology
from eligibility.truth import Truth

__all__ = ["READ", "Reading", "ResourceIndex", "begin"]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one type of resource is read: where its holes go, what withdraws it, what is made of it."""

    section: Section
    retracted: Callable[[Json], bool]
    read: Callable[[Json, str, Draft], None]


_KINDS: Mapping[str, _Kind] = {
    "Observation": _Kind(Section.OBSERVATIONS, observations.retracted, observations.read),
    "Condition": _Kind(Section.CONDITIONS, conditions.retracted, conditions.read),
    "MedicationStatement": _Kind(Section.MEDICATIONS, medications.retracted, medications.read),
    "MedicationRequest": _Kind(Section.MEDICATIONS, medications.retracted, medications.read),
    "MedicationAdministration": _Kind(Section.MEDICATIONS, medications.retracted, medications.read),
    "MedicationDispense": _Kind(Section.MEDICATIONS, medications.retracted, medications.read),
    "Procedure": _Kind(Section.PROCEDURES, procedures.retracted, procedures.read),
    "AllergyIntolerance": _Kind(Section.ALLERGIES, allergies.retracted, allergies.read),
    "ResearchSubject": _Kind(Section.STUDIES, studies.retracted, studies.read),
    "List": _Kind(Section.LISTS, lists.retracted, lists.read),
}
_WISHES = {"Consent": contact.read_consent, "Flag": contact.read_flag}
READ = frozenset((*_KINDS, *_WISHES, "FamilyMemberHistory"))  # the types of which a record is made


def _nowhere(reference: str, referring: Mapping[str, Any]) -> None:
    """Without a resolver every reference leads nowhere, and its display serves."""


@dataclass(slots=True)
class Reading:
    """A record of which all but the results is read: enough to see whether any trial concerns this patient."""

    _draft: Draft
    _patient: Json
    _person: Person
    _results: list[tuple[str, Json]]

    def without_results(self) -> PatientRecord:
        """What is known so far; the results are a hole."""
        record = finished(self._draft, self._patient)
        return record.but(holes=(*record.holes, Hole(Section.OBSERVATIONS, "not-sent")))

    def whole(self) -> PatientRecord:
        """The record with its results; a reading ends with it."""
        for known_as, resource in self._results:
            _read(resource, known_as, self._person, self._draft)
        record = finished(self._draft, self._patient)
        self.close()
        return record

    def close(self) -> None:
        self._draft.release()


def begin(
    patient: Mapping[str, Any] | None,
    resources: Iterable[Mapping[str, Any]],
    *,
    terminology: Terminology,
    as_of: date,
    resolve: Resolver = _nowhere,
    holes: Iterable[Hole] = (),
    aliases: frozenset[str] = frozenset(),
    reference: str | None = None,
    maps: ConceptMaps = NO_MAPS,
    forgiven: Forgiven = EVERYTHING,
    zone: tzinfo | None = None,
) -> Reading:
    """Reads all but the results. `aliases` are other names of the same person (full addresses, replaced ids).

    `resolve` leads from a reference and the resource that makes it to a resource; contained ones are found here.
    Without a Patient, `reference` says whose record it is (`Patient/id`). `maps` say what the hospital's codes mean,
    `zone` by which time it lives.
    What nobody foresaw costs its resource, so that no mistake of ours costs a record; with `forgiven` empty it is
    raised, so that tests see it.
    """
    who: Json = patient if isinstance(patient, Mapping) else NOTHING
    name = reference or _name(who, aliases)
    translation = Translation(maps)
    resolve = translation.following(resolve)
    draft = Draft(Recall(terminology), as_of, resolve, name, forgiven=forgiven, holes=list(holes), zone=elsewhere(zone))
    draft.born, draft.labelled = born(who, name, draft), restricted(who)
    person = Person.of(who, name, aliases)
    results: list[tuple[str, Json]] = []
    for known_as, sent in newest_copies(resources):
        resource = translation.of(sent)
        if resource.get("resourceType") == "Observation":
            results.append((known_as, resource))
        else:
            _read(resource, known_as, person, draft)
    return Reading(draft, who, person, results)


def _name(patient: Json, aliases: frozenset[str]) -> str:
    """`Patient/id`; one without an id goes by its address."""
    identity = text_of(patient.get("id"))
    return f"Patient/{identity}" if identity else min(aliases, default="Patient/?")


def _read(resource: Json, reference: str, person: Person, draft: Draft) -> None:
    name = text_of(resource.get("resourceType"))
    kind = _KINDS.get(name)
    try:
        if kind is not None:
            _read_entry(kind, resource, reference, person, draft)
        elif name in _WISHES:
            _read_wish(name, resource, reference, person, draft)
        elif name == "FamilyMemberHistory":
            draft.family_history |= person.is_subject_of(resource, draft.follow) is Truth.TRUE
        else:
            _pass_over(name, resource, reference, person, draft)
    except draft.forgiven:  # whatever an odd resource provokes costs that resource, never the record (G5)
        section = kind.section if kind else Section.STUDIES
        draft.hole(section, reference, NotUnderstood("unreadable"))


def _pass_over(name: str, resource: Json, reference: str, person: Person, draft: Draft) -> None:
    """A type that nobody asks for says nothing; one that looks like one of ours is an entry not understood (G5)."""
    kind = _KINDS.get(meant(name, _KINDS) or "")
    if kind is not None and person.is_subject_of(resource, draft.follow) is not Truth.FALSE:
        draft.hole(kind.section, reference, NotUnderstood("unknown-type", label=name))


def _read_entry(kind: _Kind, resource: Json, reference: str, person: Person, draft: Draft) -> None:
    sets = observations.concerns(resource, draft.terminology) if kind.section is Section.OBSERVATIONS else None
    if sets is not None and not sets:  # an observation of something that no value set asks for
        if person.is_subject_of(resource, draft.follow) is Truth.TRUE:
            tell_positive(resource, reference, draft)
        return
    try:
        if _counts(kind, resource, reference, person, draft):
            kind.read(resource, reference, draft)
    except NotUnderstood as cause:
        label = None if draft.restricted(resource) else cause.label
        draft.hole(kind.section, reference, NotUnderstood(cause.reason, sets, label))


def _counts(kind: _Kind, resource: Json, reference: str, person: Person, draft: Draft) -> bool:
    """The rows of G5 that come before any content: whose it is, whether we may read it, whether it was withdrawn."""
    subject = person.is_subject_of(resource, draft.follow)
    if subject is Truth.FALSE:
        draft.note("other-subject", reference=reference)
        return False
    if modified(resource):
        raise NotUnderstood("unknown-modifier")
    if kind.retracted(resource):
        return False
    if damaged(resource):
        raise NotUnderstood("unreadable")
    if subject is not Truth.TRUE:
        raise NotUnderstood("subject-unknown")
    return True


def _read_wish(name: str, resource: Json, reference: str, person: Person, draft: Draft) -> None:
    """A wish not to be contacted is heard even where the resource does not say clearly whose it is."""
    if person.is_subject_of(resource, draft.follow) is not Truth.FALSE and not contact.retracted(resource):
        _WISHES[name](resource, reference, draft)
