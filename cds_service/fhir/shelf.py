"""Which resources are in hand: each `Type/id` once, whichever page it came on first (invariant 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from cds_service.fhir.bundle import Json


class Shelf:
    """The resources of one call. Of two versions of one resource the later one stays."""

    def __init__(self) -> None:
        self._by_id: dict[tuple[str, str], Json] = {}
        self._without_id: list[Json] = []

    def __len__(self) -> int:
        return len(self._by_id) + len(self._without_id)

    def add(self, resource: Json) -> None:
        identity = resource.get("id")
        if not isinstance(identity, str) or not identity:
            self._without_id.append(resource)
            return
        key = (resource["resourceType"], identity)
        here = self._by_id.setdefault(key, resource)
        if here is not resource and here != resource and _version(resource) > _version(here):
            self._by_id[key] = resource

    def add_all(self, resources: Iterable[Json]) -> None:
        for resource in resources:
            self.add(resource)

    def get(self, kind: str, identity: str) -> Json | None:
        return self._by_id.get((kind, identity))

    def has(self, reference: str) -> bool:
        kind, _, identity = reference.partition("/")
        return (kind, identity) in self._by_id

    def of(self, kind: str) -> Iterator[Json]:
        return (resource for resource in self.all() if resource["resourceType"] == kind)

    def any_of(self, kind: str) -> bool:
        return any(True for _ in self.of(kind))

    def all(self) -> list[Json]:
        return [*self._by_id.values(), *self._without_id]


def _version(resource: Json) -> tuple[str, int, bytes]:
    """A total order of the versions of one resource; the bytes only break what the server left tied."""
    meta: Any = resource.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    updated, version = meta.get("lastUpdated"), meta.get("versionId")
    return (
        updated if isinstance(updated, str) else "",
        int(version) if isinstance(version, str) and version.isascii() and version.isdigit() else 0,
        orjson.dumps(resource, option=orjson.OPT_SORT_KEYS),
    )
