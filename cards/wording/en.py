"""English: the sentences of the card itself. Those about verdicts stand in `en_reasons`, remarks in `en_notes`."""

from __future__ import annotations

from cards.wording.en_notes import NOTES, SILENCES
from cards.wording.en_reasons import REASONS
from cards.wording.en_remedies import CAUSES, REMEDIES, TESTS, TOPICS
from cards.wording.en_report import REPORT
from cards.wording.en_smart import SMART
from cards.wording.en_suggestions import DISCREET, SEE_THE_RECORD, SUGGESTIONS
from cards.wording.en_terms import OWN, STATUSES, TERMS
from cards.wording.en_values import begun, listed, placed, spoken
from cards.wording.language import Language
from eligibility.finding import Who

PHRASES = {
    **SUGGESTIONS,
    # Summaries: fewer than 140 characters, never "eligible", never "match".
    "summary-clear": "{trial}: no barrier found in the record; the study team decides",
    "summary-missing": "{trial}: may fit; {what} missing",
    "summary-order": "{trial}: may fit; missing: {what}",
    "summary-ask": "{trial}: may fit; ask the patient: {what}",
    "summary-look-up": "{trial}: may fit; to look up: {what}",
    "summary-settle": "{trial}: may fit; to settle: {what}",
    "summary-more": "{said}, and {n} more",
    "summary-screening": "{trial}: may fit; at screening the study team checks {what}",
    "summary-missing-unnamed": "{trial}: may fit; things to settle: {n}",
    "summary-judgement": "{trial}: may fit; criteria that need a person's judgement: {n}",
    "summary-judgement-why": "{trial}: may fit; a person must judge: {what}? {why}",
    "summary-judgement-one": "{trial}: may fit; a person must judge: {what}?",
    "summary-waits": "{trial}: may fit from {day}, {span} after {what}",
    "summary-blocked-until": "{trial}: may fit from {day}, if nothing else changes",
    "summary-blocked": "{trial}: {n} of its criteria stand in the way",
    # The detail, in the order a haematologist needs.
    "in-the-way": "In the way",
    "missing": "Missing",
    "person": "For a person to judge",
    "fits": "Fits",
    "assumed": "Assumed (number of criteria)",
    "assumed-count": "{basis} ({n})",
    "fits-in-full": "What fits, criterion by criterion",
    "assumed-in-full": "What is assumed",
    "present": "exclusion present: {text}",
    "absent": "exclusion absent: {text}",
    "all-absent": "exclusions absent: {texts}",
    "sign-off": "Criteria that the study team signs off in any case: {n}",
    "lifts": "lifts on {day} if nothing else changes",
    "lifts-at-the-latest": "no longer open from {day} at the latest, if nothing else changes",
    "screening": "At screening, the study team checks {what}",
    "more": "and {n} more, below",
    "everything": "In full",
    "all-below": "{n}, below",
    "basis-silence": "nothing in the {key}",
    "basis-silence-acute": "nothing in the {key}, to be confirmed at the bedside",
    "basis-other": "in part from silence or from an order",
    "look-into": "look into the record",
    "closing-blocked": "The study team decides.",
    "made": "As of {day}; definition {definition}",
    "override-patient-ineligible": "The patient does not fit this study",
    "override-patient-refuses": "The patient does not want to take part",
    "override-inappropriate-recipient": "Not the right person to decide this",
    "override-wrong-time-workflow": "Not the right time",
    "override-already-screened": "Already screened for this study",
    "override-already-enrolled": "Already enrolled in this study",
    "override-not-interested": "Not interested in this study",
    "override-need-more-info": "More information is needed first",
    "closing": "No barrier found in the record; the study team decides.",
    "closing-open": "Nothing recorded stands in the way; the study team decides.",
    "contact": "Study contact: {contact}",
    "no-contact": "Study contact: not configured",
    "unnamed": "an entry without a name",
    "code": "code {code}",
    # How an entry of the record is told, and how statements are put together.
    "with-status": "{label}, {status}",
    "with-value": "{label} {value}",
    "running": "{said} since {since}",
    "dated": "{said} ({day})",
    "named-code": "{name} ({code})",
    "asked": "{who}: {text}",
    "asked-why": "{asked} – {why}",
    "open-why": "{text}? {why}",
    "settled-why": "{text}. {why}",
    "fits-why": "{text}: {why}",
    "and-then": "{first} {then}",
    "and-so-on": "…",
    "not-reviewed": "This translation has not yet been reviewed by a clinician.",
    "more-grounds": "and {n} more",
    "restricted": "one restricted result was used; see the record",
    "source": "{trial} on ClinicalTrials.gov",
    "link": "Read about {trial}",
}

ASKERS = {
    Who.CARE: "Good care in any case",
    Who.ASK: "With the patient",
    Who.LOOK_UP: "From other records",
    Who.RECORD: "In this record",
    Who.SCREENING: "At screening",
}

ENGLISH = Language(
    code="en",
    reasons={**REASONS, **DISCREET},
    notes=NOTES,
    remedies={**REMEDIES, **SEE_THE_RECORD},
    topics=TOPICS,
    causes=CAUSES,
    silences=SILENCES,
    phrases=PHRASES,
    askers=ASKERS,
    terms=TERMS,
    statuses=STATUSES,
    own=OWN,
    tests=TESTS,
    report={**REPORT, **SMART},
    placed=placed,
    begun=begun,
    spoken=spoken,
    listed=listed,
)
