"""Whether a result exists, or a list is kept, at all: a question about the record, not about the patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from eligibility.case import observation_evidence
from eligibility.criteria.criterion import Names, Need, Rule, SpanText, finding
from eligibility.criteria.results import newest_first, possibly_in, surely_in, window
from eligibility.finding import Finding, Reason, Resolve
from eligibility.record import Section
from eligibility.silence import KEYS, sections_of
from eligibility.truth import Truth
from eligibility.when import Span

if TYPE_CHECKING:
    from eligibility.case import Case


class RecordedRule(Rule):
    """`of` + `within` (a span, or `ever`): a readable result lies there; or `list`: that key of G7 is open.

    A result that was reported and cannot be read leaves it open; one of which only its absence is reported does not.
    """

    of: Names = ()
    within: SpanText | Literal["ever"] | None = None
    list_: str | None = Field(default=None, alias="list")

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if bool(self.of) == bool(self.list_):
            raise ValueError("either `of` with `within`, or `list`")
        if self.of and self.within is None:
            raise ValueError("`within`: a span such as 28 days, or ever")
        if self.list_ is not None and self.list_ not in KEYS:
            raise ValueError(f"`list`: one of {', '.join(KEYS)}")
        return self

    def evaluate(self, case: Case) -> Finding:
        return self._listed(self.list_, case) if self.list_ is not None else self._measured(case)

    def needs(self, case: Case) -> frozenset[Need]:
        if self.list_ is not None:
            return frozenset(Need(section) for section in sections_of(self.list_))
        return frozenset({Need(Section.OBSERVATIONS, frozenset(self.of), self._span)})

    @property
    def _span(self) -> Span | None:
        return self.within if isinstance(self.within, Span) else None

    def _listed(self, key: str, case: Case) -> Finding:
        read = case.silence(key)
        if read.open:
            return finding(Truth.TRUE, "list-kept", key=key)
        return finding(Truth.FALSE, "list-not-kept", key=key).but(
            reason=read.closed_because or Reason.of("list-not-kept", key=key)
        )

    def _measured(self, case: Case) -> Finding:
        first, last = window(self._span, case.as_of)
        told = [r for r in case.observations(self.of) if not r.result.absent]
        inside = possibly_in(told, first, last)
        if self._span is None:
            inside = sorted(told, key=newest_first, reverse=True)
        readable = [r for r in inside if r.result.readable]
        surely = [r for r in readable if self._span is None or surely_in(r, first, last)]
        if surely:
            return finding(Truth.TRUE, "on-record", observation_evidence(surely[0]), sets=self.of, within=self._span)
        holes = case.record.observation_holes(frozenset(self.of), first)
        if inside or holes:
            return finding(
                Truth.MISSING,
                "record-undecided",
                *map(observation_evidence, inside[:1]),
                resolve=Resolve("order-test", self.of),
                sets=self.of,
                within=self._span,
            )
        return finding(
            Truth.FALSE, "not-in-record", sets=self.of, within=self._span, resolve=Resolve("order-test", self.of)
        )
