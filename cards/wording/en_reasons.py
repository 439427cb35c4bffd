"""Why a criterion has its verdict, in English: reason key → wordings, richest first.

Each says the value, the unit and the day used, the limit, and why a record that lies near was not used. A key may be
told apart by what was found (`known-for:true`). `evidence` is what the deciding entries say, with dates; `last` and
`at` are days with their preposition ("on 3 Nov 2026", "in 2025").
"""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.en_reasons_drugs import DRUGS
from cards.wording.language import Wordings

_PATIENT: Mapping[str, Wordings] = {
    "age": (
        "{years} or {or_years} years old, between {at_least} and {at_most}",
        "{years} or {or_years} years old, at least {at_least}",
        "{years} years old, between {at_least} and {at_most}",
        "{years} years old, at least {at_least}",
        "{years} years old, at most {at_most}",
        "less than one year old",
    ),
    "age:false": (
        "{years} or {or_years} years old, outside {at_least} to {at_most}",
        "{years} or {or_years} years old, below {at_least}",
        "{years} or {or_years} years old, above {at_most}",
        "{years} years old, below {at_least}",
        "{years} years old, above {at_most}",
        "less than one year old, below {at_least}",
    ),
    "age-undecided": (
        "{years} or {or_years} years old, which does not settle it: {evidence}",
        "less than {or_years} years old, which does not settle it: {evidence}",
        "the birth date is not known exactly enough",
    ),
    "no-birth-date": ("no birth date is recorded",),
    "sex": ("sex recorded as {gender}",),
    "sex-unstated": ("no sex is recorded",),
    "no-sex": ("no sex is recorded",),
    "nothing-to-test": ("the protocol leaves nothing to test here",),
    "a-person-decides": ("the investigator decides this",),
    "before-amendment": ("before {since} the protocol had another rule, which is not supported",),
}

_SILENCE: Mapping[str, Wordings] = {
    "none": (
        "none in the {key}; not counted: {evidence}; problems that were not recognised: {unrecognised}",
        "none in the {key}; not counted: {evidence}",
        "none in the {key}; problems that were not recognised: {unrecognised}",
        "none in the {key}",
        "none recorded",
    ),
    "none:missing": (
        "none in the {key}, which does not show that there was none; not counted: {evidence}",
        "none in the {key}, which does not show that there was none",
        "none recorded",
    ),
    "none-acute": (
        "none in the {key}, confirm at the bedside; not counted: {evidence}; "
        "problems that were not recognised: {unrecognised}",
        "none in the {key}, confirm at the bedside; not counted: {evidence}",
        "none in the {key}, confirm at the bedside; problems that were not recognised: {unrecognised}",
        "none in the {key}; confirm at the bedside",
    ),
    "none-acute:judgement": ("nothing in the {key} decides it; the investigator does",),
    "none:judgement": ("nothing in the {key} decides it; the investigator does",),
    "nothing-recorded": ("not on record: {about}", "none recorded"),
    "nothing-recorded:missing": ("none recorded, which does not show that there was none",),
    "nothing-recorded:judgement": ("nothing recorded decides it; the investigator does",),
    "recorded-no": ("on record only as: {evidence}", "on record only as: {label}"),
    "no-problem-list": ("no problem list is kept here",),
    "no-medication-list": ("no current medication list is kept here, so no drug can be ruled out",),
    "no-treatment-history": ("no treatment of the study's disease is on record, so earlier treatment is not known",),
    "no-procedure-history": ("neither procedures nor a problem list are kept here",),
    "no-allergy-list": ("no allergy list is kept here",),
    "no-research-history": ("research participation is not recorded here",),
    "not-on-record": ("nothing is recorded",),
    "hole": (
        "the {section} were not read in full: {why} ({label})",
        "the {section} were not read in full: {why}",
    ),
    "indication": ("{label} is recorded, but not what for",),
    "alarm": ("“{label}” is not recognised, and by its words it may be: {sets}", "“{label}” is not recognised"),
    "alarm-beside": ("“{label}” names more than its code, perhaps: {sets}", "“{label}” names more than its code"),
    "list-kept": ("the {key} is kept here",),
    "list-not-kept": ("the {key} is not kept here",),
    "otherwise": ("nothing recorded says so",),
}

