"""Whether a drug acts in the whole body: only an explicit local route or form, a flush or a lock takes it out (G11)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from cds_service.fhir.amounts import amount_of
from cds_service.fhir.concepts import concept_of, says_nothing, words_of
from cds_service.fhir.dosage import words_in
from cds_service.fhir.draft import Draft
from cds_service.fhir.drugs import Drug
from cds_service.fhir.elements import Json, part, parts, text_of
from eligibility.record import Route

_FLUSH = re.compile(r"\b(?:flush\w*|locks?|locking|lock-flush)\b|冲管|封管", re.IGNORECASE)
_UNITS = frozenset(("[iu]", "[usp'u]", "u", "iu", "unt", "unit", "units", "unit(s)", "international units", "单位"))
_FLUSH_BELOW = Fraction(1000)  # units of heparin; a therapeutic or prophylactic dose is larger


def route_of(dosages: Sequence[Json], drug: Drug, draft: Draft) -> Route:
    if "heparin" in drug.ingredients(draft) and _is_flush(dosages, drug):
        return Route.LOCAL
    stated = [_stated(dosage, draft) for dosage in dosages]
    systemic = next((route for route in (Route.PARENTERAL, Route.ORAL) if route in stated), None)
    if systemic:
        return systemic
    return Route.LOCAL if Route.LOCAL in stated or _local_form(drug, draft) else _by_form(drug, draft)


def _stated(dosage: Json, draft: Draft) -> Route:
    concept = concept_of(dosage.get("route"))
    if says_nothing(concept):
        return Route.UNSTATED
    found = draft.terminology.route(concept)
    return Route(found) if found else Route.UNSTATED


def _by_form(drug: Drug, draft: Draft) -> Route:
    """Where no route is written, the form may tell: a tablet is swallowed, an infusion is not."""
    concepts = [concept for concept in (drug.form, *drug.concepts) if not says_nothing(concept)]
    told = (draft.terminology.route(concept) for concept in concepts)
    return Route(next(filter(None, told), Route.UNSTATED.value))


def _local_form(drug: Drug, draft: Draft) -> bool:
    concepts = (drug.form, *drug.concepts)
    return any(draft.terminology.is_local_form(concept) for concept in concepts if not says_nothing(concept))


def _is_flush(dosages: Sequence[Json], drug: Drug) -> bool:
    words = " ".join((*(words_of(concept) for concept in drug.concepts), *(words_in(dosage) for dosage in dosages)))
    return bool(_FLUSH.search(words)) or any(_small(dosage) for dosage in dosages)


def _small(dosage: Json) -> bool:
    given = parts(dosage, "doseAndRate") or [dosage]
    if any(name.startswith("rate") for one in given for name in one):
        return False  # an infusion: what flows in an hour is not a dose
    return any(_units_below(part(one, "doseQuantity") or part(one, "dose")) for one in given)


def _units_below(quantity: Json) -> bool:
    amount = amount_of(quantity) if quantity else None
    units = {text_of(quantity.get(name)).casefold().strip("{}") for name in ("code", "unit")} - {""}
    number = amount.number if amount else None
    return number is not None and bool(units) and units <= _UNITS and number < _FLUSH_BELOW
