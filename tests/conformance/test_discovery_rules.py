"""Discovery as a client reads it: DISC, and the rules on templates that it must be able to fill (PREF, CTX-4)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.conformance.hospital_day import Day
from tests.conformance.rules import ROOT
from tests.service.calling import SERVICE

Json = dict[str, Any]
TOKEN = re.compile(r"\{\{(.*?)\}\}")
SEARCH = re.compile(r"[A-Z][A-Za-z]+\?[^{}]*(?:\{\{[^{}]+\}\}[^{}]*)*")
READ = re.compile(r"[A-Z][A-Za-z]+/\{\{[^{}]+\}\}")


async def published(day: Day) -> list[Json]:
    answer = await day.http.get("/cds-services")
    assert answer.status_code == 200
    services: list[Json] = answer.json()["services"]
    assert services
    return services


async def templates(day: Day) -> dict[str, str]:
    found: dict[str, str] = (await published(day))[0]["prefetch"]
    assert found
    return found


@pytest.mark.rule("DISC-1")
@pytest.mark.rule("DISC-2")
@pytest.mark.rule("DISC-11")
async def test_discovery_is_one_object_with_services_at_one_address(day: Day) -> None:
    answer = await day.http.get("/cds-services")
    assert (answer.status_code, list(answer.json())) == (200, ["services"])
    for beside in ("/", "/cds-services/", "/cds-services.json", "/CDS-services"):
        assert (await day.http.get(beside)).status_code == 404
    assert (await day.http.get("/cds-services")).content == answer.content


@pytest.mark.rule("DISC-4")
@pytest.mark.rule("DISC-5")
@pytest.mark.rule("DISC-6")
@pytest.mark.rule("DISC-9")
async def test_an_entry_says_what_it_is_and_what_it_needs(day: Day) -> None:
    for entry in await published(day):
        assert entry["hook"] == "patient-view"
        for text in ("title", "description", "usageRequirements"):
            assert entry[text].strip() == entry[text] != ""
        assert not re.search(r"[<>*_`\[\]]", entry["description"]), "the same as plain text and as Markdown"
        assert {"patient", "conditions"} <= set(entry["prefetch"])
        assert "patient, conditions" in entry["usageRequirements"]


@pytest.mark.rule("DISC-7")
async def test_the_address_made_of_an_id_is_that_of_the_service(day: Day) -> None:
    for entry in await published(day):
        assert (await day.http.post(f"/cds-services/{entry['id']}")).status_code == 415
        assert f"/cds-services/{entry['id']}" == SERVICE


@pytest.mark.rule("DISC-10")
async def test_no_id_is_published_twice_for_one_hook(day: Day) -> None:
    pairs = [(entry["id"], entry["hook"]) for entry in await published(day)]
    assert len(pairs) == len(set(pairs))


@pytest.mark.rule("DISC-12")
@pytest.mark.rule("CTX-6")
async def test_the_version_of_the_specification_is_named_and_none_of_the_hook(day: Day) -> None:
    """No hook version: its two published sources disagree on the number, and on nothing else."""
    for entry in await published(day):
        assert entry["version"] == "2.0.1"
        assert "hookVersion" not in entry


@pytest.mark.rule("GEN-8")
async def test_the_fhir_version_is_said_in_words(day: Day) -> None:
    for entry in await published(day):
        assert "FHIR R4" in entry["usageRequirements"]


@pytest.mark.rule("DISC-15")
async def test_what_is_supported_is_written_for_people(day: Day) -> None:
    for page in ("README.md", "docs/integration.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert "patient-view" in text
        assert "/cds-services" in text
    assert "(conformance.md)" in (ROOT / "docs" / "integration.md").read_text(encoding="utf-8")


@pytest.mark.rule("PREF-1")
async def test_a_template_is_a_relative_read_or_a_search_of_one_type(day: Day) -> None:
    for template in (await templates(day)).values():
        assert READ.fullmatch(template) or SEARCH.fullmatch(template), template


@pytest.mark.rule("CTX-4")
async def test_a_client_that_sends_only_what_must_be_in_the_context_can_fill_every_template(day: Day) -> None:
    """`encounterId` is optional: a template on it might stay unfilled."""
    tokens = {token for template in (await templates(day)).values() for token in TOKEN.findall(template)}
    assert tokens == {"context.patientId"}


@pytest.mark.rule("PREF-4")
async def test_no_section_rests_on_a_search_that_national_profiles_lack(day: Day) -> None:
    """US Core has no search on MedicationStatement: orders are asked for beside it, and each key may fail alone."""
    types = [template.partition("?")[0] for template in (await templates(day)).values()]
    assert types.index("MedicationStatement") >= 0
    assert "MedicationRequest" in types
    whole = await day.prefetched("bruno")
    answer = await day.call("bruno", {key: value for key, value in whole.items() if key != "statements"})
    assert answer.status_code == 200


@pytest.mark.rule("PREF-14")
async def test_results_are_sorted_by_the_syntax_of_r4(day: Day) -> None:
    sorts = [part for one in (await templates(day)).values() for part in re.split(r"[?&]", one) if "sort" in part]
    assert set(sorts) == {"_sort=-date"}
