"""The record of one story: names replaced by their fragments, parameters by their values, and what need not be written.

Two things are filled in, an id and whose record it is; everything else of a resource stands as it was written.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cds_service.examples.text import ExampleError

_PARAMETER = re.compile(r"\$\{(\w+)\}")
_BY_SUBJECT = (
    "Condition",
    "Observation",
    "MedicationStatement",
    "MedicationRequest",
    "MedicationAdministration",
    "MedicationDispense",
    "Procedure",
    "List",
    "Flag",
)
SUBJECT_ELEMENT = {
    **dict.fromkeys(_BY_SUBJECT, "subject"),
    "AllergyIntolerance": "patient",
    "Consent": "patient",
    "FamilyMemberHistory": "patient",
    "ResearchSubject": "individual",
}


class Items:
    """The items of a record, by the fragments that its file knows."""

    def __init__(self, fragments: Mapping[str, Any]) -> None:
        self.fragments = fragments

    def entries(self, item: Any, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Bundle entries of one record item: a name, `use` with changes, `entry`, a resource, or a list of these."""
        if isinstance(item, str):
            named = substituted(item, parameters)
            yield from self.entries(self.fragments[named] if isinstance(named, str) else named, parameters)
        elif isinstance(item, list):
            for one in item:
                yield from self.entries(one, parameters)
        elif not isinstance(item, Mapping):
            raise ExampleError("a record item is a name, `{use: name, …}`, `{entry: …}` or a resource")
        elif "resourceType" in item:
            yield {"resource": substituted(copy.deepcopy(item), parameters)}
        elif "use" in item:
            yield from self._changed(item, parameters)
        elif "entry" in item:
            yield substituted(copy.deepcopy(item["entry"]), parameters)
        else:
            raise ExampleError("a record item without `resourceType`, `use` or `entry`")

    def _changed(self, item: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        local = {**parameters, **substituted(item.get("with", {}), parameters)}
        changes = substituted({key: value for key, value in item.items() if key not in ("use", "with")}, local)
        for entry in self.entries(substituted(item["use"], parameters), local):
            yield {**entry, "resource": {**entry["resource"], **changes}}


def substituted(value: Any, parameters: Mapping[str, Any]) -> Any:
    """`${name}` replaced: alone it becomes the parameter itself, inside a text its text."""
    if isinstance(value, str):
        whole = _PARAMETER.fullmatch(value)
        if whole:
            return copy.deepcopy(parameters[whole[1]])
        return _PARAMETER.sub(lambda found: str(parameters[found[1]]), value)
    if isinstance(value, list):
        return [substituted(one, parameters) for one in value]
    if isinstance(value, dict):
        return {key: substituted(one, parameters) for key, one in value.items() if key not in ("each", "with")}
    return value


def bundle_of(patient: dict[str, Any], entries: list[dict[str, Any]], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The FHIR Bundle of a story; `extra` are members of the Bundle itself, such as `link`."""
    filled = [_filled(entry, f"r{number}") for number, entry in enumerate(entries, start=1)]
    whole = [{"resource": _without_nulls(patient)}, *filled]
    return {"resourceType": "Bundle", "type": "collection", **extra, "entry": whole}


def _filled(entry: dict[str, Any], number: str) -> dict[str, Any]:
    """The two things a coordinator need not write: an id, and whose record it is."""
    resource = entry["resource"]
    subject = SUBJECT_ELEMENT.get(resource["resourceType"])
    whose = {subject: {"reference": "Patient/p"}} if subject else {}
    return {**entry, "resource": _without_nulls({"id": number, **whose, **resource})}


def _without_nulls(resource: dict[str, Any]) -> dict[str, Any]:
    """FHIR JSON has no null members: writing one says that the element is missing."""
    return {key: value for key, value in resource.items() if value is not None}
