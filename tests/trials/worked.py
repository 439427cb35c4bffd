"""Reads worked examples: stories in FHIR JSON, written as YAML, with the verdicts a trial must give them.

The format is explained in README.md beside this file. Nothing here knows a criterion or decides anything; what the
service says of a story as it stands in its file is asked once in a run, and every test that looks at it shares it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from cds_service.catalogue import Catalogue, load_catalogue
from eligibility.assessment import Assessment, assess
from eligibility.record import PatientRecord
from tests.reading import record_in

HERE = Path(__file__).parent
DEFAULT_AS_OF = "2026-11-21"
DEFAULT_PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "gender": "male",
    "birthDate": "1980-06-15",
}
EXPECTATIONS = ("expect", "assurance", "eligible_from")
FIELDS = (*EXPECTATIONS, "name", "patient", "record", "bundle", "as_of", "start", "status", "speaks", "notes")
PARAMETER = re.compile(r"\$\{(\w+)\}")

SUBJECT_ELEMENT = {
    **dict.fromkeys(
        (
            "Condition",
            "Observation",
            "MedicationStatement",
            "MedicationRequest",
            "MedicationAdministration",
            "Procedure",
            "List",
            "Flag",
        ),
        "subject",
    ),
    "AllergyIntolerance": "patient",
    "Consent": "patient",
    "FamilyMemberHistory": "patient",
    "ResearchSubject": "individual",
}


class ExampleError(ValueError):
    """A worked example that cannot be read: names the file, the example, and what to change."""


class PlainLoader(yaml.SafeLoader):
    """YAML in which a date stays text, `no` is a word, and a key may be written only once."""


PlainLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("merge", r"<<", "<"),
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
):
    PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def _mapping(loader: PlainLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [key.value for key, _ in node.value]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise ExampleError(f"{node.start_mark}: {sorted(map(str, twice))} is written twice in one mapping")
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


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


def read_yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)
    except yaml.YAMLError as error:
        raise ExampleError(f"{path.name}: not readable as YAML: {error}") from error


def example_files(folder: Path = HERE) -> list[Path]:
    return sorted(folder.glob("*.yaml"))


@cache
def load_examples(path: Path) -> tuple[Example, ...]:
    """All examples of one file, tables (`each`) unrolled. Two examples of one name are refused."""
    document = read_yaml(path)
    fragments: dict[str, Any] = {}
    for name in document.get("fragments_from", []):
        fragments |= read_yaml(path.parent / "fragments" / name)
    fragments |= document.get("fragments", {})
    examples = [
        _example(path.stem, document, row, fragments) for raw in document["examples"] for row in _rows(path.stem, raw)
    ]
    names = [example.name for example in examples]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ExampleError(f"{path.name}: these names are used twice, make them differ: {twice}")
    return tuple(examples)


def examples(folder: Path = HERE) -> tuple[Example, ...]:
    return tuple(example for path in example_files(folder) for example in load_examples(path))


def _rows(file: str, raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The example itself, or one example for each row of its table."""
    unknown = sorted(set(raw) - {*FIELDS, "each", "with"})
    if unknown:
        raise ExampleError(f"{file}: {raw.get('name')}: no field called {unknown}; fields are {sorted(FIELDS)}")
    base = {key: value for key, value in raw.items() if key != "each"}
    if "each" not in raw:
        yield base
    for row in raw.get("each", []):
        yield _merged(base, row)


