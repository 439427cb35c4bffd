"""Whether a record names something by a bare code only; a reader is told its name where that is known."""

from __future__ import annotations

import re

# LOINC, ICD-10 with national extensions, ATC, ICD-9, SNOMED CT or RxNorm, LOINC answers.
_CODE = re.compile(
    r"\d{1,6}-\d|[A-TV-Z]\d[0-9A-Z](?:\.?[0-9A-Zx]{1,4}){0,3}|[A-V]\d{2}[A-Z]{1,2}(?:\d{2})?|\d{3}\.\d{1,2}|\d{3,18}"
    r"|LA\d+-\d"
)


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None
