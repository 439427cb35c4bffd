"""Which sets a code of an unknown system may belong to: national and local copies of ICD-10, ICD-10-PCS, SNOMED CT.

A hospital's own address for ICD-10 makes D69.3 a code of nobody's. It does not count as that code, and it must not be
read as silence either: it opens the silence of its set, as an alarm word does (G7c).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from eligibility.coding import KNOWN_SYSTEMS, Concept, Hits, Mark, canonical_system

_LIKE_ICD_10 = re.compile(r"[A-Za-z]\d[0-9A-Za-z](?:\.?[0-9A-Za-z]{1,4})?")
_LIKE_ICD_10_PCS = re.compile(r"[0-9A-HJ-NP-Za-hj-np-z]{7}")
_LIKE_SNOMED = re.compile(r"\d{6,18}")


def sets_of_foreign_codes(concept: Concept, by_code: Callable[[str, str], Hits]) -> frozenset[str]:
    """The sets in which a code of an unknown system would stand if it were what it looks like."""
    return frozenset(
        name
        for coding in concept.codings
        if canonical_system(coding.system) not in KNOWN_SYSTEMS
        for system in _systems_of_like(coding.code.strip())
        for name, mark in by_code(system, coding.code).items()
        if mark is not Mark.NON_MEMBER
    )


def _systems_of_like(code: str) -> tuple[str, ...]:
    icd = ("icd-10-cm", "icd-10") if _LIKE_ICD_10.fullmatch(code) else ()
    procedure = ("icd-10-pcs",) if _LIKE_ICD_10_PCS.fullmatch(code) else ()
    return (*icd, *procedure, *(("snomed",) if _LIKE_SNOMED.fullmatch(code) else ()))
