"""What a hospital's servers may answer to a launch, and what is made of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from cds_service.demo.authorization import CLIENT_ID
from cds_service.smart.asking import LARGEST
from tests.smart.edge import CONFIGURATION, EHR, ISS, TOKEN, Edge, Service, launched
from tests.smart.ward import SMART, heading, query, says
from tests.trust.hospital import CURVE

NO_ANSWER = "The chart's server does not answer as expected"
NO_ACCESS = "The chart gave no access"
NOBODY_LOOKS = "The chart does not say who is looking"
GOOD = {
    "issuer": f"{EHR}/auth",
    "authorization_endpoint": f"{EHR}/auth/authorize",
    "token_endpoint": f"{EHR}/auth/token",
    "code_challenge_methods_supported": ["S256"],
}


@pytest.fixture
def edge() -> Edge:
    return Edge()


@pytest.fixture
def service(tmp_path: Path, edge: Edge) -> Service:
    return Service(tmp_path, edge)


def json(content: Any, status: int = 200) -> Any:
    return lambda _: httpx2.Response(status, json=content)


CONFIGURATIONS = {
    "404": json({}, 404),
    "500": json({}, 500),
    "sent elsewhere": lambda _: httpx2.Response(302, headers={"location": "https://evil.example/"}),
    "no JSON": lambda _: httpx2.Response(200, text="<html>"),
    "no object": json([GOOD]),
    "too large": json({**GOOD, "x": "x" * LARGEST}),
    "a member twice": lambda _: httpx2.Response(
        200, text='{"token_endpoint":"https://a","token_endpoint":"https://b"}'
    ),
    "no token endpoint": json({**GOOD, "token_endpoint": None}),
    "no authorization endpoint": json({name: GOOD[name] for name in ("token_endpoint",)}),
    "http": json({**GOOD, "token_endpoint": "http://fhir.ehr.example.org/auth/token"}),
    "http to this machine": json({**GOOD, "token_endpoint": "http://127.0.0.1/token"}),
    "a script": json({**GOOD, "authorization_endpoint": "javascript:alert(1)"}),
    "a user in the address": json({**GOOD, "token_endpoint": "https://a:b@ehr.example.org/token"}),
    "a line break": json({**GOOD, "authorization_endpoint": "https://ehr.example.org/a\r\nX: y"}),
    "a fragment": json({**GOOD, "authorization_endpoint": "https://ehr.example.org/a#b"}),
    "no port": json({**GOOD, "authorization_endpoint": "https://ehr.example.org:port/a"}),
    "plain challenges only": json({**GOOD, "code_challenge_methods_supported": ["plain"]}),
}


def broken(_: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no")


@pytest.mark.parametrize("answer", [*CONFIGURATIONS.values(), broken], ids=[*CONFIGURATIONS, "no answer"])
async def test_a_configuration_that_cannot_be_used(service: Service, answer: Any) -> None:
    service.edge.instead[CONFIGURATION] = answer
    async with service.browser() as browser:
        says(await launched(browser), 502, NO_ANSWER)
    assert [request.url.path for request in service.edge.asked] == [CONFIGURATION]


async def test_the_style_of_scopes_is_the_servers(service: Service) -> None:
    async with service.browser(follow_redirects=False) as browser:
        for capabilities, style in (([], ".read"), (["permission-v1"], ".read"), (["permission-v2"], ".rs")):
            service.edge.instead[CONFIGURATION] = json({**GOOD, "capabilities": capabilities})
            service.app.state.smart.visits.forget()
            sent = await browser.get(f"/smart/launch?iss={ISS}&launch=x")
            assert {one.partition(".")[2] for one in query(sent.headers["location"])["scope"].split()[3:]} == {
                style[1:]
            }


async def test_a_server_is_asked_for_its_configuration_once_for_many_launches(service: Service) -> None:
    async with service.browser(follow_redirects=False) as browser:
        for _ in range(5):
            assert (await browser.get(f"/smart/launch?iss={ISS}&launch=x")).status_code == 302
    assert len(service.edge.asked) == 1


async def test_an_endpoint_keeps_its_own_query(service: Service) -> None:
    service.edge.instead[CONFIGURATION] = json({**GOOD, "authorization_endpoint": f"{EHR}/auth?tenant=7"})
    async with service.browser(follow_redirects=False) as browser:
        sent = (await browser.get(f"/smart/launch?iss={ISS}&launch=x")).headers["location"]
    assert sent.startswith(f"{EHR}/auth?tenant=7&response_type=code&")


def id_token(**claims: Any) -> str:
    tomorrow = int(time.time()) + 86_400
    said = {"iss": f"{EHR}/auth", "aud": CLIENT_ID, "exp": tomorrow, "fhirUser": "Practitioner/doc", **claims}
    return jwt.encode({name: one for name, one in said.items() if one is not None}, "k" * 32, algorithm="HS256")


def grant(**changes: Any) -> dict[str, Any]:
    given = {"access_token": "t", "token_type": "bearer", "patient": "ines", "id_token": id_token(), **changes}
    return {name: one for name, one in given.items() if one is not None}


GRANTS = {
    "no token": (json(grant(access_token=None)), 403, NO_ACCESS),
    "a token that is none": (json(grant(access_token="a\nb")), 403, NO_ACCESS),
    "another kind of token": (json(grant(token_type="mac")), 403, NO_ACCESS),
    "invalid_grant": (json({"error": "invalid_grant", "error_description": "ines"}, 400), 403, NO_ACCESS),
    "invalid_client": (json({"error": "invalid_client"}, 401), 403, NO_ACCESS),
    "500": (json({}, 500), 502, NO_ANSWER),
    "no JSON": (lambda _: httpx2.Response(200, text="ines"), 502, NO_ANSWER),
    "sent elsewhere": (lambda _: httpx2.Response(307, headers={"location": "https://evil.example/"}), 502, NO_ANSWER),
    "no answer": (broken, 502, NO_ANSWER),
    "no patient": (json(grant(patient=None)), 502, "No patient was chosen"),
    "a patient that is a search": (json(grant(patient="ines&_count=1")), 502, "No patient was chosen"),
    "a list of patients": (json(grant(patient=["ines"])), 502, "No patient was chosen"),
    "no ID token": (json(grant(id_token=None)), 403, NOBODY_LOOKS),
    "an ID token that is none": (json(grant(id_token="x.y.z")), 403, NOBODY_LOOKS),
    "an ID token for another app": (json(grant(id_token=id_token(aud="other"))), 403, NOBODY_LOOKS),
    "an ID token of another issuer": (json(grant(id_token=id_token(iss="https://evil"))), 403, NOBODY_LOOKS),
    "an ID token of yesterday": (json(grant(id_token=id_token(exp=1))), 403, NOBODY_LOOKS),
    "an ID token without a user": (json(grant(id_token=id_token(fhirUser=None))), 403, NOBODY_LOOKS),
    "an ID token of a patient": (
        json(grant(id_token=id_token(fhirUser=f"{ISS}/Patient/ines"))), 403, "This report is for professionals",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "status", "told"), GRANTS.values(), ids=list(GRANTS))
async def test_a_token_that_cannot_be_used(service: Service, answer: Any, status: int, told: str) -> None:
    service.edge.instead[TOKEN] = answer
    async with service.browser() as browser:
        says(await launched(browser), status, told)
    read = [request.url.path for request in service.edge.asked if "/fhir/" in request.url.path]
    assert read == [CONFIGURATION]  # nothing of anybody was read


@pytest.mark.parametrize("user", ["Practitioner/doc", f"{ISS}/Practitioner/doc", "PractitionerRole/7"])
@pytest.mark.parametrize("audience", [CLIENT_ID, [CLIENT_ID, "other"]])
async def test_a_token_that_can(service: Service, user: str, audience: Any) -> None:
    service.edge.instead[TOKEN] = json(grant(id_token=id_token(fhirUser=user, aud=audience), token_type="Bearer"))
    async with service.browser() as browser:
        shown = await launched(browser)
    assert heading(shown).startswith("CM313: ")
    read = [request for request in service.edge.asked if request.url.path.startswith("/fhir/Condition")]
    assert {request.headers["authorization"] for request in read} == {"Bearer t"}


async def test_with_a_key_of_ours_we_sign_and_send_no_secret(tmp_path: Path, edge: Edge) -> None:
    pem = CURVE.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "app.pem").write_bytes(pem)
    service = Service(tmp_path, edge, smart={**SMART, "key_file": "app.pem", "key_id": "app-1"})
    forms: list[dict[str, list[str]]] = []

    def token(request: httpx2.Request) -> httpx2.Response:
        forms.append(parse_qs(request.content.decode()))
        return httpx2.Response(200, json=grant())

    edge.instead[TOKEN] = token
    async with service.browser() as browser:
        assert (await launched(browser)).status_code == 200
    [form] = forms
    assert "client_id" not in form
    [assertion] = form["client_assertion"]
    assert form["client_assertion_type"] == ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]
    assert jwt.get_unverified_header(assertion)["kid"] == "app-1"
    claims = jwt.decode(assertion, CURVE.public_key(), algorithms=["ES384"], audience=f"{EHR}/auth/token")
    assert claims["iss"] == claims["sub"] == CLIENT_ID
    assert claims["exp"] - claims["iat"] <= 300


async def test_a_key_that_cannot_be_used_is_told_with_its_place(tmp_path: Path, edge: Edge) -> None:
    with pytest.raises(Exception, match=r"example.yaml: smart.key_file: cannot be read"):
        Service(tmp_path, edge, smart={**SMART, "key_file": "missing.pem", "key_id": "app-1"})


async def test_a_fhir_server_that_refuses_the_token(service: Service) -> None:
    service.edge.instead["/fhir/Patient/ines"] = json({"resourceType": "OperationOutcome"}, 401)
    async with service.browser() as browser:
        says(await launched(browser), 502, "The record could not be read")


async def test_a_fhir_server_that_sends_somebody_else(service: Service) -> None:
    service.edge.instead["/fhir/Patient/ines"] = json({"resourceType": "Patient", "id": "nora"})
    async with service.browser() as browser:
        says(await launched(browser), 502, "The record could not be read")


@pytest.mark.parametrize(("iss", "status"), [(f"{EHR}/auth", 303), ("https://evil.example", 403), ("", 303)])
async def test_an_authorization_server_that_names_itself_must_be_the_one_of_the_launch(
    service: Service, iss: str, status: int
) -> None:
    """RFC 9207."""
    async with service.browser(follow_redirects=False) as browser:
        at = await launched(browser)
        while "/smart/callback" not in at.headers["location"]:
            at = await browser.get(at.headers["location"])
        back = await browser.get(f"{at.headers['location']}&iss={iss}" if iss else at.headers["location"])
    assert back.status_code == status


async def test_a_context_that_is_no_trial_leads_nowhere_else(service: Service) -> None:
    service.edge.instead[TOKEN] = json(grant(appContext="https://evil.example/\r\nX: y&trial=NCT06352281"))
    async with service.browser() as browser:
        shown = await launched(browser)
    assert "?" not in str(shown.url)


async def test_a_mistake_of_ours_is_a_plain_page(service: Service) -> None:
    def mistake(_: httpx2.Request) -> httpx2.Response:
        raise ZeroDivisionError("Examplesdottir")

    service.edge.instead[TOKEN] = mistake
    async with service.browser() as browser:
        says(await launched(browser), 500, "The report could not be made")
