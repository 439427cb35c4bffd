"""Which resource of a bundle or a file a reference leads to: by full address, by `Type/id`, by urn, by identifier."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cds_service.fhir.elements import Json, parts, text_of


class ResourceIndex:
    """Called with a reference and the resource that makes it: the `resolve` of `reader.begin`.

    A relative reference is looked for beside the referring resource first; where several servers' resources share a
    `Type/id` and none lies beside, none is chosen.
    """

    def __init__(self, entries: Iterable[Any] = (), addressed: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Entries are pairs of fullUrl (or None) and resource, or bare resources; `addressed` adds full addresses."""
        self._by_address: dict[str, Json] = {}
        self._by_name: dict[str, list[Json]] = {}
        self._by_identifier: dict[tuple[str, str], list[Json]] = {}
        self._by_last: dict[str, list[Json]] | None = None
        self._sole: dict[int, Json | None] = {}
        self._base: dict[int, str] = {}
        for entry in entries:
            address, resource = entry if isinstance(entry, tuple) else (None, entry)
            if not isinstance(resource, Mapping):
                continue
            self._add(resource)
            if address:
                self._put_at(address, resource)
        for address, resource in (addressed or {}).items():
            self._put_at(address, resource)

    @classmethod
    def of_bundle(cls, bundle: Mapping[str, Any]) -> ResourceIndex:
        """Every entry that has a resource, of any type of Bundle."""
        return cls(
            (text_of(entry.get("fullUrl")) or None, entry["resource"])
            for entry in parts(bundle, "entry")
            if isinstance(entry.get("resource"), Mapping)
        )

    def _add(self, resource: Json) -> None:
        kind, identity = text_of(resource.get("resourceType")), text_of(resource.get("id"))
        if identity:
            self._by_name.setdefault(f"{kind}/{identity}", []).append(resource)
        for identifier in parts(resource, "identifier"):
            token = f"{text_of(identifier.get('system'))}|{text_of(identifier.get('value'))}"
            self._by_identifier.setdefault((kind, token), []).append(resource)

    def _put_at(self, address: str, resource: Json) -> None:
        key = _address(address)
        self._by_address.setdefault(key, resource)
        if not key.startswith("urn:"):
            self._base[id(resource)] = "/".join(key.split("/")[:-2])

    def __call__(self, reference: str, referring: Mapping[str, Any]) -> Json | None:
        address = _address(reference)
        if not address or address.startswith("#"):
            return None
        if "?" in address:
            return self._searched(address)
        if address.startswith("urn:"):
            return self._by_address.get(address) or self._unaddressed(address)
        if "://" not in address and id(referring) in self._base:
            beside = self._by_address.get(f"{self._base[id(referring)]}/{address}")
            if beside is not None:
                return beside
        found = self._by_address.get(address)
        return found if found is not None else self._only(self._by_name.get("/".join(address.split("/")[-2:])))

    def _unaddressed(self, urn: str) -> Json | None:
        """A urn whose last part is the id of exactly one resource."""
        if self._by_last is None:
            self._by_last = {}
            for name, named in self._by_name.items():
                self._by_last.setdefault(name.split("/")[-1].lower(), []).extend(named)
        return self._only(self._by_last.get(urn.rsplit(":", 1)[-1]))

    def _searched(self, reference: str) -> Json | None:
        kind, _, query = reference.partition("?")
        name, _, token = query.partition("=")
        return self._only(self._by_identifier.get((kind.split("/")[-1], token))) if name == "identifier" else None

    def _only(self, found: list[Json] | None) -> Json | None:
        """The one resource, also when it was sent several times; None where they differ. Told once of a list."""
        if found is None:
            return None
        if id(found) not in self._sole:
            self._sole[id(found)] = found[0] if all(other == found[0] for other in found[1:]) else None
        return self._sole[id(found)]


def _address(reference: str) -> str:
    bare = reference.strip().split("/_history/")[0].rstrip("/")
    return bare.lower() if bare[:4].lower() == "urn:" else bare
