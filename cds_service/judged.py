"""What judging a record leaves for the rest of a call: assessments now, cards once it is known what feedback quieted.

Screening makes it; tests and benchmarks may put cards of their own in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from cds_service.fhir.bundle import Json
from cds_service.fhir.gather import Gathered
from cds_service.protocol import HookCall
from eligibility.assessment import Assessment
from eligibility.record import PatientRecord
from eligibility.trial import Trial


@dataclass(frozen=True, slots=True)
class Told:
    """The cards of a call, and by its uuid what each of them tells."""

    cards: list[Json]
    about: Mapping[str, Assessment] = field(default_factory=dict)


class Judged(Protocol):
    """The assessments of one call; `record` is None where no trial may speak. `considered` are the client's trials."""

    @property
    def considered(self) -> tuple[Trial, ...]: ...

    @property
    def assessments(self) -> tuple[Assessment, ...]: ...

    @property
    def record(self) -> PatientRecord | None: ...

    def told(self, quieted: Set[str] = frozenset()) -> Told:
        """The cards of all trials but these."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Cards that rest on no assessment: none at all, or those of a judge of tests and benchmarks."""

    cards: list[Json] = field(default_factory=list)
    assessments: tuple[Assessment, ...] = ()
    record: PatientRecord | None = None
    considered: tuple[Trial, ...] = ()

    def told(self, quieted: Set[str] = frozenset()) -> Told:
        return Told(self.cards)


# The pure part of the answer: record, call, service id, day → cards.
Judge = Callable[[Gathered, HookCall, str, date], list[Json]]
Judging = Callable[[Gathered, HookCall, str, date], Judged]


def plainly(judge: Judge) -> Judging:
    """A judge that makes the cards at once; feedback quiets none of them."""
    return lambda *given: Ready(judge(*given))
