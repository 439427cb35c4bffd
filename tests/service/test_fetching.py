"""Reading from the FHIR server: what is asked, what a refusal or silence leaves, and where the token may go."""

from __future__ import annotations

import gzip
import logging
from typing import Any

import httpx2
import orjson
import pytest

from tests.service.calling import KEYS, Service, hook_call, nothing_but, without
from tests.service.ehr import BASE, PATIENT, PATIENT_ID, Ehr, Hang, bundle, outcome, resource

GRANT = {"access_token": "secret-token", "token_type": "Bearer", "expires_in": 300, "scope": "s", "subject": "cds"}


def reasons(record: dict[str, Any]) -> list[str]:
    return [hole["reason"] for hole in record["holes"]]


FAILURES: list[tuple[str, Any, str]] = [
    ("401", 401, "not-authorised"),
    ("403", 403, "refused"),
    ("404", 404, "not-found"),
    ("410", 410, "not-found"),
    ("429", 429, "unreachable"),
    ("500", 500, "unreachable"),
    ("503", 503, "unreachable"),
    ("an OperationOutcome", outcome(), "refused"),
    ("a Bundle with nothing but an error", bundle(outcome()), "refused"),
    ("HTML", httpx2.Response(200, content=b"<html>please log in</html>"), "unreachable"),
    ("NaN", httpx2.Response(200, content=b'{"resourceType": NaN}'), "unreachable"),
    ("nothing", httpx2.Response(200), "unreachable"),
    ("no resource", ["text"], "unreachable"),
    ("a redirect", httpx2.Response(302, headers={"Location": "https://evil.example/"}), "unreachable"),
    ("no connection", httpx2.ConnectError("ehr.example/fhir/Procedure?patient=p1"), "unreachable"),
    ("a broken connection", httpx2.RemoteProtocolError("cut"), "unreachable"),
    ("a time-out", httpx2.ReadTimeout("slow"), "unreachable"),
    (
        "a bomb",
        httpx2.Response(200, headers={"Content-Encoding": "gzip"}, content=gzip.compress(bytes(20_000_000))),
        "more-pages",
    ),
]


