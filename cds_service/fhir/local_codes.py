"""What a hospital's own codes mean, by its ConceptMaps: a translation stands beside the code as it was sent.

Only a code that the hospital says means the same (`equal`, `equivalent`) is translated. Every other relation changes
nothing: the entry is read as if there were no map, so its words may still ask, and a bare code is still a hole (G5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cds_service.fhir.elements import Json, text_of
from eligibility.coding import SYSTEM_URIS, Coding, canonical_system

_DEEPEST = 32  # a coding of a contained Medication's ingredient lies ten levels deep
_UNTOUCHED = frozenset(("meta", "text", "identifier"))  # security labels, narrative and identifiers hold no findings
Resolver = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | None]
Local = tuple[str, str]  # system and code as the hospital writes them


class MappedCoding(dict[str, Any]):
    """A coding that a map added. No JSON parser makes one, so no record can claim to have been translated."""

    local: str = ""


@dataclass(frozen=True, slots=True)
class ConceptMaps:
    """Local codes → codes of systems that we know. `untranslated`: codes that a map names without an equivalent.

    Made and validated by `cds_service.concept_maps`; one for each client, in time.
    """

    targets: Mapping[Local, tuple[Coding, ...]] = field(default_factory=dict)
    untranslated: Mapping[Local, str] = field(default_factory=dict)

    def meanings(self, system: object, code: object) -> tuple[Coding, ...]:
        """What a coding means besides; nothing for one without a system: its code may be anybody's."""
        return self.targets.get(_local(system, code), ())

    def equivalence(self, system: object, code: object) -> str:
        """Why a code that a map names is not translated: the relation it has to its target; empty for any other."""
        return self.untranslated.get(_local(system, code), "")

    def local_codes(self, wanted: Callable[[Coding], bool]) -> tuple[str, ...]:
        """The hospital's own codes for what is wanted, in order: a search by code must ask for them, too."""
        return tuple(sorted({code for (_, code), codings in self.targets.items() if any(map(wanted, codings))}))


NO_MAPS = ConceptMaps()


def _local(system: object, code: object) -> Local:
    return (canonical_system(system) if isinstance(system, str) else "", text_of(code))


class Translation:
    """The maps at work while one record is read. A resource without local codes stays the object it was."""

    def __init__(self, maps: ConceptMaps) -> None:
        self._maps = maps
        self._done: dict[int, tuple[Json, Json]] = {}  # id of a resource → itself, kept alive, and its translation
        self._sent: dict[int, Json] = {}  # id of a translation → the resource as it was sent

    def of(self, resource: Json) -> Json:
        """The resource with the meaning of each local code beside it."""
        if not self._maps.targets:
            return resource
        known = self._done.get(id(resource))
        if known is None:
            known = self._done[id(resource)] = (resource, self._inside(resource, 0))
            self._sent[id(known[1])] = resource
        return known[1]

    def following(self, resolve: Resolver) -> Resolver:
        """`resolve`, from a translated resource to a translated one; it knows resources as they were sent."""
        if not self._maps.targets:
            return resolve

        def translated(reference: str, referring: Mapping[str, Any]) -> Mapping[str, Any] | None:
            found = resolve(reference, self._sent.get(id(referring), referring))
            return None if found is None else self.of(found)

        return translated

    def _inside(self, value: Any, depth: int) -> Any:
        if depth > _DEEPEST:
            return value
        if isinstance(value, list):
            read = [self._inside(one, depth + 1) for one in value]
            return read if any(new is not old for new, old in zip(read, value, strict=True)) else value
        if not isinstance(value, dict):
            return value
        if added := self._added([value]):  # a bare Coding, such as valueCoding
            return {"coding": [value, *added]}
        changed = {name: new for name, old in value.items() if (new := self._member(name, old, depth)) is not old}
        return {**value, **changed} if changed else value

    def _member(self, name: str, value: Any, depth: int) -> Any:
        if name in _UNTOUCHED:
            return value
        if name != "coding":
            return self._inside(value, depth + 1)
        codings = value if isinstance(value, list) else [value]
        added = self._added(codings)
        return [*codings, *added] if added else value

    def _added(self, codings: list[Any]) -> list[MappedCoding]:
        """The meanings of some codings that the record does not itself give beside them, each once."""
        known = {_local(one.get("system"), one.get("code")) for one in codings if isinstance(one, dict)}
        added: list[MappedCoding] = []
        for local, target in self._meanings(codings):
            if (key := _local(target.system, target.code)) not in known:
                known.add(key)
                added.append(_mapped(local, target))
        return added

    def _meanings(self, codings: list[Any]) -> Iterator[tuple[str, Coding]]:
        for one in codings:
            if isinstance(one, dict) and "value" not in one:  # a Quantity has system and code as well
                for target in self._maps.meanings(one.get("system"), one.get("code")):
                    yield text_of(one.get("code")), target


def _mapped(local: str, target: Coding) -> MappedCoding:
    coding = MappedCoding(system=SYSTEM_URIS[target.system], code=target.code)
    if target.display:
        coding["display"] = target.display
    coding.local = local
    return coding
