"""Which criteria the report leaves unnamed: decided by a restricted entry, or about an unnamed topic (design §6)."""

from __future__ import annotations

from collections.abc import Set

from cards.discretion import UNNAMED
from cards.wording.wording import is_restricted
from eligibility.assessment import CriterionResult
from eligibility.finding import Reason
from eligibility.record import PatientRecord


def is_unnamed(result: CriterionResult) -> bool:
    """Whether its sentence, its place in the list and its entries are kept back."""
    return is_restricted(result.finding) or result.finding.reason == UNNAMED


def restricted_entries(record: PatientRecord) -> Set[str]:
    """References of all entries above normal confidentiality."""
    results = (one for held in (record.observations, record.unanswered) for many in held.values() for one in many)
    groups = (record.conditions, results, record.exposures, record.procedures, record.allergies, record.studies)
    return frozenset(one.reference for group in groups for one in group if one.restricted)


def may_be_told(note: Reason, unnamed: Set[str], discreet: bool) -> bool:
    """Whether a remark on the data may be told: none about an unnamed entry.

    Where topics are to be left unnamed, none that quotes an entry without saying which one it is.
    """
    reference = note.given.get("reference")
    if isinstance(reference, str):
        return reference not in unnamed
    return not (discreet and "label" in note.given)
