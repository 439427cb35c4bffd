"""Where the protocol leaves nothing to test: a fixed verdict (classes A and J)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import model_validator

from eligibility.criteria.criterion import Rule, finding
from eligibility.finding import Finding, Resolve
from eligibility.truth import Truth

if TYPE_CHECKING:
    from eligibility.case import Case


class AlwaysRule(Rule):
    """`met` or `judgement`, on every record. Before the day `since` another rule held: unknown."""

    verdict: Literal["met", "judgement"]
    since: str | None = None

    @model_validator(mode="after")
    def _since_is_a_day(self) -> AlwaysRule:
        if self.since is not None:
            try:
                date.fromisoformat(self.since)
            except ValueError:
                raise ValueError('`since`: a day such as "2023-04-10"') from None
        return self

    def evaluate(self, case: Case) -> Finding:
        if self.since is not None and case.as_of < date.fromisoformat(self.since):
            return finding(
                Truth.MISSING,
                "before-amendment",
                resolve=Resolve("not-supported"),
                since=date.fromisoformat(self.since),
            )
        if self.verdict == "met":
            return finding(Truth.TRUE, "nothing-to-test")
        return finding(Truth.JUDGEMENT, "a-person-decides")
