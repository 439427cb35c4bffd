"""What a stranger may try on a launch, and what it brings: a plain page, the right status, nothing of a patient."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import pytest
import requests

from cds_service.demo.serving import HOST
from cds_service.report.sealed import MOST
from cds_service.smart.launch import challenge_of
from tests.ports import free_port
from tests.smart.ward import Ward, go, heading, query, says

CANNOT = "This launch cannot be continued"
INCOMPLETE = "This address is not complete"


def fetched(ward: Ward, path: str, browser: requests.Session | None = None, **asked: str) -> requests.Response:
    return (browser or requests).get(f"{ward.base}{path}", asked, allow_redirects=False, timeout=10)


@pytest.mark.parametrize(
    "iss",
    [
        "https://evil.example/fhir",
        "{base}/fhir/tenant",
        "{base}/fhirX",
        "{base}",
        "{base}/fhir?x=1",
        "{base}/fhir#x",
        "{base}/fhir/../fhir",
        "http://user@{host}/fhir",
        "javascript:alert(1)",
        "//{host}/fhir",
        "http://localhost:1/fhir",
        "http://169.254.169.254/fhir",
        "\N{FULLWIDTH LATIN SMALL LETTER H}ttp://{host}/fhir",
    ],
)
def test_an_unknown_server_is_neither_called_nor_sent_to(ward: Ward, iss: str) -> None:
    host = ward.base.removeprefix("http://")
    answer = fetched(ward, "/smart/launch", iss=iss.format(base=ward.base, host=host), launch="x")
    says(answer, 403, "This chart is not registered here")
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("iss", ["{base}/fhir/", "{base}/fhir"])
def test_a_slash_at_the_end_is_the_same_server(ward: Ward, iss: str) -> None:
    assert fetched(ward, "/smart/launch", iss=iss.format(base=ward.base), launch="x").status_code == 302


def test_many_launches_of_a_stranger_push_out_no_report(ward: Ward) -> None:
    browser = requests.Session()
    address = ward.report(browser).url
    with requests.Session() as stranger:
        for _ in range(MOST + 1):
            stranger.get(f"{ward.base}/smart/launch?iss={ward.base}/fhir&launch=x", allow_redirects=False, timeout=10)
    assert browser.get(address, timeout=10).status_code == 200


def test_a_server_of_two_clients_is_nobodys(ward: Ward) -> None:
    two = (ward.folder / "example.yaml").read_text().replace("client: example-hospital", "client: other-hospital")
    (ward.folder / "other.yaml").write_text(two.replace("issuer: https://ehr", "issuer: https://other"))
    registry = ward.app.state.gate.door.registry
    assert not registry.reread(anyway=True)
    assert "other.yaml: smart: 'example-hospital' is launched from the same FHIR server" in registry.refused
    (ward.folder / "other.yaml").unlink()


@pytest.mark.parametrize("asked", [{}, {"iss": "{base}/fhir"}, {"launch": "x"}, {"iss": "", "launch": "x"}])
def test_a_launch_needs_server_and_context(ward: Ward, asked: dict[str, str]) -> None:
    given = {name: value.format(base=ward.base) for name, value in asked.items()}
    says(fetched(ward, "/smart/launch", **given), 400, INCOMPLETE)


def test_a_parameter_given_twice_is_refused(ward: Ward) -> None:
    twice = (
        f"{ward.base}/smart/launch?{urlencode([('iss', f'{ward.base}/fhir'), ('iss', 'https://x'), ('launch', 'x')])}"
    )
    says(requests.get(twice, timeout=10), 400, INCOMPLETE)


@pytest.mark.parametrize("asked", [{"code": "x"}, {"state": "x"}, {"state": "", "code": ""}])
def test_a_return_needs_state_and_code(ward: Ward, asked: dict[str, str]) -> None:
    browser = requests.Session()
    browser.get(ward.launch_address(), allow_redirects=False, timeout=10)
    says(fetched(ward, "/smart/callback", browser, **asked), 400, INCOMPLETE)


@pytest.mark.parametrize(
    "change", ["nonsense", "x", lambda s: s[:-1] + ("A" if s[-1] != "A" else "B"), lambda s: s[5:]]
)
def test_a_state_that_is_not_ours(ward: Ward, change: object) -> None:
    browser = requests.Session()
    asked = query(ward.authorized(browser))
    asked["state"] = change(asked["state"]) if callable(change) else str(change)
    says(fetched(ward, "/smart/callback", browser, **asked), 403, CANNOT)
    assert ward.grants.codes.take(asked["code"])  # the code was never sent on


def test_another_browser_cannot_return_and_does_not_use_the_launch_up(ward: Ward) -> None:
    mine, another = requests.Session(), requests.Session()
    back = ward.authorized(mine)
    ward.authorized(another)  # so that it has a cookie of its own
    says(another.get(back, timeout=10), 403, CANNOT)
    assert mine.get(back, timeout=10).status_code == 200


def test_a_browser_without_our_cookie_is_asked_for_what_it_keeps(ward: Ward) -> None:
    back = ward.authorized(requests.Session())
    stranger = requests.get(back, timeout=10)
    assert stranger.status_code == 200
    assert heading(stranger) == "Opening the report"
    assert query(back)["code"] not in stranger.text
    assert query(back)["state"] not in stranger.text
    for secret in ("", "x", "a" * 43):
        posted = requests.post(back, {"browser": secret}, headers={"Sec-Fetch-Site": "same-origin"}, timeout=10)
        says(posted, 403, CANNOT)


def test_a_return_serves_once(ward: Ward) -> None:
    browser = requests.Session()
    back = ward.authorized(browser)
    assert browser.get(back, timeout=10).status_code == 200
    says(browser.get(back, timeout=10), 403, CANNOT)


def test_a_return_after_ten_minutes(ward: Ward) -> None:
    browser = requests.Session()
    back = ward.authorized(browser)
    ward.clock.ahead = timedelta(minutes=10, seconds=1)
    says(browser.get(back, timeout=10), 410, "This launch took too long")


def test_a_code_of_another_launch_is_worth_nothing(ward: Ward) -> None:
    """Code injection: PKCE binds the code to the launch that asked for it."""
    mine, attacker = requests.Session(), requests.Session()
    own, stolen = query(ward.authorized(mine)), query(ward.authorized(attacker, "nora"))
    answer = fetched(ward, "/smart/callback", mine, state=own["state"], code=stolen["code"])
    says(answer, 403, "The chart gave no access")


def test_a_stolen_code_is_worth_nothing_without_the_verifier(ward: Ward) -> None:
    form = {
        "grant_type": "authorization_code",
        "client_id": "cds-service",
        "redirect_uri": f"{ward.base}/smart/callback",
    }
    for guess in ({}, {"code_verifier": ""}, {"code_verifier": "a" * 64}):
        code = query(ward.authorized(requests.Session()))["code"]
        answer = requests.post(f"{ward.base}/auth/token", {**form, "code": code, **guess}, timeout=10)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_the_authorization_server_of_the_demo_gives_a_code_once_and_for_its_verifier(ward: Ward) -> None:
    verifier = "v" * 50
    launch = query(ward.launch_address())["launch"]
    asked = {
        "response_type": "code",
        "client_id": "cds-service",
        "redirect_uri": f"{ward.base}/smart/callback",
        "launch": launch,
        "scope": "launch",
        "state": "s",
        "aud": f"{ward.base}/fhir",
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    for change, status in (
        ({"redirect_uri": "https://evil.example/callback"}, 400),
        ({"client_id": "other"}, 400),
        ({"aud": "https://evil.example/fhir"}, 302),
        ({"code_challenge_method": "plain"}, 302),
        ({"code_challenge": ""}, 302),
        ({"launch": "guessed"}, 302),
    ):
        answer = fetched(ward, "/auth/authorize", **{**asked, **change})
        assert answer.status_code == status
        if status == 302:
            assert query(answer.headers["location"]) == {"error": "invalid_request", "state": "s"}
    code = query(fetched(ward, "/auth/authorize", **asked).headers["location"])["code"]
    form = {name: asked[name] for name in ("client_id", "redirect_uri")} | {
        "grant_type": "authorization_code", "code": code, "code_verifier": verifier,
    }  # fmt: skip
    given = [requests.post(f"{ward.base}/auth/token", form, timeout=10) for _ in range(2)]
    assert [one.status_code for one in given] == [200, 400]
    assert given[0].json()["patient"] == "ines"


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}])
def test_where_the_browser_is_sent_does_not_depend_on_what_it_says(ward: Ward, header: dict[str, str]) -> None:
    browser = requests.Session()
    launched = browser.get(ward.launch_address(), headers=header, allow_redirects=False, timeout=10)
    assert query(launched.headers["location"])["redirect_uri"] == f"{ward.base}/smart/callback"
    assert launched.headers["location"].startswith(f"{ward.base}/auth/authorize?")
    back = go(browser, launched)
    returned = browser.get(back, headers=header, allow_redirects=False, timeout=10)
    assert returned.headers["location"].startswith(f"{ward.base}/smart/report/")


def test_access_denied(ward: Ward) -> None:
    ward.grants.allowing = False
    says(ward.report(requests.Session()), 403, "Access was not allowed")


def test_another_error_of_the_authorization_server(ward: Ward) -> None:
    browser = requests.Session()
    state = query(ward.authorized(browser))["state"]
    said = "<script>alert(1)</script> ines"
    answer = fetched(ward, "/smart/callback", browser, state=state, error="server_error", error_description=said)
    says(answer, 502, "The sign-in of the chart reported a mistake")
    assert "alert" not in answer.text


def test_an_error_with_a_state_of_nobody_is_no_reason_to_speak_of_the_chart(ward: Ward) -> None:
    browser = requests.Session()
    ward.authorized(browser)
    says(fetched(ward, "/smart/callback", browser, state="x", error="access_denied"), 403, CANNOT)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_a_page_of_somebody_else_cannot_hand_over_a_secret(ward: Ward, site: str | None) -> None:
    """Else a stranger's own launch could be slipped under a clinician."""
    attacker = requests.Session()
    back = ward.authorized(attacker)
    secret = attacker.cookies["smart"]
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    says(requests.post(back, {"browser": secret}, headers=headers, timeout=10), 403, CANNOT)


