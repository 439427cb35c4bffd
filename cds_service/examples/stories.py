"""Turns a file of worked examples into stories: fragments by name, parameters, tables, and the record as a Bundle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cds_service.examples.record_items import Items, bundle_of, substituted
from cds_service.examples.text import ExampleError, read_yaml

DEFAULT_AS_OF = "2026-11-21"
DEFAULT_PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "gender": "male",
    "birthDate": "1980-06-15",
}
EXPECTATIONS = ("expect", "assurance", "eligible_from")
FIELDS = (
    *EXPECTATIONS, "name", "patient", "record", "bundle", "as_of", "start", "time_zone", "status", "speaks", "notes",
)  # fmt: skip
_REPLACED = ("name", "as_of", "start", "time_zone", "status", "speaks", "notes")
_FILE = ("trial", "as_of", "fragments_from", "fragments", "examples")
_SHAPES: Mapping[str, tuple[type, str]] = {
    **dict.fromkeys(EXPECTATIONS, (dict, "criteria with what is expected of each, such as {X-I01: met}")),
    **dict.fromkeys(("patient", "bundle", "with"), (dict, "names with values")),
    **dict.fromkeys(("record", "notes"), (list, "a list")),
    **dict.fromkeys(("name", "status", "time_zone"), (str, "a text")),
    "speaks": (bool, "true or false"),
}
_PARAMETER = re.compile(r"\$\{\w+\}")


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One story and what must be said of it. `bundle` is the FHIR Bundle as a program would receive it.

    It is itself and equal to no other, so that an answer can be kept for it.
    """

    file: str
    name: str
    trial: str
    as_of: str
    start: str | None
    time_zone: str | None
    bundle: Mapping[str, Any]
    expect: Mapping[str, str | list[str]] = field(default_factory=dict)
    assurance: Mapping[str, str] = field(default_factory=dict)
    eligible_from: Mapping[str, str | None] = field(default_factory=dict)
    status: str | None = None
    speaks: bool | None = None
    notes: tuple[str, ...] | None = None

    @property
    def id(self) -> str:
        return f"{self.file}::{self.name}"


@cache
def load_examples(path: Path) -> tuple[Example, ...]:
    """All stories of one file, tables (`each`) unrolled; an ExampleError names file, story and remedy."""
    document = _document(path)
    fragments = _fragments(path, document)
    stories = [
        _example(path.stem, document, row, fragments) for raw in document["examples"] for row in _rows(path.stem, raw)
    ]
    names = [story.name for story in stories]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ExampleError(f"{path.name}: these names are used twice, make them differ: {twice}")
    return tuple(stories)


def _document(path: Path) -> Mapping[str, Any]:
    document = read_yaml(path)
    if not isinstance(document, Mapping):
        raise ExampleError(f"{path.name}: found no fields, expected {', '.join(_FILE)}")
    unknown = sorted(str(key) for key in document if key not in _FILE)
    if unknown:
        raise ExampleError(f"{path.name}: no field called '{unknown[0]}'; fields are {', '.join(_FILE)}")
    if not isinstance(document.get("trial"), str):
        raise ExampleError(f"{path.name}: `trial` is missing: the registry number of the trial the stories are about")
    if not isinstance(document.get("examples"), list) or not document["examples"]:
        raise ExampleError(f"{path.name}: `examples` is missing: a list of stories, each with a name")
    return document


def _fragments(path: Path, document: Mapping[str, Any]) -> dict[str, Any]:
    fragments: dict[str, Any] = {}
    for name in document.get("fragments_from") or ():
        shared = read_yaml(path.parent / "fragments" / str(name))
        if not isinstance(shared, Mapping):
            raise ExampleError(f"{path.name}: fragments_from: {name} holds no pieces with names")
        fragments |= shared
    return fragments | (document.get("fragments") or {})


def _rows(file: str, raw: Any) -> Iterator[dict[str, Any]]:
    """The story itself, or one story for each row of its table."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("name"), str):
        raise ExampleError(f"{file}: a story without a name; write `name:` and what is claimed")
    unknown = sorted(set(raw) - {*FIELDS, "each", "with"})
    if unknown:
        raise ExampleError(f"{file}: {raw['name']}: no field called {unknown}; fields are {sorted(FIELDS)}")
    for part in (raw, *_table(file, raw)):
        _shaped(file, raw["name"], part)
    base = {key: value for key, value in raw.items() if key != "each"}
    if "each" not in raw:
        yield base
    for row in raw.get("each", []):
        yield _merged(base, row)


def _table(file: str, raw: Mapping[str, Any]) -> list[Any]:
    rows = raw.get("each", [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ExampleError(f"{file}: {raw['name']}: `each` is a list of rows, each with names and values")
    return rows


def _shaped(file: str, name: str, part: Mapping[str, Any]) -> None:
    """The fields of a story, or of a row of its table, have the shape that they are used with."""
    for field_name, (kind, what) in _SHAPES.items():
        if field_name in part and not isinstance(part[field_name], kind):
            raise ExampleError(f"{file}: {name}: `{field_name}` is {what}")


def _merged(base: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A table row over its story: expectations and patient are merged, records follow, the rest are parameters."""
    merged = dict(base)
    parameters = {key: value for key, value in row.items() if key not in FIELDS}
    merged["with"] = {**base.get("with", {}), **parameters}
    for key in (*EXPECTATIONS, "patient", "bundle"):
        if key in row:
            merged[key] = {**base.get(key, {}), **row[key]}
    merged["record"] = [*base.get("record", []), *row.get("record", [])]
    merged |= {key: row[key] for key in _REPLACED if key in row}
    if merged["name"] == base["name"] and not _PARAMETER.search(base["name"]):
        merged["name"] = f"{base['name']}: {', '.join(str(value) for value in parameters.values())}"
    return merged


def _example(file: str, document: Mapping[str, Any], raw: dict[str, Any], fragments: Mapping[str, Any]) -> Example:
    parameters, told = raw.get("with", {}), raw["name"]
    try:
        items = Items(fragments)
        entries = [entry for item in raw.get("record") or () for entry in items.entries(item, parameters)]
        raw = substituted({key: value for key, value in raw.items() if key != "record"}, parameters)
    except KeyError as error:
        raise ExampleError(f"{file}: {told}: nothing is called {error.args[0]!r}") from None
    except ExampleError as error:
        raise ExampleError(f"{file}: {told}: {error}") from None
    return Example(
        file=file,
        name=raw["name"],
        trial=document["trial"],
        as_of=raw.get("as_of", document.get("as_of", DEFAULT_AS_OF)),
        start=raw.get("start"),
        time_zone=raw.get("time_zone"),
        bundle=bundle_of({**DEFAULT_PATIENT, **raw.get("patient", {})}, entries, raw.get("bundle", {})),
        notes=tuple(raw["notes"]) if "notes" in raw else None,
        **{key: raw[key] for key in (*EXPECTATIONS, "status", "speaks") if key in raw},
    )
