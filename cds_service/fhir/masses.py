"""How much one dose is: milligrams, or a number of tablets and capsules (rule G11)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cds_service.fhir.amounts import amount_of, unit_of
from cds_service.fhir.elements import Json, text_of

_MG: dict[str, Fraction] = {
    spelling: Fraction(factor)
    for factor, spellings in {
        "1": ("mg", "mgs", "milligram", "milligrams", "毫克"),
        "1000": ("g", "gm", "gram", "grams", "克"),
        "1/1000": ("ug", "mcg", "µg", "μg", "microgram", "micrograms", "微克"),
    }.items()
    for spelling in spellings
}
_PIECES = frozenset(
    [
        "tbl",
        "tab",
        "tabs",
        "tab(s)",
        "tablet",
        "tablets",
        "tablet(s)",
        "cap",
        "caps",
        "cap(s)",
        "capsule",
        "capsules",
        "capsule(s)",
        "pill",
        "pills",
        "片",
        "粒",
        "ertab",
        "ectab",
        "drgtab",
    ]
)
_DAY = frozenset(("d", "day", "24h", "24.h"))


@dataclass(frozen=True, slots=True)
class Mass:
    """`mg` a dose; per kg of body weight, or per day, where the unit says so."""

    mg: Fraction
    per_kg: bool = False
    per_day: bool = False


def mass_of(quantity: Json) -> Mass | None:
    """A dose in grams or parts of them; None for anything else, or where code and words of the unit disagree."""
    number = _number(quantity)
    read = {_mass_unit(unit) for unit in (unit_of(quantity)[0], text_of(quantity.get("unit"))) if unit}
    found = read.pop() if len(read) == 1 else None
    return None if number is None or found is None else Mass(number * found[0], found[1], found[2])


def _mass_unit(unit: str) -> tuple[Fraction, bool, bool] | None:
    mass, *per = (piece.strip("{} ") for piece in unit.casefold().split("/"))
    factor = _MG.get(mass)
    if factor is None or any(piece != "kg" and piece not in _DAY for piece in per) or len(set(per)) < len(per):
        return None
    return factor, "kg" in per, any(piece in _DAY for piece in per)


def pieces_of(quantity: Json) -> Fraction | None:
    """A number of tablets or capsules; a number without a unit is not taken for one."""
    number = _number(quantity)
    spellings = {text_of(quantity.get(name)).casefold().strip("{}") for name in ("code", "unit")} - {"", "1"}
    return number if spellings and spellings <= _PIECES else None


def _number(quantity: Json) -> Fraction | None:
    amount = amount_of(quantity)
    return amount.number if amount is not None and amount.number is not None and amount.number >= 0 else None
