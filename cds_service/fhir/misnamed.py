"""Which of the types we read a resource of an unknown type is meant to be: misspelt, or of an earlier FHIR (G5)."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_EARLIER = {
    "medicationorder": "MedicationRequest",
    "medicationprescription": "MedicationRequest",
    "medicationusage": "MedicationStatement",
}
_ALIKE = 0.85  # no two types of FHIR are so much alike


def meant(name: str, types: Iterable[str]) -> str | None:
    """The type that `name` is a spelling or an earlier name of; None for other resources, which say nothing here."""
    written = "".join(name.split()).lower()
    if written in _EARLIER:
        return _EARLIER[written]
    known = {each.lower(): each for each in types}
    return next((known[found] for found in get_close_matches(written, known, 1, _ALIKE)), None)
