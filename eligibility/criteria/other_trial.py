"""Whether the patient took part in another study inside the window (CART-E35's reading of ResearchSubject)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eligibility.criteria.absence import absence
from eligibility.criteria.criterion import Need, Rule, SpanText, finding
from eligibility.criteria.treatment import NOT_TAKING_PART
from eligibility.criteria.words import Keys, strongest
from eligibility.finding import Evidence, Finding, Resolve, Turn
from eligibility.record import Section, Study
from eligibility.truth import Truth
from eligibility.when import When, next_day

if TYPE_CHECKING:
    from eligibility.case import Case

_ON_STUDY = frozenset({"on-study", "on-study-intervention", "follow-up"})
_LEFT = frozenset({"off-study", "withdrawn"})


class OtherTrialRule(Rule):
    """On study: true. Left it inside the window: true; at an unknown day: missing. Observation only: judgement.

    Candidates and screened people have not taken part. None on record: `silence`.
    """

    within: SpanText
    silence: Keys = ("research-history",)

    def evaluate(self, case: Case) -> Finding:
        others = [study for study in case.record.studies if case.names.own not in study.identifiers]
        weighed = [(self._truth(study, case), study) for study in others]
        deciding = strongest([truth for truth, _ in weighed])
        if deciding is None:
            said = tuple(_evidence(study) for _, study in weighed)
            return absence(case, self.silence, (), Section.STUDIES, (), said)
        studies = [study for truth, study in weighed if truth is deciding]
        open_ends = [study for truth, study in weighed if truth is not Truth.FALSE]
        left = studies[0].status in _LEFT
        if any(_lies_ahead(study, case) for study in studies):
            return self._contradicted(studies)
        key = {Truth.TRUE: "left-trial" if left else "in-trial", Truth.JUDGEMENT: "in-trial-to-judge"}.get(
            deciding, "trial-end-unknown"
        )
        return finding(
            deciding,
            key,
            *map(_evidence, studies),
            resolve=Resolve("ask-participation"),
            turn=self._turn(open_ends),
            label=studies[0].label,
            until=studies[0].end,
            within=self.within,
        )

    def _contradicted(self, studies: list[Study]) -> Finding:
        evidence = map(_evidence, studies)
        ask = Resolve("ask-participation")
        return finding(Truth.MISSING, "trial-dates-contradict", *evidence, resolve=ask, label=studies[0].label)

    def needs(self, case: Case) -> frozenset[Need]:
        return frozenset({Need(Section.STUDIES)})

    def _truth(self, study: Study, case: Case) -> Truth:
        if study.status in NOT_TAKING_PART:
            return Truth.FALSE
        if _lies_ahead(study, case):
            return Truth.MISSING
        if study.status == "on-study-observation":
            return Truth.JUDGEMENT
        if study.status in _ON_STUDY:
            return Truth.TRUE
        if study.status not in _LEFT or study.end is None:
            return Truth.MISSING
        end = study.end.until(case.as_of) or When.on(case.as_of)
        return end.within(self.within.ago(case.as_of), case.as_of)

    def _turn(self, studies: list[Study]) -> Turn | None:
        ends = [study.end for study in studies if study.status in _LEFT and study.end is not None]
        if not ends or len(ends) < len(studies):
            return None
        return Turn(next_day(self.within.after(max(end.last for end in ends))), Truth.FALSE)


def _lies_ahead(study: Study, case: Case) -> bool:
    """Begun, or left, on a day that has not come: the status and the date contradict each other (G3)."""
    left = study.end if study.status in _LEFT else None
    return any(day is not None and day.first > case.as_of for day in (study.start, left))


def _evidence(study: Study) -> Evidence:
    return Evidence(study.reference, study.label, study.status, study.end or study.start, study.restricted)
