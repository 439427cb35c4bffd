"""Whether completed years lie in a range, both ends included (G3); a partial birth date is an interval (G4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eligibility.criteria.criterion import Facts, Rule, finding
from eligibility.finding import Evidence, Finding, Resolve, Turn
from eligibility.truth import Truth
from eligibility.when import birthday, completed_years

if TYPE_CHECKING:
    from eligibility.case import Case


class AgeRule(Rule):
    """`at_least` and `at_most` in completed years. Turns on the lower limit's birthday, never after an upper one."""

    at_least: int | None = None
    at_most: int | None = None

    def evaluate(self, case: Case) -> Finding:
        born = case.record.born
        if born is None:
            return finding(Truth.MISSING, "no-birth-date", resolve=Resolve("ask-birth-date"))
        youngest, oldest = completed_years(born.last, case.as_of), completed_years(born.first, case.as_of)
        old_enough = Truth.TRUE if self.at_least is None else _reaches(youngest, oldest, self.at_least)
        too_old = Truth.FALSE if self.at_most is None else _reaches(youngest, oldest, self.at_most + 1)
        truth = old_enough & ~too_old
        evidence = Evidence(case.record.reference, "birth date", None, born, case.record.restricted)
        turn = self._turn(case) if truth is not Truth.TRUE else None
        key = "age" if not truth.open else "age-undecided"
        return finding(
            truth,
            key,
            evidence,
            resolve=Resolve("ask-birth-date"),
            turn=turn,
            **self._facts(youngest, oldest),
        )

    def _facts(self, youngest: int, oldest: int) -> Facts:
        """The age, both where the birth date allows two, and the limits; only the broken one where one is."""
        too_young = self.at_least is not None and oldest < self.at_least
        too_old = self.at_most is not None and youngest > self.at_most
        return {
            "years": youngest,
            "or_years": oldest if oldest != youngest else None,
            "at_least": None if too_old else self.at_least,
            "at_most": None if too_young else self.at_most,
        }

    def _turn(self, case: Case) -> Turn | None:
        born = case.record.born
        if born is None or self.at_least is None:
            return None
        day = birthday(born.last, self.at_least)
        too_old = self.at_most is not None and completed_years(born.first, day) > self.at_most
        return Turn(day, Truth.TRUE) if day > case.as_of and not too_old else None


def _reaches(youngest: int, oldest: int, years: int) -> Truth:
    """Whether `years` are completed, whichever end of the birth date is the true one."""
    if youngest >= years:
        return Truth.TRUE
    return Truth.FALSE if oldest < years else Truth.MISSING
