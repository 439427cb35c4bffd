"""Codes of the trials' value sets as the FHIR of hospitals writes them: some of each set, marks of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cds_service.catalogue import load_catalogue
from eligibility.coding import SYSTEM_URIS, Hits
from eligibility.terminology import Row, ValueSet

Json = dict[str, Any]
OF_EACH_SET = 5  # so that a set of ninety diseases is drawn no more often than a set of one
_DRUGS = frozenset(("rxnorm", "atc"))
_DISEASES = frozenset(("icd-10-cm", "icd-10", "icd-9-cm", "snomed"))
_ANSWERS = ("VS-RESULT-POS", "VS-RESULT-NEG", "VS-RESULT-IND")
_DONE = (
    "VS-SPLENECTOMY", "VS-PLT-TX", "VS-ALLO-SCT", "VS-SCT-ANY", "VS-ORGAN-TX", "VS-PCI", "VS-CABG", "VS-PACEMAKER",
    "VS-DIALYSIS", "VS-CHEMO", "VS-RADIO", "VS-STERILISATION", "VS-DELIVERY",
)  # fmt: skip


def _sets() -> list[ValueSet]:
    return [one for name, one in sorted(load_catalogue().terminology.value_sets.items()) if name != "VS-NONE"]


def _some(rows: list[Row]) -> list[Row]:
    """A few rows spread over the whole set."""
    step = max(1, len(rows) // OF_EACH_SET)
    return rows[::step][:OF_EACH_SET]


def _concepts(fits: Callable[[ValueSet, Row], bool]) -> Iterator[Json]:
    for value_set in _sets():
        for row in _some([row for row in value_set.rows if fits(value_set, row) and row.match != "range"]):
            coding = {"system": SYSTEM_URIS[row.system], "code": row.code}
            yield {"coding": [{**coding, **({"display": row.display} if row.display else {})}]}


def _is_test(value_set: ValueSet, row: Row) -> bool:
    return row.system == "loinc" and not row.code.startswith("LA") and value_set.name not in _ANSWERS


DISEASES = tuple(_concepts(lambda held, row: row.system in _DISEASES and held.name not in _ANSWERS))
DRUGS = tuple(_concepts(lambda held, row: row.system in _DRUGS))
PROCEDURES = tuple(_concepts(lambda held, row: row.system == "snomed" and held.name in _DONE))
TESTS = tuple(_concepts(_is_test))
ANSWERS = tuple(_concepts(lambda held, row: row.system in ("snomed", "loinc") and held.name in _ANSWERS))
GRADES = tuple(
    {"coding": [{"system": SYSTEM_URIS["loinc"], "code": code}]}
    for code in ("LA9622-7", "LA9624-3", "LA9626-8", "LA28404-4", "LA28405-1", "LA28406-9", "LA28407-7")
)


def of_set(name: str, concepts: tuple[Json, ...]) -> tuple[Json, ...]:
    """Those of these concepts that are in a set."""
    return tuple(one for one in concepts if name in _hits(one))


def _hits(concept: Json) -> Hits:
    [coding] = concept["coding"]
    return load_catalogue().terminology.by_code(coding["system"], coding["code"])
