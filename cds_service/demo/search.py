"""Decides which resources a FHIR R4 search finds and in what order; pure, shared by the embedded server and `fire`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cds_service.demo.matching import MATCHERS, elements_of, searched_stretch
from cds_service.demo.moments import stretch_of
from cds_service.demo.parameters import PARAMETERS, Parameter

Resource = dict[str, Any]
Resolve = Callable[[str], str]
"""A reference as written → `Type/id` as far as the caller knows it."""

Criterion = tuple[Parameter, tuple[str, ...]]
"""A parameter and its alternatives."""

IGNORED = frozenset({"_format", "_pretty", "_total"})


class SearchRefused(ValueError):
    """A search that cannot be answered; the sentence says which part of it and why (HTTP 400)."""


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search: alternatives within one criterion, all criteria together."""

    resource_type: str
    criteria: tuple[Criterion, ...]
    sort: tuple[tuple[Parameter | None, bool], ...]
    count: int | None
    only_total: bool


def parse_query(resource_type: str, pairs: Sequence[tuple[str, str]]) -> Query:
    """The search in these name/value pairs; refuses what it does not know, as HAPI does, rather than ignore it."""
    known = PARAMETERS.get(resource_type)
    if known is None:
        raise SearchRefused(f"Unknown resource type {resource_type!r}; known: {', '.join(PARAMETERS)}")
    criteria: list[Criterion] = []
    count, sort, only_total = None, "", False
    for name, value in pairs:
        if not value:
            # HAPI ignores it and so answers with every patient's data; refusing is the safer reading.
            raise SearchRefused(f"Search parameter {name!r} has no value")
        if name == "_count":
            count = _count(value)
        elif name == "_sort":
            sort = value
        elif name == "_summary":
            only_total = _summary(value)
        elif name not in IGNORED:
            criteria.append(_criterion(_parameter(known, resource_type, name), value))
    keys = tuple(_sort_key(known, resource_type, key) for key in sort.split(",") if key)
    return Query(resource_type, tuple(criteria), keys, count, only_total or count == 0)


def find(resources: Iterable[Resource], query: Query, resolve: Resolve = str) -> list[Resource]:
    """The matching resources in the order asked for; ties, and what has no date, by id at the end."""
    found = [resource for resource in resources if _matches(resource, query, resolve)]
    if query.sort:
        found.sort(key=lambda resource: str(resource.get("id", "")))
    for parameter, descending in reversed(query.sort):
        found.sort(key=lambda resource: _sort_value(resource, parameter), reverse=descending)
        found.sort(key=lambda resource: _undated(resource, parameter))
    return found


def _matches(resource: Resource, query: Query, resolve: Resolve) -> bool:
    return resource.get("resourceType") == query.resource_type and all(
        any(
            MATCHERS[parameter.kind](element, wanted, resolve)
            for element in elements_of(resource, parameter.elements)
            for wanted in alternatives
        )
        for parameter, alternatives in query.criteria
    )


def _parameter(known: dict[str, Parameter], resource_type: str, name: str) -> Parameter:
    if name in known:
        return known[name]
    if name.partition(":")[0] in known:
        raise SearchRefused(f"Modifier in {name!r} is not supported")
    raise SearchRefused(
        f'Unknown search parameter "{name}" for resource type "{resource_type}". '
        f"Valid search parameters for this search are: {', '.join(known)}"
    )


def _criterion(parameter: Parameter, value: str) -> Criterion:
    alternatives = _alternatives(value)
    if parameter.kind == "date" and any(searched_stretch(text)[1] is None for text in alternatives):
        raise SearchRefused(f"Not a date in search parameter {parameter.name!r}")
    if parameter.target:
        alternatives = tuple(text if "/" in text else f"{parameter.target}/{text}" for text in alternatives)
    return parameter, alternatives


def _alternatives(value: str) -> tuple[str, ...]:
    """A comma means "or", unless it is escaped (FHIR R4 search, section on escaping)."""
    parts = value.replace("\\,", "\0").split(",")
    return tuple(part.replace("\0", ",") for part in parts if part)


def _count(value: str) -> int:
    if not value.isdecimal():
        raise SearchRefused(f"_count must be a whole number, not {value!r}")
    return int(value)


def _summary(value: str) -> bool:
    if value not in ("count", "false"):
        raise SearchRefused(f"_summary={value} is not supported; count and false are")
    return value == "count"


def _sort_key(known: dict[str, Parameter], resource_type: str, key: str) -> tuple[Parameter | None, bool]:
    name = key.removeprefix("-")
    return (None if name == "_lastUpdated" else _parameter(known, resource_type, name)), key.startswith("-")


_NO_DATE = datetime.min.replace(tzinfo=UTC)


def _sort_value(resource: Resource, parameter: Parameter | None) -> Any:
    if parameter is not None and parameter.kind != "date":
        return str(next(iter(elements_of(resource, parameter.elements)), ""))
    return next((stretch.start for stretch in _stretches(resource, parameter)), _NO_DATE)


def _undated(resource: Resource, parameter: Parameter | None) -> bool:
    return (parameter is None or parameter.kind == "date") and not _stretches(resource, parameter)


def _stretches(resource: Resource, parameter: Parameter | None) -> list[Any]:
    elements = parameter.elements if parameter else ("meta.lastUpdated",)
    return [stretch for value in elements_of(resource, elements) if (stretch := stretch_of(value)) is not None]
