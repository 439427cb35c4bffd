"""However a record reaches the service, it says the same: the whole cast, from prefetch, by reading, half and half."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from cds_service.app import create_app
from cds_service.catalogue import load_catalogue
from cds_service.demo.fhir_server import fhir_routes
from cds_service.demo.fixtures import load_cast, resources_of
from cds_service.demo.store import FhirStore
from cds_service.fhir.queries import RECENT_DAYS, queries, uncovered
from cds_service.settings import Settings
from eligibility.assessment import needs
from eligibility.record import Section
from tests.conformance.answers import client_of
from tests.service.calling import NOON, SERVICE, hook_call

DAY = date(2026, 11, 21)
PEOPLE = sorted(one["id"] for one in resources_of(load_cast(DAY)) if one["resourceType"] == "Patient")
EHR = "http://ehr.example/fhir"


@dataclass
class House:
    """The real service with the shipped trials, and an EHR that holds the cast and pages by twenty."""

    http: httpx2.AsyncClient
    ehr: httpx2.AsyncClient
    prefetch_templates: dict[str, str]

    async def prefetched(self, person: str) -> dict[str, Any]:
        """What a client would send: the first page of each template."""
        filled = {key: one.replace("{{context.patientId}}", person) for key, one in self.prefetch_templates.items()}
        return {key: (await self.ehr.get(f"{EHR}/{one}")).json() for key, one in filled.items()}

    async def cards(self, person: str, prefetch: dict[str, Any]) -> list[Any]:
        context = {"userId": "Practitioner/doc", "patientId": person}
        answer = await self.http.post(SERVICE, json=hook_call(prefetch, context=context, fhirServer=EHR))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["cards"])


@pytest.fixture
async def house() -> AsyncIterator[House]:
    store = FhirStore(resources_of(load_cast(DAY)), clock=lambda: datetime.combine(DAY, time(), UTC))
    transport = httpx2.ASGITransport(Starlette(routes=list(fhir_routes(store, day=DAY.isoformat()))))
    app = create_app(Settings(open=True, deadline=30.0), clock=lambda: NOON, transport=transport)
    service = client_of(app)
    async with service, httpx2.AsyncClient(transport=transport) as ehr:
        [published] = (await service.get("/cds-services")).json()["services"]
        yield House(service, ehr, published["prefetch"])


@pytest.mark.rule("PREF-10")
@pytest.mark.parametrize("person", PEOPLE)
async def test_prefetched_read_or_half_of_each_the_cards_are_the_same(house: House, person: str) -> None:
    sent = await house.prefetched(person)
    whole = await house.cards(person, sent)
    assert whole == await house.cards(person, {})
    assert whole == await house.cards(person, dict(list(sent.items())[::2]))


async def test_some_of_the_cast_do_get_cards(house: House) -> None:
    told = [person for person in PEOPLE if await house.cards(person, {})]
    assert "ines" in told
    assert len(told) < len(PEOPLE)


async def test_a_refused_part_of_the_record_is_named_on_the_card(house: House) -> None:
    sent = await house.prefetched("ines")
    refused = sent | {"infections-1": {"resourceType": "OperationOutcome", "issue": []}}
    whole, [cut] = await house.cards("ines", sent), await house.cards("ines", refused)
    assert cut["detail"] != whole[0]["detail"]
    assert "HIV" in cut["detail"]


OBSERVED = [need for need in needs(load_catalogue().trials, DAY) if need.section is Section.OBSERVATIONS]


def test_every_result_that_a_criterion_reads_is_brought_by_some_key() -> None:
    assert OBSERVED
    assert uncovered({name for need in OBSERVED for name in need.sets}) == ()


def test_results_read_by_category_are_never_needed_from_longer_ago() -> None:
    [category] = [one for one in queries(load_catalogue().terminology.value_sets) if one.recent_days]
    windows = [need.back for need in OBSERVED if need.sets & (category.sets or frozenset())]
    assert windows
    assert all(window is not None and window.days_at_most < RECENT_DAYS for window in windows)


def _bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}


ENCOUNTER_DIAGNOSIS = {
    "resourceType": "Condition",
    "id": "e11",
    "subject": {"reference": "Patient/stranger"},
    "category": [{"coding": [{"code": "encounter-diagnosis"}]}],
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}]},
}


@pytest.mark.parametrize(
    "conditions", [None, _bundle(ENCOUNTER_DIAGNOSIS)], ids=["nothing but a Patient", "encounter diagnoses only"]
)
async def test_a_record_that_does_not_speak_of_the_disease_gets_no_card(house: House, conditions: Any) -> None:
    patient = {"resourceType": "Patient", "id": "stranger", "birthDate": "1980-06-15", "gender": "female"}
    prefetch = dict.fromkeys(house.prefetch_templates) | {"patient": patient, "conditions": conditions}
    assert await house.cards("stranger", prefetch) == []
