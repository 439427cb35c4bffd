"""The demo's pages show the people, a chart and its cards, and let nothing in from a card but its words."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
import requests
from fastapi.responses import JSONResponse

from cds_service.pages import folded, markdown


def text(url: str, status: int = 200) -> str:
    answer = requests.get(url, timeout=20)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def test_the_first_page_lists_everybody(base: str) -> None:
    shown = text(f"{base}/")
    assert '<a href="/chart/ana"><bdi>Ana Sample</bdi></a>' in shown
    assert '<a href="/chart/ben"><bdi>Ben Muñoz</bdi></a>' in shown
    assert "38 years, female" in shown


def test_a_chart_shows_the_record_and_the_cards_an_ehr_gets(base: str, service) -> None:
    shown = text(f"{base}/chart/ana")
    [call] = service.state.calls
    assert call["context"]["patientId"] == "ana"
    assert "CM313: counts &lt;b&gt;below&lt;/b&gt; 30" in shown
    assert "<h4>Stands in the way</h4>" in shown
    assert "<strong>1 Mar 2027</strong>" in shown
    assert '<input type="radio" name="reason" value="0" required> Declined' in shown
    assert "and 33 older" in shown
    assert "<bdi>24 ×10⁹/L</bdi>" in shown
    assert call["hookInstance"] in shown
    assert "counts      sent: 20 of 45, first page with a next link" in shown


def test_nothing_of_a_card_becomes_script(base: str) -> None:
    shown = text(f"{base}/chart/ana")
    assert "<script" not in shown
    assert 'href="javascript' not in shown


def test_further_headings_are_folded_below_what_is_read_first() -> None:
    shown = folded("first\n\n#### A & b\n\n- c\n\n#### D")
    assert shown == (
        "<p>first</p>\n<details><summary>A &amp; b</summary>\n<ul>\n<li>c</li>\n</ul>\n</details>"
        "<details><summary>D</summary>\n</details>"
    )
    assert folded("#### A\n\nb") == "<h4>A</h4>\n<p>b</p>\n"


def test_the_page_forbids_what_it_does_not_need(base: str) -> None:
    policy = requests.get(f"{base}/", timeout=20).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    shown = text(f"{base}/chart/ana")
    assert not re.search(r"(?:src|<link[^>]*href)=\"(?:https?:)?//", shown)
    assert " style=" not in shown


@pytest.mark.parametrize("name, kind", [("demo.css", "text/css"), ("mark.svg", "image/svg+xml")])
def test_what_the_page_needs_comes_from_here(base: str, name: str, kind: str) -> None:
    answer = requests.get(f"{base}/static/{name}", timeout=20)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)


class Outline(HTMLParser):
    """What assistive technology goes by: headings, ids, and what refers to them."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.feed(shown)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        given = dict(attrs)
        self.ids += [own for own in [given.get("id")] if own]
        self.labels += [own for own in [given.get("aria-labelledby")] if own]


@pytest.mark.parametrize("path", ["/", "/chart/ana", "/chart/ben"])
def test_a_screen_reader_finds_its_way(base: str, path: str) -> None:
    outline = Outline(text(base + path))
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(outline.levels))
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.labels) <= set(outline.ids)


ODD: list[dict] = [
    {"resourceType": "Patient", "id": "ana", "name": "Ana", "birthDate": 1988, "gender": ["female"]},
    {"resourceType": "Patient", "id": "ana", "name": [None, {"given": "Ana", "family": ["S"]}], "deceasedBoolean": "?"},
    {"resourceType": "Condition", "code": "ITP", "clinicalStatus": "active", "note": "n", "onsetPeriod": "2020"},
    {
        "resourceType": "Condition",
        "code": {"coding": {"code": 1}, "text": ["x"]},
        "note": [None],
        "onsetDateTime": 2020,
    },
    {"resourceType": "MedicationRequest", "medicationReference": "Medication/1", "dosageInstruction": ["x", {}]},
    {"resourceType": "Observation", "code": [], "valueQuantity": "5", "component": ["x"], "effectiveDateTime": {}},
    {"resourceType": "Observation", "valueQuantity": {"value": {}}, "effectivePeriod": {"start": 5}},
    {"resourceType": "Observation", "valueQuantity": {"value": 0.5, "unit": "mg/dL"}, "effectivePeriod": {}},
    {"resourceType": "Procedure", "performedPeriod": {"end": "2020-05-01"}, "status": None},
    {"resourceType": "Task", "for": {"reference": "Patient/ana"}, "description": ["x"], "status": 7},
    {"resourceType": "ResearchSubject", "individual": {"reference": "Patient/ana"}, "study": "NCT1"},
]


@pytest.mark.parametrize("odd", ODD)
def test_an_entry_of_an_odd_shape_costs_no_chart(base: str, odd: dict) -> None:
    put = {"id": "odd", "subject": {"reference": "Patient/ana"}, **odd}
    answer = requests.put(f"{base}/fhir/{put['resourceType']}/{put['id']}", json=put, timeout=20)
    assert answer.status_code in (200, 201)
    assert "Ben Muñoz" in text(f"{base}/")
    assert "24 ×10⁹/L" in text(f"{base}/chart/ana")


@pytest.mark.parametrize(
    "period, told",
    [
        ({"start": "2026-01-05", "end": "2026-02-06"}, "5 Jan 2026 to 6 Feb 2026"),
        ({"start": "2026-01-05", "end": "2026-01-05T10:00:00Z"}, "5 Jan 2026"),
        ({"start": "2026-01-05"}, "since 5 Jan 2026"),
        ({"end": "2026-01"}, "until 2026-01"),
        ({}, "not dated"),
    ],
)
def test_a_period_is_said_as_a_clinician_says_it(base: str, period: dict, told: str) -> None:
    drug = {"resourceType": "MedicationStatement", "id": "d", "subject": {"reference": "Patient/ana"}}
    requests.put(f"{base}/fhir/MedicationStatement/d", json={**drug, "effectivePeriod": period}, timeout=20)
    assert f"<td><bdi>{told}</bdi></td>" in text(f"{base}/chart/ana")


def test_an_unknown_person_is_a_page_too(base: str) -> None:
    assert "No such person" in text(f"{base}/chart/nobody", 404)


def test_a_service_that_refuses_is_shown_with_its_reason(base: str, service) -> None:
    reason = {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "no <Conditions>"}]}
    service.state.answer = JSONResponse(reason, 412)
    shown = text(f"{base}/chart/ana")
    assert "HTTP 412 without cards" in shown
    assert "no &lt;Conditions&gt;" in shown


def test_an_empty_answer_says_so(base: str, service) -> None:
    service.state.answer = JSONResponse({"cards": []})
    assert "no trial has anything to say" in text(f"{base}/chart/ana")


@pytest.mark.parametrize(
    "source, html",
    [
        ("**b** _i_", "<p><strong>b</strong> <em>i</em></p>\n"),
        ("## h\n### i", "<h4>h</h4>\n<h5>i</h5>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("[x](javascript:y)", "<p>[x](javascript:y)</p>\n"),
        ("![x](https://a.example/i.png)", "<p></p>\n"),
        ("\\<b\\>", "<p>&lt;b&gt;</p>\n"),
    ],
)
def test_markdown_becomes_plain_html(source: str, html: str) -> None:
    assert markdown(source) == html
