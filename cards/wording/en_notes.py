"""Remarks on the record as a whole, and why a trial keeps silent, in English."""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import NoteWording, Wordings


def _warning(*wordings: str) -> NoteWording:
    return NoteWording("warning", wordings)


def _information(*wordings: str) -> NoteWording:
    return NoteWording("information", wordings)


NOTES: Mapping[str, NoteWording] = {
    "deceased": _warning("The patient is recorded as deceased; nothing was assessed."),
    "unclassified-drug": _information(
        "A drug was not recognised: {label} ({reference}).", "A drug was not recognised ({reference})."
    ),
    "unclassified-problem": _information("A problem was not recognised: {label}.", "A problem was not recognised."),
    "coded-family-history": _information(
        "A disease code whose words speak of the family does not count as the patient's: {label} ({reference}).",
        "A disease code whose words speak of the family does not count as the patient's ({reference}).",
    ),
    "not-understood": _warning(
        "Not everything recorded under {section} was understood: {why} ({reference}, “{label}”).",
        "Not everything recorded under {section} was understood: {why} ({reference}).",
        "Not everything recorded under {section} was read: {why}.",
    ),
    "unreadable-date": _warning("A date cannot be read and counts as none ({reference})."),
    "other-subject": _information("An entry about somebody else was left out ({reference})."),
    "no-research-contact": _warning("The patient does not want to be asked about research ({reference})."),
    "future-date": _warning(
        "An entry dated after the day of assessment was left out ({reference}, {date}).",
        "An entry dated after the day of assessment was left out ({reference}).",
    ),
    "onset-after-recorded": _warning("An onset lies after the day it was recorded on ({reference}, {date})."),
    "onsets-disagree": _information("Entries of one disease begin on different days; the earliest counts."),
    "newer-preliminary": _warning(
        "A newer result is preliminary and does not count yet: {label} {value} on {when}.",
        "A newer result is preliminary and does not count yet: {label} {value}.",
    ),
    "positive-unlisted": _warning(
        "A positive result is of a test that is not recognised, and was not used: {label} ({reference}).",
        "A positive result is of a test that is not recognised, and was not used ({reference}).",
    ),
    "result-refused": _warning(
        "A result cannot be right and is not used: {label} {value} on {when} ({reference}).",
        "A result cannot be right and is not used: {label} {value} ({reference}).",
    ),
    "result-unit": _warning(
        "A result has no unit that can be used: {label} {value} on {when} ({reference}).",
        "A result has no unit that can be used: {label} {value} ({reference}).",
    ),
    "result-unreadable": _warning(
        "A result cannot be read: {label} {value} on {when} ({reference}).",
        "A result cannot be read: {label} on {when} ({reference}).",
        "A result cannot be read: {label} ({reference}).",
    ),
    "result-without-value": _warning(
        "A test is on record without a result: {label} on {when}, {value} ({reference}).",
        "A test is on record without a result: {label} on {when} ({reference}).",
        "A test is on record without a result: {label} ({reference}).",
    ),
    "result-without-date": _warning(
        "A result carries no date: {label} {value} ({reference}).",
        "A result carries no date: {label} ({reference}).",
    ),
    "after-transfusion": _warning(
        "The count was taken after a transfusion ({label}, {when}).",
        "The count was taken after a transfusion ({label}).",
    ),
    "dose-not-recorded": _information("No dose of {label} is recorded; its start alone was looked at."),
    "stopped-lately": _information("{label} was stopped lately ({when}).", "{label} was stopped lately."),
}

SILENCES: Mapping[str, Wordings] = {
    "trial-not-open": ("the trial is not open",),
    "deceased": ("the patient is recorded as deceased",),
    "patient-record-inactive": ("this patient record is no longer in use",),
    "no-research-contact": ("the patient does not want to be asked about research",),
    "already-in-this-trial": ("the patient is in this trial already",),
    "anchor-not-met": ("the record does not show the disease",),
    "ineligible": ("something recorded stands in the way",),
    "restricted": ("the trial's name would tell what is recorded as confidential",),
}
