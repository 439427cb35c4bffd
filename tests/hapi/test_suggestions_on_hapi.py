"""Every resource that a card suggests is taken by a real FHIR server as it is, and comes back as it was sent."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from cards.markdown import escape
from cards.render import Occasion, render_cards
from cds_service.catalogue import load_catalogue
from cds_service.data import fixtures_folder
from cds_service.languages import wording_for
from eligibility.assessment import assess
from tests.hapi.ways import DAY
from tests.reading import record_in

FHIR = {"Content-Type": "application/fhir+json"}
EVERY_TYPE = frozenset(("Task", "ServiceRequest", "ResearchSubject"))


def suggested() -> list[Any]:
    """Each suggestion of each card of the cast, to a client that takes every type; named by person and label."""
    catalogue = load_catalogue()
    words = wording_for(catalogue, "en", escape)
    found = []
    for path in sorted((fixtures_folder() / "patients").glob("*.json")):
        record = record_in(path.read_bytes(), DAY)
        if record.deceased:
            continue
        occasion = Occasion(
            "open",
            "trial-eligibility-patient-view",
            "4d1fb0a5-0000-4000-8000-000000000000",
            record.reference,
            {},
            accepts=EVERY_TYPE,
        )
        for card in render_cards([assess(trial, record, DAY) for trial in catalogue.trials], occasion, words):
            for one in card.as_json().get("suggestions", []):
                found.append(pytest.param(one["actions"][0]["resource"], id=f"{path.stem}: {one['label']}"))
    return found


SUGGESTED = suggested()


def test_each_type_is_suggested_to_somebody() -> None:
    assert {one.values[0]["resourceType"] for one in SUGGESTED} == EVERY_TYPE


@pytest.mark.parametrize("resource", SUGGESTED)
def test_it_is_created_and_comes_back_as_sent(cast_on_hapi: str, resource: dict[str, Any]) -> None:
    created = requests.post(f"{cast_on_hapi}/{resource['resourceType']}", json=resource, headers=FHIR, timeout=30)
    assert created.status_code == 201, created.text[:500]
    stored = requests.get(f"{cast_on_hapi}/{resource['resourceType']}/{created.json()['id']}", timeout=30).json()
    assert {name: value for name, value in stored.items() if name not in ("id", "meta")} == resource
