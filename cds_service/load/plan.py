"""Decides what is to be written and in which order: each resource once, under its own id, after those it refers to.

References between resources of the same files become `Type/id`, so that an upload in several transactions keeps them.
"""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cds_service.contents import Contents, Unusable, parse_contents
from cds_service.documents import read_source

Json = dict[str, Any]

TAG = {"system": "urn:cds-service:loaded", "code": "synthetic", "display": "Loaded by cds-service, safe to replace"}
"""What marks a resource as ours on a server, in `meta.tag`: only such are overwritten unasked."""

_SPACE = uuid.UUID("5f6c1a52-9f0e-4d7b-8f6c-0d2f7c1b9b11")
_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9\-.]{1,64}\Z")  # `.` and `..` would be another address
_TYPE = re.compile(r"[A-Z][A-Za-z]+\Z")


@dataclass(frozen=True, slots=True)
class Planned:
    """One resource to be written: where it stands on the server, and its JSON."""

    reference: str
    resource: Json


@dataclass(slots=True)
class Plan:
    """What will be written, in order; and what cannot be, each with the reason."""

    planned: list[Planned] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def plan_files(paths: Iterable[str]) -> Plan:
    """The resources of these files, of any form that `assess` reads. Raises `Unusable`, which names the file."""
    plan = Plan()
    entries: list[tuple[str | None, Mapping[str, Any]]] = []
    for path in paths:
        try:
            for contents in parse_contents(read_source(path)):
                entries += _usable(path, contents, plan)
        except Unusable as unusable:
            raise Unusable(f"{path}: {unusable.message}", unusable.remedy) from None
    return _planned(entries, plan)


def plan_resources(resources: Iterable[Mapping[str, Any]]) -> Plan:
    """The same for resources at hand."""
    return _planned([(None, resource) for resource in resources], Plan())


def _usable(path: str, contents: Contents | Unusable, plan: Plan) -> Iterable[tuple[str | None, Mapping[str, Any]]]:
    if isinstance(contents, Unusable):
        raise contents
    if contents.missing:
        plan.refused.append((path, "parts of the file are no FHIR resources, or it is one page of several"))
    return contents.entries


def _planned(entries: Sequence[tuple[str | None, Mapping[str, Any]]], plan: Plan) -> Plan:
    names: dict[str, str] = {}
    whole: dict[str, Json] = {}
    for number, (address, resource) in enumerate(entries, start=1):
        kind, own_id = resource["resourceType"], _id_of(address, resource, number)
        reference = f"{kind}/{own_id}"
        if not _TYPE.match(kind):
            plan.refused.append((f"entry {number}", "its type is none that FHIR knows"))
            continue
        if not _ID.match(own_id):
            plan.refused.append((f"{kind}, entry {number}", "its id is none that FHIR allows"))
            continue
        names |= {known: reference for known in (address, reference) if known}
        if reference in whole and whole[reference] != _own(resource, own_id):
            plan.refused.append((reference, "it stands twice in the files, with different content"))
            continue
        whole[reference] = _own(resource, own_id)
    pointed = {reference: _pointed(resource, names) for reference, resource in whole.items()}
    plan.planned += [Planned(reference, pointed[reference]) for reference in _in_order(pointed)]
    return plan


def _id_of(address: str | None, resource: Mapping[str, Any], number: int) -> str:
    """Its id; for one without, an id made of its address or its place, the same every time."""
    own_id = resource.get("id")
    return own_id if isinstance(own_id, str) and own_id else str(uuid.uuid5(_SPACE, address or f"entry {number}"))


def _own(resource: Mapping[str, Any], own_id: str) -> Json:
    """With its id and our tag; what a server sets for itself is left to it."""
    meta = resource.get("meta") if isinstance(resource.get("meta"), dict) else {}
    kept = {name: value for name, value in (meta or {}).items() if name not in ("versionId", "lastUpdated")}
    given = kept.get("tag")
    tags = [tag for tag in given if tag != TAG] if isinstance(given, list) else []
    return {**copy.deepcopy(dict(resource)), "id": own_id, "meta": {**kept, "tag": [*tags, TAG]}}


def _pointed(value: Any, names: Mapping[str, str]) -> Any:
    """A copy in which references to resources of the same files are written as `Type/id`."""
    if isinstance(value, dict):
        return {
            name: names.get(one, one) if name == "reference" and isinstance(one, str) else _pointed(one, names)
            for name, one in value.items()
        }
    return [_pointed(one, names) for one in value] if isinstance(value, list) else value


def _in_order(resources: Mapping[str, Json]) -> list[str]:
    """Each after those it refers to (HAPI-1094 refuses a reference to what is not there yet); circles stay as told."""
    ordered: dict[str, None] = {}
    for start in resources:
        waiting = [(start, iter(_referred(resources[start], resources)))]
        seen = {start}
        while waiting:
            reference, rest = waiting[-1]
            below = next((one for one in rest if one not in seen and one not in ordered), None)
            if below is None:
                ordered[reference] = None
                waiting.pop()
            else:
                seen.add(below)
                waiting.append((below, iter(_referred(resources[below], resources))))
    return list(ordered)


def _referred(resource: Json, resources: Mapping[str, Json]) -> list[str]:
    return [reference for reference in references(resource) if reference in resources]


def references(value: Any) -> Iterator[str]:
    """Every literal reference in a piece of FHIR JSON."""
    if isinstance(value, dict):
        own = value.get("reference")
        if isinstance(own, str):
            yield own
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)
