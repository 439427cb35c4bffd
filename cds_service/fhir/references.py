"""Which resources are only referred to and worth reading one by one: Medications of orders, studies of participants."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cds_service.fhir.address import Base
from cds_service.fhir.bundle import Json
from cds_service.fhir.shelf import Shelf

USES = ("MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense")
_READABLE = re.compile(r"(Medication|ResearchStudy)/[A-Za-z0-9\-._~]{1,64}")


def medications_of(shelf: Shelf, base: Base, kinds: Iterable[str] = USES) -> list[str]:
    """Distinct `Medication/id` that entries of these kinds name and that are not in hand, newest record first."""
    uses = sorted((use for kind in kinds for use in shelf.of(kind)), key=_recorded, reverse=True)
    found = [_reference(use.get("medicationReference")) for use in uses]
    for medication in shelf.of("Medication"):
        found += _ingredients(medication)
    return _missing(found, shelf, base, "Medication")


def ingredients_of(reference: str, shelf: Shelf, base: Base) -> list[str]:
    """The Medications that one in hand is made of, as far as they are not in hand."""
    kind, _, identity = reference.partition("/")
    return _missing(_ingredients(shelf.get(kind, identity) or {}), shelf, base, "Medication")


def studies_of(shelf: Shelf, base: Base) -> list[str]:
    """Distinct `ResearchStudy/id` that are not in hand."""
    found = [_reference(one.get("study")) for one in shelf.of("ResearchSubject")]
    return _missing(found, shelf, base, "ResearchStudy")


def _missing(found: list[str], shelf: Shelf, base: Base, kind: str) -> list[str]:
    own = dict.fromkeys(base.relative(reference).partition("/_history/")[0] for reference in found)
    return [one for one in own if one.startswith(f"{kind}/") and _READABLE.fullmatch(one) and not shelf.has(one)]


def _ingredients(medication: Json) -> list[str]:
    given = medication.get("ingredient")
    entries: list[Any] = given if isinstance(given, list) else []
    return [_reference(entry.get("itemReference")) for entry in entries if isinstance(entry, dict)]


def _reference(value: Any) -> str:
    reference = value.get("reference") if isinstance(value, dict) else None
    return reference if isinstance(reference, str) else ""


def _recorded(use: Json) -> str:
    """When it was written down or given, as text: FHIR's dates sort as they are written."""
    period = use.get("effectivePeriod")
    start = period.get("start") if isinstance(period, dict) else None
    dates = (use.get("authoredOn"), use.get("dateAsserted"), use.get("effectiveDateTime"), start)
    return max((day for day in dates if isinstance(day, str)), default="")
