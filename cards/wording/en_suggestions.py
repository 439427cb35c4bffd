"""English: what a clinician can do with one click, and how a card speaks of what a hospital wants left unnamed.

Worded as usual care: consent is asked for before anybody is told, and an order names a test, never a result or a trial.
"""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import Wordings

SUGGESTIONS = {
    "suggest-ask": "Ask the patient whether the {trial} study team may contact them",
    "task-ask": "Ask the patient whether the study team of {trial} ({nct}) may contact them",
    "suggest-refer": "Refer to the {trial} study team, once the patient agrees",
    "task-refer": "Once the patient agrees: referral to the study team of {trial} ({nct})",
    "suggest-order": "Order: {order}",
    "suggest-subject": "Note as a possible candidate for {trial}, once the patient agrees",
    "order-blood-count": "blood count with platelets",
    "order-liver-panel": "liver function tests",
    "order-renal-panel": "kidney function tests",
    "order-hiv-test": "HIV antigen and antibody test",
    "order-hepatitis-b-antigen": "hepatitis B surface antigen",
    "order-hepatitis-b-core": "hepatitis B core antibody",
    "discreet": "a criterion whose topic is not named here",
    "order-hepatitis-c-antibody": "hepatitis C antibody",
}

DISCREET: Mapping[str, Wordings] = {"discreet": ("this hospital has its topic left off cards",)}
SEE_THE_RECORD: Mapping[str, Wordings] = {"discreet": ("see the record",)}
