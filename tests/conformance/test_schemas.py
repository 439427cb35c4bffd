"""The schemas themselves: what a rule forbids they refuse, so that an answer that passes them says something."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from jsonschema_rs import meta

from cds_service.errors import STATUS, outcome
from cds_service.schemas import NAMES, schema
from tests.conformance.answers import breaks, check

Json = dict[str, Any]
CARD: Json = {
    "uuid": "6f4c3d1e-0b52-5c0a-9d57-3e1a8f2b7c60",
    "summary": "CM313: may fit",
    "indicator": "info",
    "source": {"label": "Registry", "url": "https://registry.example/1"},
    "suggestions": [
        {
            "label": "Order the test",
            "uuid": "6f4c3d1e-0b52-5c0a-9d57-3e1a8f2b7c61",
            "actions": [{"type": "create", "description": "Order", "resource": {"resourceType": "Task"}}],
        }
    ],
    "selectionBehavior": "any",
    "links": [{"label": "Registry", "url": "https://registry.example/1", "type": "absolute"}],
    "overrideReasons": [{"system": "urn:x", "code": "later", "display": "Later"}],
}
SERVICE: Json = {
    "hook": "patient-view",
    "id": "trials",
    "title": "Trials",
    "description": "Which may fit",
    "prefetch": {"patient": "Patient/{{context.patientId}}", "tests": "Observation?patient={{context.patientId}}"},
}
GONE = object()


def with_change(whole: Json, place: str, value: Any) -> Json:
    """A copy that differs at one place, such as `links/0/url`."""
    changed = deepcopy(whole)
    *way, last = [int(step) if step.isdigit() else step for step in place.split("/")]
    at: Any = changed
    for step in way:
        at = at[step]
    if value is GONE:
        del at[last]
    else:
        at[last] = value
    return changed


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_schema(name: str) -> None:
    assert meta.is_valid(schema(name))
    assert schema(name)["$id"] == f"{name}.json"


def test_what_the_rules_allow_passes() -> None:
    assert breaks("cards", {"cards": [CARD]}) == []
    assert breaks("cards", {"cards": []}) == []
    assert breaks("discovery", {"services": [SERVICE]}) == []
    assert breaks("discovery", {"services": []}) == []
    assert breaks("feedback", {}) == []


@pytest.mark.parametrize("code", sorted({code for _, code in STATUS.values()} | {"exception", "processing"}))
def test_each_of_our_outcomes_passes(code: str) -> None:
    assert breaks("outcome", outcome(code, "what was wrong")) == []


@pytest.mark.parametrize(
    ("rule", "place", "value"),
    [
        ("GEN-2", "detail", None),
        ("GEN-2", "suggestions/0/actions/0/resource/status", None),
        ("GEN-3", "detail", ""),
        ("GEN-3", "links", []),
        ("GEN-3", "suggestions/0/actions/0/resource/code", {}),
        ("CARD-1", "uuid", "one"),
        ("CARD-2", "summary", "x" * 140),
        ("CARD-2", "summary", "two\nlines"),
        ("CARD-4", "indicator", "hard-stop"),
        ("CARD-5", "source", GONE),
        ("CARD-6", "source/label", GONE),
        ("CARD-7", "source/url", "/studies/1"),
        ("CARD-8", "source/icon", "icon.png"),
        ("CARD-9", "source/topic", {"code": "x"}),
        ("CARD-10", "selectionBehavior", GONE),
        ("CARD-10", "selectionBehavior", "some"),
        ("CARD-10", "suggestions", GONE),
        ("CARD-11", "suggestions/0/label", GONE),
        ("CARD-13", "suggestions/0/isRecommended", "yes"),
        ("CARD-15", "suggestions/0/actions/0/type", "merge"),
        ("CARD-15", "suggestions/0/actions/0/description", GONE),
        ("CARD-16", "suggestions/0/actions/0/resource", GONE),
        ("CARD-17", "suggestions/0/actions/0/type", "delete"),
        ("CARD-18", "suggestions/0/actionSelectionBehavior", "all"),
        ("CARD-19", "overrideReasons/0/display", GONE),
        ("CARD-21", "links/0/type", "relative"),
        ("CARD-21", "links/0/url", "javascript:alert(1)"),
        ("CARD-22", "links/0/appContext", "x"),
        ("CARD-23", "links/0/autolaunchable", True),
        ("EXT-1", "extension", "text"),
        ("EXT-2", "extension", {"trace": 1}),
        ("EXT-3", "score", 0.7),
    ],
)
def test_a_card_that_breaks_a_rule_is_found(rule: str, place: str, value: Any) -> None:
    assert breaks("cards", {"cards": [with_change(CARD, place, value)]}), rule


def test_two_recommendations_are_for_any_only() -> None:
    both = [{**CARD["suggestions"][0], "isRecommended": True}] * 2
    card = {**CARD, "suggestions": both}
    assert breaks("cards", {"cards": [card]}) == []
    assert breaks("cards", {"cards": [{**card, "selectionBehavior": "at-most-one"}]})


@pytest.mark.parametrize(
    ("rule", "place", "value"),
    [
        ("DISC-4", "hook", GONE),
        ("DISC-5", "title", GONE),
        ("DISC-6", "description", ""),
        ("DISC-7", "id", "https://elsewhere.example/trials"),
        ("DISC-8", "prefetch", {}),
        ("DISC-8", "prefetch/patient", {"query": "Patient/1"}),
        ("DISC-12", "version", "STU2"),
        ("PREF-1", "prefetch/patient", "https://ehr.example/Patient/{{context.patientId}}"),
        ("PREF-2", "prefetch/patient", "Patient/{{context.patient.id}}"),
        ("PREF-2", "prefetch/tests", "Observation?date=ge{{today()}}"),
        ("EXT-3", "vendor", "us"),
    ],
)
def test_a_discovery_entry_that_breaks_a_rule_is_found(rule: str, place: str, value: Any) -> None:
    assert breaks("discovery", {"services": [with_change(SERVICE, place, value)]}), rule


@pytest.mark.parametrize(
    ("path", "status", "kind", "body"),
    [
        ("/cds-services", 200, "application/json", b'{"services": null}'),
        ("/cds-services", 200, "text/html", b'{"services": []}'),
        ("/cds-services/x", 200, "application/json", b"{}"),
        ("/cds-services/x", 400, "application/json", b'{"detail": []}'),
        ("/cds-services/x", 400, "text/plain", b"no"),
        ("/cds-services/x/feedback", 200, "application/json", b'{"stored": 1}'),
    ],
)
def test_the_clients_of_the_tests_notice(path: str, status: int, kind: str, body: bytes) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check("GET", path, status, kind, body)