def _merged(base: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A table row over its example: expectations and patient are merged, records follow, the rest are parameters."""
    merged = dict(base)
    parameters = {key: value for key, value in row.items() if key not in FIELDS}
    merged["with"] = {**base.get("with", {}), **parameters}
    for key in (*EXPECTATIONS, "patient", "bundle"):
        if key in row:
            merged[key] = {**base.get(key, {}), **row[key]}
    merged["record"] = [*base.get("record", []), *row.get("record", [])]
    merged |= {key: row[key] for key in ("name", "as_of", "start", "status", "speaks", "notes") if key in row}
    if merged["name"] == base["name"] and not PARAMETER.search(base["name"]):
        merged["name"] = f"{base['name']}: {', '.join(str(value) for value in parameters.values())}"
    return merged


def _example(file: str, document: Mapping[str, Any], raw: dict[str, Any], fragments: Mapping[str, Any]) -> Example:
    parameters = raw.get("with", {})
    try:
        story = Story(fragments)
        entries = [entry for item in raw.get("record", []) for entry in story.entries(item, parameters)]
        raw = substituted({key: value for key, value in raw.items() if key != "record"}, parameters)
    except KeyError as error:
        raise ExampleError(f"{file}: {raw.get('name')}: nothing is called {error.args[0]!r}") from error
    return Example(
        file=file,
        name=raw["name"],
        trial=document["trial"],
        as_of=raw.get("as_of", document.get("as_of", DEFAULT_AS_OF)),
        start=raw.get("start"),
        bundle=_bundle(_without_nulls({**DEFAULT_PATIENT, **raw.get("patient", {})}), entries, raw.get("bundle", {})),
        notes=tuple(raw["notes"]) if "notes" in raw else None,
        **{key: raw[key] for key in (*EXPECTATIONS, "status", "speaks") if key in raw},
    )


class Story:
    """The record of one example: names replaced by their fragments, parameters by their values."""

    def __init__(self, fragments: Mapping[str, Any]) -> None:
        self.fragments = fragments

    def entries(self, item: Any, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Bundle entries of one record item: a name, `use` with changes, `entry`, a resource, or a list of these."""
        if isinstance(item, str):
            named = substituted(item, parameters)
            yield from self.entries(self.fragments[named] if isinstance(named, str) else named, parameters)
        elif isinstance(item, list):
            for one in item:
                yield from self.entries(one, parameters)
        elif "resourceType" in item:
            yield {"resource": substituted(copy.deepcopy(item), parameters)}
        elif "use" in item:
            yield from self._changed(item, parameters)
        else:
            yield substituted(copy.deepcopy(item["entry"]), parameters)

    def _changed(self, item: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        local = {**parameters, **substituted(item.get("with", {}), parameters)}
        changes = substituted({key: value for key, value in item.items() if key not in ("use", "with")}, local)
        for entry in self.entries(substituted(item["use"], parameters), local):
            yield {**entry, "resource": {**entry["resource"], **changes}}


def substituted(value: Any, parameters: Mapping[str, Any]) -> Any:
    """`${name}` replaced: alone it becomes the parameter itself, inside a text its text."""
    if isinstance(value, str):
        whole = PARAMETER.fullmatch(value)
        if whole:
            return copy.deepcopy(parameters[whole[1]])
        return PARAMETER.sub(lambda found: str(parameters[found[1]]), value)
    if isinstance(value, list):
        return [substituted(one, parameters) for one in value]
    if isinstance(value, dict):
        return {key: substituted(one, parameters) for key, one in value.items() if key not in ("each", "with")}
    return value


def _bundle(patient: dict[str, Any], entries: list[dict[str, Any]], extra: Mapping[str, Any]) -> dict[str, Any]:
    filled = [{"resource": patient}, *(_filled(entry, f"r{number}") for number, entry in enumerate(entries, start=1))]
    return {"resourceType": "Bundle", "type": "collection", **extra, "entry": filled}


def _filled(entry: dict[str, Any], number: str) -> dict[str, Any]:
    """The two things a coordinator need not write: an id, and whose record it is."""
    resource = entry["resource"]
    subject = SUBJECT_ELEMENT.get(resource["resourceType"])
    whose = {subject: {"reference": "Patient/p"}} if subject else {}
    return {**entry, "resource": _without_nulls({"id": number, **whose, **resource})}


def _without_nulls(resource: dict[str, Any]) -> dict[str, Any]:
    """FHIR JSON has no null members: writing one says that the element is missing."""
    return {key: value for key, value in resource.items() if value is not None}


def as_json(example: Example) -> str:
    return json.dumps(example.bundle, ensure_ascii=False)


class Answer(NamedTuple):
    """What the service reads in a story and says of it: nothing, where the person is deceased (G12)."""

    record: PatientRecord
    assessment: Assessment | None


def answer_of(catalogue: Catalogue, example: Example) -> Answer:
    day = date.fromisoformat(example.as_of)
    record = record_in(as_json(example).encode(), day, catalogue)
    if record.deceased:
        return Answer(record, None)
    trial = next(trial for trial in catalogue.trials if trial.nct_id == example.trial)
    start = date.fromisoformat(example.start) if example.start else None
    return Answer(record, assess(trial, record, day, start))


@cache
def answer(example: Example) -> Answer:
    """The answer of the trials as shipped; kept, so ask for stories that stand in files."""
    return answer_of(load_catalogue(), example)
