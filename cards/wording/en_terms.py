"""Words of the engine that stand in facts and evidence, as English says them."""

from __future__ import annotations

from collections.abc import Mapping

_LISTS = {
    "problem-list": "problem list",
    "medication-list": "medication list",
    "treatment-history": "treatment history",
    "procedure-history": "list of procedures",
    "allergy-list": "allergy list",
    "research-history": "research participation",
    "conditions": "diagnoses",
    "observations": "results",
    "medications": "medications",
    "procedures": "procedures",
    "allergies": "allergies",
    "studies": "studies",
    "lists": "lists",
}
_HOLES = {
    "refused": "the server refused them",
    "not-authorised": "the server did not accept our token",
    "not-found": "the server does not have them",
    "not-in-scope": "the token does not cover them",
    "suppressed": "the server held some of them back",
    "server-not-allowed": "their server is not registered for reading",
    "no-token": "there was no token to read them with",
    "unreachable": "the server could not be reached",
    "resting": "the server answered none of the last calls and was not asked",
    "out-of-time": "the server did not answer in time",
    "other-patient": "the server answered with another patient's entries",
    "more-pages": "there is more than was read",
    "not-sent": "they were not sent",
    "unreadable-entry": "an entry cannot be read",
    "not-fhir": "an entry is no FHIR resource",
    "unreadable": "an entry cannot be read",
    "no-code": "an entry names nothing",
    "unknown-modifier": "an entry carries a modifier that is not known here",
    "unreadable-status": "the status of an entry cannot be read",
    "unknown-type": "an entry is of a type that does not exist",
    "subject-unknown": "an entry does not say whom it is about",
    "unresolved-drug": "the drug of an entry is not named",
    "unclassified-drug": "a drug was not recognised",
    "unread-entry": "the list names an entry that was not found",
}
# What an entry says of itself: evidence tells these after a comma.
STATUSES: Mapping[str, str] = {
    "past": "past",
    "severe": "severe",
    "denied": "refuted",
    "suspected": "suspected",
    "active": "taken",
    "completed": "completed",
    "stopped": "stopped",
    "order-completed": "completed, ordered",
    "order-stopped": "stopped, ordered",
    "on-hold": "on hold",
    "intended": "planned",
    "not-taken": "not taken",
    "not-done": "not done",
    "dispensed": "dispensed",
    "on-study": "on study",
    "on-study-intervention": "on study",
    "on-study-observation": "on study, observed only",
    "follow-up": "in follow-up",
    "off-study": "off study",
    "withdrawn": "withdrawn",
    "candidate": "candidate",
    "screening": "screening",
    "eligible": "found suitable, not enrolled",
    "ineligible": "not enrolled",
    "potential-candidate": "candidate",
    "not-registered": "not registered",
    "pending-on-study": "not yet on study",
}
_LIMITS = {
    "below": "below",
    "above": "above",
    "not-below": "not below",
    "not-above": "not above",
    "at-most": "at most",
    "at-least": "at least",
    "more-than": "more than",
    "screening-day": "today",
    "first-dose": "the first dose",
    **{f"ecog-{n}": f"grade {n}" for n in range(6)},
    **{f"nyha-{n}": f"class {roman}" for n, roman in enumerate(("I", "II", "III", "IV"), start=1)},
}
# What entries that we made ourselves say.
OWN: Mapping[str, str] = {
    "birth date": "birth date",
    "sex": "sex",
    "male": "male",
    "female": "female",
    "other": "other",
    "unknown": "unknown",
    "prednisone": "prednisone",
}
_OUTCOMES = {"no-response": "non-response", "relapse": "relapse", "intolerance": "intolerance"}
_SCALES = {"ecog": "ECOG grade", "nyha": "NYHA class"}

TERMS: Mapping[str, str] = {**_LISTS, **_HOLES, **_LIMITS, **_OUTCOMES, **_SCALES, **STATUSES}
