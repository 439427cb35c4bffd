"""What every criterion kind is: frozen parameters that, given a case, make a finding and name the data they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from eligibility.finding import Assurance, Evidence, Fact, Finding, Reason, Resolve, Turn
from eligibility.record import Section
from eligibility.truth import Truth
from eligibility.when import Span

if TYPE_CHECKING:
    from eligibility.case import Case


@dataclass(frozen=True, slots=True)
class Need:
    """Data a rule reads (FHIR's DataRequirement): a section, for observations its value sets, and how far back."""

    section: Section
    sets: frozenset[str] = frozenset()
    back: Span | None = None


class Parameters(BaseModel):
    """Parameters as written in a definition: strict, frozen, nothing extra (definition-language.md §10)."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True, populate_by_name=True
    )


class Rule(Parameters):
    """One kind of criterion. Subclasses decide; they know medicine and the record, never trials or roles."""

    def evaluate(self, case: Case) -> Finding:
        raise TypeError(f"{type(self).__name__} does not say how it decides")

    def needs(self, case: Case) -> frozenset[Need]:
        """The data this rule reads; `case` resolves names of therapies and facts."""
        return frozenset()


def _span(value: object) -> object:
    return Span.parse(value) if isinstance(value, str) else value


def _sets(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Facts = dict[str, Any]  # of a reason
SpanText = Annotated[Span, BeforeValidator(_span)]
Names = Annotated[tuple[str, ...], BeforeValidator(_sets)]


def finding(
    truth: Truth,
    key: str,
    /,
    *evidence: Evidence,
    assumed: bool = False,
    resolve: Resolve | None = None,
    turn: Turn | None = None,
    notes: tuple[Reason, ...] = (),
    **facts: Fact,
) -> Finding:
    """A finding in one call; `facts` are those of its reason."""
    return Finding(
        truth,
        Reason.of(key, **facts),
        Assurance.ASSUMED if assumed and not truth.open else Assurance.EXPLICIT,
        evidence,
        (resolve,) if resolve and truth is not Truth.TRUE and truth is not Truth.FALSE else (),
        turn,
        notes=notes,
    )
