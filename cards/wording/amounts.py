"""How a recorded amount is shown: codes of units (UCUM) as a clinician writes them, names inside a sentence."""

from __future__ import annotations

import re

_WRITTEN = (
    (" ULN", " × ULN"),
    ("m[IU]/mL", "mIU/mL"),
    ("[IU]/mL", "IU/mL"),
    ("[lb_av]", "lb"),
    ("mm[Hg]", "mmHg"),
    ("{1.73_m2}", "1.73 m²"),
    ("10*3/", "×10³/"),
    ("10*6/", "×10⁶/"),
    ("10*9/", "×10⁹/"),
    ("umol/", "µmol/"),
    ("ug/", "µg/"),
    ("/uL", "/µL"),
)


_ANNOTATION = re.compile(r"\{(\w+)\}")  # UCUM: `{copies}/mL`


def read(value: str) -> str:
    """`23 10*3/uL` is read as `23 ×10³/µL`; whatever else the record says stays as it is."""
    for code, written in _WRITTEN:
        value = value.replace(code, written)
    value = _ANNOTATION.sub(r"\1", value)
    return "ULN" if value == "1 × ULN" else value


def inside(name: str) -> str:
    """A name within a sentence: without its capital, unless it is an abbreviation."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
