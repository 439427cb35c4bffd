"""Why a criterion has its verdict, in English: reason key → wordings, richest first.

A key may be told apart by what was found (`known-for:true`). `evidence` is what the deciding entries say, with dates.
"""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import Wordings

# Words of the engine that stand in facts and evidence.
TERMS: Mapping[str, str] = {
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
    "refused": "the server refused them",
    "unreachable": "the server could not be reached",
    "out-of-time": "the server did not answer in time",
    "more-pages": "there is more than was read",
    "not-sent": "they were not sent",
    "unreadable-entry": "an entry cannot be read",
    "not-fhir": "an entry is no FHIR resource",
    "unreadable": "an entry cannot be read",
    "no-code": "an entry names nothing",
    "unknown-modifier": "an entry carries a modifier that is not known here",
    "unreadable-status": "the status of an entry cannot be read",
    "subject-unknown": "an entry does not say whom it is about",
    "unresolved-drug": "the drug of an entry is not named",
    "unclassified-drug": "a drug was not recognised",
    "on-hold": "on hold",
    "not-taken": "not taken",
    "no-response": "no response",
    "ecog": "ECOG grade",
    "nyha": "NYHA class",
}

_PATIENT: Mapping[str, Wordings] = {
    "age": ("{years} years old", "less than one year old"),
    "age-undecided": ("the birth date is not known exactly enough", ""),
    "no-birth-date": ("no birth date is recorded",),
    "sex": ("sex recorded as {gender}",),
    "no-sex": ("no sex is recorded",),
    "nothing-to-test": ("nothing is to be tested",),
    "a-person-decides": ("the investigator decides this",),
    "before-amendment": ("before {since} the protocol had another rule, which is not supported",),
    "not-applicable": ("does not apply to this patient",),
}

_SILENCE: Mapping[str, Wordings] = {
    "none": (
        "none in the {key}; problems that were not recognised: {unrecognised}",
        "none in the {key}",
        "none recorded",
    ),
    "none-acute": (
        "none in the {key}, confirm at the bedside; problems that were not recognised: {unrecognised}",
        "none in the {key}; confirm at the bedside",
    ),
    "none:judgement": ("nothing in the {key} decides it; the investigator does",),
    "nothing-recorded:judgement": ("nothing recorded decides it; the investigator does",),
    "nothing-recorded": ("none recorded",),
    "recorded-no": ("on record only as: {evidence}", "on record only as: {label}"),
    "no-problem-list": ("no problem list is kept here",),
    "no-medication-list": ("no current medication list, so nothing can be ruled out",),
    "no-treatment-history": ("no treatment of this disease is recorded here",),
    "no-procedure-history": ("neither procedures nor a problem list are kept here",),
    "no-allergy-list": ("no allergy list is kept here",),
    "no-research-history": ("research participation is not recorded here",),
    "not-on-record": ("nothing is recorded",),
    "hole": (
        "the {section} were not read in full: {why} ({label})",
        "the {section} were not read in full: {why}",
    ),
    "indication": ("{label} is recorded, but not what for",),
    "alarm": ("“{label}” is not recognised and may be: {sets}", "“{label}” is not recognised"),
    "list-kept": ("the {key} is kept here",),
    "list-not-kept": ("the {key} is not kept here",),
}

_DIAGNOSES: Mapping[str, Wordings] = {
    "diagnosis-present": ("recorded: {evidence}", "recorded: {label}"),
    "diagnosis-past": ("recorded as past: {evidence}", "recorded as past: {label}"),
    "diagnosis-suspected": ("suspected, neither confirmed nor refuted: {evidence}", "suspected: {label}"),
    "diagnosis-undecided": ("the record does not settle it: {evidence}", "the record does not settle it: {label}"),
    "diagnosis-to-judge": ("recorded: {evidence}", "recorded: {label}"),
    "known-for:true": ("known since {start}", "known for more than {span}"),
    "known-for:false": ("known since {start} only",),
    "known-for": ("known since {start}; that does not settle whether it is {span}",),
    "no-diagnosis-to-date": ("no confirmed diagnosis whose beginning could be looked at",),
    "undated-diagnosis": ("the diagnosis carries no date: {evidence}", "the diagnosis carries no date"),
}

