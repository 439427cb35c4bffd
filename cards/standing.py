"""Where each criterion stands for the reader of a card: in the way, missing, for a person, fitting, assumed."""

from __future__ import annotations

from dataclasses import dataclass

from eligibility.assessment import Assessment, CriterionResult

SIGNED_OFF = ("J", "A")  # judgement only and administrative: the study team signs these off in any case (G2)


@dataclass(frozen=True, slots=True)
class Standings:
    """Every counted criterion of a trial once, in the order of the definition."""

    in_the_way: tuple[CriterionResult, ...]
    missing: tuple[CriterionResult, ...]
    person: tuple[CriterionResult, ...]
    fitting: tuple[CriterionResult, ...]
    assumed: tuple[CriterionResult, ...]
    sign_off: tuple[CriterionResult, ...]

    @classmethod
    def of(cls, assessment: Assessment) -> Standings:
        counted = [r for r in assessment.results if r.criterion.cls not in SIGNED_OFF]
        fitting = [r for r in counted if not r.blocking and not r.open]
        return cls(
            in_the_way=tuple(r for r in assessment.results if r.blocking),
            missing=tuple(r for r in counted if r.verdict == "unknown"),
            person=tuple(r for r in counted if r.verdict == "judgement"),
            fitting=tuple(r for r in fitting if not r.finding.assumed),
            assumed=tuple(r for r in fitting if r.finding.assumed),
            sign_off=tuple(r for r in assessment.results if r.criterion.cls in SIGNED_OFF and r.verdict == "judgement"),
        )
