"""Which criteria the report leaves unnamed: decided by a restricted entry, or about an unnamed topic (design §6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from cards.discretion import UNNAMED
from cards.wording.wording import is_restricted
from eligibility.assessment import CriterionResult
from eligibility.finding import Reason
from eligibility.record import PatientRecord

UNRECOGNISED = frozenset(
    {"unclassified-drug", "unclassified-problem", "positive-unlisted", "coded-family-history", "not-understood"}
)


def is_unnamed(result: CriterionResult) -> bool:
    """Whether its sentence, its place in the list and its entries are kept back."""
    return is_restricted(result.finding) or result.finding.reason == UNNAMED


def restricted_entries(record: PatientRecord) -> Set[str]:
    """References of all entries above normal confidentiality."""
    results = (one for held in (record.observations, record.unanswered) for many in held.values() for one in many)
    groups = (record.conditions, results, record.exposures, record.procedures, record.allergies, record.studies)
    return frozenset(one.reference for group in groups for one in group if one.restricted)


def notes_told(notes: Iterable[Reason], unnamed: Set[str], discreet: bool) -> Iterator[Reason]:
    """The remarks on the data that may be told: none about an unnamed entry.

    Where topics are to be left unnamed, a remark on what was not recognised is told without its name, since nobody can
    say whether the name would tell the topic; any other that names an entry without saying which one is left out.
    """
    for note in notes:
        reference = note.given.get("reference")
        if discreet and note.key in UNRECOGNISED:
            note = Reason(note.key, tuple((name, fact) for name, fact in note.facts if name != "label"))
        if isinstance(reference, str):
            told = reference not in unnamed
        else:
            told = not (discreet and "label" in note.given)
        if told:
            yield note
