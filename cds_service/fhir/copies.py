"""Which copy of a resource counts where it arrives more than once, and in which order resources are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cds_service.fhir.dates import UnreadableDate, when_of
from cds_service.fhir.elements import Json, digest, name_of, part, text_of


def newest_copies(resources: Iterable[Mapping[str, Any]]) -> list[tuple[str, Json]]:
    """One resource for each reference, the newest version, in the order of the references, whatever the arrival."""
    kept: dict[str, Json] = {}
    for resource in resources:
        if not isinstance(resource, Mapping) or not resource.get("resourceType"):
            continue
        name = name_of(resource)
        known = kept.get(name)
        if known is None or (known is not resource and _version(resource) > _version(known)):
            kept[name] = resource
    return sorted(kept.items(), key=lambda item: item[0])


def _version(resource: Json) -> tuple[int, int, str]:
    """Greater for newer: versionId where it is a number, then lastUpdated, then the content, for a total order."""
    meta = part(resource, "meta")
    version = text_of(meta.get("versionId"))
    number = int(version) if version.isdecimal() and len(version) < 19 else -1
    try:
        updated = when_of(meta.get("lastUpdated"))
    except UnreadableDate:
        updated = None
    return number, (updated.instant or -1) if updated else -1, digest(resource)