@pytest.mark.rule("FHIR-6")
@pytest.mark.parametrize(("answer", "reason"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
async def test_whatever_the_server_does_costs_that_part_only(
    service: Service, ehr: Ehr, answer: Any, reason: str
) -> None:
    ehr.answers["Procedure?patient=p1"] = answer
    ehr.answers["AllergyIntolerance?patient=p1"] = bundle(resource("AllergyIntolerance", "a"))
    record = await service.record(access=True)
    assert [(hole["section"], hole["reason"]) for hole in record["holes"]] == [("procedures", reason)]
    assert record["ids"] == ["AllergyIntolerance/a", "Patient/p1"]
    assert len(set(ehr.asked)) == len(KEYS)


@pytest.mark.rule("PREF-11")
@pytest.mark.parametrize("failing", ["Patient/p1", "Condition?patient=p1"])
@pytest.mark.parametrize("answer", [403, 404, 500, Hang(), outcome()], ids=["403", "404", "500", "hung", "outcome"])
async def test_without_patient_or_first_conditions_it_is_412(ehr: Ehr, failing: str, answer: Any) -> None:
    ehr.answers[failing] = answer
    refusal = await Service(ehr, open=True, deadline=0.3).call(access=True)
    assert refusal.status_code == 412
    assert failing.partition("?")[0].partition("/")[0] in refusal.json()["issue"][0]["diagnostics"]


async def test_a_server_that_answers_with_another_patient_is_not_believed(service: Service, ehr: Ehr) -> None:
    ehr.answers["Patient/p1"] = {**PATIENT, "id": "p2"}
    assert (await service.call(access=True)).status_code == 412


@pytest.mark.rule("GEN-7")
async def test_a_hung_server_does_not_keep_the_clinician_waiting(ehr: Ehr) -> None:
    """Everything but Patient and Conditions hangs: the answer comes, each part named as not read in time."""
    ehr.every = lambda asked: None if asked.startswith(("Patient", "Condition")) else Hang()
    record = await Service(ehr, open=True, deadline=0.3).record(access=True)
    assert reasons(record) == ["out-of-time"] * (len(KEYS) - 2)


async def test_more_searches_than_slots_still_all_get_their_turn(ehr: Ehr) -> None:
    record = await Service(ehr, open=True, parallel=1).record(access=True)
    assert record["holes"] == []
    assert len(ehr.asked) == len(KEYS)


@pytest.mark.rule("FHIR-1")
async def test_headers_of_every_request(service: Service, ehr: Ehr) -> None:
    """HAPI ends paging on no-store and serves an old search without no-cache."""
    await service.record(access=True)
    for request in ehr.requests:
        assert request.headers["Authorization"] == "Bearer secret-token"
        assert request.headers["Accept"].startswith("application/fhir+json")
        assert request.headers["Accept-Encoding"] == "gzip"
        assert request.headers["Cache-Control"] == "no-cache"


@pytest.mark.rule("FHIR-1")
@pytest.mark.parametrize(
    ("settings", "members", "reads"),
    [
        ({"open": True}, {"fhirServer": BASE}, True),
        ({"open": True}, {"fhirServer": BASE, "fhirAuthorization": GRANT}, True),
        ({"open": True, "allow_open_fhir": False}, {"fhirServer": BASE}, False),
        ({"open": True, "allow_open_fhir": False}, {"fhirServer": BASE, "fhirAuthorization": GRANT}, True),
        ({"open": True}, {"fhirServer": f"{BASE}/"}, True),
        ({"open": True}, {"fhirServer": "ehr.example/fhir"}, False),
        ({"open": True}, {"fhirServer": "ftp://ehr.example/fhir"}, False),
        ({"open": True}, {"fhirServer": "https://user:pass@ehr.example/fhir"}, False),
        ({"open": True}, {"fhirServer": f"{BASE}?x=1"}, False),
        ({"open": True}, {"fhirServer": f"{BASE}#x"}, False),
        ({"open": True}, {"fhirServer": "https:///fhir"}, False),
        ({"open": True}, {"fhirServer": "https://ehr.example:99999/fhir"}, False),
        ({"open": True}, {"fhirServer": "https://ehr.example/fh ir"}, False),
    ],
    ids=str,
)
async def test_which_servers_are_read(ehr: Ehr, settings: dict[str, Any], members: dict[str, Any], reads: bool) -> None:
    record = await Service(ehr, **settings).record(without(nothing_but(), "lists"), **members)
    assert reasons(record) == ([] if reads else ["not-sent"])
    assert len(ehr.asked) == reads


async def test_the_id_is_written_into_the_address_so_that_it_changes_nothing_else(service: Service, ehr: Ehr) -> None:
    patient = {**PATIENT, "id": "ä+1"}
    call = hook_call(without(nothing_but(patient=patient), "lists"), access=True)
    call["context"]["patientId"] = "ä+1"
    assert (await service.http.post("/cds-services/trial-eligibility-patient-view", json=call)).status_code == 200
    assert str(ehr.requests[0].url) == f"{BASE}/List?patient=%C3%A4%2B1&status=current"


LABORATORY = "Observation?patient=p1&category=laboratory&_sort=-date&_count=200"


def by_code_refused(asked: str) -> Any:
    return 400 if "code=" in asked else None


async def test_where_search_by_code_is_refused_the_category_to_its_end_serves(service: Service, ehr: Ehr) -> None:
    """Weights and grades lie in no one category, so `status` stays unknown."""
    recent = bundle(
        resource("Observation", "new", effectiveDateTime="2026-11-20"),
        resource("Observation", "older", effectiveDateTime="2026-05-01"),
        next=f"{BASE}?page=2",
    )
    ehr.answers |= {LABORATORY: recent, f"{BASE}?page=2": bundle(resource("Observation", "oldest"))}
    ehr.every = by_code_refused
    record = await service.record(access=True)
    assert "Observation/oldest" in record["ids"]
    [hole] = record["holes"]
    assert hole["reason"] == "refused"
    assert "VS-WEIGHT" in hole["sets"]
    assert "VS-PLT" not in hole["sets"]


async def test_where_the_category_is_refused_too_the_results_are_unknown(service: Service, ehr: Ehr) -> None:
    ehr.every = lambda asked: 403 if asked.startswith("Observation") else None
    record = await service.record(access=True)
    assert reasons(record) == ["refused"] * 5


async def test_a_category_that_does_not_end_leaves_the_results_unknown(service: Service, ehr: Ehr) -> None:
    ehr.every = lambda asked: (
        400
        if "code=" in asked
        else bundle(next=f"{BASE}?page={len(ehr.asked)}")
        if "page" in asked or "category" in asked
        else None
    )
    record = await service.record(access=True)
    assert sorted(reasons(record)) == ["more-pages"] + ["refused"] * 4


def order(number: int, drug: str, authored: str = "2026-01-01") -> dict[str, Any]:
    return resource("MedicationRequest", f"r{number}", medicationReference={"reference": drug}, authoredOn=authored)


async def test_drugs_named_by_reference_are_read_once_each(service: Service, ehr: Ehr) -> None:
    ehr.every = lambda asked: (
        {"resourceType": "Medication", "id": asked.partition("/")[2]} if "Medication/" in asked else None
    )
    orders = bundle(
        order(1, "Medication/a"), order(2, "Medication/a"), order(3, f"{BASE}/Medication/b"),
        order(4, "#inside"), order(5, "urn:uuid:c"), order(6, "https://other.example/fhir/Medication/d"),
        order(7, "Medication/here"), {"resourceType": "Medication", "id": "here"},
    )  # fmt: skip
    record = await service.record(nothing_but(requests=orders), access=True)
    assert sorted(ehr.asked) == ["Medication/a", "Medication/b"]
    assert {"Medication/a", "Medication/b"} <= set(record["ids"])


async def test_a_drug_made_of_another_is_read_over_two_hops(service: Service, ehr: Ehr) -> None:
    ehr.answers["Medication/mix"] = {
        "resourceType": "Medication",
        "id": "mix",
        "ingredient": [{"itemReference": {"reference": "Medication/substance"}}],
    }
    ehr.answers["Medication/substance"] = {"resourceType": "Medication", "id": "substance"}
    record = await service.record(nothing_but(statements=bundle(order(1, "Medication/mix"))), access=True)
    assert "Medication/substance" in record["ids"]


async def test_the_newest_orders_come_first_where_not_all_drugs_can_be_read(ehr: Ehr) -> None:
    ehr.every = lambda asked: {"resourceType": "Medication", "id": asked.partition("/")[2]}
    orders = bundle(*(order(year, f"Medication/m{year}", f"{year}-01-01") for year in (2019, 2026, 2021, 2025)))
    await Service(ehr, open=True, max_medications=2).record(nothing_but(requests=orders), access=True)
    assert sorted(ehr.asked) == ["Medication/m2025", "Medication/m2026"]


MANY = [order(number, f"Medication/m{number}") for number in range(12)]
DRUGS = [{"resourceType": "Medication", "id": f"m{number}"} for number in range(12)]
INCLUDING = f"MedicationRequest?patient={PATIENT_ID}&_include=MedicationRequest:medication&_count=200"


async def test_many_drugs_come_with_one_search_where_the_server_knows_include(service: Service, ehr: Ehr) -> None:
    ehr.answers[INCLUDING] = bundle(*MANY, *DRUGS, resource("MedicationRequest", "unread"))
    record = await service.record(nothing_but(requests=bundle(*MANY)), access=True)
    assert ehr.asked == [INCLUDING]
    assert {f"Medication/m{number}" for number in range(12)} <= set(record["ids"])
    assert "MedicationRequest/unread" not in record["ids"]


@pytest.mark.parametrize(
    "refusal", [400, outcome(), bundle(*MANY), bundle()], ids=("400", "outcome", "ignored", "none")
)
async def test_a_server_without_include_is_asked_one_by_one_and_not_tried_again(
    service: Service, ehr: Ehr, refusal: Any
) -> None:
    ehr.answers |= {INCLUDING: refusal} | {f"Medication/{drug['id']}": drug for drug in DRUGS}
    for expected in ([INCLUDING], []):
        ehr.requests.clear()
        record = await service.record(nothing_but(requests=bundle(*MANY)), access=True)
        assert [asked for asked in ehr.asked if "include" in asked] == expected
        assert len(ehr.asked) == len(expected) + 12
        assert {f"Medication/m{number}" for number in range(12)} <= set(record["ids"])
        assert record["holes"] == []


async def test_a_drug_that_cannot_be_read_leaves_the_order_in_the_record(service: Service, ehr: Ehr) -> None:
    ehr.every = lambda asked: 403
    record = await service.record(nothing_but(requests=bundle(order(1, "Medication/a"))), access=True)
    assert record["ids"] == ["MedicationRequest/r1", "Patient/p1"]


async def test_the_study_of_a_participant_is_read(service: Service, ehr: Ehr) -> None:
    ehr.answers["ResearchStudy/s"] = {"resourceType": "ResearchStudy", "id": "s"}
    member = resource("ResearchSubject", "m", study={"reference": "ResearchStudy/s"})
    record = await service.record(nothing_but(studies=bundle(member)), access=True)
    assert "ResearchStudy/s" in record["ids"]


@pytest.mark.rule("FHIR-3")
async def test_neither_token_nor_patient_gets_into_the_log(
    service: Service, ehr: Ehr, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ehr.answers["Procedure?patient=p1"] = httpx2.ConnectError("https://ehr.example/fhir/Procedure?patient=p1")
    ehr.answers["Patient/p1"] = {**PATIENT, "name": [{"family": "Prefect"}]}
    await service.record(access=True)
    written = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "answered" in written
    for secret in ("secret-token", "Prefect", f"patient={PATIENT_ID}", f"Patient/{PATIENT_ID}", BASE):
        assert secret not in written


async def test_the_log_says_how_each_key_was_obtained(
    service: Service, ehr: Ehr, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="cds_service")
    ehr.answers["List?patient=p1&status=current"] = 403
    answer = await service.call(
        without(nothing_but(procedures=bundle(), allergies=outcome()), "lists", "studies"), access=True
    )
    [line] = [record.facts for record in caplog.records if record.getMessage() == "answered"]
    said = {key: line["keys"][key] for key in ("procedures", "allergies", "lists", "studies", "counts")}
    assert said == {
        "procedures": "sent",
        "allergies": "sent, refused",
        "lists": "fetched, refused",
        "studies": "fetched",
        "counts": "nothing",
    }
    assert line["holes"] == {"refused": 2}
    assert line["request"] == answer.headers["x-request-id"]


async def test_order_of_keys_and_pages_changes_nothing(service: Service) -> None:
    """Two versions of one resource: the later one stays, whichever came first."""
    old = resource("Condition", "c", meta={"lastUpdated": "2026-01-01T00:00:00Z"}, note="old")
    new = resource("Condition", "c", meta={"lastUpdated": "2026-02-01T00:00:00Z"}, note="new")
    kept = []

    def keep(gathered: Any, *_: Any) -> list[dict[str, Any]]:
        kept.append(orjson.dumps([one for one in gathered.resources if one["resourceType"] == "Condition"]))
        return []

    both = Service(service.ehr, judge=keep)
    for first, second in ((old, new), (new, old)):
        await both.call(nothing_but(conditions=bundle(first), procedures=bundle(second)))
    assert kept[0] == kept[1] == orjson.dumps([new])
