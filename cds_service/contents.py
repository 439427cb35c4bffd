"""What a FHIR JSON text holds, flattened out of lists and Bundles, and what of it was plainly not there.

Bundles of any type, lists, single resources, and NDJSON (one resource a line, or one Bundle a line).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cds_service.json_text import NamedTwice, NotJson, parse_json

Resource = Mapping[str, Any]
DEEPEST = 8  # lists and Bundles inside each other: a batch's answer needs three
_BOM = b"\xef\xbb\xbf"
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")
_ONCE = "one of the two would be lost: write each member once"


class Unusable(Exception):
    """An input that cannot be assessed: what is wrong, where, and what would help. Never quotes the input."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message, self.remedy = message, remedy


@dataclass(slots=True)
class Contents:
    """One document: its resources, each with its fullUrl if it has one, and why its silence may prove nothing."""

    entries: list[tuple[str | None, Resource]] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)


def parse_contents(data: bytes) -> Iterator[Contents | Unusable]:
    """The documents of a text: one, or as many as there are lines when each line is a Bundle."""
    data = data.removeprefix(_BOM)
    if not data.strip():
        yield Unusable("the file is empty", "write a FHIR Bundle, a list of resources or NDJSON to it")
        return
    try:
        yield _flat([parse_json(data)])
        return
    except NotJson as error:
        whole = error
    lines = [(number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip()]
    try:
        first = parse_json(lines[0][1])
    except NotJson:
        yield _not_json(whole, data)
        return
    if _is_bundle(first):
        yield from _bundle_lines(lines)
    else:
        yield _resource_lines(lines)


def _not_json(error: NotJson, data: bytes) -> Unusable:
    if data.startswith(_OTHER_ENCODINGS) or b"\0" in data[:4] or "UTF-8" in error.reason:
        return Unusable("the text is not UTF-8", "save the file as UTF-8")
    if isinstance(error, NamedTwice):
        return Unusable(str(error), _ONCE)
    if "depth limit" in error.reason:
        return Unusable("nested more than 1,024 levels deep", "FHIR resources are flat: check how the file was made")
    if "end of data" in error.reason:
        return Unusable(f"the file ends inside its JSON (line {error.line})", "it looks truncated: fetch it again")
    return Unusable(f"not JSON ({error})", "write FHIR JSON: a Bundle, a list of resources or NDJSON")


def _bundle_lines(lines: Sequence[tuple[int, bytes]]) -> Iterator[Contents | Unusable]:
    for number, line in lines:
        try:
            yield _flat([parse_json(line)])
        except NotJson as error:
            yield _broken_line(number, number == lines[-1][0], error)


def _resource_lines(lines: Sequence[tuple[int, bytes]]) -> Contents | Unusable:
    """One resource a line: a broken line may be about anybody, so the text as a whole is unusable."""
    parsed = []
    for number, line in lines:
        try:
            parsed.append(parse_json(line))
        except NotJson as error:
            return _broken_line(number, number == lines[-1][0], error)
    return _flat(parsed)


def _broken_line(number: int, last: bool, error: NotJson) -> Unusable:
    if isinstance(error, NamedTwice):
        return Unusable(f"line {number}, column {error.column}: {error.reason}", _ONCE)
    remedy = "it looks truncated: fetch it again" if last else "write one FHIR resource, or one Bundle, a line"
    return Unusable(f"line {number} is not JSON", remedy)


def _flat(values: Iterable[Any]) -> Contents:
    contents = Contents()
    for value in values:
        _take(value, contents)
    return contents


def _take(value: Any, contents: Contents, address: str | None = None, depth: int = 0) -> None:
    if depth > DEEPEST:
        contents.missing.add("not-fhir")
    elif isinstance(value, list):
        for item in value:
            _take(item, contents, None, depth + 1)
    elif _is_bundle(value):
        _take_bundle(value, contents, depth + 1)
    elif not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        contents.missing.add("not-fhir")
    elif value["resourceType"] == "OperationOutcome":
        contents.missing.add("refused")
    else:
        contents.entries.append((address, value))


def _take_bundle(bundle: Resource, contents: Contents, depth: int) -> None:
    if any(isinstance(link, dict) and link.get("relation") == "next" for link in items(bundle.get("link"))):
        contents.missing.add("more-pages")
    found = items(bundle.get("entry"))
    if _claims(bundle) > len(found):
        contents.missing.add("more-pages")
    if not isinstance(bundle.get("entry"), list | dict | None):
        contents.missing.add("not-fhir")
    seen: set[str] = set()
    for entry in found:
        if not isinstance(entry, dict):
            contents.missing.add("not-fhir")
        elif bundle.get("type") != "history" or _is_newest(entry, seen):
            _take_entry(entry, contents, depth)


def _claims(bundle: Resource) -> int:
    """How many matches a search says there are; those that are not here may follow on pages that nobody fetched."""
    total = bundle.get("total")
    return total if isinstance(total, int) and not isinstance(total, bool) else 0


def _take_entry(entry: Mapping[str, Any], contents: Contents, depth: int) -> None:
    """An entry of a transaction, or of its answer, may do without a resource; any other that does is a loss."""
    resource, response = entry.get("resource"), entry.get("response")
    if isinstance(response, dict) and _text(response.get("status")).startswith(("4", "5")):
        contents.missing.add("refused")
    elif resource is None and not isinstance(response, dict) and "request" not in entry:
        contents.missing.add("not-fhir")
    if resource is not None:
        address = entry.get("fullUrl")
        _take(resource, contents, address if isinstance(address, str) and address else None, depth)


def _is_newest(entry: Mapping[str, Any], seen: set[str]) -> bool:
    """A history lists versions newest first; a deletion has no resource and ends what came before it."""
    resource, request = entry.get("resource"), entry.get("request")
    if isinstance(resource, dict) and _text(resource.get("id")):
        key = f"{_text(resource.get('resourceType'))}/{_text(resource['id'])}"
    else:
        key = _text(request.get("url") if isinstance(request, dict) else entry.get("fullUrl")).split("/_history")[0]
    newest = not key or key not in seen
    seen.add(key)
    return newest


def _text(value: object) -> str:
    """A status may be written as a number; lists and objects are none, and may be nested too deeply to be shown."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _is_bundle(value: Any) -> bool:
    return isinstance(value, dict) and value.get("resourceType") == "Bundle"


def items(value: Any) -> list[Any]:
    """A list as it should be, or the single object that some servers write instead of one."""
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []
