"""English: what a clinician can do with one click, and why a card may be put aside.

Worded as usual care: consent is asked for before anybody is told, and an order names a test, never a result or a trial.
"""

from __future__ import annotations

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
    "order-hepatitis-c-antibody": "hepatitis C antibody",
}
