"""Why a criterion about drugs and procedures has its verdict, in English: reason key → wordings, richest first."""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import Wordings

_TAKING: Mapping[str, Wordings] = {
    "taking": ("has taken {label} since {since}", "takes {label}"),
    "taking-by-order": ("{label} is ordered since {since}; that it is taken is assumed", "{label} is ordered"),
    "taking-to-judge": ("has taken {label} since {since}", "takes {label}"),
    "on-hold": ("{label} is {intake}", "{label} is on hold or planned"),
    "as-needed": ("{label} as needed; when it was last taken is not recorded",),
    "intake-dispensed": (
        "{label} was handed over ({last}); whether it is taken is not recorded",
        "{label} was handed over; whether it is taken is not recorded",
    ),
    "intake-planned": ("{label} is planned; whether it is taken is not recorded",),
    "intake-over": ("{label} is recorded as taken, and as ended {last}", "{label} is recorded as taken and as ended"),
    "intake-stale": ("{label} was last confirmed {last}, more than {span} ago", "{label} is ordered without a date"),
    "intake-given": ("{label} was given {last}; whether more follows is not recorded",),
    "intake-contradicted": ("the records of {label} contradict each other: {evidence}",),
    "intake-unclear": ("whether {label} is still taken is not recorded",),
}

_TREATED: Mapping[str, Wordings] = {
    "treated": (
        "{label}: {outcome} recorded",
        "{label} begun {begun}, at least {span} ago",
        "{label} {last}, within {window}",
        "{label} from {since} to {until}",
        "{label} since {since}",
        "{label} {last}",
        "{label} is on record",
    ),
    "treated-to-judge": ("{label} {last}, within {window}", "{label} {last}", "{label} is on record"),
    "too-recent": ("{label} begun {begun}, less than {span} ago", "{label} is too recent"),
    "treatment-when-unknown": (
        "{label} begun {begun}: whether that is at least {span} ago is not settled",
        "{label} {last}: whether that is within {window} is not settled",
        "no day is recorded for {label}",
    ),
    "treatment-undecided": (
        "{label} {last}: what is recorded does not settle it",
        "{label}: what is recorded does not settle it",
    ),
    "outcome-not-recorded": ("not documented ({outcome}): {evidence}", "not documented: {outcome}"),
    "treated-elsewhere": ("named by a study or an allergy on record: {label}",),
    "washed-out": ("{label}, last {last}: {how} {span} before {before}", "{label} ended long enough ago"),
    "not-washed-out": (
        "{label}, last {last}; {span} will have passed on {clear_on}",
        "{label}, last {last}: not {how} {span} before {before}",
        "{label} is on record without a day",
    ),
    "not-washed-out-to-judge": (
        "{label} is {intake}",
        "{label}, last {last}; {span} will have passed on {clear_on}",
        "{label}, last {last}: not {how} {span} before {before}",
        "{label} is taken without a recorded end",
    ),
    "washout-undecided": (
        "{label}, last {last}: whether that is {how} {span} before {before} is not settled",
        "when {label} was last given is not recorded",
    ),
    "ordered-only": (
        "{label} was ordered {last}, but no dose given is recorded",
        "{label} was ordered, but no dose given is recorded",
    ),
    "done-unclear": ("whether {label} was done is not recorded",),
    "still-running": ("{label} since {since} has no recorded end", "{label} has no recorded end"),
}

_COURSES: Mapping[str, Wordings] = {
    "course": (
        "{label} from {since} to {until}, longer than {longer_than}, within {within}",
        "{label} since {since}, longer than {longer_than}",
        "{label} for longer than {longer_than}",
    ),
    "course-to-judge": (
        "{label} is {intake}",
        "{label} since {since}, not yet longer than {longer_than}",
        "{label} for longer than {longer_than}",
    ),
    "course-together": (
        "{labels} one after the other from {since} to {until}, together longer than {longer_than}, within {within}",
        "{labels} one after the other, together longer than {longer_than}",
    ),
    "course-undecided": (
        "{label}, begun {begun}, ended {last}: whether it ran longer than {longer_than} within {within} is not settled",
        "{label}, begun {begun}: whether it ran longer than {longer_than} within {within} is not settled",
        "how long {label} was taken is not recorded",
    ),
    "daily-dose": (
        "{labels}: as much as {total} of {equivalent} a day at {weight}, {side} {limit}",
        "{labels}: {total} a day at {weight}, {side} {limit}",
        "{labels}: {total} a day, {side} {limit}",
        "{labels}: the daily dose is {side} {limit}",
    ),
    "dose-unknown": ("the daily dose of {label} is not recorded as a number",),
    "doses-disagree": ("the records of {label} tell different daily doses",),
    "no-weight": ("no body weight within {within}, which the limit of {limit} needs",),
    "weight-unusable": ("the body weight cannot be used ({weight})", "the body weight cannot be used"),
    "dose-stable": ("{label} unchanged since {since}, at least {span}", "{label} unchanged for at least {span}"),
    "dose-changed": (
        "{label} stopped {last}; {span} will have passed on {clear_on}",
        "{label} begun or changed {changed}; {span} will have passed on {clear_on}",
        "{label} begun or changed {changed}, less than {span} ago",
        "{label} changed within {span}",
    ),
    "dose-changed-to-judge": (
        "{label} is {intake}",
        "{label} begun or changed {changed}, less than {span} ago",
        "{label} changed within {span}",
    ),
    "dose-varies": ("{label} is written in changing doses, so no stable dose can be read",),
    "dose-stability-unknown": (
        "{label} since {since}: whether the dose is unchanged for {span} is not settled",
        "since when {label} is unchanged is not recorded",
    ),
}

DRUGS: Mapping[str, Wordings] = {**_TAKING, **_TREATED, **_COURSES}
