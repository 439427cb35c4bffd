"""What of a record the picture of a trial may show: platelet counts and treatments that the trial's criteria ask for.

Nothing else of the record is in it: no name, no birth date, no diagnosis. What is restricted, or about a topic that the
hospital leaves unnamed, is not in it either (design §6).
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from cards.report.lanes import COUNTS, ORDER, UNIT, lane_of
from eligibility.quantity import Amount
from eligibility.record import Exposure, Intake, Observation, PatientRecord, Source
from eligibility.trial import Trial
from eligibility.units import converted
from eligibility.when import When


@dataclass(frozen=True, slots=True)
class Count:
    """One platelet count. `number` is in ×10⁹/L, None where it cannot be drawn; `remark` says why it is not used."""

    reference: str
    text: str
    when: When
    number: Fraction | None
    remark: str = ""


class Certainty(Enum):
    """Whether an entry says that the drug was taken, or only that somebody wanted it to be."""

    TAKEN = "taken"
    ORDERED = "ordered"


@dataclass(frozen=True, slots=True)
class Course:
    """One entry of a treatment. `running`: it goes on; `single`: once, on the day of `start`."""

    reference: str
    lane: str
    label: str
    start: When | None
    end: When | None
    running: bool = False
    single: bool = False
    certainty: Certainty = Certainty.TAKEN

    @property
    def once(self) -> bool:
        """Begun and ended on one known day."""
        known = self.start is not None and self.start.exact
        return known and (self.single or (self.end is not None and self._days(self.start) == self._days(self.end)))

    @staticmethod
    def _days(when: When | None) -> tuple[date, date] | None:
        return (when.first, when.last) if when else None


@dataclass(frozen=True, slots=True)
class Series:
    """Counts by their day, the oldest first; treatments by lane, then by their beginning."""

    counts: tuple[Count, ...] = ()
    courses: tuple[Course, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.counts and not self.courses


NOTHING = Series()
_NO_INTAKE = (Intake.NOT_TAKEN, Intake.INTENDED)
_UNSURE = (Intake.ON_HOLD, Intake.UNKNOWN)


def series_of(record: PatientRecord, trial: Trial, as_of: date, unnamed: Set[str] = frozenset()) -> Series:
    """The picture's data. `unnamed` are references of entries whose topic is left unnamed."""
    asked = trial.value_sets
    counts = [one for one in _counts(record, asked, as_of) if one.reference not in unnamed]
    courses = [one for one in _courses(record, asked, as_of) if one.reference not in unnamed]
    return Series(tuple(sorted(counts, key=_by_day)), tuple(sorted(courses, key=_by_lane)))


def _by_day(count: Count) -> tuple[date, date, int, str]:
    return (count.when.first, count.when.last, count.when.instant or 0, count.reference)


def _by_lane(course: Course) -> tuple[int, date, str]:
    begun = course.start or course.end
    return (ORDER[course.lane], begun.first if begun else date.min, course.reference)


def _counts(record: PatientRecord, asked: Set[str], as_of: date) -> Iterator[Count]:
    for found in record.observations.get(COUNTS, ()) if COUNTS in asked else ():
        when = found.when.until(as_of) if found.when else None
        if when is not None and not found.restricted:
            yield _count(found, when)


def _count(found: Observation, when: When) -> Count:
    number = _number(found.result.amount)
    remark = "refused" if found.result.refused else "preliminary" if found.preliminary else ""
    remark = remark or ("" if number is not None else "unit-unknown")
    return Count(found.reference, found.result.text, when, number, remark)


def _number(amount: Amount | None) -> Fraction | None:
    """In ×10⁹/L; of "below 5" the bound itself, beside which the text is told."""
    same = converted(amount, UNIT, (COUNTS,)) if amount is not None else None
    if same is None:
        return None
    return same.high if same.high is not None else same.low


def _courses(record: PatientRecord, asked: Set[str], as_of: date) -> Iterator[Course]:
    for exposure in record.exposures:
        lane = lane_of(exposure.hits, asked)
        if lane is not None and _shows(exposure, as_of):
            yield _course(exposure, lane, as_of)
    for procedure in record.procedures:
        lane = lane_of(procedure.hits, asked)
        if lane is not None and procedure.done and not procedure.restricted:
            day = procedure.performed
            yield Course(procedure.reference, lane, procedure.label, day, day, single=True)
    yield from _in_the_problem_list(record, asked)


def _in_the_problem_list(record: PatientRecord, asked: Set[str]) -> Iterator[Course]:
    """An operation that is known from a diagnosis ("absent spleen")."""
    for condition in record.conditions:
        lane = lane_of(condition.hits, asked)
        if lane is not None and not condition.restricted:
            yield Course(condition.reference, lane, condition.label, condition.onset, condition.onset, single=True)


def _shows(exposure: Exposure, as_of: date) -> bool:
    """Whether it may have been taken by now: a plan or a dispensing is no intake (G5)."""
    if exposure.restricted or exposure.source in (Source.PLAN, Source.DISPENSE) or exposure.intake in _NO_INTAKE:
        return False
    return exposure.start is None or exposure.start.first <= as_of


def _course(exposure: Exposure, lane: str, as_of: date) -> Course:
    ended = exposure.end is not None and exposure.end.last <= as_of
    running = exposure.intake is Intake.ACTIVE and not ended and not exposure.single
    unsure = exposure.source is Source.ORDER or exposure.intake in _UNSURE or exposure.as_needed
    return Course(
        exposure.reference,
        lane,
        exposure.label,
        exposure.start,
        exposure.end.until(as_of) if exposure.end else None,
        running,
        exposure.single,
        Certainty.ORDERED if unsure else Certainty.TAKEN,
    )
