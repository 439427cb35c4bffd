"""Whether a record names something by a bare code only; a reader is told its name where that is known."""

from __future__ import annotations

import re
from collections.abc import Mapping

# LOINC, ICD-10 with national extensions, ATC, ICD-9, SNOMED CT or RxNorm, LOINC answers.
_CODE = re.compile(
    r"\d{1,6}-\d|[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Zx]{1,4}){0,3}|[A-V]\d{2}[A-Z]{1,2}(?:\d{2})?|\d{3}\.\d{1,2}|\d{3,18}"
    r"|LA\d+-\d"
)


_ICD_10 = re.compile(r"[A-TV-Z]\d[0-9A-Z]\.?[0-9A-Zx.]*")
_ATC = re.compile(r"[A-V]\d{2}[A-Z]{1,2}(?:\d{2})?")
SHORTEST = 3  # a category of ICD-10


def named(code: str, displays: Mapping[str, str]) -> str | None:
    """What a code means; of an ICD-10 code that no row spells out, what the narrowest row above it means."""
    if code in displays or not _ICD_10.fullmatch(code) or _ATC.fullmatch(code):
        return displays.get(code)
    above = (code[:length].rstrip(".") for length in range(len(code) - 1, SHORTEST - 1, -1))
    return next((displays[stem] for stem in above if stem in displays), None)


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None
