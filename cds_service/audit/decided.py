"""What lies behind the answer to a call: on which day, about whom, what was held against which data, how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from eligibility.assessment import Assessment
from eligibility.section import Hole
from eligibility.trial import Trial


@dataclass(frozen=True, slots=True)
class Decided:
    """One patient-view call, as far as it came.

    `considered` are the client's trials, `assessments` those that may speak, `cards` the uuids by trial; `labelled`
    says that the Patient itself is confidential. `seconds` are spent by station. It holds no resource.
    """

    patient: str
    user: str
    as_of: date | None = None
    considered: tuple[Trial, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    cards: Mapping[str, str] = field(default_factory=dict)
    labelled: bool = False
    holes: tuple[Hole, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
