"""What an audit row says of one call: enough to ask again and get the same verdicts, nothing that tells of a person.

No name, value, date of the record, comment or token. Patient, user and evidence are keyed hashes. A verdict that a
restricted result decides is "restricted", and one on a topic that the hospital leaves unnamed is "discreet".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cards.discretion import UNNAMED
from cards.wording.wording import is_restricted
from cds_service.audit.decided import Decided
from cds_service.store.pseudonym import pseudonym
from eligibility import ENGINE
from eligibility.assessment import Assessment, CriterionResult
from eligibility.finding import Evidence, Reason
from eligibility.section import Hole, Section
from eligibility.trial import Trial

Json = dict[str, Any]
RESTRICTED, DISCREET = "restricted", "discreet"
_SHORT = 16
_MOST_EVIDENCE = 20
_VOCABULARY = ("section", "why")
"""Facts of a reason that are words of ours: which section was not read, and why. Other facts tell of the person."""


@dataclass(frozen=True, slots=True)
class Called:
    """One call as the audit sees it: by which client, with what outcome, and what was decided, as far as it came."""

    service: str
    client: str | None
    status: int
    milliseconds: float
    why: str | None = None
    decided: Decided | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    quieted: Mapping[str, int] = field(default_factory=dict)


def content_of(called: Called, key: bytes) -> Json:
    """The content of the row; `key` makes the pseudonyms."""
    told: Json = {
        "service": called.service,
        "client": called.client,
        "status": called.status,
        "why": called.why,
        "milliseconds": {"all": called.milliseconds},
        "engine": ENGINE,
    }
    decided = called.decided
    if decided is not None and called.client is not None:
        people = _People(key, called.client)
        told |= {"patient": people.patient(decided.patient), "user": people(decided.user)}
        told["milliseconds"] |= {name: round(spent * 1000, 1) for name, spent in decided.seconds.items()}
        if decided.as_of is not None:
            told |= _of_answer(called, decided, people)
    return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _People:
    """Pseudonyms of one client's people and resources."""

    key: bytes
    client: str

    def __call__(self, reference: str) -> str:
        return pseudonym(self.key, self.client, reference)

    def patient(self, patient_id: str) -> str:
        return self(f"Patient/{patient_id}")

    def evidence(self, found: Iterable[Evidence]) -> list[str]:
        """Enough to find the entries again with the record in hand and the key."""
        distinct = dict.fromkeys(one.reference for one in found)
        return [self(reference)[:_SHORT] for reference in distinct][:_MOST_EVIDENCE]


def _of_answer(called: Called, decided: Decided, people: _People) -> Json:
    assert decided.as_of is not None  # noqa: S101 — asked for by the caller
    assessed = {one.trial.nct_id: one for one in decided.assessments}
    trials = [
        _trial(trial, assessed.get(trial.nct_id), decided, people) | _heard(trial, called, decided)
        for trial in (*decided.considered, *_unforeseen(decided))
    ]
    return {
        "as_of": decided.as_of.isoformat(),
        "data": sections(decided.holes),
        "keys": dict(called.keys),
        "trials": trials,
        "cards": len(decided.cards),
    }


def _unforeseen(decided: Decided) -> Iterator[Trial]:
    known = {trial.nct_id for trial in decided.considered}
    return (one.trial for one in decided.assessments if one.trial.nct_id not in known)


def sections(holes: Iterable[Hole]) -> Json:
    """How much of each section was read: "all", or why the rest was not."""
    missing: dict[str, set[str]] = {section.value: set() for section in Section}
    for hole in holes:
        missing[hole.section.value].add(hole.reason)
    return {name: sorted(reasons) or "all" for name, reasons in missing.items()}


def _heard(trial: Trial, called: Called, decided: Decided) -> Json:
    """Whether a card was sent, or by which report of a clinician it was kept silent."""
    told = {"card": decided.cards.get(trial.nct_id), "quieted": called.quieted.get(trial.nct_id)}
    return {name: value for name, value in told.items() if value is not None}


def _trial(trial: Trial, assessment: Assessment | None, decided: Decided, people: _People) -> Json:
    """Which version was held against the record, and each verdict; a trial that could not speak was not assessed."""
    told: Json = {"trial": trial.nct_id, "protocol": trial.header.protocol, "definition": trial.definition}
    if assessment is None:
        return {**told, "assessed": False}
    patient = f"Patient/{decided.patient}" if decided.labelled else None
    verdicts = {one.criterion.id: _verdict(one, patient, people) for one in _all(assessment.results)}
    return {**told, "assessed": True, "status": _status(assessment, verdicts), "criteria": verdicts}


def _all(results: Iterable[CriterionResult]) -> Iterator[CriterionResult]:
    for result in results:
        yield result
        yield from _all(result.parts)


def _verdict(result: CriterionResult, patient: str | None, people: _People) -> Json:
    finding = result.finding
    if finding.reason == UNNAMED:
        return {"verdict": DISCREET}
    if _confidential(result, patient):
        return {"verdict": RESTRICTED}
    told: Json = {"verdict": result.verdict, "because": finding.reason.key, **_words(finding.reason)}
    if finding.assumed:
        told["assumed"] = True
    if found := people.evidence(finding.evidence):
        told["evidence"] = found
    return told


def _confidential(result: CriterionResult, patient: str | None) -> bool:
    """Whether a labelled entry is behind it or one of its parts, or a labelled Patient."""
    held = (*result.finding.evidence, *(one for ground in result.finding.grounds for one in ground.evidence))
    own = patient is not None and any(one.reference == patient for one in held)
    return own or is_restricted(result.finding) or any(_confidential(part, patient) for part in result.parts)


def _words(reason: Reason) -> Json:
    if reason.key != "hole":
        return {}
    return {name: str(reason.given[name]) for name in _VOCABULARY if name in reason.given}


def _status(assessment: Assessment, verdicts: Mapping[str, Json]) -> str:
    """The trial's status, unless it would tell what a hidden verdict is."""
    open_to_see = [one for one in assessment.results if "because" in verdicts[one.criterion.id]]
    if len(open_to_see) == len(assessment.results) or any(one.blocking for one in open_to_see):
        return assessment.status.value
    return RESTRICTED
