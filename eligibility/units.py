"""Units: what may be compared with what, by exact factors; everything else is refused.

UCUM and the spellings that laboratories really send. `K/uL` is thousands per microlitre here, not kelvin (G6);
arbitrary units convert only to themselves. Analyte-dependent conversions (mass to substance) stand in `shared.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from eligibility.quantity import Amount
from eligibility.tables import Conversion

Scaled = tuple[str, Fraction]  # what kind of quantity, and the factor to that kind's base unit

_KINDS: dict[str, dict[str, str]] = {
    "count": {  # base 10*9/L
        "1": "10*9/l 10*3/ul 10*3/mm3 10*6/ml k/ul k/mm3 thou/ul thou/mm3 thousand/ul thousands/ul thousand/mm3 "
        "thousandspermicroliter thousandpermicroliter g/l gpt/l giga/l giga.l-1 /nl /nanoliter 10*3.ul-1 10*9.l-1 "
        "{cells}10*3/ul 10*3{cells}/ul 10*9{cells}/l 10*3cells/ul 10*9cells/l 10*3/cmm 10*3/cumm k/cmm k/cumm "
        "tsd/ul tsd./ul tsd/mm3 thous/ul thous/mm3 thous/cumm thou/cumm thousand/cumm",
        "10": "10*4/ul 万/ul",
        "100": "lakh/mm3 lakhs/mm3 lakh/cumm lakhs/cumm lakh/ul lakhs/ul",
        "1/1000": "/ul /mm3 {cells}/ul cells/ul #/ul {platelets}/ul 10*6/l cells/mm3 {cells}/mm3 /cmm /cumm "
        "cells/cumm cells/cmm #/mm3 {#}/ul",
        "1000": "10*12/l",
    },
    "enzyme": {
        "1": "u/l iu/l ui/l [iu]/l e/l {u}/l units/l",
        "1000": "u/ml iu/ml [iu]/ml",
        "60": "ukat/l",
        "60000": "mkat/l",
    },
    "mass-concentration": {  # base mg/dL
        "1": "mg/dl mg/100ml mg%",
        "1/10": "mg/l ug/ml mcg/ml",
        "1000": "g/dl",
        "100": "g/l mg/ml",
        "1/1000": "ug/dl mcg/dl",
    },
    "substance-concentration": {
        "1": "umol/l mcmol/l micromol/l nmol/ml",
        "1000": "mmol/l",
        "1/1000": "nmol/l",
    },  # base umol/L
    "filtration": {  # base mL/min/1.73 m2
        "1": "ml/min/{1.73_m2} ml/min/1.73m2 ml/min/1.73_m2 ml/min/{1.73m2} ml/min/1.73.m2 ml/min/(1.73m2) "
        "ml/min/{1.73sq.m} ml/min/{1.73.m2} ml/min/1.73sqm ml/min/1.73m*2 ml/min/{bsa} ml/min/173m2",
        "60": "ml/s/{1.73_m2} ml/s/1.73m2",
    },
    "mass": {
        "1": "kg",
        "1/1000": "g",
        "1/1000000": "mg",
        "45359237/100000000": "[lb_av] lb lbs lb_av pound pounds",
        "1/1000000000": "ug mcg",
        "45359237/1600000000": "[oz_av] oz oz_av ounce ounces",
        "317514659/50000000": "[stone_av] stone",
    },
    "pressure": {"1": "mm[hg] mmhg", "750061683/100000000": "kpa"},
    "hormone": {"1": "m[iu]/ml miu/ml mui/ml [iu]/l iu/l u/l ui/l mu/ml", "1000": "[iu]/ml iu/ml"},  # base mIU/mL
    "fraction": {"1": "%", "100": "1 {fraction}"},
    "hba1c-ifcc": {"1": "mmol/mol"},
    "body-mass": {"1": "kg/m2 kg/m*2 kg/m^2"},
    "mass-per-mass": {"1": "mg/g mg/g{creat} ug/mg mcg/mg"},
    "substance-ratio": {"1": "mg/mmol mg/mmol{creat}"},
    "years": {"1": "a years year yr"},
}
_UNITS: dict[str, dict[str, Fraction]] = {
    kind: {name: Fraction(factor) for factor, names in rows.items() for name in names.split()}
    for kind, rows in _KINDS.items()
}
_TEN = re.compile(r"^[x×*]?10(?:\*\*?|\^|e\+?|\+|exp)?(?:(?P<power>\d{1,2})|\((?P<raised>\d{1,2})\))(?=[^\d]|$)")


@lru_cache(maxsize=4096)
def normal_unit(text: str) -> str:
    """Case, blanks, `µ`, `^`, `E` and a leading × made one spelling; a pure function of the unit's text."""
    unit = re.sub(r"[\s\u200b\u200c\u200d\ufeff]+", "", text).lower()
    unit = (
        unit.replace("µ", "u")
        .replace("μ", "u")
        .replace("mm³", "mm3")
        .replace("³", "*3")
        .replace("⁹", "*9")
        .replace("²", "2")
    )
    unit = unit.replace("microliter", "ul").replace("mcl", "ul").replace("litre", "l").replace("liter", "l")
    unit = unit.replace("perul", "/ul").replace("/nanol", "/nl")
    found = _TEN.match(unit)
    if found:
        unit = f"10*{found['power'] or found['raised']}" + unit[found.end() :]
    return unit


def _kinds(unit: str) -> Iterable[Scaled]:
    name = normal_unit(unit)
    for kind, rows in _UNITS.items():
        if name in rows:
            yield kind, rows[name]


@lru_cache(maxsize=4096)
def _factor(unit: str, other: str) -> Fraction | None:
    """By what a number in one unit is multiplied to be in the other; a pure function of two spellings."""
    target = dict(_kinds(other))
    for kind, factor in _kinds(unit):
        if kind in target:
            return factor / target[kind]
    return Fraction(1) if unit and normal_unit(unit) == normal_unit(other) else None


def _direct(amount: Amount, unit: str) -> Amount | None:
    factor = _factor(amount.unit, unit)
    return None if factor is None else amount.scaled(factor, unit)


def counts_single_cells(unit: str) -> bool:
    """Whether a count in this unit is a whole number of cells, so that a comma in it can only group thousands."""
    return _UNITS["count"].get(normal_unit(unit)) == Fraction(1, 1000) and not normal_unit(unit).startswith("10*")


def converted(
    amount: Amount, unit: str, sets: Iterable[str] = (), conversions: Iterable[Conversion] = ()
) -> Amount | None:
    """The amount in `unit`, exactly; None when the two cannot be compared (the rule then says unknown)."""
    found = _direct(amount, unit)
    if found is not None:
        return found
    names = frozenset(sets)
    for row in conversions:
        if not names & frozenset(row.of):
            continue
        there = _direct(amount, row.from_unit)
        if there is not None:
            return _direct(there.scaled(row.factor, row.to_unit, row.offset), unit)
        back = _direct(amount, row.to_unit)
        if back is not None:
            return _direct(back.scaled(1 / row.factor, row.from_unit, -row.offset / row.factor), unit)
    return None
