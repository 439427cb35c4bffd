"""The smallest chart of which something certain can be said, and room for what nobody should send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

Json = dict[str, Any]
WHO: Json = {"reference": "Patient/p"}
PERSON: Json = {"resourceType": "Patient", "id": "p", "birthDate": "1980-06-15", "gender": "female"}
LOINC, SNOMED, UCUM = "http://loinc.org", "http://snomed.info/sct", "http://unitsofmeasure.org"
PLATELET_CODE: Json = {"coding": [{"system": LOINC, "code": "777-3", "display": "Platelets in blood"}]}
KEY_OF: Mapping[str, str] = {
    "Patient": "patient",
    "Condition": "conditions",
    "MedicationStatement": "statements",
    "Medication": "statements",
    "MedicationRequest": "requests",
    "Observation": "counts",
    "Procedure": "procedures",
    "List": "lists",
}


def platelets(identity: str = "plt", day: str = "2026-11-20", value: Any = 20, **more: Any) -> Json:
    quantity = {"value": value, "unit": "10*9/L", "system": UCUM, "code": "10*9/L"}
    said = {"status": "final", "subject": WHO, "code": PLATELET_CODE, "effectiveDateTime": day}
    return {"resourceType": "Observation", "id": identity, **said, "valueQuantity": quantity, **more}


def problem(identity: str = "itp", text: str = "", **more: Any) -> Json:
    code: Json = {"text": text} if text else {"coding": [{"system": SNOMED, "code": "32273002"}]}
    listed = {"category": [{"coding": [{"code": "problem-list-item"}]}], "clinicalStatus": {"text": "active"}}
    return {"resourceType": "Condition", "id": identity, "subject": WHO, "code": code, **listed, **more}


def taking(identity: str = "drug", drug: Any = None, **more: Any) -> Json:
    said = {"status": "active", "subject": WHO, "dateAsserted": "2026-11-20"}
    named = {"medicationCodeableConcept": {"text": "loratadine"} if drug is None else drug}
    return {"resourceType": "MedicationStatement", "id": identity, **said, **({} if drug == {} else named), **more}


def referring(reference: str, **more: Any) -> Json:
    return taking(drug={}, medicationReference={"reference": reference}, **more)


def medication(identity: str, *parts: str, **more: Any) -> Json:
    made_of = [{"itemReference": {"reference": part}} for part in parts]
    return {"resourceType": "Medication", "id": identity, "ingredient": made_of, **more}


CHART: tuple[Json, ...] = (PERSON, problem(), platelets(), taking())


def deep(levels: int, name: str = "extension") -> Any:
    """An element inside itself, so many times."""
    inner: Any = "x"
    for _ in range(levels):
        inner = {name: [inner]}
    return inner


def bundle(*resources: Any) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def text_of(*resources: Any) -> bytes:
    """A file; nested deeper than orjson writes, it is written by hand."""
    return b'{"resourceType":"Bundle","entry":[' + b",".join(map(_entry, resources)) + b"]}"


def _entry(resource: Any) -> bytes:
    return b'{"resource":' + written(resource) + b"}"


def written(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        return _by_hand(value)


def _by_hand(value: Any) -> bytes:
    """Without recursion: thousands of levels are what these tests are about."""
    done: list[bytes] = []
    waiting: list[Any] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, bytes):
            done.append(one)
        elif isinstance(one, dict):
            members = [part for key, inner in one.items() for part in (b",", orjson.dumps(key) + b":", inner)][1:]
            waiting += reversed([b"{", *members, b"}"])
        elif isinstance(one, list):
            items = [part for inner in one for part in (b",", inner)][1:]
            waiting += reversed([b"[", *items, b"]"])
        else:
            done.append(orjson.dumps(one))
    return b"".join(done)


def prefetch_of(*resources: Json) -> bytes:
    """A call of the hook with everything prefetched, under the keys of discovery."""
    keys: dict[str, list[Json]] = {key: [] for key in ("patient", "conditions", "statements", "requests", *_OTHERS)}
    for one in resources:
        keys[KEY_OF[one["resourceType"]]].append(one)
    [patient, *_] = keys.pop("patient")
    sent = [b'"patient":' + written(patient)]
    sent += [orjson.dumps(key) + b":" + text_of(*held) for key, held in keys.items()]
    context = {"userId": "Practitioner/doc", "patientId": patient["id"]}
    call = {"hook": "patient-view", "hookInstance": "4d1fb0a5", "context": context}
    return orjson.dumps(call)[:-1] + b',"prefetch":{' + b",".join(sent) + b"}}"


_OTHERS = (
    "administrations", "procedures", "allergies", "studies", "lists",
    "laboratory", "counts", "infections-1", "infections-2", "status",
)  # fmt: skip