_DIAGNOSES: Mapping[str, Wordings] = {
    "diagnosis-present": ("recorded: {evidence}", "recorded: {label}"),
    "diagnosis-in-window": ("within {window}: {evidence}", "recorded: {evidence}"),
    "diagnosis-older": ("only more than {window} ago: {evidence}", "on record only as: {evidence}"),
    "diagnosis-past": ("recorded, not as current: {evidence}", "recorded, not as current: {label}"),
    "diagnosis-denied": ("recorded as absent: {evidence}", "recorded as absent: {label}"),
    "diagnosis-suspected": ("neither confirmed nor refuted: {evidence}", "neither confirmed nor refuted: {label}"),
    "diagnosis-when-unknown": (
        "whether it lies within {window} is not settled: {evidence}",
        "when it began is not settled: {evidence}",
    ),
    "diagnosis-undecided": ("recorded, but too unspecific to settle it: {evidence}", "unspecific: {label}"),
    "diagnosis-to-judge": ("recorded: {evidence}", "recorded: {label}"),
    "known-for:true": (
        "known by {by} at the latest, {how} {span} ago",
        "known since {start}, {how} {span} ago",
    ),
    "known-for:false": (
        "known since {start}; {span} will have passed on {clear_on}",
        "known since {start}, not {how} {span} ago",
    ),
    "known-for": (
        "recorded by {by}, without a beginning: whether that is {how} {span} ago is not settled",
        "known since {start}: whether that is {how} {span} ago is not settled",
    ),
    "no-diagnosis-to-date": ("no confirmed diagnosis is on record whose beginning could be counted",),
    "undated-diagnosis": ("the diagnosis carries no date: {evidence}", "the diagnosis carries no date"),
}

_RESULTS: Mapping[str, Wordings] = {
    "measured": (
        "{label} {value} {at}, {side} {limit} ({uln})",
        "{label} {value} {at}, {side} {limit}, taken as {bracket}",
        "{label} {value} {at}, {side} {limit}",
        "{label} {value}, {side} {limit}",
    ),
    "measured-to-judge": (
        "{label} {value} {at}, between {limit} ({uln}) and {grey_to}",
        "{label} {value} {at}, between {limit} and {grey_to}, {limit} taken as {bracket}",
        "{label} {value} {at}, between {limit} and {grey_to}",
    ),
    "measured-by-estimate": ("{label} {value} {at} is only an estimate",),
    "count-unreliable": (
        "{label} {value} {at} is unreliable: {other}",
        "{label} {value} {at} is unreliable",
    ),
    "result-unreadable": ("the latest {label} cannot be read ({value}, {when})", "the latest {label} cannot be read"),
    "result-refused": ("the latest {label} cannot be right ({value}, {when})", "the latest {label} cannot be right"),
    "result-unit": (
        "the latest {label} has no unit that can be used ({value}, {when})",
        "the latest {label} has no unit that can be used",
    ),
    "results-undecided": (
        "what counts is not settled: {evidence}",
        "which result counts is not settled",
    ),
    "result-when-unknown": (
        "{label} {value} {at}: whether that is within {within} is not settled",
        "{label} {value} is dated {when}, which is not exact enough",
    ),
    "result-undecided": (
        "{label} {value} {at}: whether that is {asked} {limit} ({uln}) is not settled",
        "{label} {value} {at}: whether that is {asked} {limit} is not settled",
        "{label} {value} does not settle it",
    ),
    "no-upper-limit": (
        "{label} {value} {at}, without a printed upper limit of normal; {bracket} leaves it open",
        "{label} {value} {at}, without a usable upper limit of normal",
        "no upper limit of normal",
    ),
    "never-measured": (
        "not on record: {about}; preliminary, and not counted: {preliminary} ({preliminary_when})",
        "not on record: {about}; preliminary, and not counted: {preliminary}",
        "not on record: {about}",
        "not on record: {sets}",
        "never measured",
    ),
    "result-undated": ("{label} {value} carries no date",),
    "result-stale": (
        "{label} {value} {at} is older than {within}; preliminary, and not counted: {preliminary} ({preliminary_when})",
        "{label} {value} {at} is older than {within}",
        "{label} {value} {at} is too old",
    ),
    "on-record": ("on record: {evidence}, within {within}", "on record: {evidence}", "on record: {sets}"),
    "not-in-record": ("not on record within {within}: {sets}", "not on record: {sets}"),
    "record-undecided": (
        "whether it lies within {within} is not settled: {evidence}",
        "whether this is on record cannot be told: {sets}",
    ),
    "graded": (
        "{label} {value} {at}: {grade}, {side} {grade_limit}",
        "{label} {value} {at}",
    ),
    "grade-unreadable": ("{label} {value} {at} is no grade that can be read", "{label} cannot be read"),
    "grade-when-unknown": (
        "{label} {value} {at}: whether that is within {within} is not settled",
        "{label} {value} is dated {when}, which is not exact enough",
    ),
    "grade-stale": (
        "{label} {value} {at} is older than {within}",
        "{label} {value} {at} is too old",
        "{label} {value} carries no date",
    ),
    "other-scale": (
        "only another scale is on record: {label} {value} {at}",
        "only another scale is on record: {label}",
    ),
    "never-graded": ("no {scale} is recorded",),
}

