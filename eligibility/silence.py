"""When an empty record may be read as "no" (G7): what opens each key, and what closes it again.

A hole closes silence (G5): something of a section that was not read or not understood could be the very thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from eligibility.finding import Reason
from eligibility.record import Hole, Intake, PatientRecord, Section, Source
from eligibility.truth import Truth
from eligibility.when import Span, When

MEDICATION_WINDOW = Span(30, "day")
STANDS_FOR_A_LIST = {
    "problem-list": "no-problem-list",
    "medication-list": "no-medication-list",
    "treatment-history": "no-treatment-history",
    "procedure-history": "no-procedure-history",
    "allergy-list": "no-allergy-list",
    "research-history": "no-research-history",
    "never": "not-on-record",
}


@dataclass(frozen=True, slots=True)
class Silence:
    """Whether the key is open; if so what opened it, else why not (a wording key) and the hole, if one closed it."""

    key: str
    open: bool
    opened_by: tuple[str, ...] = ()
    closed_because: Reason | None = None
    hole: Hole | None = None


def _recent(days: tuple[When | None, ...], as_of: date) -> bool:
    first = MEDICATION_WINDOW.ago(as_of)
    return any(day is not None and day.within(first, as_of) is Truth.TRUE for day in days)


def _problem_list(record: PatientRecord, _as_of: date, _history: tuple[str, ...]) -> bool:
    return record.openers.problem_list


def _medication_list(record: PatientRecord, as_of: date, _history: tuple[str, ...]) -> bool:
    openers, first = record.openers, MEDICATION_WINDOW.ago(as_of)
    for day in openers.no_medication_information:
        if day is None or day.within(first, as_of) is not Truth.FALSE:
            return False
    return openers.medication_list or _recent(openers.statements, as_of)


def _treatment_history(record: PatientRecord, as_of: date, history: tuple[str, ...]) -> bool:
    return bool(history)


def _procedures(record: PatientRecord, as_of: date, history: tuple[str, ...]) -> bool:
    return record.openers.procedures or record.openers.problem_list


def _allergies(record: PatientRecord, _as_of: date, _history: tuple[str, ...]) -> bool:
    return record.openers.allergies


def _research(record: PatientRecord, _as_of: date, _history: tuple[str, ...]) -> bool:
    return record.openers.studies


_OPENED: dict[str, tuple[Callable[[PatientRecord, date, tuple[str, ...]], bool], tuple[Section, ...]]] = {
    "problem-list": (_problem_list, (Section.CONDITIONS,)),
    "medication-list": (_medication_list, (Section.MEDICATIONS,)),
    "treatment-history": (_treatment_history, (Section.MEDICATIONS,)),
    "procedure-history": (_procedures, (Section.PROCEDURES,)),
    "allergy-list": (_allergies, (Section.ALLERGIES,)),
    "research-history": (_research, (Section.STUDIES,)),
}


def sections_of(key: str) -> tuple[Section, ...]:
    """The sections that open a key, and whose holes close it."""
    if key not in _OPENED:
        return ()
    lists = (Section.LISTS,) if key in ("problem-list", "medication-list", "procedure-history", "allergy-list") else ()
    both = (Section.CONDITIONS,) if key == "procedure-history" else ()
    return (*_OPENED[key][1], *both, *lists)


KEYS = (*_OPENED, "never", "means-no", "all-read")


def silence(key: str, record: PatientRecord, as_of: date, history: tuple[str, ...]) -> Silence:
    """Reads one key. `history` names the recorded exposures to the trial's own therapies (CW-TX)."""
    if key in ("means-no", "all-read"):
        return Silence(key, True)
    if key == "never":
        return Silence(key, False, closed_because=Reason.of(STANDS_FOR_A_LIST[key]))
    opened, sections = _OPENED[key]
    if key == "procedure-history" and not record.openers.procedures:
        sections = (*sections, Section.CONDITIONS)  # then only the problem list opens it, and a hole there closes that
    for section in sections:
        for hole in holes_against((key,), section, record, as_of):
            return Silence(key, False, closed_because=_because(hole), hole=hole)
    if not opened(record, as_of, history):
        return Silence(key, False, closed_because=Reason.of(STANDS_FOR_A_LIST[key]))
    references = history if key == "treatment-history" else record.openers.references.get(key, ())
    return Silence(key, True, opened_by=tuple(references))


def holes_against(keys: tuple[str, ...], section: Section, record: PatientRecord, as_of: date) -> tuple[Hole, ...]:
    """The holes of a section that bear on these keys: the medication list is about now and the last 30 days."""
    first = MEDICATION_WINDOW.ago(as_of) if "medication-list" in keys else date.min
    return tuple(hole for hole in record.holes_in(section) if hole.hides_after(first))


def _because(hole: Hole) -> Reason:
    return Reason.of("hole", section=hole.section.value, why=hole.reason, reference=hole.reference, label=hole.label)


def opens_treatment_history(intake: Intake, source: Source) -> bool:
    """A past or current exposure, G5: an order counts (assumed), a plan or what was handed over does not."""
    taken = (Intake.ACTIVE, Intake.COMPLETED, Intake.STOPPED)
    told = source not in (Source.PLAN, Source.DISPENSE)
    return told and (intake in taken or (intake is Intake.ON_HOLD and source is not Source.ORDER))
