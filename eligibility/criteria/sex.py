"""Whether the administrative sex is among these (FHIR codes male, female, other, unknown)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eligibility.criteria.criterion import Names, Rule, finding
from eligibility.finding import Evidence, Finding, Resolve
from eligibility.truth import Truth

if TYPE_CHECKING:
    from eligibility.case import Case


class SexRule(Rule):
    """An absent gender is `unknown` where that is listed, else missing."""

    among: Names

    def evaluate(self, case: Case) -> Finding:
        gender = case.record.gender or ("unknown" if "unknown" in self.among else None)
        if gender is None:
            return finding(Truth.MISSING, "no-sex", resolve=Resolve("ask-sex"))
        truth = Truth.TRUE if gender in self.among else Truth.FALSE
        key = "sex" if case.record.gender else "sex-unstated"
        evidence = Evidence(case.record.reference, "sex", case.record.gender, None, case.record.restricted)
        return finding(truth, key, evidence, gender=gender)
