"""What the official name of a code says by itself, so that words beside the code are heard only for more (G7c).

"Type 2 diabetes mellitus with diabetic chronic kidney disease" is what E11.22 is called and tells nothing beyond it;
"hypertension and lung cancer" beside I10 tells of a cancer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from eligibility.coding import Concept, canonical_code, canonical_system
from eligibility.value_set import ValueSet

Heard = Callable[[str], frozenset[str]]
_ICD_10 = ("icd-10-cm", "icd-10")
_LONGEST_CODE = 8


class OfficialNames:
    """`stems` names for each set the ICD-10 codes whose official name, or that of a category above, alarms it."""

    def __init__(self, value_sets: Iterable[ValueSet], stems: Mapping[str, Iterable[str]], heard: Heard) -> None:
        """`heard` are the alarms of a text."""
        self._heard = heard
        self._stems: dict[str, set[str]] = {}
        for name, codes in stems.items():
            for code in codes:
                self._stems.setdefault(canonical_code("icd-10", code), set()).add(name)
        self._displays: dict[tuple[str, str], set[str]] = {}
        for value_set in value_sets:
            for row in value_set.rows:
                key = row.system, canonical_code(row.system, row.code)
                self._displays.setdefault(key, set()).add(row.display)

    def say(self, concept: Concept) -> frozenset[str]:
        """The sets alarmed by what the codes of a concept are called: by the record, by our rows, by ICD-10-CM."""
        said: set[str] = set()
        for coding in concept.codings:
            system = canonical_system(coding.system)
            code = canonical_code(system, coding.code)
            for name in (coding.display, *self._displays.get((system, code), ())):
                said |= self._heard(name)
            if system in _ICD_10:
                for length in range(3, min(len(code), _LONGEST_CODE) + 1):
                    said |= self._stems.get(code[:length], set())
        return frozenset(said)
