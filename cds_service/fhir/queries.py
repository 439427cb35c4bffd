"""Which searches bring the data the criteria need: one template a prefetch key, derived from the value sets.

The grouping below is the only thing typed by hand (design §4); the codes come from the value sets themselves. Unbounded
needs go by code, needs of up to 90 days by category. Templates stay inside the recommended subset (PREF-2, PREF-3):
no _include, no date token, bare codes separated by commas (A-10; our matcher re-checks the code system).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

from cds_service.fhir.local_codes import NO_MAPS, ConceptMaps
from eligibility.coding import Mark, canonical_code
from eligibility.record import Section
from eligibility.value_set import ValueSet

_MOST_MAPS = 256
PATIENT_TOKEN = "{{context.patientId}}"  # noqa: S105 — a prefetch token, not a secret
MAX_URL = 1_800

# Observation keys: by code, whole history. A positive infection result never expires, so no window fits.
BY_CODE: Mapping[str, tuple[str, ...]] = {
    "counts": ("VS-PLT", "VS-PLT-CLUMP"),
    "infections-1": ("VS-HIV-*", "VS-HBSAG", "VS-HBC", "VS-HBV-DNA"),
    "infections-2": ("VS-HCV-*", "VS-SYPH-*", "VS-CMV-*", "VS-EBV-*"),
    "status": (
        "VS-WEIGHT",
        "VS-BP-*",
        "VS-ECOG",
        "VS-KARNOFSKY",
        "VS-NYHA",
        "VS-PREG-STATUS",
        "VS-LACT-STATUS",
        "VS-HCG",
    ),
}
# Observation key by category: results that only count while they are fresh.
BY_CATEGORY: Mapping[str, tuple[str, ...]] = {
    "laboratory": ("VS-ALT", "VS-AST", "VS-BILI", "VS-CREAT", "VS-EGFR", "VS-HGB"),
}
# 90 days, and a few for time zones: older results than these no criterion reads from the category.
RECENT_DAYS = 95
_LABORATORY = f"Observation?patient={PATIENT_TOKEN}&category=laboratory&_sort=-date&_count=200"

# The longest search that still fits a safe address with any host and patient id (MAX_URL).
MAX_TEMPLATE = 1_600
# A local code that could change what is asked for is left to the searches by category.
_PLAIN_CODE = re.compile(r"[A-Za-z0-9._~-]{1,64}")

# Answer codes (LA…) are LOINC too, but they are values, not questions.
_LOINC_NUMBER = re.compile(r"\d+-\d")


@dataclass(frozen=True, slots=True)
class Query:
    """One prefetch key: its template, the part of the record it fills, and what a failure of it leaves unknown.

    `sets` limits a hole to these value sets (observations). `scope` is the SMART scope it takes. `recent_days` is set
    where pages older than that need not be read. `in_category`: the codes also lie in the `laboratory` category, which
    is the fallback where a server refuses the search by code.
    """

    key: str
    template: str
    section: Section | None = None
    sets: frozenset[str] | None = None
    required: bool = False
    recent_days: int | None = None
    in_category: bool = False
    resource: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "resource", re.split(r"[/?]", self.template, maxsplit=1)[0])

    @property
    def scope(self) -> str:
        return f"patient/{self.resource}.read"


def _of_patient(key: str, resource: str, section: Section, more: str = "", *, required: bool = False) -> Query:
    return Query(key, f"{resource}?patient={PATIENT_TOKEN}{more}", section, required=required)


def queries(value_sets: Mapping[str, ValueSet], maps: ConceptMaps = NO_MAPS) -> tuple[Query, ...]:
    """Every key that discovery publishes, in its order; the codes are those of `value_sets`, and what maps to them."""
    return (
        Query("patient", f"Patient/{PATIENT_TOKEN}", required=True),
        _of_patient("conditions", "Condition", Section.CONDITIONS, required=True),
        _of_patient("statements", "MedicationStatement", Section.MEDICATIONS),
        _of_patient("requests", "MedicationRequest", Section.MEDICATIONS),
        _of_patient("administrations", "MedicationAdministration", Section.MEDICATIONS),
        _of_patient("procedures", "Procedure", Section.PROCEDURES),
        _of_patient("allergies", "AllergyIntolerance", Section.ALLERGIES),
        _of_patient("studies", "ResearchSubject", Section.STUDIES),
        _of_patient("lists", "List", Section.LISTS, "&status=current"),
        *(_by_category(key, patterns, value_sets) for key, patterns in BY_CATEGORY.items()),
        *(_by_code(key, patterns, value_sets, maps) for key, patterns in BY_CODE.items()),
    )


def prefetch(all_queries: Collection[Query]) -> dict[str, str]:
    """The prefetch of discovery: key → template (DISC-8)."""
    return {query.key: query.template for query in all_queries}


def uncovered(needed: Collection[str]) -> tuple[str, ...]:
    """Those of the needed observation value sets that no key brings."""
    patterns = [pattern for group in (*BY_CODE.values(), *BY_CATEGORY.values()) for pattern in group]
    return tuple(sorted(name for name in needed if not any(fnmatchcase(name, pattern) for pattern in patterns)))


def observation_codes(value_set: ValueSet) -> tuple[str, ...]:
    """What an observation of this set may be coded as: LOINC numbers, then SNOMED CT codes; look-alikes left out."""
    rows = [row for row in value_set.rows if row.mark is not Mark.NON_MEMBER]
    loinc = [row.code for row in rows if row.system == "loinc" and _LOINC_NUMBER.fullmatch(row.code)]
    return (*loinc, *(row.code for row in rows if row.system == "snomed"))


class Asking(Protocol):
    """Whatever knows the searches: `Searches`, or the trials in force."""

    def by(self, maps: ConceptMaps | None) -> tuple[Query, ...]:
        """The searches by these maps."""


class Searches:
    """The searches of a hospital: its server knows the results by its own codes, so its maps decide what is asked."""

    def __init__(self, value_sets: Mapping[str, ValueSet], maps: ConceptMaps = NO_MAPS) -> None:
        self._value_sets = value_sets
        self._usual = queries(value_sets, maps)
        self._others: dict[int, tuple[ConceptMaps, tuple[Query, ...]]] = {}

    def by(self, maps: ConceptMaps | None) -> tuple[Query, ...]:
        """The searches by these maps, made once; the service's own where a hospital has none."""
        if maps is None:
            return self._usual
        if id(maps) not in self._others:
            if len(self._others) >= _MOST_MAPS:  # maps that files replaced long ago
                self._others.clear()
            self._others[id(maps)] = (maps, queries(self._value_sets, maps))
        return self._others[id(maps)][1]