_RESULTS: Mapping[str, Wordings] = {
    "measured": ("{evidence}", "{label} {value} on {when}", "{label} {value}"),
    "measured-to-judge": ("{label} {value} on {when}: between the limits", "{label} {value}: between the limits"),
    "count-unreliable": (
        "{label} {value} on {when}, but clumped platelets make it unreliable",
        "{label} is unreliable",
    ),
    "result-unreadable": ("the latest {label} cannot be read ({value}, {when})", "the latest {label} cannot be read"),
    "result-refused": ("the latest {label} cannot be right ({value}, {when})", "the latest {label} cannot be right"),
    "result-unit": (
        "the latest {label} has no unit that can be used ({value}, {when})",
        "the latest {label} has no unit that can be used",
    ),
    "results-undecided": ("the results do not agree on one answer: {evidence}", "the results do not agree"),
    "result-undecided": ("{label} {value} on {when} does not settle it", "{label} {value} does not settle it"),
    "no-upper-limit": ("{label} {value} on {when}, without a usable upper limit of normal", "no upper limit of normal"),
    "never-measured": ("not on record: {sets}", "never measured"),
    "result-undated": ("{label} {value} carries no date",),
    "result-stale": ("last {label} {value} on {when}, too long ago", "the last {label} is too old"),
    "on-record": ("on record: {sets}",),
    "not-in-record": ("not on record: {sets}",),
    "record-undecided": ("whether this is on record cannot be told: {sets}",),
    "graded": ("{label} {value} on {when}", "{label} {value}"),
    "grade-unreadable": ("{label} {value} on {when} is no grade that can be read", "{label} cannot be read"),
    "grade-stale": ("last {scale} {value} on {when}, too long ago", "the last {scale} is too old"),
    "other-scale": (
        "only another scale is recorded: {label} {value} on {when}",
        "only another scale is recorded: {label}",
    ),
    "never-graded": ("no {scale} is recorded",),
    "panel-positive": ("{evidence}", "positive: {sets}"),
    "panel-negative": ("{evidence}", "negative: {sets}"),
    "panel-to-judge": ("{evidence}", "to be judged: {sets}"),
    "panel-open": ("not settled by what is recorded: {evidence}", "not on record: {sets}"),
    "panel-undecided": ("the results do not agree on one answer: {evidence}", "the results do not agree"),
}

_TREATMENT: Mapping[str, Wordings] = {
    "taking": ("takes {label} since {since}", "takes {label}"),
    "taking-to-judge": ("takes {label} since {since}", "takes {label}"),
    "on-hold": ("{label} is on hold or planned",),
    "as-needed": ("{label} as needed; when it was last taken is not recorded",),
    "intake-unclear": ("whether {label} is still taken is not clear",),
    "treated": ("{label} ({when})", "{label}"),
    "treated-to-judge": ("{label} ({when})", "{label}"),
    "treatment-undecided": (
        "{label} ({when}): the record does not settle it",
        "{label}: the record does not settle it",
    ),
    "treated-elsewhere": ("named elsewhere in the record: {label}",),
    "washed-out": ("last {label} {when}, at least {span} ago", "{label} ended long enough ago"),
    "not-washed-out": ("not more than {span} ago: {evidence}", "{label} ended not more than {span} ago"),
    "not-washed-out-to-judge": ("not more than {span} ago: {evidence}", "{label} not more than {span} ago"),
    "washout-undecided": (
        "{label} ({when}): whether it ended more than {span} ago is not settled",
        "when {label} ended is not recorded",
    ),
    "still-running": ("{label} has no recorded end",),
    "course": ("{label} from {since} to {until}", "{label} since {since}", "{label} for longer than {longer_than}"),
    "course-to-judge": ("{label} from {since} to {until}", "{label} since {since}", "{label} is on hold or planned"),
    "course-undecided": ("how long {label} was taken is not settled",),
    "daily-dose": ("{total} a day ({label})", "{label}"),
    "dose-unknown": ("the daily dose of {label} is not recorded",),
    "no-weight": ("no current body weight, which the dose limit needs",),
    "weight-unusable": ("the body weight cannot be used ({weight})", "the body weight cannot be used"),
    "dose-stable": ("{label} unchanged since {since}", "{label} unchanged"),
    "dose-changed": ("{label} begun or changed on {since}", "{label} changed within {span}"),
    "dose-changed-to-judge": ("{label} begun or changed on {since}", "{label} changed within {span}"),
    "dose-stability-unknown": ("since when {label} is unchanged is not settled",),
}

_OTHERS: Mapping[str, Wordings] = {
    "allergies": ("{evidence}", "{label}"),
    "allergy-unconfirmed": ("not confirmed: {evidence}", "not confirmed: {label}"),
    "in-trial": ("{evidence}", "{label}"),
    "in-trial-to-judge": ("{evidence}", "{label}"),
    "trial-end-unknown": (
        "when the other study ended is not recorded: {label}",
        "when the other study ended is not known",
    ),
    "otherwise": ("nothing recorded says so",),
}

REASONS: Mapping[str, Wordings] = {**_PATIENT, **_SILENCE, **_DIAGNOSES, **_RESULTS, **_TREATMENT, **_OTHERS}
