"""Who settles what is open, and when (G13): only `care` may become an order for the treating clinician."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from cards.wording.causes import CLOSER_REMEDIES, OTHER_REMEDIES, REMEDY_OF_LIST
from eligibility.finding import Resolve, Who
from eligibility.trial import Criterion

if TYPE_CHECKING:
    from eligibility.assessment import CriterionResult

WHO: Mapping[str, Who] = MappingProxyType(
    {
        "order-test": Who.CARE,
        "screening-test": Who.SCREENING,
        "pregnancy-test": Who.SCREENING,
        "record-score": Who.RECORD,
        "confirm-diagnosis": Who.RECORD,
        "review-problem-list": Who.RECORD,
        "reconcile-medication": Who.ASK,
        "ask-treatment-history": Who.ASK,
        "ask-indication": Who.ASK,
        "ask-participation": Who.ASK,
        "ask-allergies": Who.ASK,
        "ask-patient": Who.ASK,
        "look-up-date": Who.LOOK_UP,
        "look-up-record": Who.LOOK_UP,
    }
)
_MAY_WAIT = frozenset({"order-test", "record-score"})


def who_settles(resolve: Resolve, screening: frozenset[str] = frozenset()) -> Who:
    """`screening` names the value sets of tests that the study team does after consent, whatever the trial."""
    if resolve.kind in _MAY_WAIT and resolve.about and screening.issuperset(resolve.about):
        return Who.SCREENING
    return WHO.get(resolve.kind, Who.LOOK_UP)


# What settles an open criterion whose rule named nothing, by the kind of its first test (definition-language.md §8).
_OF_KIND: Mapping[str, str] = MappingProxyType(
    {
        "age": "ask-birth-date",
        "sex": "ask-sex",
        "condition": "review-problem-list",
        "duration": "look-up-diagnosis-date",
        "measurement": "order-test",
        "score": "record-score",
        "panel": "order-test",
        "recorded": "order-test",
        "taking": "reconcile-medication",
        "treatment": "ask-treatment-history",
        "washout": "look-up-date",
        "course": "reconcile-medication",
        "daily_dose": "reconcile-medication",
        "stable_dose": "reconcile-medication",
        "allergy": "ask-allergies",
        "other_trial": "ask-participation",
    }
)


def default_remedy(criterion: Criterion) -> Resolve:
    """G13: where neither the definition nor the rule says what would settle it."""
    for test in criterion.test.walk():
        if test.word in _OF_KIND:
            return Resolve(_OF_KIND[test.word], getattr(getattr(test, test.word), "of", ()))
    return Resolve("look-up-record")


def remedy_of(result: CriterionResult) -> Resolve | None:
    """The definition's remedy, unless another part of the record has to be seen to first."""
    if not result.open:
        return None
    own, found = result.criterion.said.resolve, next(iter(result.finding.resolve), None)
    cause = result.finding.reason.key
    if cause in OTHER_REMEDIES:
        return Resolve(OTHER_REMEDIES[cause], found.about if found else ())
    if cause in CLOSER_REMEDIES and (own is None or not own.text):
        return Resolve(CLOSER_REMEDIES[cause], found.about if found else ())
    if own is not None:
        return Resolve(own.kind, found.about if found else (), own.text)
    kind = REMEDY_OF_LIST.get(str(result.finding.reason.given.get("key")))
    default = Resolve(kind) if kind else default_remedy(result.criterion)
    return found or (default if result.verdict == "unknown" else None)
