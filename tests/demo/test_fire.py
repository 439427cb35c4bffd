"""`fire` opens a chart as an EHR would and says what it sent, what came back, or why it could not."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.responses import JSONResponse, PlainTextResponse

from cds_service.ehr import fire
from tests.demo.people import ana, ben, bundle


def fired(url: str, *arguments: Any, **more: Any) -> tuple[int, str]:
    out = io.StringIO()
    status = fire(url, *arguments, out=out, **more)
    assert "Traceback" not in out.getvalue()
    return status, out.getvalue()


def test_discovers_sends_prefetch_and_prints_the_card(base, service) -> None:
    status, told = fired(base, "ana", fhir=f"{base}/fhir")
    [call] = service.state.calls
    assert status == 0
    assert call["hook"] == "patient-view"
    assert call["context"] == {"userId": "Practitioner/demo", "patientId": "ana"}
    assert call["fhirServer"] == f"{base}/fhir"
    assert "fhirAuthorization" not in call
    assert call["prefetch"]["patient"]["id"] == "ana"
    assert len(call["prefetch"]["counts"]["entry"]) == 20
    assert call["prefetch"]["counts"]["link"][1]["relation"] == "next"
    assert call["prefetch"]["user"] is None
    assert call["prefetch"]["odd"]["resourceType"] == "OperationOutcome"
    assert "role" not in call["prefetch"]
    for words in (
        "counts      sent: 20 of 45, first page with a next link",
        "procedures  sent: 0 of 0",
        "user        sent: null (nothing found)",
        'odd         sent: the record\'s refusal (Unknown search parameter "bogus"',
        "role        not sent: nothing to put for {{userPractitionerRoleId}}",
        "1 card.",
        "[info] CM313: counts <b>below</b> 30",
        "    Stands in the way",
        "    - rituximab, until 1 Mar 2027",
        "    - a count of 24 *10^9/L",
        "the registry <https://registry.example/NCT1>",
        "    Source: Registry https://registry.example/NCT1",
        "    Link: Report https://service.example/report",
    ):
        assert words in told


def test_a_token_is_used_for_the_record_and_passed_on(base, service) -> None:
    fired(base, "ana", fhir=f"{base}/fhir", token="t-1")
    [call] = service.state.calls
    assert call["fhirAuthorization"]["access_token"] == "t-1"
    assert call["fhirAuthorization"]["patient"] == "ana"


def test_without_prefetch_only_the_record_s_address_goes_out(base, service) -> None:
    status, told = fired(base, "ana", fhir=f"{base}/fhir", prefetch=False)
    [call] = service.state.calls
    assert "prefetch" not in call
    assert call["fhirServer"] == f"{base}/fhir"
    assert "Prefetch: none sent" in told
    assert status == 0


def test_whole_follows_every_page(base, service) -> None:
    fired(base, "ana", fhir=f"{base}/fhir", whole=True)
    [call] = service.state.calls
    assert len({entry["resource"]["id"] for entry in call["prefetch"]["counts"]["entry"]}) == 45


def test_a_file_is_searched_as_a_server_is_and_needs_no_address(base, service, tmp_path: Path) -> None:
    (tmp_path / "ana.json").write_text(json.dumps(bundle(ana())))
    status, _ = fired(f"{base}/cds-services/small", file=tmp_path / "ana.json")
    [call] = service.state.calls
    assert status == 0
    assert "fhirServer" not in call
    assert call["context"]["patientId"] == "ana"
    counts = [entry["resource"]["id"] for entry in call["prefetch"]["counts"]["entry"]]
    assert (len(counts), counts[0], counts[-1]) == (45, "plt-44", "plt-00")


def test_references_by_full_url_are_followed_in_a_file(base, service, tmp_path: Path) -> None:
    url = "urn:uuid:2a6b6f0e-5d1c-4d0e-9c39-0a9f7c1d2b11"
    [patient, _, count, *_] = ana()
    count["subject"]["reference"] = url
    entries = [{"fullUrl": url, "resource": patient}, {"resource": count}]
    (tmp_path / "ana.json").write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    fired(base, file=tmp_path / "ana.json")
    [call] = service.state.calls
    assert call["prefetch"]["counts"]["total"] == 1


def test_what_a_file_lacks_is_said_in_each_search(base, service, tmp_path: Path) -> None:
    first_page = {**bundle(ana()), "link": [{"relation": "next", "url": "https://hospital.example/next"}]}
    (tmp_path / "ana.json").write_text(json.dumps(first_page))
    fired(base, file=tmp_path / "ana.json")
    [call] = service.state.calls
    assert call["prefetch"]["procedures"]["entry"][0]["resource"]["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "content, words",
    [
        (None, "no such file"),
        (b"", "empty"),
        (b'{"resourceType":"Bundle"', "truncated"),
        (b"<xml/>", "not JSON"),
        (b'{"a": 1}', "no Patient"),
        (b'{"resourceType":"Bundle","type":"collection"}', "no Patient"),
    ],
)
def test_a_bad_file_is_named_with_its_fault(base, service, tmp_path: Path, content, words) -> None:
    path = tmp_path / "chart.json"
    if content is not None:
        path.write_bytes(content)
    status, told = fired(base, "ana", file=path)
    assert status == 2
    assert str(path) in told
    assert words in told
    assert service.state.calls == []


def test_a_file_of_two_needs_to_be_told_whose_chart(base, tmp_path: Path) -> None:
    (tmp_path / "two.json").write_text(json.dumps(bundle([*ana(), *ben()])))
    assert fired(base, file=tmp_path / "two.json") == (2, "Whose chart is opened is not clear: name the Patient's id\n")
    status, told = fired(base, "eve", file=tmp_path / "two.json")
    assert status == 2
    assert "ana, ben" in told


@pytest.mark.parametrize("user", ["demo", "Robot/1", "Practitioner/"])
def test_a_user_is_a_reference(base, user: str) -> None:
    status, told = fired(base, "ana", user=user)
    assert status == 2
    assert "Practitioner/demo" in told


def test_no_service_at_the_address() -> None:
    status, told = fired("http://127.0.0.1:9", "ana")
    assert status == 2
    assert told.startswith("No CDS service answers at http://127.0.0.1:9/cds-services (no connection)")


@pytest.mark.parametrize("address", ["127.0.0.1:80", "nowhere", "http://"])
def test_an_address_that_is_none(address: str) -> None:
    status, told = fired(address, "ana")
    assert status == 2
    assert "http://127.0.0.1:8080" in told


def test_an_address_without_discovery(base) -> None:
    status, told = fired(f"{base}/fhir", "ana")
    assert status == 2
    assert "HTTP 404, not a list of CDS services" in told


def test_a_service_or_hook_that_is_not_offered(base) -> None:
    assert "it offers: small" in fired(f"{base}/cds-services/big", "ana")[1]
    status, told = fired(base, "ana", hook="order-select")
    assert status == 2
    assert "for this hook it offers: nothing" in told


def test_no_fhir_server_at_the_address(base, service) -> None:
    status, told = fired(base, "ana", fhir="http://127.0.0.1:9/fhir")
    assert status == 2
    assert "No FHIR server answers at http://127.0.0.1:9/fhir (no connection)" in told
    assert service.state.calls == []


OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"code": "required", "diagnostics": "no Conditions"}]}


@pytest.mark.parametrize(
    "answer, words",
    [
        (JSONResponse(OUTCOME, 412), ["HTTP 412", "no Conditions"]),
        (PlainTextResponse("oops", 500), ["HTTP 500", "no OperationOutcome"]),
        (PlainTextResponse("oops", 200), ["HTTP 200 without cards"]),
        (JSONResponse({"cards": None}), ["HTTP 200 without cards"]),
        (JSONResponse([1]), ["HTTP 200 without cards"]),
    ],
)
def test_an_answer_without_cards_is_told_and_fails(base, service, answer, words) -> None:
    service.state.answer = answer
    status, told = fired(base, "ana", fhir=f"{base}/fhir")
    assert status == 2
    assert all(word in told for word in words)


def test_no_cards_is_an_answer(base, service) -> None:
    service.state.answer = JSONResponse({"cards": []})
    status, told = fired(base, "ana", fhir=f"{base}/fhir")
    assert status == 0
    assert "No cards." in told


def test_a_card_cannot_steer_the_terminal(base, service) -> None:
    service.state.answer = JSONResponse(
        {"cards": [{"summary": "\x1b[2Jgone\u202e", "detail": "\x1b[31mred", "links": 3}, 7]}
    )
    _, told = fired(base, "ana")
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "[2Jgone" in told
