"""Whether there are so many distinct allergies of this grade (CART-E29's facts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from eligibility.criteria.absence import absence
from eligibility.criteria.criterion import Names, Need, Rule, finding
from eligibility.criteria.words import Keys
from eligibility.finding import Evidence, Finding, Resolve
from eligibility.record import Allergy, Section
from eligibility.terminology import Mark
from eligibility.truth import Truth

if TYPE_CHECKING:
    from eligibility.case import Case


class AllergyRule(Rule):
    """`severe`: criticality high, a severe reaction or anaphylaxis. `ungraded`: neither criticality nor grade.

    Any clinicalStatus counts; unconfirmed ones are missing; "no known allergy" is an explicit "no".
    """

    of: Names = ()
    grade: Literal["severe", "ungraded"] | None = None
    at_least: int = 1
    silence: Keys = ("allergy-list",)

    def evaluate(self, case: Case) -> Finding:
        meant = [a for a in case.record.allergies if not a.none_known and self._meant(a)]
        sure = [a for a in meant if a.confirmed]
        if len({a.substance for a in sure}) >= self.at_least:
            return self._found(Truth.TRUE, sure)
        if len({a.substance for a in meant}) >= self.at_least:
            return self._found(Truth.MISSING, [a for a in meant if not a.confirmed])
        return self._none(case)

    def needs(self, case: Case) -> frozenset[Need]:
        return frozenset({Need(Section.ALLERGIES)})

    def _meant(self, entry: Allergy) -> bool:
        if self.of and not any(entry.hits.get(name) is Mark.MEMBER for name in self.of):
            return False
        return {None: True, "severe": entry.severe, "ungraded": not entry.severe and not entry.graded}[self.grade]

    def _found(self, truth: Truth, entries: list[Allergy]) -> Finding:
        key = "allergy-unconfirmed" if truth is Truth.MISSING else _KEYS.get(self.grade or "", "allergies")
        count = len({a.substance for a in entries})
        return finding(
            truth,
            key,
            *(_evidence(a) for a in entries),
            resolve=Resolve("ask-allergies"),
            count=count,
            label=entries[0].label,
        )

    def _none(self, case: Case) -> Finding:
        listed = case.record.allergies
        said = tuple(_evidence(a) for a in listed if a.none_known or a.confirmed)
        if listed and not said and self.silence != ("means-no",):
            return finding(
                Truth.MISSING,
                "allergy-unconfirmed",
                *map(_evidence, listed),
                resolve=Resolve("ask-allergies"),
                label=listed[0].label,
            )
        return absence(case, self.silence, self.of, Section.ALLERGIES, (), said)


_KEYS = {"severe": "allergy-severe", "ungraded": "allergy-ungraded"}


def _evidence(entry: Allergy) -> Evidence:
    value = "severe" if entry.severe else None
    return Evidence(entry.reference, entry.label, value, None, entry.restricted)