def _by_category(key: str, patterns: tuple[str, ...], value_sets: Mapping[str, ValueSet]) -> Query:
    return Query(key, _LABORATORY, Section.OBSERVATIONS, _named(patterns, value_sets), recent_days=RECENT_DAYS)


def _by_code(key: str, patterns: tuple[str, ...], value_sets: Mapping[str, ValueSet], maps: ConceptMaps) -> Query:
    names = _named(patterns, value_sets)
    codes = dict.fromkeys(code for name in sorted(names) for code in observation_codes(value_sets[name]))
    template = f"Observation?patient={PATIENT_TOKEN}&code={','.join(codes)}"
    for code in _local_codes(names, value_sets, maps):
        if code not in codes and len(template) + len(code) < MAX_TEMPLATE:
            template += f",{code}"
    return Query(key, template, Section.OBSERVATIONS, names, in_category=key != "status")


def _local_codes(names: frozenset[str], value_sets: Mapping[str, ValueSet], maps: ConceptMaps) -> list[str]:
    """The hospital's own codes that mean one of these sets' codes: its server knows the results by them only."""
    rows = [row for name in names for row in value_sets[name].rows if row.mark is not Mark.NON_MEMBER]
    wanted = {(row.system, canonical_code(row.system, row.code)) for row in rows}
    found = maps.local_codes(lambda coding: (coding.system, canonical_code(coding.system, coding.code)) in wanted)
    return [code for code in found if _PLAIN_CODE.fullmatch(code)]


def _named(patterns: tuple[str, ...], value_sets: Mapping[str, ValueSet]) -> frozenset[str]:
    """The value sets of a group that observations can be coded in (VS-HIV-* holds diagnoses too)."""
    return frozenset(
        name
        for name, value_set in value_sets.items()
        if any(fnmatchcase(name, pattern) for pattern in patterns)
        and any(row.system == "loinc" for row in value_set.rows)
    )
