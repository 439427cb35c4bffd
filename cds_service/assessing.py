"""`cds-service assess`: each person in the files held against every trial, one object each; a mistake is one too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from cards.wording.wording import Wording
from cds_service.assessment_json import Json, error_json, patient_json
from cds_service.catalogue import Catalogue
from cds_service.contents import Unusable
from cds_service.documents import PatientFile, read_document, read_source
from cds_service.fhir.draft import EVERYTHING, Forgiven
from cds_service.fhir.local_codes import NO_MAPS, ConceptMaps
from cds_service.fhir.reader import begin
from eligibility.assessment import assess
from eligibility.record import PatientRecord
from eligibility.trial import Trial


@dataclass(frozen=True, slots=True)
class Question:
    """Which trials, on which day (R), with which first dose (D1), and what the hospital's own codes and times mean."""

    trials: tuple[Trial, ...]
    as_of: date
    start: date
    maps: ConceptMaps = NO_MAPS
    zone: tzinfo | None = None


def chosen(catalogue: Catalogue, wanted: Sequence[str] | None) -> tuple[Trial, ...] | str:
    """The trials asked for, in the order of the catalogue; or what is wrong with the question."""
    known = {trial.nct_id for trial in catalogue.trials}
    unknown = [name for name in wanted or () if name not in known]
    if unknown:
        return f"no trial {', '.join(unknown)} here; there are {', '.join(sorted(known))}"
    return tuple(trial for trial in catalogue.trials if not wanted or trial.nct_id in wanted)


def assess_paths(paths: Iterable[str], question: Question, catalogue: Catalogue, wording: Wording) -> Iterator[Json]:
    """One object for each patient in the order of the input; an input that cannot be used costs only its own line."""
    for path in paths:
        try:
            for found in read_document(read_source(path)):
                if isinstance(found, Unusable):
                    yield error_json(path, found)
                else:
                    yield _one(path, found, question, catalogue, wording)
        except Unusable as unusable:
            yield error_json(path, unusable)


def _one(path: str, file: PatientFile, question: Question, catalogue: Catalogue, wording: Wording) -> Json:
    """A record that trips the program costs its own line, and the message names the mistake without quoting it."""
    try:
        return _assessed(path, file, question, catalogue, wording)
    except Exception as mistake:
        message = f"this record could not be assessed ({type(mistake).__name__}), which is a mistake of the program"
        return error_json(path, Unusable(message, "report it, with the shape of the record and without its content"))


def _assessed(path: str, file: PatientFile, question: Question, catalogue: Catalogue, wording: Wording) -> Json:
    record = record_of(file, catalogue, question.as_of, maps=question.maps, zone=question.zone)
    trials = () if record.deceased else question.trials  # G12: nobody is told that a deceased person may take part
    assessments = [assess(trial, record, question.as_of, question.start) for trial in trials]
    return patient_json(path, record, question.as_of, question.start, assessments, wording)


def record_of(
    file: PatientFile,
    catalogue: Catalogue,
    as_of: date,
    forgiven: Forgiven = EVERYTHING,
    maps: ConceptMaps = NO_MAPS,
    zone: tzinfo | None = None,
) -> PatientRecord:
    """What one person's part of a document says; `forgiven`, `maps` and `zone` as the reader has them."""
    reading = begin(
        file.patient,
        file.resources,
        terminology=catalogue.terminology,
        as_of=as_of,
        resolve=file.resolve,
        holes=file.holes,
        aliases=file.aliases,
        maps=maps,
        forgiven=forgiven,
        zone=zone,
    )
    return reading.whole()
