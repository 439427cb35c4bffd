"""Decides whether one element of a resource answers one search value, for each type of FHIR R4 search parameter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cds_service.demo.moments import Stretch, stretch_of

Resolve = Callable[[str], str]
Matcher = Callable[[Any, str, Resolve], bool]

_PREFIX = re.compile(r"(eq|gt|ge|lt|le)?(\d.*)\Z", re.DOTALL)


def elements_of(resource: dict[str, Any], paths: Iterable[str]) -> Iterator[Any]:
    """Every value at these paths, lists laid flat; a path is element names joined by dots."""
    for path in paths:
        values: list[Any] = [resource]
        for name in path.split("."):
            values = [item for value in values if isinstance(value, dict) for item in _flat(value.get(name))]
        yield from values


def _flat(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def matches_token(element: Any, wanted: str, _resolve: Resolve) -> bool:
    """`code`, `system|code`, `|code` (no system) or `system|` (any code) against a coded element or Identifier."""
    system, bar, code = wanted.rpartition("|")
    return any(
        (not bar or its_system == system) and (not code or its_code == code)
        for its_system, its_code in _tokens(element)
    )


def _tokens(element: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(element, dict):
        yield "", str(element).lower() if isinstance(element, bool) else str(element)
        return
    for coding in _flat(element.get("coding", element)):
        if isinstance(coding, dict):
            yield str(coding.get("system", "")), str(coding.get("code", coding.get("value", "")))


def matches_reference(element: Any, wanted: str, resolve: Resolve) -> bool:
    """`id` or `Type/id` against a Reference, whether it is written relative, absolute or as a `urn:`."""
    reference = element.get("reference") if isinstance(element, dict) else None
    if not isinstance(reference, str):
        return False
    its_type, _, its_id = "/".join(resolve(reference).split("/_history/")[0].rsplit("/", 2)[-2:]).rpartition("/")
    wanted_type, _, wanted_id = wanted.rpartition("/")
    return its_id == wanted_id and wanted_type in ("", its_type)


def matches_date(element: Any, wanted: str, _resolve: Resolve) -> bool:
    """A date with an optional prefix eq, gt, ge, lt or le; both sides are stretches of time."""
    mine, (prefix, theirs) = stretch_of(element), searched_stretch(wanted)
    if mine is None or theirs is None:
        return False
    within = theirs.start <= mine.start and mine.end <= theirs.end
    return {
        "eq": within,
        "gt": mine.end > theirs.end,
        "ge": mine.end > theirs.end or within,
        "lt": mine.start < theirs.start,
        "le": mine.start < theirs.start or within,
    }[prefix]


def searched_stretch(wanted: str) -> tuple[str, Stretch | None]:
    """The prefix of a date search and its stretch; None when it is no date."""
    shape = _PREFIX.match(wanted)
    return (shape[1] or "eq", stretch_of(shape[2])) if shape else ("eq", None)


def matches_string(element: Any, wanted: str, _resolve: Resolve) -> bool:
    """Starts with the value, ignoring case and accents (FHIR R4 search, section on string)."""
    return any(word.startswith(_plain(wanted)) for word in (_plain(str(element)), *_plain(str(element)).split()))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


MATCHERS: dict[str, Matcher] = {
    "token": matches_token,
    "reference": matches_reference,
    "date": matches_date,
    "string": matches_string,
}
