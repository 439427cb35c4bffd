"""What the service publishes of itself: discovery, by the rules of CDS Hooks; its prefetch, by the value sets."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from cds_service.fhir.queries import MAX_URL, observation_codes, queries, uncovered
from eligibility.coding import Mark
from tests.service.calling import KEYS, TERMINOLOGY, Service

TOKEN = re.compile(r"\{\{.*?\}\}")
LOINC_NUMBER = re.compile(r"\d+-\d")
ALL = {query.key: query for query in queries(TERMINOLOGY.value_sets)}


async def entry(service: Service) -> dict[str, object]:
    answer = await service.http.get("/cds-services")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    [only] = answer.json()["services"]
    return dict(only)


@pytest.mark.rule("DISC-7")
async def test_one_service_for_the_chart_open_hook(service: Service) -> None:
    published = await entry(service)
    assert published["id"] == "trial-eligibility-patient-view"
    assert published["hook"] == "patient-view"
    assert set(published) == {"id", "hook", "version", "title", "description", "usageRequirements", "prefetch"}
    assert all(published.values())


@pytest.mark.rule("DISC-8")
async def test_the_prefetch_keys_are_those_of_the_design(service: Service) -> None:
    prefetch = (await entry(service))["prefetch"]
    assert isinstance(prefetch, dict)
    assert tuple(prefetch) == KEYS
    assert prefetch["patient"] == "Patient/{{context.patientId}}"
    assert prefetch["conditions"] == "Condition?patient={{context.patientId}}"
    assert prefetch["lists"] == "List?patient={{context.patientId}}&status=current"
    expected = "Observation?patient={{context.patientId}}&category=laboratory&_sort=-date&_count=200"
    assert prefetch["laboratory"] == expected


@pytest.mark.rule("PREF-2")
@pytest.mark.parametrize("key", KEYS)
def test_a_template_holds_the_patient_id_and_no_other_token(key: str) -> None:
    assert TOKEN.findall(ALL[key].template) == ["{{context.patientId}}"]


@pytest.mark.rule("PREF-3")
@pytest.mark.parametrize("key", KEYS)
def test_a_template_stays_in_the_recommended_subset_and_within_a_safe_length(key: str) -> None:
    _, _, query = ALL[key].template.partition("?")
    names = {part.partition("=")[0] for part in query.split("&") if part}
    assert names <= {"patient", "code", "category", "status", "_sort", "_count"}
    longest_id = "x" * 64
    address = "https://a-rather-long-host-name.hospital.example/interconnect/api/FHIR/R4/"
    filled = address + ALL[key].template.replace("{{context.patientId}}", longest_id)
    assert len(quote(filled, safe=":/?&=,")) <= MAX_URL


@pytest.mark.rule("A-10")
@pytest.mark.parametrize("key", ["counts", "infections-1", "infections-2", "status"])
def test_codes_are_bare_and_each_is_asked_for_once(key: str) -> None:
    codes = ALL[key].template.partition("&code=")[2].split(",")
    assert len(codes) == len(set(codes)) > 0
    assert all(re.fullmatch(r"[0-9-]+", code) for code in codes)


def test_the_counts_are_platelets_and_clumps() -> None:
    codes = ALL["counts"].template.partition("&code=")[2].split(",")
    assert {"777-3", "26515-7", "7796-6"} <= set(codes)


def test_look_alikes_and_answer_codes_are_not_asked_for() -> None:
    asked = ",".join(query.template for query in ALL.values())
    for name, value_set in TERMINOLOGY.value_sets.items():
        wanted = set(observation_codes(value_set))
        for row in value_set.rows:
            if row.system == "loinc" and row.mark is Mark.NON_MEMBER:
                assert row.code not in wanted, name
    assert "LA" not in asked


def test_every_value_set_with_a_laboratory_or_status_code_is_brought_by_some_key() -> None:
    coded = {
        name
        for name, value_set in TERMINOLOGY.value_sets.items()
        if any(
            row.system == "loinc" and LOINC_NUMBER.fullmatch(row.code) and row.mark is not Mark.NON_MEMBER
            for row in value_set.rows
        )
    }
    assert "VS-PLT" in coded
    assert uncovered(coded) == ()


def test_a_value_set_that_no_key_brings_is_named() -> None:
    assert uncovered(["VS-PLT", "VS-HBA1C", "VS-ALT"]) == ("VS-HBA1C",)


def test_each_code_of_a_covered_set_is_in_the_template_of_its_key() -> None:
    for query in ALL.values():
        if "&code=" not in query.template:
            continue
        codes = set(query.template.partition("&code=")[2].split(","))
        for name in query.sets or ():
            assert set(observation_codes(TERMINOLOGY.value_sets[name])) <= codes


async def test_what_answers_says_that_it_is_there(service: Service) -> None:
    for address in ("/healthz", "/readyz"):
        answer = await service.http.get(address)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