_PANELS: Mapping[str, Wordings] = {
    "panel-positive": ("{evidence}", "positive: {sets}"),
    "panel-negative": ("{evidence}", "no positive result on record: {sets}"),
    "panel-to-judge": ("{evidence}", "to be judged: {sets}"),
    "panel-open": ("not settled by what is recorded: {evidence}", "not on record: {sets}"),
    "panel-undecided": (
        "what counts is not settled: {evidence}",
        "which result counts is not settled",
    ),
    "test-positive": ("{label} {value} {at}, within {within}", "{label} {value} {at}", "{label} {value}"),
    "test-negative": (
        "{label} {value} {at}, within {within}",
        "{label} {value} {at}",
        "{label} {value}",
    ),
    "test-stale": ("{label} {value} {at} is older than {within}", "{label} {value} is too old"),
    "test-faded": ("{label} {value} {at} is older than {within}", "{label} {value} is too old"),
    "test-unclear": (
        "{label} {value} {at} is neither positive nor negative",
        "{label} {value} carries no date or no clear answer",
    ),
    "test-earlier": ("{label} {value} {at} is older than what it would have to answer", "{label} {value}"),
    "test-none": ("no positive result on record: {sets}", "no positive result on record"),
}

_OTHERS: Mapping[str, Wordings] = {
    "allergies": ("recorded: {evidence}", "recorded: {label}"),
    "allergy-severe": ("severe allergy on record: {label}",),
    "allergy-ungraded": ("allergy without a recorded severity: {evidence}", "allergy without a severity: {label}"),
    "allergy-unconfirmed": ("allergy not confirmed: {evidence}", "allergy not confirmed: {label}"),
    "in-trial": ("in another study: {evidence}", "in another study: {label}"),
    "left-trial": ("left another study within {within}: {evidence}", "left another study: {label}"),
    "in-trial-to-judge": ("in another study: {evidence}", "in another study: {label}"),
    "trial-dates-contradict": (
        "the status of another study and its dates, which lie ahead, contradict each other: {label}",
    ),
    "trial-end-unknown": (
        "whether another study ended within {within} is not recorded: {label}",
        "when the other study ended is not known",
    ),
}

REASONS: Mapping[str, Wordings] = {
    **_PATIENT,
    **_SILENCE,
    **_DIAGNOSES,
    **_RESULTS,
    **_PANELS,
    **DRUGS,
    **_OTHERS,
}
