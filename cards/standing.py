"""Where each criterion stands for the reader of a card: in the way, missing, for a person, fitting, assumed."""

from __future__ import annotations

from dataclasses import dataclass

from eligibility.assessment import Assessment, CriterionResult

SIGNED_OFF = ("J", "A")  # judgement only and administrative: the study team signs these off in any case (G2)


def blocks(result: CriterionResult) -> bool:
    """An inclusion that is not met, or an exclusion that is."""
    return result.verdict.value == ("not-met" if result.role.value == "inclusion" else "met")


def fits(result: CriterionResult) -> bool:
    return result.verdict.value in ("met", "not-met") and not blocks(result)


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
        fitting = [r for r in counted if fits(r)]
        return cls(
            in_the_way=tuple(r for r in assessment.results if blocks(r)),
            missing=tuple(r for r in counted if r.verdict.value == "unknown"),
            person=tuple(r for r in counted if r.verdict.value == "judgement"),
            fitting=tuple(r for r in fitting if not r.finding.assumed),
            assumed=tuple(r for r in fitting if r.finding.assumed),
            sign_off=tuple(
                r for r in assessment.results if r.criterion.cls in SIGNED_OFF and r.verdict.value == "judgement"
            ),
        )
