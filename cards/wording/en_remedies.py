"""What would settle an open criterion, in English, by kind of remedy (G13)."""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import Wordings

REMEDIES: Mapping[str, Wordings] = {
    "order-test": ("order or repeat: {about}", "order or repeat the test"),
    "screening-test": ("test: {about}", "test at screening"),
    "pregnancy-test": ("urine hCG today",),
    "record-score": ("record at this visit: {about}", "record at this visit"),
    "review-problem-list": (
        "review the problem list and record what holds ({about})",
        "review and record the problem list",
    ),
    "reconcile-medication": (
        "reconcile the medication with the patient, over-the-counter aspirin, NSAIDs and supplements included; "
        "record start and last intake",
    ),
    "ask-treatment-history": (
        "ask the patient or the referring haematologist about earlier treatment; record drug, dates, response and why "
        "it was stopped",
    ),
    "ask-indication": ("ask what it is for and record it ({about})", "ask what the drug is for and record it"),
    "ask-participation": ("ask about participation in other studies",),
    "ask-allergies": ("ask about allergies and record them",),
    "ask-birth-date": ("ask for the exact date of birth",),
    "ask-sex": ("record the sex",),
    "look-up-date": ("look up the date, or ask the patient ({about})", "look up the date, or ask the patient"),
    "look-up-diagnosis-date": ("look up when the disease was first diagnosed",),
    "look-up-record": ("fetch the part of the record that was not read",),
    "not-supported": ("ask the study team",),
}

# What is missing, in few words, where it is no test.
TOPICS: Mapping[str, str] = {
    "pregnancy-test": "pregnancy test",
    "review-problem-list": "problem list",
    "reconcile-medication": "current medication",
    "ask-treatment-history": "earlier treatment",
    "ask-indication": "what a drug is for",
    "ask-participation": "participation in other studies",
    "ask-allergies": "allergies",
    "ask-birth-date": "date of birth",
    "ask-sex": "sex",
    "look-up-date": "the date of a treatment or event",
    "look-up-diagnosis-date": "when the disease was diagnosed",
    "look-up-record": "a part of the record that was not read",
}
