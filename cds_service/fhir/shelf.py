"""Which resources are in hand: each `Type/id` once, the newest copy, whichever page it came on first (invariant 5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cds_service.fhir.bundle import Json
from cds_service.fhir.copies import newest_copies


class Shelf:
    """The resources of one call."""

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
        if here is not resource and _differ(here, resource):
            [(_, newest)] = newest_copies((here, resource))
            self._by_id[key] = resource if newest is resource else here

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


def _differ(one: Json, other: Json) -> bool:
    try:
        return one != other
    except RecursionError:  # hundreds of levels: which copy counts is decided without comparing them whole
        return True
