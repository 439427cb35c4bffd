"""What may not change a verdict: mistakes taken back, the calendar; and what is refused. More laws: tests/laws."""

from __future__ import annotations

import copy
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from worked import SUBJECT_ELEMENT, Example, answer, answer_of, examples

from cds_service.catalogue import load_catalogue
from eligibility.assessment import Assessment, CriterionResult
from eligibility.finding import Assurance

STORIES = examples()[::17]  # every seventeenth: the laws are general, the stories many
WITH_STATUS = {"Observation", "MedicationStatement", "MedicationRequest", "MedicationAdministration", "Procedure"}
WITH_VERIFICATION = {"Condition": "condition-ver-status", "AllergyIntolerance": "allergyintolerance-verification"}
DATE = re.compile(r"(\d{4})(-\d\d.*)?")
DATED = re.compile(r"start|end|issued|birthDate|authoredOn|dateAsserted|recordedDate|\w*(Date|DateTime|Instant)")
Resource = dict[str, Any]


def _with(example: Example, added: list[Resource]) -> Example:
    entries = [*example.bundle["entry"], *({"resource": resource} for resource in added)]
    return replace(example, bundle={**example.bundle, "entry": entries})


def _resources(example: Example) -> list[Resource]:
    """Copies of everything that is recorded of the patient, under new ids."""
    found = [copy.deepcopy(entry["resource"]) for entry in example.bundle["entry"][1:]]
    return [{**one, "id": f"copy-of-{one.get('id', 'it')}"} for one in found if one["resourceType"] in SUBJECT_ELEMENT]


def with_a_copy_entered_in_error(example: Example) -> Example:
    """G5: entered-in-error anything is ignored."""
    return _with(example, [wrong for one in _resources(example) if (wrong := _taken_back(one)) is not None])


def four_hundred_years_later(example: Example) -> Example:
    """G3: the calendar repeats after 400 years, and the day of reading comes from outside."""
    moved: Example = replace(
        example,
        bundle=_later(example.bundle, ""),
        as_of=_later(example.as_of, "start"),
        start=_later(example.start, "start"),
    )
    return moved


def _taken_back(resource: Resource) -> Resource | None:
    kind = resource["resourceType"]
    if kind in WITH_STATUS:
        return {**resource, "status": "entered-in-error"}
    if kind not in WITH_VERIFICATION:
        return None
    system = f"http://terminology.hl7.org/CodeSystem/{WITH_VERIFICATION[kind]}"
    resource.pop("clinicalStatus", None)
    return {**resource, "verificationStatus": {"coding": [{"system": system, "code": "entered-in-error"}]}}


def _later(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _later(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_later(one, key) for one in value]
    found = DATE.fullmatch(value) if isinstance(value, str) and DATED.fullmatch(key) else None
    return f"{int(found[1]) + 400}{found[2] or ''}" if found else value


def _anew(changed: Example) -> Assessment | None:
    return answer_of(load_catalogue(), changed).assessment


def _verdicts(assessment: Assessment | None) -> dict[str, Any]:
    if assessment is None:
        return {}
    found: dict[str, Any] = {one.criterion.id: (one.verdict, one.finding.assurance) for one in _all(assessment)}
    return {**found, "status": assessment.status, "speaks": assessment.speaks}


def _all(assessment: Assessment) -> list[CriterionResult]:
    return [one for result in assessment.results for one in (result, *result.parts)]


@pytest.mark.parametrize("example", STORIES, ids=lambda example: example.id)
@pytest.mark.parametrize(
    "change",
    [
        with_a_copy_entered_in_error,
        four_hundred_years_later,
    ],
    ids=lambda change: change.__name__,
)
def test_it_changes_no_verdict(example: Example, change: Callable[[Example], Example]) -> None:
    assert _verdicts(_anew(change(example))) == _verdicts(answer(example).assessment)


@pytest.mark.parametrize("example", STORIES, ids=lambda example: example.id)
def test_where_something_was_refused_nothing_is_read_from_silence(example: Example) -> None:
    """G5, G7: a hole closes silence. No exclusion is assumed absent, and silence never fails an inclusion."""
    refused = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}
    assessed = _anew(_with(example, [refused]))
    if assessed is None:
        assert answer(example).assessment is None
        return
    told = [one for one in _all(assessed) if one.verdict == "not-met" and one.finding.assurance is Assurance.ASSUMED]
    assert [one.criterion.id for one in told] == []
