"""The report page launched from a chart, from the button of the EHR to the page, over real HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import requests

from cds_service.report.page import language_names
from tests.smart.ward import ORIGIN, Ward, heading, query, says

CM, CAR = "NCT05694767", "NCT06352281"
LEAST = "launch openid fhirUser patient/Patient.rs patient/Condition.rs"


def test_from_the_chart_to_the_whole_report(ward: Ward) -> None:
    shown = ward.report(requests.Session())
    assert shown.status_code == 200
    assert heading(shown).startswith("CM313: ")
    assert "24 ×10⁹/L" in shown.text
    assert '<h2 id="timeline">' in shown.text
    assert "It closes 15 minutes after" in shown.text
    assert "Examplesdottir" not in shown.text  # the assessment, never the record
    assert [step.status_code for step in shown.history] == [302, 302, 303]


def test_what_is_asked_for_at_the_authorization_server(ward: Ward) -> None:
    launched = requests.get(ward.launch_address(), allow_redirects=False, timeout=10)
    asked = query(launched.headers["location"])
    assert launched.headers["location"].startswith(f"{ward.base}/auth/authorize?")
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == (
        "code", "S256", "cds-service",
    )  # fmt: skip
    assert asked["redirect_uri"] == f"{ward.base}/smart/callback"
    assert asked["aud"] == f"{ward.base}/fhir"
    assert len(asked["state"]) > 70
    assert len(asked["code_challenge"]) == 43
    scopes = asked["scope"].split()
    assert scopes[:3] == ["launch", "openid", "fhirUser"]
    assert all(re.fullmatch(r"patient/[A-Z][A-Za-z]+\.rs", one) for one in scopes[3:])
    referred_to = {"patient/Medication.rs", "patient/ResearchStudy.rs"}
    assert {"patient/Patient.rs", "patient/ResearchSubject.rs", *referred_to} <= set(scopes)
    assert not any("*" in one or "write" in one for one in scopes)


def test_two_launches_share_neither_state_nor_challenge(ward: Ward) -> None:
    browser = requests.Session()
    asked = [
        query(browser.get(ward.launch_address(), allow_redirects=False, timeout=10).headers["location"])
        for _ in range(2)
    ]
    for name in ("state", "code_challenge"):
        assert asked[0][name] != asked[1][name]


@pytest.mark.parametrize(("about", "first"), [("", "CM313"), (CAR, "CAR-T"), (CM, "CM313"), ("NCT00000000", "CM313")])
def test_the_trial_of_the_card_is_shown_first(ward: Ward, about: str, first: str) -> None:
    assert heading(ward.report(requests.Session(), about=about)).startswith(f"{first}: ")


def test_trial_language_filter_and_reload_within_the_session(ward: Ward) -> None:
    browser = requests.Session()
    address = ward.report(browser).url
    tokens = len(ward.grants.tokens)
    assert heading(browser.get(f"{address}?trial={CAR}", timeout=10)).startswith("CAR-T: ")
    chinese = browser.get(f"{address}?trial={CAR}&language=zh-Hans", timeout=10)
    assert '<html lang="zh-Hans">' in chinese.text
    assert "CAR-T" in heading(chinese)
    for code in language_names():
        assert f'href="?trial={CAR}&amp;language={code}"' in chinese.text
    assert f'href="?trial={CM}&amp;language=zh-Hans"' in chinese.text
    assert re.search('value="blocks" checked', browser.get(f"{address}?show=blocks", timeout=10).text)
    assert browser.get(address, timeout=10).text == browser.get(address, timeout=10).text
    assert len(ward.grants.tokens) == tokens  # nothing is read again


def test_only_the_trials_of_the_client_are_reported_in_its_language(ward: Ward) -> None:
    ward.told_anew(trials={CAR: {"contact": {"name": "Office of studies"}}}, language="zh-Hans")
    shown = ward.report(requests.Session())
    assert heading(shown).startswith("CAR-T")
    assert '<html lang="zh-Hans">' in shown.text
    assert "Office of studies" in shown.text
    assert CM not in shown.text


def test_a_topic_that_the_hospital_leaves_unnamed_is_not_named(ward: Ward) -> None:
    assert "HIV" in ward.report(requests.Session(), "nora").text
    ward.told_anew(discreet=["HIV"])
    assert "HIV" not in ward.report(requests.Session(), "nora").text


def test_what_the_token_does_not_cover_is_unknown_and_not_asked_for(ward: Ward) -> None:
    assert "24 ×10⁹/L" in ward.report(requests.Session()).text
    ward.grants.scope = LEAST
    shown = ward.report(requests.Session())
    assert shown.status_code == 200
    assert "24 ×10⁹/L" not in shown.text
    assert "the token does not cover them" in shown.text


def test_a_report_closes_after_a_quarter_of_an_hour(ward: Ward) -> None:
    browser = requests.Session()
    address = ward.report(browser).url
    ward.clock.ahead = timedelta(minutes=14, seconds=50)
    assert browser.get(address, timeout=10).status_code == 200
    ward.clock.ahead = timedelta(minutes=15, seconds=1)
    says(browser.get(address, timeout=10), 410, "This report has closed")


def test_nobody_is_told_of_trials_where_the_record_does_not_speak_of_their_disease(ward: Ward) -> None:
    says(ward.report(requests.Session(), "viktor"), 200, "No trial was assessed for this patient")


@pytest.mark.parametrize("user", ["Patient/ines", "RelatedPerson/r1", "Person/p1", "nobody"])
def test_patients_and_relatives_get_no_report(ward: Ward, user: str) -> None:
    ward.grants.user = user
    says(ward.report(requests.Session()), 403, "This report is for professionals")


def test_a_hospital_may_say_that_its_patients_do(ward: Ward) -> None:
    ward.told_anew(viewers=["Practitioner", "Patient"])
    ward.grants.user = "Patient/ines"
    assert ward.report(requests.Session()).status_code == 200


def test_a_launch_that_does_not_say_who_looks_shows_nothing(ward: Ward) -> None:
    ward.grants.scope = "launch patient/*.rs"
    says(ward.report(requests.Session()), 403, "The chart does not say who is looking")


def test_only_the_pages_of_this_hospital_frame_ours(ward: Ward) -> None:
    browser = requests.Session()
    for answer in (ward.report(browser), browser.get(f"{ward.base}/smart/launch", timeout=10)):
        policy = answer.headers["content-security-policy"]
        assert policy.endswith(f"frame-ancestors 'self' {ORIGIN}")
        assert "script-src 'self';" in policy
        assert policy.startswith("default-src 'none'")


def test_a_client_that_no_longer_launches_shows_nothing_more(ward: Ward) -> None:
    browser = requests.Session()
    address = ward.report(browser).url
    ward.told_anew(smart=None)
    says(browser.get(address, timeout=10), 404, "There is no such report")
    says(ward.report(requests.Session()), 403, "This chart is not registered here")
