"""Who settles what is open, and when (G13): only `care` may become an order for the treating clinician."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from eligibility.finding import Resolve, Who

WHO: Mapping[str, Who] = MappingProxyType(
    {
        "order-test": Who.CARE,
        "screening-test": Who.SCREENING,
        "pregnancy-test": Who.SCREENING,
        "record-score": Who.RECORD,
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
