"""A template is filled from the context and sent in the state in which the record answered it (CDS Hooks PREF)."""

from typing import Any

import pytest

from cds_service.ehr.prefetch import Answer, NoAnswer, fill, resolve_prefetch
from cds_service.ehr.problem import EhrProblem

CONTEXT = {"patientId": "ana", "userId": "Practitioner/p1"}
FOUND = {"resourceType": "Patient", "id": "ana"}
REFUSED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}
EMPTY = {"resourceType": "Bundle", "type": "searchset", "total": 0}


@pytest.mark.parametrize(
    "template, filled, unknown",
    [
        ("Patient/{{context.patientId}}", "Patient/ana", ""),
        ("Observation?patient={{context.patientId}}&_count=1", "Observation?patient=ana&_count=1", ""),
        ("Practitioner/{{userPractitionerId}}", "Practitioner/p1", ""),
        ("{{context.userId}}", "Practitioner/p1", ""),
        ("Encounter/{{context.encounterId}}", "Encounter/", "context.encounterId"),
        ("Patient/{{userPatientId}}", "Patient/", "userPatientId"),
    ],
)
def test_tokens_come_from_the_context_and_the_user(template: str, filled: str, unknown: str) -> None:
    assert fill(template, CONTEXT) == (filled, unknown)


@pytest.mark.parametrize(
    "query, answer, sent",
    [
        ("Patient/1", Answer(200, FOUND), FOUND),
        ("Patient/1", Answer(404, REFUSED), None),
        ("Patient/1", Answer(410, None), None),
        ("Condition?patient=1", Answer(200, EMPTY), EMPTY),
        ("Condition?patient=1", Answer(403, REFUSED), REFUSED),
    ],
)
def test_each_state_of_a_key(query: str, answer: Answer, sent: Any) -> None:
    assert resolve_prefetch({"key": query}, CONTEXT, lambda _: answer).sent == {"key": sent}


@pytest.mark.parametrize("answer", [Answer(500, None), Answer(404, None), Answer(200, None)])
def test_a_failed_search_is_an_outcome_never_nothing(answer: Answer) -> None:
    [value] = resolve_prefetch({"key": "Condition?patient=1"}, CONTEXT, lambda _: answer).sent.values()
    assert value is not None
    assert value["resourceType"] == "OperationOutcome"


def test_a_key_that_cannot_be_filled_is_left_out() -> None:
    prefetch = resolve_prefetch({"visit": "Encounter/{{context.encounterId}}"}, CONTEXT, lambda _: Answer(200, FOUND))
    assert prefetch.sent == {}
    assert "context.encounterId" in prefetch.left_out["visit"]


def test_one_silent_key_is_an_outcome_but_a_silent_record_is_a_problem() -> None:
    def fetch(query: str) -> Answer:
        if query.startswith("Condition"):
            raise NoAnswer("no answer in time")
        return Answer(200, FOUND)

    prefetch = resolve_prefetch({"patient": "Patient/1", "conditions": "Condition?patient=1"}, CONTEXT, fetch)
    assert prefetch.sent["patient"] == FOUND
    assert prefetch.sent["conditions"]["issue"][0]["diagnostics"] == "no answer in time"
    with pytest.raises(EhrProblem, match="no answer in time"):
        resolve_prefetch({"conditions": "Condition?patient=1"}, CONTEXT, fetch)


def pages(*answers: Answer) -> Any:
    waiting = iter(answers)
    return lambda _query: next(waiting)


def page(own_id: str, more: bool) -> dict[str, Any]:
    links = [{"relation": "self", "url": "s"}, *([{"relation": "next", "url": "n"}] if more else [])]
    return {"resourceType": "Bundle", "total": 2, "link": links, "entry": [{"resource": {"id": own_id}}]}


def test_a_first_page_is_sent_with_its_next_link() -> None:
    prefetch = resolve_prefetch({"key": "Condition?a=1"}, CONTEXT, pages(Answer(200, page("a", True))))
    assert prefetch.sent["key"] == page("a", True)


def test_pages_are_joined_when_told_to() -> None:
    both = pages(Answer(200, page("a", True)), Answer(200, page("b", False)))
    prefetch = resolve_prefetch({"key": "Condition?a=1"}, CONTEXT, both, whole=True)
    assert [entry["resource"]["id"] for entry in prefetch.sent["key"]["entry"]] == ["a", "b"]
    assert [link["relation"] for link in prefetch.sent["key"]["link"]] == ["self"]


def test_a_page_that_cannot_be_had_leaves_its_link() -> None:
    broken = pages(Answer(200, page("a", True)), Answer(410, None))
    prefetch = resolve_prefetch({"key": "Condition?a=1"}, CONTEXT, broken, whole=True)
    assert prefetch.sent["key"]["link"][-1] == {"relation": "next", "url": "n"}
