"""What is known of one patient, and how completely each part of the record was read.

Slim on purpose: FHIR's names, FHIR's details left behind in `cds_service.fhir.reader`, which makes these. Everything
is frozen and pickles. Entries that state no fact about the patient (entered in error, family history, another
subject's) never get here; entries that were not understood become holes (rule G5), because a hole closes silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from fractions import Fraction

from eligibility.finding import Reason
from eligibility.quantity import Amount, ReferenceRange
from eligibility.section import Hole as Hole  # part of the record's own words
from eligibility.section import Section as Section
from eligibility.terminology import Hits
from eligibility.unread import ReadLater
from eligibility.when import When


class Standing(Enum):
    """A diagnosis in the record: current, past, suspected (unconfirmed and the like) or denied (refuted)."""

    CURRENT = "current"
    PAST = "past"
    SUSPECTED = "suspected"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Condition:
    """A problem or diagnosis of this patient.

    `hits` says in which value sets it stands and how (Mark); a HISTORY mark is for the rule to read as past.
    `onset` is onset[x] (cut at `recorded`); `recorded` is the latest possible start, from recordedDate or the
    asserted-date extension, else None. `abatement` is kept only when it lies, or may lie, in the past.
    `alarms` names the sets whose alarm word stands in an *unclassified* problem (G7c), or in the text of another
    where neither its code nor the code's name explains it; `unclassified` is true when no row of any set matched.
    """

    reference: str
    label: str
    hits: Hits
    standing: Standing
    resolved: bool = False  # clinicalStatus `resolved`, apart from inactive or remission
    onset: When | None = None
    recorded: When | None = None
    abatement: When | None = None
    abated: bool = False  # some abatement[x] is stated, even one without a date
    alarms: frozenset[str] = frozenset()
    unclassified: bool = False
    restricted: bool = False


class Answer(Enum):
    """A qualitative result by the words and codes of VS-RESULT-* (G6). NONE: a value that is no such answer."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNCLEAR = "unclear"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Result:
    """The value of an observation, in every form in which rules ask for it.

    `amount` when it is a number or a range with or without a unit (also from a quantitative string). `answer` when its
    code, words or interpretation are those of VS-RESULT-*. `hits`: value sets and scale codes of a coded answer,
    `codes` its `system|code` in our short system names, for scales. `text` as it is to be shown.
    `readable` is false for a final result whose value could not be read at all: it still is the latest one (G5).
    `refused`: it contradicts itself or is what no person can have; shown, never used. `absent`: there is no value, and
    `text` says why where that is written; such an entry is no result (G6) and stands among the `unanswered`.
    `interpretation` is what stands beside a value: it never replaces it, and a contradiction leaves the answer open.
    """

    text: str
    amount: Amount | None = None
    answer: Answer = Answer.NONE
    hits: Hits = field(default_factory=dict)
    codes: frozenset[str] = frozenset()
    readable: bool = True
    refused: bool = False
    absent: bool = False
    interpretation: Answer = Answer.NONE


@dataclass(frozen=True, slots=True)
class Observation(ReadLater):
    """A final, amended or corrected result (or a component or member of one). Results without a value are left out.

    `when` is the collection (effective[x]), `issued` only where that is missing. `rank` is 1 for corrected or
    amended, else 0. `issued` orders ties (µs since 1970, UTC).
    """

    reference: str
    label: str
    hits: Hits
    result: Result
    when: When | None
    issued: int | None = None
    rank: int = 0
    ranges: tuple[ReferenceRange, ...] = ()
    restricted: bool = False
    preliminary: bool = False  # never decides; shown as a caveat when newer than the deciding result


class Source(Enum):
    """What kind of record speaks of the drug. REPORT: an order of intent `plan` that reports use (G5)."""

    STATEMENT = "statement"
    REPORT = "report"
    ORDER = "order"
    ADMINISTRATION = "administration"
    DISPENSE = "dispense"  # handed over: no intake, but the drug may be taken as long as it lasts
    PLAN = "plan"  # intent plan without a report: no fact, but its drug makes "takes no …" unknown


class Intake(Enum):
    """Status of an exposure, over the three resources' own codes."""

    ACTIVE = "active"  # MedicationAdministration in-progress too
    COMPLETED = "completed"
    STOPPED = "stopped"
    ON_HOLD = "on-hold"
    INTENDED = "intended"
    NOT_TAKEN = "not-taken"  # not-done too; cancelled, draft, proposal, option, doNotPerform are left out before
    UNKNOWN = "unknown"


