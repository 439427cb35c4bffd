"""What `cds-service assess` says of FHIR JSON as it comes: people, verdicts and data notes, by its own functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cds_service.assessing import record_of
from cds_service.assessment_json import patient_json
from cds_service.catalogue import load_catalogue
from cds_service.contents import Unusable
from cds_service.documents import PatientFile, read_document
from cds_service.languages import wording_for
from eligibility.assessment import Assessment, CriterionResult, assess
from eligibility.record import Hole, PatientRecord

TODAY = date(2026, 11, 21)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One person of a document: the record as it was read, and what both trials say of it."""

    record: PatientRecord
    assessments: tuple[Assessment, ...]
    as_of: date

    def result(self, criterion: str) -> CriterionResult:
        return next(found for one in self.assessments for found in _reported(one.results) if _is(found, criterion))

    def verdict(self, criterion: str) -> str:
        return self.result(criterion).verdict

    def verdicts(self, criteria: Iterable[str]) -> dict[str, str]:
        return {criterion: self.verdict(criterion) for criterion in criteria}

    def assumed(self, criterion: str) -> bool:
        return self.result(criterion).finding.assurance.value == "assumed"

    @property
    def notes(self) -> list[str]:
        whole = patient_json("-", self.record, self.as_of, self.as_of, self.assessments, wording_for(load_catalogue()))
        return [note["text"] for note in whole["notes"]]

    def named(self, key: str) -> list[str]:
        """The labels that the notes of this key give: problems or drugs that were not recognised."""
        return sorted(str(note.given.get("label")) for note in self.record.notes if note.key == key)


def told(*documents: Any, as_of: date = TODAY, holes: Iterable[Hole] = ()) -> list[Told | Unusable]:
    """Every person of a document; several values are the lines of an NDJSON text."""
    data = b"\n".join(json.dumps(document, ensure_ascii=False).encode() for document in documents)
    return [found if isinstance(found, Unusable) else _told(found, as_of, holes) for found in read_document(data)]


def people(*documents: Any, as_of: date = TODAY) -> list[Told]:
    return [_usable(found) for found in told(*documents, as_of=as_of)]


def person(*documents: Any, as_of: date = TODAY, holes: Iterable[Hole] = ()) -> Told:
    [only] = told(*documents, as_of=as_of, holes=holes)
    return _usable(only)


def _told(file: PatientFile, as_of: date, holes: Iterable[Hole]) -> Told:
    catalogue = load_catalogue()
    record = record_of(replace(file, holes=(*file.holes, *holes)), catalogue, as_of)
    trials = () if record.deceased else catalogue.trials
    return Told(record, tuple(assess(trial, record, as_of, as_of) for trial in trials), as_of)


def _usable(found: Told | Unusable) -> Told:
    assert isinstance(found, Told), found
    return found


def _is(found: CriterionResult, criterion: str) -> bool:
    return found.criterion.id == criterion


def _reported(results: Iterable[CriterionResult]) -> Iterator[CriterionResult]:
    for result in results:
        yield result
        yield from _reported(result.parts)


# --- raw JSON ---------------------------------------------------------------------------------------------------------

PATIENT: Json = {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1980-06-15"}
SUBJECT: Mapping[str, str] = {"AllergyIntolerance": "patient", "ResearchSubject": "individual"}


def of_p(kind: str, identity: str, **elements: Any) -> Json:
    """A resource about Patient/p; `None` takes an element away."""
    subject = {SUBJECT.get(kind, "subject"): {"reference": "Patient/p"}}
    whole = {"resourceType": kind, "id": identity, **subject, **elements}
    return {name: value for name, value in whole.items() if value is not None}


def bundle(*resources: Json, **members: Any) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources], **members}


def problem(identity: str, icd: str, display: str = "", **elements: Any) -> Json:
    """A current, confirmed item of the problem list under ICD-10-CM."""
    system = "http://hl7.org/fhir/sid/icd-10-cm"
    coding = {"system": system, "code": icd} | ({"display": display} if display else {})
    return of_p(
        "Condition",
        identity,
        **{
            "category": [{"coding": [{"code": "problem-list-item"}]}],
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "code": {"coding": [coding]},
        }
        | elements,
    )
