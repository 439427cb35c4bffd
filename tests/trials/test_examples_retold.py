"""What a code means decides, not how it is spelled; and what is no matter of a trial changes nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from worked import Answer, Example, answer, answer_of, examples

from cds_service.catalogue import load_catalogue

SAMPLE = examples()[::23]
OIDS = {
    "http://hl7.org/fhir/sid/icd-10-cm": "urn:oid:2.16.840.1.113883.6.90",
    "http://snomed.info/sct": "urn:oid:2.16.840.1.113883.6.96",
    "http://loinc.org": "URN:OID:2.16.840.1.113883.6.1",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "urn:oid:2.16.840.1.113883.6.88",
    "http://www.whocc.no/atc": "urn:oid:2.16.840.1.113883.6.73",
}
Json = dict[str, Any]


def beside_other_things(bundle: Json) -> None:
    person = {"reference": "Patient/p"}
    vaccine = {"status": "completed", "patient": person, "vaccineCode": {"text": "influenza"}}
    bundle["entry"].append({"resource": {"resourceType": "Immunization", "id": "other-1", **vaccine}})
    haemoglobin = {"status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}}
    value = {"value": 120, "unit": "g/L"}
    result = {**haemoglobin, "subject": person, "effectiveDateTime": "2026-11-20", "valueQuantity": value}
    bundle["entry"].append({"resource": {"resourceType": "Observation", "id": "other-2", **result}})


def by_oid(bundle: Json) -> None:
    for coding in _codings(bundle):
        coding["system"] = OIDS.get(coding["system"], coding["system"])


def without_dots(bundle: Json) -> None:
    for coding in _codings(bundle):
        if "icd-10" in coding["system"]:
            coding["code"] = coding["code"].replace(".", "").lower()


def with_trailing_blanks(bundle: Json) -> None:
    for coding in _codings(bundle):
        coding["code"] += " "
        coding["system"] += " "


def _codings(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if isinstance(value.get("system"), str) and isinstance(value.get("code"), str):
            yield value
        for one in value.values():
            yield from _codings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _codings(one)


def answers(heard: Answer) -> dict[str, tuple[str, str]]:
    results = heard.assessment.results if heard.assessment else ()
    return {each.criterion.id: (each.verdict, each.finding.assurance.value) for each in results}


def retold(example: Example, how: Callable[[Json], None]) -> Example:
    bundle = copy.deepcopy(dict(example.bundle))
    how(bundle)
    return replace(example, bundle=bundle)


WAYS = (beside_other_things, by_oid, without_dots, with_trailing_blanks)


@pytest.mark.parametrize("how", WAYS, ids=lambda how: how.__name__)
def test_a_story_told_in_another_way_gets_the_same_answers(how: Callable[[Json], None]) -> None:
    anew = {each: answer_of(load_catalogue(), retold(each, how)) for each in SAMPLE}
    differing = [each.id for each in SAMPLE if answers(answer(each)) != answers(anew[each])]
    assert differing == []
