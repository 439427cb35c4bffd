"""Decides what the embedded FHIR server holds: resources by type and id, in memory, with versions."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

Resource = dict[str, Any]


def _now() -> datetime:
    return datetime.now(UTC)


class FhirStore:
    """Resources in the order of their arrival; whoever reads one must not change it."""

    def __init__(self, resources: Iterable[Resource] = (), *, clock: Callable[[], datetime] = _now) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str], Resource] = {}
        for resource in resources:
            self.put(resource)

    def put(self, resource: Resource) -> Resource:
        """Keeps a resource under its own id, as the next version."""
        key = (resource["resourceType"], resource["id"])
        stamp = self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        meta = {**resource.get("meta", {}), "versionId": str(self._version(key) + 1), "lastUpdated": stamp}
        self._kept[key] = kept = {**resource, "meta": meta}
        return kept

    def create(self, resource: Resource) -> Resource:
        """Keeps a new resource under an id of ours, whatever id it came with (FHIR R4 http, create)."""
        return self.put({**resource, "id": str(uuid.uuid4())})

    def get(self, resource_type: str, resource_id: str) -> Resource | None:
        return self._kept.get((resource_type, resource_id))

    def of_type(self, resource_type: str) -> Iterator[Resource]:
        return (kept for (kind, _), kept in self._kept.items() if kind == resource_type)

    def _version(self, key: tuple[str, str]) -> int:
        kept = self._kept.get(key)
        return int(kept["meta"]["versionId"]) if kept else 0
