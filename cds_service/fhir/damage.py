"""Whether a resource is plainly damaged where we read it: a null, another JSON type, a level too many (rule G5).

What a reader passes over reads as "not stated", and an unstated status, end or dosage has a meaning. So what is written
and cannot be what belongs there costs the resource, as anything does that is not understood. Left to their own readers:
the value of an observation (it stays the latest result, unreadable) and dates (they say themselves that they are
unreadable). Not damage: the shapes that records do show (a text or a bare coding for a concept, one thing for an array,
a number in a text), and everything in elements that nothing here reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from cds_service.fhir.concepts import concept_of, words_of
from cds_service.fhir.elements import Json

Shape = Callable[[object], bool]


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool) or value in ("true", "false")


def _number(value: object) -> bool:
    return isinstance(value, int | float | Decimal | str) and not isinstance(value, bool)


def _anything(value: object) -> bool:
    return value is not None


def _fields(**known: Shape) -> Shape:
    """An object of which something is known here, and nothing in another shape; an empty one says nothing."""
    always = known | {"extension": _anything, "id": _anything}

    def fits(value: object) -> bool:
        if not isinstance(value, dict):
            return False
        said = [name for name in value if name in always or name[:1] == "_"]
        return (bool(said) or not value) and all(always[name](value[name]) for name in said if name in always)

    return fits


def _each(shape: Shape) -> Shape:
    """An array, or the single thing in its place; an empty one says nothing and is none."""
    return lambda value: all(map(shape, value)) if isinstance(value, list) else shape(value)


_CODING = _fields(system=_text, version=_anything, code=_text, display=_text, userSelected=_anything)
_CODED = _fields(coding=_each(_CODING), text=_text, system=_text, code=_text, display=_text)


def _concept(value: object) -> bool:
    return isinstance(value, str) or _CODED(value)


_CONCEPTS = _each(_concept)


def _what(value: object) -> bool:
    """What a resource is about: a code, or words that have a letter in them."""
    if not _CONCEPTS(value):
        return False
    concept = concept_of(value)
    words = words_of(concept)
    return not words or any(map(str.isalpha, words)) or any(coding.code for coding in concept.codings)


_REFERENCE_FIELDS = _fields(reference=_text, display=_text, type=_text, identifier=_anything)


def _reference(value: object) -> bool:
    return isinstance(value, str) or _REFERENCE_FIELDS(value)


_PERIOD = _fields(start=_text, end=_text)
_QUANTITY = _fields(value=_number, comparator=_text, unit=_text, system=_text, code=_text)
_RANGE = _fields(low=_QUANTITY, high=_QUANTITY)
_TIMED = {
    "DateTime": _text, "Date": _text, "Period": _PERIOD, "Age": _QUANTITY, "Range": _RANGE, "String": _text,
    "Boolean": _flag,
}  # fmt: skip
_REPEAT = _fields(
    boundsPeriod=_PERIOD, boundsDuration=_QUANTITY, boundsRange=_RANGE, count=_number, countMax=_number,
    duration=_number, durationMax=_number, durationUnit=_text, frequency=_number, frequencyMax=_number, period=_number,
    periodMax=_number, periodUnit=_text, dayOfWeek=_each(_text), timeOfDay=_each(_text), when=_each(_text),
    offset=_number,
)  # fmt: skip
_DOSE = _fields(
    type=_CONCEPTS, doseRange=_RANGE, doseQuantity=_QUANTITY, rateRatio=_anything, rateRange=_RANGE,
    rateQuantity=_QUANTITY,
)  # fmt: skip
_DOSAGE = _fields(
    sequence=_number, text=_text, additionalInstruction=_CONCEPTS, patientInstruction=_text,
    timing=_fields(event=_each(_text), repeat=_REPEAT, code=_CONCEPTS), asNeededBoolean=_flag,
    asNeededCodeableConcept=_CONCEPTS, site=_CONCEPTS, route=_CONCEPTS, method=_CONCEPTS, doseAndRate=_each(_DOSE),
    dose=_QUANTITY, rateRatio=_anything, rateQuantity=_QUANTITY, maxDosePerPeriod=_anything,
    maxDosePerAdministration=_anything, maxDosePerLifetime=_anything,
)  # fmt: skip


def _any_of(name: str) -> dict[str, Shape]:
    """The forms of `name`[x]."""
    return {f"{name}{form}": shape for form, shape in _TIMED.items()}


_SUBJECT: Mapping[str, Shape] = {"subject": _reference, "patient": _reference, "individual": _reference}
_DRUG: Mapping[str, Shape] = {
    "statusReason": _CONCEPTS, "medicationCodeableConcept": _CONCEPTS,
    "medicationReference": _each(_reference), "reasonCode": _each(_what), "reasonReference": _each(_reference),
    "note": _each(_fields(text=_text)), **_any_of("effective"),
}  # fmt: skip
_STATUSES: Mapping[str, Shape] = {"code": _what, "clinicalStatus": _CONCEPTS, "verificationStatus": _CONCEPTS}
_READ: Mapping[str, Mapping[str, Shape]] = {
    "Condition": {
        **_STATUSES, "category": _CONCEPTS, **_any_of("onset"), **_any_of("abatement"), "recordedDate": _text,
        "assertedDate": _text,
    },
    "Observation": {"code": _what, **_any_of("effective"), "effectiveInstant": _text, "issued": _text},
    "MedicationStatement": {**_DRUG, "dateAsserted": _text, "dosage": _each(_DOSAGE)},
    "MedicationRequest": {
        **_DRUG, "intent": _text, "doNotPerform": _flag, "reportedBoolean": _flag, "reportedReference": _reference,
        "requester": _reference, "authoredOn": _text, "dosageInstruction": _each(_DOSAGE),
        "dispenseRequest": _fields(
            validityPeriod=_PERIOD, initialFill=_anything, numberOfRepeatsAllowed=_anything, quantity=_anything,
            expectedSupplyDuration=_anything, performer=_anything, dispenseInterval=_anything),
    },
    "MedicationAdministration": {**_DRUG, "dosage": _each(_DOSAGE)},
    "MedicationDispense": {
        **_DRUG, "whenHandedOver": _text, "whenPrepared": _text, "daysSupply": _QUANTITY,
        "dosageInstruction": _each(_DOSAGE),
    },
    "Medication": {
        "code": _what, "form": _CONCEPTS,
        "ingredient": _each(_fields(
            itemCodeableConcept=_CONCEPTS, itemReference=_reference, isActive=_flag, strength=_anything)),
    },
    "Procedure": {
        "code": _what, "outcome": _CONCEPTS, "reasonCode": _each(_what),
        "reasonReference": _each(_reference), **_any_of("performed"),
    },
    "AllergyIntolerance": {
        **_STATUSES, "criticality": _text,
        "reaction": _each(_fields(
            substance=_CONCEPTS, manifestation=_CONCEPTS, severity=_text, description=_text, onset=_anything,
            exposureRoute=_anything, note=_anything)),
    },
    "ResearchSubject": {"study": _reference, "period": _PERIOD},
    "List": {"status": _text, "mode": _text, "code": _CONCEPTS, "emptyReason": _CONCEPTS},
}  # fmt: skip


def damaged(resource: Json) -> bool:
    """Whether something stands where we read, of a shape that nothing can be read from."""
    return any(not shape(resource[name]) for name, shape in _shapes(resource) if name in resource)


def _shapes(resource: Json) -> list[tuple[str, Shape]]:
    kind = resource.get("resourceType")
    return _BY_KIND.get(kind, []) if isinstance(kind, str) else []


_BY_KIND = {kind: list({**_SUBJECT, **shapes}.items()) for kind, shapes in _READ.items()}


def damaged_concept(value: object) -> bool:
    return not _CONCEPTS(value)


def damaged_code(resource: Json) -> bool:
    """Whether what was observed cannot be made out, in the resource or in one of its components."""
    components = resource.get("component")
    return any(
        isinstance(one, dict) and "code" in one and not _what(one["code"])
        for one in (resource, *(components if isinstance(components, list) else (components,)))
    )
