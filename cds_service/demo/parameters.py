"""Decides by which parameters each resource type can be searched: a part of FHIR R4's list, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["token", "reference", "date", "string"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter: its R4 name and type, and the elements it looks at."""

    name: str
    kind: Kind
    elements: tuple[str, ...]
    target: str = ""
    """The type that a bare id in a reference search means; empty where several are possible."""


def _token(name: str, *elements: str) -> Parameter:
    return Parameter(name, "token", elements or (name,))


def _reference(name: str, *elements: str, target: str = "") -> Parameter:
    return Parameter(name, "reference", elements or (name,), target)


def _patient(*elements: str) -> Parameter:
    return _reference("patient", *elements, target="Patient")


def _date(name: str, *elements: str) -> Parameter:
    return Parameter(name, "date", elements or (name,))


_ID = _token("_id", "id")
_IDENTIFIER = _token("identifier")
_CODE = _token("code")
_CATEGORY = _token("category")
_STATUS = _token("status")
_CLINICAL = _token("clinical-status", "clinicalStatus")
_VERIFICATION = _token("verification-status", "verificationStatus")
_OF_SUBJECT = (_patient("subject"), _reference("subject"))
_OF_PATIENT = (_patient(),)
_MEDICATION = (_token("code", "medicationCodeableConcept"), _reference("medication", "medicationReference"))
_NAME = Parameter("name", "string", ("name.text", "name.family", "name.given", "name.prefix", "name.suffix"))
_EFFECTIVE = ("effectiveDateTime", "effectivePeriod", "effectiveInstant")
_PERFORMED = ("performedDateTime", "performedPeriod")

_OWN: dict[str, tuple[Parameter, ...]] = {
    "AllergyIntolerance": (*_OF_PATIENT, _CODE, _CATEGORY, _CLINICAL, _VERIFICATION, _date("date", "recordedDate")),
    "Condition": (
        *_OF_SUBJECT, _CODE, _CATEGORY, _CLINICAL, _VERIFICATION,
        _date("onset-date", "onsetDateTime", "onsetPeriod"), _date("recorded-date", "recordedDate"),
    ),
    "DiagnosticReport": (*_OF_SUBJECT, _CODE, _CATEGORY, _STATUS, _date("date", *_EFFECTIVE)),
    "Encounter": (*_OF_SUBJECT, _STATUS, _token("class"), _token("type"), _date("date", "period")),
    "Immunization": (*_OF_PATIENT, _STATUS, _token("vaccine-code", "vaccineCode"), _date("date", "occurrenceDateTime")),
    "List": (*_OF_SUBJECT, _CODE, _STATUS, _date("date")),
    "Medication": (_CODE, _STATUS),
    "MedicationAdministration": (*_OF_SUBJECT, *_MEDICATION, _STATUS, _date("effective-time", *_EFFECTIVE)),
    "MedicationDispense": (*_OF_SUBJECT, *_MEDICATION, _STATUS, _date("whenhandedover", "whenHandedOver")),
    "MedicationRequest": (
        *_OF_SUBJECT, *_MEDICATION, _CATEGORY, _STATUS, _token("intent"), _date("authoredon", "authoredOn"),
    ),
    "MedicationStatement": (*_OF_SUBJECT, *_MEDICATION, _CATEGORY, _STATUS, _date("effective", *_EFFECTIVE)),
    "Observation": (*_OF_SUBJECT, _CODE, _CATEGORY, _STATUS, _date("date", *_EFFECTIVE)),
    "Organization": (_NAME,),
    "Patient": (_NAME, _token("gender"), _date("birthdate", "birthDate")),
    "Practitioner": (_NAME,),
    "Procedure": (*_OF_SUBJECT, _CODE, _CATEGORY, _STATUS, _date("date", *_PERFORMED)),
    "ResearchStudy": (_STATUS,),
    "ResearchSubject": (
        _patient("individual"), _reference("individual"), _reference("study"), _STATUS,
        _date("date", "period"),
    ),
    "ServiceRequest": (*_OF_SUBJECT, _CODE, _CATEGORY, _STATUS, _token("intent"), _date("authored", "authoredOn")),
    "Specimen": (*_OF_SUBJECT, _STATUS, _token("type")),
    "Task": (_patient("for"), _reference("subject", "for"), _CODE, _STATUS, _token("intent")),
}  # fmt: skip

PARAMETERS = {kind: {own.name: own for own in (_ID, _IDENTIFIER, *owned)} for kind, owned in sorted(_OWN.items())}
"""Resource type → parameter name → parameter; a type that is not here is not served."""