class Route(Enum):
    PARENTERAL = "parenteral"
    ORAL = "oral"
    LOCAL = "local"  # topical, inhaled, nasal, ophthalmic, otic, intra-articular, flush or lock: not systemic
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Dose:
    """G11. `daily` is mg a day (`per_kg`: mg per kg a day) when structured dosage gives it, else None.

    `stated` is true when any dosage is written, readable or not; `varies` for tapers, alternating days and several
    doses in sequence. An administration's `single` is the mg given that once.
    """

    daily: Fraction | None = None
    per_kg: bool = False
    single: Fraction | None = None
    stated: bool = False
    varies: bool = False


@dataclass(frozen=True, slots=True)
class Exposure(ReadLater):
    """One record of a drug: a statement, a report, an order or an administration.

    `start`/`end` as recorded (order: bounds, validity period, else authoredOn as start; single dose: both the same,
    `single` true). `asserted` is dateAsserted, authoredOn of an order, else None. `ingredients` are names of the
    ingredient table (shared.yaml), or one key made of the code or text where the table has none: two records are
    of the same drug when these sets meet. `outcomes` ⊆ {no-response, relapse, intolerance}: documented reasons.
    `reasons` are the classified indications; empty and `reason_stated` false when none is given.
    """

    reference: str
    label: str
    hits: Hits
    source: Source
    intake: Intake
    ingredients: frozenset[str] = frozenset()
    start: When | None = None
    end: When | None = None
    single: bool = False
    asserted: When | None = None
    as_needed: bool = False
    route: Route = Route.UNSTATED
    dose: Dose = Dose()
    reasons: tuple[Hits, ...] = ()
    reason_stated: bool = False
    outcomes: frozenset[str] = frozenset()
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Procedure:
    """`done` is None when the status does not say (unknown); not-done ones are kept as negative evidence."""

    reference: str
    label: str
    hits: Hits
    done: bool | None
    performed: When | None = None
    reasons: tuple[Hits, ...] = ()
    reason_stated: bool = False
    outcomes: frozenset[str] = frozenset()
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Allergy:
    """`substance` tells distinct allergies apart. `severe`: criticality high, a severe reaction or anaphylaxis.

    `graded` is true when criticality, or a reaction's severity, is stated. `none_known` is "no known allergy".
    """

    reference: str
    label: str
    hits: Hits
    substance: str
    confirmed: bool = True
    severe: bool = False
    graded: bool = False
    none_known: bool = False
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Study:
    """A ResearchSubject: `identifiers` are NCT numbers and study references; status is FHIR's code."""

    reference: str
    label: str
    status: str
    hits: Hits = field(default_factory=dict)  # drugs named in its title or display
    identifiers: frozenset[str] = frozenset()
    start: When | None = None
    end: When | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Openers:
    """The facts that open the silence keys of G7, gathered by the reader; `eligibility.silence` reads them.

    `problem_list`: a valid problem-list-item Condition, a current problem List or "no known problems".
    `medication_list`: "no known medications" or a current medication List. `statements`: the days on which
    MedicationStatements (and reports) were asserted (else effective start or date). `no_medication_information`: days
    of such assertions, None for an undated one. `procedures`/`allergies`/`studies`: a valid entry exists.
    """

    problem_list: bool = False
    medication_list: bool = False
    statements: tuple[When, ...] = ()
    no_medication_information: tuple[When | None, ...] = ()
    procedures: bool = False
    allergies: bool = False
    studies: bool = False
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # key → what opened it


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """One patient. `born` is None when missing or masked; `gender` is FHIR's code or None."""

    reference: str
    born: When | None = None
    gender: str | None = None
    restricted: bool = False  # the Patient is above normal confidentiality: age and sex decide, and are not printed
    deceased: bool = False
    inactive: bool = False  # active = false, or replaced by another Patient (G12)
    no_research_contact: bool = False  # Consent deny or Flag (G12b)
    conditions: tuple[Condition, ...] = ()
    observations: Mapping[str, tuple[Observation, ...]] = field(default_factory=dict)  # value set → results, any order
    unanswered: Mapping[str, tuple[Observation, ...]] = field(default_factory=dict)  # tests on record without a result
    exposures: tuple[Exposure, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    studies: tuple[Study, ...] = ()
    openers: Openers = Openers()
    holes: tuple[Hole, ...] = ()
    notes: tuple[Reason, ...] = ()
    family_history: bool = False

    def holes_in(self, section: Section) -> tuple[Hole, ...]:
        return tuple(hole for hole in self.holes if hole.section is section)

    def observation_holes(self, sets: frozenset[str], since: date | None) -> tuple[Hole, ...]:
        """Holes that could hide a result of `sets` on or after `since` (None: at any time)."""
        return tuple(
            hole
            for hole in self.holes_in(Section.OBSERVATIONS)
            if (hole.sets is None or hole.sets & sets)
            and (since is None or hole.complete_since is None or hole.complete_since > since)
        )

    def but(self, **changes: object) -> PatientRecord:
        return replace(self, **changes)  # type: ignore[arg-type]
