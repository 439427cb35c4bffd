"""Which remedy settles a cause that the definition's own remedy does not reach (G7, G13)."""

from __future__ import annotations

# Causes that the definition's own remedy does not reach: another part of the record has to be seen to first.
OTHER_REMEDIES = {
    "hole": "look-up-record",
    "indication": "ask-indication",
    "alarm": "review-problem-list",
    "alarm-beside": "review-problem-list",
    "no-problem-list": "review-problem-list",
    "no-procedure-history": "review-problem-list",
    "no-medication-list": "reconcile-medication",
    "no-treatment-history": "ask-treatment-history",
    "no-allergy-list": "ask-allergies",
    "no-research-history": "ask-participation",
}
# What settles that a list says nothing, where silence may not fail an inclusion (G7).
REMEDY_OF_LIST = {
    "problem-list": "review-problem-list",
    "procedure-history": "review-problem-list",
    "medication-list": "reconcile-medication",
    "treatment-history": "ask-treatment-history",
    "allergy-list": "ask-allergies",
    "research-history": "ask-participation",
}
# What the cause says better than the kind of remedy, unless the definition has its own words.
CLOSER_REMEDIES = {"diagnosis-suspected": "confirm-diagnosis"}
