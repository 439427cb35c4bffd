"""Which ConceptMaps of a hospital can be used, read into one value; a mistake is told with its place and a remedy.

FHIR R4 ConceptMap: group.source is the hospital's code system, group.target one that we know. docs/terminology.md
explains the format with an example.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from cds_service.errors import BadSetting
from cds_service.fhir.local_codes import NO_MAPS, ConceptMaps, Local
from eligibility.coding import SYSTEM_URIS, Coding, canonical_code, canonical_system

LARGEST = 64 * 1024 * 1024
MOST_MISTAKES = 20
SAME = frozenset(("equal", "equivalent"))
NO_MATCH = frozenset(("unmatched", "disjoint"))
# Its target says more, less or something else than the code: membership in a value set does not follow.
NOT_THE_SAME = frozenset(("relatedto", "wider", "subsumes", "narrower", "specializes", "inexact"))
_EQUIVALENCES = SAME | NO_MATCH | NOT_THE_SAME
_NOT_JSON = object()


class BadConceptMap(BadSetting):
    """One or more mistakes in the maps; each line names file, place, what was found and what to do."""


def load_concept_maps(paths: Iterable[Path]) -> ConceptMaps:
    """The maps of all files, in the order of their names; of a folder, every `*.json`. Raises BadConceptMap."""
    draft = _Draft()
    for path in paths:
        for file in _files(path, draft):
            _Map(file.name, draft).read(_parsed(file, draft))
    if draft.mistakes:
        more = len(draft.mistakes) - MOST_MISTAKES
        shown = [*draft.mistakes[:MOST_MISTAKES], *([f"… and {more} more"] if more > 0 else [])]
        raise BadConceptMap("\n".join(shown))
    return draft.whole()


@dataclass(slots=True)
class _Draft:
    """What was read so far. `said`: local code and target system → the target code (None: no equivalent), and where."""

    mistakes: list[str] = field(default_factory=list)
    said: dict[tuple[Local, str], tuple[str | None, str, str]] = field(default_factory=dict)
    codings: dict[tuple[Local, str], Coding] = field(default_factory=dict)

    def say(self, local: Local, target: Coding | None, system: str, equivalence: str, place: str) -> None:
        """One row; a second row for the same code and target system must say the same."""
        code = canonical_code(system, target.code) if target else None
        known = self.said.setdefault((local, system), (code, equivalence, place))
        if known[0] != code:
            self.mistakes.append(
                f"{place}: {local[1]} is {_told(code, system)} here and {_told(known[0], system)} in {known[2]}; "
                "keep the one that is right"
            )
        elif target:
            self.codings.setdefault((local, system), target)

    def whole(self) -> ConceptMaps:
        targets: dict[Local, tuple[Coding, ...]] = {}
        for (local, _), coding in sorted(self.codings.items(), key=lambda item: item[0]):
            targets[local] = (*targets.get(local, ()), coding)
        rest = {local: said for (local, _), (_, said, _) in sorted(self.said.items()) if local not in targets}
        return ConceptMaps(targets, rest) if targets or rest else NO_MAPS


def _told(code: str | None, system: str) -> str:
    return f"{code} of {SYSTEM_URIS[system]}" if code else f"without an equivalent in {SYSTEM_URIS[system]}"


def _files(path: Path, draft: _Draft) -> list[Path]:
    if path.is_dir():
        found = sorted(file for file in path.glob("*.json") if file.is_file())
        if not found:
            draft.mistakes.append(f"{path}: no *.json in this folder; put the ConceptMaps there, or name the files")
        return found
    if not path.is_file():
        draft.mistakes.append(f"{path}: no such file; name a ConceptMap in JSON, or a folder of them")
        return []
    return [path]


def _parsed(file: Path, draft: _Draft) -> Any:
    try:
        if file.stat().st_size > LARGEST:
            draft.mistakes.append(f"{file.name}: larger than {LARGEST // 2**20} MiB; split it")
            return _NOT_JSON
        return orjson.loads(file.read_bytes())
    except OSError as error:
        draft.mistakes.append(f"{file.name}: cannot be read ({type(error).__name__}); check the permissions")
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        draft.mistakes.append(f"{file.name}: not JSON ({place}); export the ConceptMap as FHIR R4 JSON")
    return _NOT_JSON


class _Map:
    """One file. Every mistake is noted and reading goes on, so that all of them are told at once."""

    def __init__(self, file: str, draft: _Draft) -> None:
        self.file, self.draft = file, draft

    def wrong(self, path: str, found: object, remedy: str) -> None:
        self.draft.mistakes.append(f"{self.file}: {path}: found {_shown(found)}; {remedy}")

    def read(self, whole: Any) -> None:
        if whole is _NOT_JSON:
            return
        if not isinstance(whole, dict) or whole.get("resourceType") != "ConceptMap":
            found = whole.get("resourceType") if isinstance(whole, dict) else whole
            self.wrong("resourceType", found, "one ConceptMap a file is expected")
        elif whole.get("status") == "retired":
            self.wrong("status", "retired", "take the file away, or use the map that replaced it")
        else:
            for path, group in self._items(whole, "group", "", "a list of groups with source, target and element"):
                self._group(path, group)

    def _items(self, holder: dict[str, Any], name: str, path: str, expected: str) -> Iterator[tuple[str, Any]]:
        """The objects of a list that must have some."""
        place = f"{path}.{name}" if path else name
        found = holder.get(name)
        if not isinstance(found, list) or not found:
            self.wrong(place, found, f"write {expected}")
            return
        for n, one in enumerate(found):
            if isinstance(one, dict):
                yield f"{place}[{n}]", one
            else:
                self.wrong(f"{place}[{n}]", one, "write an object")

    def _group(self, path: str, group: dict[str, Any]) -> None:
        source, target = self._source(path, group), self._target(path, group)
        if group.get("unmapped") is not None:
            self.wrong(f"{path}.unmapped", group["unmapped"], "remove it: a code that is not listed stays unread")
        if source and target:
            for place, element in self._items(group, "element", path, "a list of elements with code and target"):
                self._element(place, element, source, target)

    def _source(self, path: str, group: dict[str, Any]) -> str | None:
        found = group.get("source")
        system = canonical_system(found) if isinstance(found, str) else ""
        if not system:
            self.wrong(f"{path}.source", found, "write the address of your own code system, as records carry it")
        elif system in SYSTEM_URIS:
            self.wrong(f"{path}.source", found, "remove this group: the service reads these codes itself")
            return None
        return system or None

    def _target(self, path: str, group: dict[str, Any]) -> str | None:
        found = group.get("target")
        system = canonical_system(found) if isinstance(found, str) else None
        if system not in SYSTEM_URIS:
            self.wrong(f"{path}.target", found, f"write one of {', '.join(SYSTEM_URIS.values())}")
            return None
        return system

    def _element(self, path: str, element: dict[str, Any], source: str, system: str) -> None:
        code = self._code(f"{path}.code", element.get("code"))
        if "target" not in element:
            self.wrong(f"{path}.target", None, "write its target, or one with equivalence unmatched")
            return
        for place, target in self._items(element, "target", path, "a list of targets with code and equivalence"):
            said = target.get("equivalence")
            if said not in _EQUIVALENCES:
                self._no_equivalence(place, target)
            elif target.get("dependsOn"):
                self.wrong(f"{place}.dependsOn", target["dependsOn"], "remove the row: conditions are not read")
            elif code:
                coding = self._coding(place, target, system) if said in SAME else None
                if coding or said not in SAME:
                    where = f"{self.file}: {place}"
                    self.draft.say((source, code), coding, system, said, where)

    def _no_equivalence(self, place: str, target: dict[str, Any]) -> None:
        remedy = f"write one of {', '.join(sorted(_EQUIVALENCES))}"
        if "relationship" in target:
            remedy += " (relationship is FHIR R5: export the map as R4)"
        self.wrong(f"{place}.equivalence", target.get("equivalence"), remedy)

    def _coding(self, place: str, target: dict[str, Any], system: str) -> Coding | None:
        code = self._code(f"{place}.code", target.get("code"))
        display = target.get("display")
        return Coding(system, code, display.strip() if isinstance(display, str) else "") if code else None

    def _code(self, path: str, found: object) -> str | None:
        if not isinstance(found, str) or not found.strip():
            self.wrong(path, found, "write the code, as text")
            return None
        return found.strip()


def _shown(found: object) -> str:
    text = "nothing" if found is None else orjson.dumps(found, default=str).decode()
    return text if len(text) <= 80 else f"{text[:77]}…"
