"""What the FHIR ValueSets of `trials/value_sets/` say, turned into the core's rows, names and alarm words.

The format is described in `trials/value_sets/README.md`. A mistake stops the load with file, place, what was found
and what is expected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from eligibility.terminology import SYSTEM_URIS, Mark, Name, Row, ValueSet

BASE = "https://cds-service.example/fhir/StructureDefinition/value-set-"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_SHORT_NAMES = {uri: name for name, uri in SYSTEM_URIS.items()}
_MATCHES = ("whole-word", "substring", "whole-text")
_ROLES = tuple(mark.value for mark in Mark)


class ValueSetError(ValueError):
    """A value-set file that cannot be used."""

    def __init__(self, file: str, path: str, found: object, expected: str) -> None:
        super().__init__(f"{file}: {path or 'the file'}: found {_shown(found)}, expected {expected}")
        self.file, self.path = file, path


def _shown(found: object) -> str:
    text = "nothing" if found is None else json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}…"


def load_value_sets(folder: Path | Traversable) -> tuple[ValueSet, ...]:
    """Every `VS-….json` of a folder, in the order of their names."""
    if not folder.is_dir():
        raise ValueSetError(str(folder), "", None, "a folder of FHIR ValueSets")
    files = sorted((file for file in folder.iterdir() if _is_value_set(file.name)), key=lambda file: file.name)
    if not files:
        raise ValueSetError(str(folder), "", None, "at least one file VS-….json")
    return tuple(_value_set(_Part(file.name, "", _parsed(file))) for file in files)


def _is_value_set(name: str) -> bool:
    return name.startswith("VS-") and name.endswith(".json")


def _parsed(file: Path | Traversable) -> object:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ValueSetError(file.name, f"byte {error.start}", "bytes that are no UTF-8", "UTF-8 text") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueSetError(file.name, place, error.msg, "well-formed JSON") from error


class _Part:
    """A place in one file: what stands there, and how to say where it is."""

    def __init__(self, file: str, path: str, value: object) -> None:
        self.file, self.path, self.value = file, path, value

    def wrong(self, expected: str) -> ValueSetError:
        return ValueSetError(self.file, self.path, self.value, expected)

    def at(self, key: str) -> _Part:
        held = self.object().get(key)
        return _Part(self.file, f"{self.path}.{key}" if self.path else key, held)

    def object(self) -> Mapping[str, Any]:
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return self.value

    def text(self, *allowed: str) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(" or ".join(allowed) if allowed else "a text")
        if allowed and self.value not in allowed:
            raise self.wrong(" or ".join(allowed))
        return self.value

    def list(self, required: bool = False) -> tuple[_Part, ...]:
        if self.value is None and not required:
            return ()
        if not isinstance(self.value, list) or not self.value:
            raise self.wrong("a list with at least one entry")
        return tuple(_Part(self.file, f"{self.path}[{place}]", item) for place, item in enumerate(self.value))

    def extension(self, name: str) -> _Part:
        """The value of one of our extensions; a part without value when there is none."""
        for entry in self.at("extension").list():
            if entry.object().get("url") == BASE + name:
                key = next((key for key in entry.object() if key.startswith("value")), "value[x]")
                return entry.at(key)
        return _Part(self.file, f"{self.path}.extension[{BASE}{name}]", None)

    def told(self, name: str) -> str:
        part = self.extension(name)
        return "" if part.value is None else part.text()


def _value_set(whole: _Part) -> ValueSet:
    whole.at("resourceType").text("ValueSet")
    name = whole.at("id").text()
    whole.at("id").text(whole.file.removesuffix(".json"))
    compose = whole.at("compose")
    parts = (*compose.at("include").list(required=True), *compose.at("exclude").list())
    return ValueSet(
        name=name,
        title=whole.at("title").text(),
        translations=tuple(_translations(whole.at("_title"))),
        rows=tuple(row for part in parts for row in _rows(part)),
        names=tuple(_names(whole)),
        alarms=_words(whole, "alarm-word", "alarm-word-added"),
        abbreviations=_words(whole, "alarm-abbreviation-added"),
    )


def _translations(title: _Part) -> Iterator[tuple[str, str]]:
    """FHIR's own way to give a text in another language."""
    if title.value is None:
        return
    for entry in title.at("extension").list(required=True):
        if entry.object().get("url") == TRANSLATION:
            told = {part.at("url").text(): part for part in entry.at("extension").list(required=True)}
            if not {"lang", "content"} <= told.keys():
                raise entry.wrong('the extensions "lang" and "content"')
            yield told["lang"].at("valueCode").text(), told["content"].at("valueString").text()


def _words(whole: _Part, *kinds: str) -> tuple[str, ...]:
    return tuple(entry.at("valueString").text() for kind in kinds for entry in _extensions(whole, kind))


def _extensions(whole: _Part, name: str) -> Iterator[_Part]:
    return (entry for entry in whole.at("extension").list() if entry.object().get("url") == BASE + name)


def _names(whole: _Part) -> Iterator[Name]:
    for entry in _extensions(whole, "phrase"):
        told = {part.at("url").text(): part for part in entry.at("extension").list(required=True)}
        if not {"text", "match"} <= told.keys():
            raise entry.wrong('the extensions "text" and "match"')
        text, match = told["text"].at("valueString").text(), told["match"].at("valueCode").text(*_MATCHES)
        yield Name(text, match, "added" in told)


def _rows(part: _Part) -> Iterator[Row]:
    system = _SHORT_NAMES[part.at("system").text(*_SHORT_NAMES)]
    mark = Mark(part.extension("role").text(*_ROLES))
    concepts = part.at("concept").list()
    if concepts and part.at("filter").value is not None:
        raise part.wrong("either concept or filter (FHIR vsd-3)")
    for concept in concepts:
        yield _row(concept, system, concept.at("code").text(), "exact", mark, concept.at("display").text())
    if not concepts:
        yield _family(part, system, mark)


def _family(part: _Part, system: str, mark: Mark) -> Row:
    stem, span = part.extension("prefix"), part.extension("range")
    if stem.value is None and span.value is None:
        raise part.wrong("concept[], or a filter with the extension value-set-prefix or value-set-range")
    if stem.value is None and len(span.text().split("–")) != 2:
        raise span.wrong("two categories, such as C00–C96")
    part.at("filter").list(required=True)
    code, match = (stem.text(), "prefix") if stem.value is not None else (span.text(), "range")
    return _row(part, system, code, match, mark, part.extension("display").text())


def _row(part: _Part, system: str, code: str, match: str, mark: Mark, display: str) -> Row:
    added = part.extension("added").value is True
    told = (part.told("note"), part.told("verification"), part.told("source"))
    return Row(system, code, match, mark, display, *told, added)
