"""How much of a drug is taken a day, and whether that changes: only structured dosage is computed with (rule G11)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cds_service.fhir.concepts import concept_of, words_of
from cds_service.fhir.draft import Draft
from cds_service.fhir.drugs import Drug, strength_of
from cds_service.fhir.elements import Json, concepts_in, modified, part, parts, text_of
from cds_service.fhir.frequency import frequency_of, is_as_needed
from cds_service.fhir.masses import Mass, mass_of, pieces_of
from eligibility.record import Dose

_CHANGING = re.compile(
    r"\b(?:taper\w*|wean\w*|reduc\w*|decreas\w*|increas\w*|titrat\w*|alternat\w*|every other day|every second day)\b"
    r"|减量|递减|减停|隔日",
    re.IGNORECASE,
)
_AS_NEEDED = re.compile(
    r"\b(?:prn|p\.r\.n|(?:as|if|when) (?:needed|required|necessary))\b|必要时|需要时|按需", re.IGNORECASE
)
_WRITTEN = (
    "doseAndRate",
    "dose",
    "rateRatio",
    "rateQuantity",
    "timing",
    "text",
    "maxDosePerPeriod",
    "patientInstruction",
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One dosage instruction: its daily dose where it can be computed, and what sets it apart from the others."""

    daily: Mass | None
    varies: bool
    sequence: str
    bounds: str


def as_needed(dosages: Sequence[Json]) -> bool:
    return any(_as_needed(dosage) for dosage in dosages)


def _as_needed(dosage: Json) -> bool:
    if dosage.get("asNeededBoolean") is True or dosage.get("asNeededCodeableConcept"):
        return True
    if is_as_needed(part(dosage, "timing")):
        return True
    return dosage.get("asNeededBoolean") is not False and bool(_AS_NEEDED.search(words_in(dosage)))


def words_in(dosage: Json) -> str:
    """Everything a person wrote about how to take it."""
    extra = (words_of(concept_of(one)) for one in concepts_in(dosage.get("additionalInstruction")))
    return " ".join((text_of(dosage.get("text")), text_of(dosage.get("patientInstruction")), *extra))


def dose_of(dosages: Sequence[Json], drug: Drug, draft: Draft) -> Dose:
    """The daily dose over all instructions: what runs side by side is summed, what follows one another varies."""
    written = [dosage for dosage in dosages if any(dosage.get(name) for name in _WRITTEN)]
    if not written:
        return Dose()
    lines = [_line(dosage, drug, draft) for dosage in written]
    if any(line.varies for line in lines) or len({(line.sequence, line.bounds) for line in lines}) > 1:
        return Dose(stated=True, varies=True)
    daily = [line.daily for line in lines]
    if as_needed(written) or not all(daily) or len({mass.per_kg for mass in daily if mass}) > 1:
        return Dose(stated=True)
    total = sum((mass.mg for mass in daily if mass), Fraction(0))
    return Dose(daily=total, per_kg=any(mass.per_kg for mass in daily if mass), stated=True)


def _line(dosage: Json, drug: Drug, draft: Draft) -> _Line:
    timing = part(dosage, "timing")
    frequency = frequency_of(timing)
    varies = frequency.varies or bool(_CHANGING.search(words_in(dosage)))
    repeat = part(timing, "repeat")
    bounds = next((repr(sorted(part(repeat, name).items(), key=str)) for name in _BOUNDS if name in repeat), "")
    return _Line(_daily(dosage, frequency.daily, drug, draft), varies, text_of(dosage.get("sequence")), bounds)


_BOUNDS = ("boundsPeriod", "boundsDuration", "boundsRange")


def _daily(dosage: Json, times: Fraction | None, drug: Drug, draft: Draft) -> Mass | None:
    mass = None if modified(dosage) else single_mass(dosage, drug, draft)
    if mass is None:
        return None
    if mass.per_day:  # the unit says "a day" already; a schedule that says something else contradicts it
        return mass if times in (None, 1) else None
    return None if times is None else Mass(mass.mg * times, mass.per_kg)


def single_mass(dosage: Json, drug: Drug, draft: Draft) -> Mass | None:
    """What is taken at once; None for ranges, rates, and several doses that are not the same."""
    given = parts(dosage, "doseAndRate") or [dosage]
    if any(one.get(name) for one in given for name in ("doseRange", "rateQuantity", "rateRatio", "rateRange")):
        return None
    quantities = [part(one, "doseQuantity") or part(one, "dose") for one in given]
    read = {_mass(quantity, drug, draft) for quantity in quantities if quantity}
    return read.pop() if len(read) == 1 else None


def _mass(quantity: Json, drug: Drug, draft: Draft) -> Mass | None:
    mass = mass_of(quantity)
    if mass is not None:
        return mass
    pieces, strength = pieces_of(quantity), None
    if pieces is not None:
        strength = strength_of(drug, draft)
    return None if pieces is None or strength is None else Mass(pieces * strength)


def single_dose(dosages: Sequence[Json], drug: Drug, draft: Draft) -> Dose:
    """The dose of one administration: mg given that once."""
    written = [dosage for dosage in dosages if any(dosage.get(name) for name in _WRITTEN)]
    masses = [single_mass(dosage, drug, draft) for dosage in written if not modified(dosage)]
    known = masses[0] if len(masses) == 1 == len(written) else None
    single = known.mg if known and not known.per_kg and not known.per_day else None
    return Dose(single=single, stated=bool(written))