def test_another_browser_does_not_see_the_report(ward: Ward) -> None:
    mine, another = requests.Session(), requests.Session()
    address = ward.report(mine).url
    ward.report(another, "nora")
    says(another.get(address, timeout=10), 403, "This report belongs to another browser")
    assert heading(requests.get(address, timeout=10)) == "Opening the report"  # an address alone opens nothing
    assert mine.get(address, timeout=10).status_code == 200


def test_addresses_of_no_report(ward: Ward) -> None:
    browser = requests.Session()
    address = ward.report(browser).url
    launch = query(ward.authorized(browser))["state"].partition(".")[0]
    for handle in ("x", launch, address.rpartition("/")[2][:-1] + "~", "%00"):
        says(fetched(ward, f"/smart/report/{handle}", browser), 404, "There is no such report")


def test_a_state_opens_no_plain_report_and_a_session_is_none(ward: Ward) -> None:
    browser = requests.Session()
    handle = ward.report(browser).url.rpartition("/")[2]
    assert fetched(ward, f"/report/{handle}", browser).status_code == 404


def test_a_launch_for_no_patient(ward: Ward) -> None:
    says(ward.report(requests.Session(), ""), 502, "No patient was chosen")
    says(ward.report(requests.Session(), "ines/../nora"), 502, "No patient was chosen")


def test_a_patient_whom_the_server_does_not_know(ward: Ward) -> None:
    says(ward.report(requests.Session(), "walter-nobody"), 502, "The record could not be read")


def test_a_token_that_does_not_cover_the_conditions(ward: Ward) -> None:
    ward.grants.scope = "launch openid fhirUser patient/Patient.rs"
    says(ward.report(requests.Session()), 502, "The record could not be read")


def test_a_server_that_is_down(ward: Ward) -> None:
    gone = f"http://{HOST}:{free_port()}/fhir"
    ward.told_anew(fhir={"bases": [gone]})
    says(
        fetched(ward, "/smart/launch", iss=gone, launch="x"),
        502,
        "The chart's server does not answer as expected",
    )


def test_a_server_that_goes_away_during_the_launch(ward: Ward) -> None:
    browser = requests.Session()
    back = ward.authorized(browser)
    ward.told_anew(fhir={"bases": [f"http://{HOST}:{free_port()}/fhir"]})
    says(browser.get(back, timeout=10), 403, CANNOT)
