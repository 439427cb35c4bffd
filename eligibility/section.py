"""The parts of a record, and what of them was not read or not understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Section(Enum):
    """The parts of a record that are read, and can fail to be read, separately."""

    CONDITIONS = "conditions"
    OBSERVATIONS = "observations"
    MEDICATIONS = "medications"
    PROCEDURES = "procedures"
    ALLERGIES = "allergies"
    STUDIES = "studies"
    LISTS = "lists"


@dataclass(frozen=True, slots=True)
class Hole:
    """Something of a section that was not read or not understood: every "no" from that section's silence is unknown.

    `reference` names the resource where there is one. `reason` is a wording key, such as `refused`, `unreachable`,
    `out-of-time`, `more-pages`, `no-code`, `unknown-modifier`, `unreadable-status`, `subject-unknown`,
    `unresolved-drug`. For observations `sets` limits the hole to those value sets (None: all of them), and
    `complete_since` says from which day on the section is complete all the same. For a drug that no table of ours
    knows (`unclassified-drug`), `until` is the last day on which it can have been taken; None: it may still be.
    """

    section: Section
    reason: str
    reference: str | None = None
    sets: frozenset[str] | None = None
    complete_since: date | None = None
    label: str | None = None
    until: date | None = None

    def hides_after(self, day: date) -> bool:
        """Whether what it hides may concern this day or a later one."""
        return self.until is None or self.until >= day
