"""How an element is got out of a resource that may be odd: nothing here raises, whatever shape is met."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from hashlib import sha256
from typing import Any

import orjson

Json = Mapping[str, Any]  # as a JSON parser makes it: objects inside are dicts, arrays are lists

NOTHING: Json = {}
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)) | {0x00A0: " ", 0x3000: " "}
_WIDEST_EXPONENT = 30  # beyond any laboratory's numbers; keeps 1e999999999 from becoming a billion digits
_WIDEST_NUMBER = 10**_WIDEST_EXPONENT
_LONGEST_NUMBER = 100  # characters; a number of more digits is none that anybody measured


def text_of(value: object) -> str:
    """A string as a person reads it: trimmed, without zero-width characters; "" for anything else."""
    if not isinstance(value, str):
        return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""
    return (value if value.isascii() else value.translate(_INVISIBLE)).strip()


def code_of(value: object) -> str:
    """A status code without blanks and case, "" when there is none."""
    return value.strip().lower() if isinstance(value, str) else ""


def part(element: object, name: str) -> Json:
    """The object called `name`; an array stands for its first object."""
    return next(iter(parts(element, name)), NOTHING)


def parts(element: object, name: str) -> list[Json]:
    """The objects called `name`; a single object where an array belongs counts as one (`interpretation`)."""
    value = element.get(name) if isinstance(element, dict) else None
    if isinstance(value, dict):
        return [value]
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def entries(value: object) -> list[Any]:
    """A list as it is, one thing as a list of one, nothing as none."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def reference_in(value: object) -> str:
    """The literal text of a Reference, also where the string stands alone."""
    return text_of(value.get("reference") if isinstance(value, dict) else value)


def extensions(element: object, url: str) -> list[Json]:
    return [entry for entry in parts(element, "extension") if entry.get("url") == url]


def contained(resource: Json, fragment: str) -> Json | None:
    """The contained resource that `#fragment` names."""
    wanted = fragment.removeprefix("#")
    return next((inner for inner in parts(resource, "contained") if text_of(inner.get("id")) == wanted), None)


def all_contained(resource: Json) -> dict[str, Json]:
    """Every contained resource by its id; of two with the same, the first."""
    found: dict[str, Json] = {}
    for inner in parts(resource, "contained"):
        found.setdefault(text_of(inner.get("id")), inner)
    return found


def modified(*elements: object) -> bool:
    """Whether an unknown modifier makes an element unusable: we know none, so every one is unknown (G5)."""
    return any(isinstance(element, dict) and bool(element.get("modifierExtension")) for element in elements)


def exact(value: object) -> Fraction | None:
    """The number as it was written, never a float's approximation; None for what is no number."""
    if type(value) is int and -_WIDEST_NUMBER < value < _WIDEST_NUMBER:
        return Fraction(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(str(value).strip())  # str() of a float is the shortest text that reads back the same
    except (InvalidOperation, ValueError):
        return None
    return Fraction(number) if number.is_finite() and abs(number.adjusted()) <= _WIDEST_EXPONENT else None


def digest(resource: object) -> str:
    """The same for the same content, whatever the order of its members; for what has no id."""
    try:
        content = orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # an integer of more than 64 bits, or nested deeper than orjson writes
        content = _dumped(resource)
    return sha256(content).hexdigest()[:16]


def _dumped(resource: object) -> bytes:
    try:
        return json.dumps(resource, sort_keys=True, default=str).encode()
    except RecursionError:  # hundreds of levels: no resource of FHIR, and its own outermost names must do
        return repr(sorted(map(str, resource)) if isinstance(resource, dict) else "").encode()


def name_of(resource: Json) -> str:
    """`Type/id`, or the type and a digest where there is no id, so that every order is total."""
    kind = text_of(resource.get("resourceType"))
    return f"{kind}/{text_of(resource.get('id')) or '?' + digest(resource)}"


def concepts_in(value: object) -> Iterator[Json | str]:
    """Each CodeableConcept of one or many; bare strings too."""
    for entry in entries(value):
        if isinstance(entry, dict) or (isinstance(entry, str) and entry.strip()):
            yield entry
