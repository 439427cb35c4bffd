"""Which people a file holds, which resources are theirs, and when its silence proves nothing."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_service.contents import Unusable
from cds_service.documents import PatientFile, read_document
from eligibility.record import Section

ANN = {"resourceType": "Patient", "id": "ann"}
BOB = {"resourceType": "Patient", "id": "bob"}


def condition(identity: str, subject: str | None) -> dict[str, Any]:
    about = {"subject": {"reference": subject}} if subject else {}
    return {"resourceType": "Condition", "id": identity, **about}


def bundle(*resources: dict[str, Any], kind: str = "collection", **members: Any) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:example:{n}", "resource": r} for n, r in enumerate(resources)]
    return {"resourceType": "Bundle", "type": kind, "entry": entries, **members}


def read(*values: Any) -> list[PatientFile | Unusable]:
    return list(read_document(b"\n".join(orjson.dumps(value) for value in values)))


def people(found: list[PatientFile | Unusable]) -> dict[str, list[str]]:
    assert all(isinstance(one, PatientFile) for one in found), found
    return {
        one.patient["id"]: [r["id"] for r in one.resources if r["resourceType"] != "Patient"]
        for one in found
        if isinstance(one, PatientFile)
    }


def the_problem(found: list[PatientFile | Unusable]) -> Unusable:
    [one] = found
    assert isinstance(one, Unusable)
    return one


@pytest.mark.parametrize(
    "kind", ["collection", "searchset", "transaction", "document", "batch-response", "history", ""]
)
def test_a_bundle_of_any_type_is_a_record(kind: str) -> None:
    assert people(read(bundle(ANN, condition("itp", "Patient/ann"), kind=kind))) == {"ann": ["itp"]}


def test_so_are_a_list_and_a_single_patient() -> None:
    assert people(read([ANN, condition("itp", "Patient/ann")])) == {"ann": ["itp"]}
    assert people(read(ANN)) == {"ann": []}


def test_ndjson_is_one_resource_a_line() -> None:
    assert people(read(ANN, condition("itp", "Patient/ann"), BOB)) == {"ann": ["itp"], "bob": []}


def test_or_one_bundle_a_line_each_a_record_of_its_own() -> None:
    found = read(bundle(ANN, condition("itp", "Patient/ann")), bundle(BOB))
    assert people(found) == {"ann": ["itp"], "bob": []}


def test_bundles_inside_a_list_are_pages_of_one_record() -> None:
    assert people(read([bundle(ANN), bundle(condition("itp", "Patient/ann"))])) == {"ann": ["itp"]}


def test_people_come_in_the_order_of_the_input() -> None:
    assert list(people(read([BOB, ANN]))) == ["bob", "ann"]


@pytest.mark.parametrize(
    "subject", ["Patient/ann", "https://a.example/fhir/Patient/ann", "Patient/ann/_history/2", "urn:example:0"]
)
def test_a_resource_belongs_to_whom_it_names(subject: str) -> None:
    assert people(read(bundle(ANN, BOB, condition("itp", subject)))) == {"ann": ["itp"], "bob": []}


@pytest.mark.rule("G5")
@pytest.mark.parametrize("subject", [None, "Patient/somebody-else", "#nobody"])
def test_one_that_names_nobody_of_the_file_is_left_to_the_reader_of_each(subject: str | None) -> None:
    assert people(read(bundle(ANN, BOB, condition("itp", subject)))) == {"ann": ["itp"], "bob": ["itp"]}


@pytest.mark.rule("G5")
def test_a_replaced_patient_is_the_same_person() -> None:
    ann = ANN | {"link": [{"type": "replaces", "other": {"reference": "Patient/old"}}]}
    assert people(read([ann, BOB, condition("itp", "Patient/old")])) == {"ann": ["itp"], "bob": []}


def test_a_deleted_version_in_a_history_is_gone() -> None:
    deleted = {"request": {"method": "DELETE", "url": "Condition/itp"}}
    history = bundle(ANN, kind="history")
    history["entry"] += [deleted, {"resource": condition("itp", "Patient/ann")}]
    assert people(read(history)) == {"ann": []}


OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}


@pytest.mark.rule("G5")
@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (bundle(ANN, link=[{"relation": "next", "url": "https://a.example/2"}]), "more-pages"),
        (bundle(ANN, OUTCOME), "refused"),
        ([ANN, OUTCOME], "refused"),
        ([ANN, None], "not-fhir"),
        ([ANN, {"id": "x"}], "not-fhir"),
        ({"resourceType": "Bundle", "entry": [{"resource": ANN}, {"fullUrl": "urn:x"}]}, "not-fhir"),
        (
            {"resourceType": "Bundle", "entry": [{"resource": ANN}, {"response": {"status": "403 Forbidden"}}]},
            "refused",
        ),
    ],
)
def test_what_was_not_there_closes_the_silence_of_every_section(document: Any, reason: str) -> None:
    [found] = read(document)
    assert isinstance(found, PatientFile)
    assert [(hole.section, hole.reason) for hole in found.holes] == [(section, reason) for section in Section]


@pytest.mark.parametrize(
    "document",
    [
        bundle(ANN, link=[{"relation": "self", "url": "https://a.example/1"}]),
        {"resourceType": "Bundle", "entry": [{"resource": ANN}, {"response": {"status": "201 Created"}}]},
    ],
)
def test_a_whole_file_has_no_holes(document: Any) -> None:
    [found] = read(document)
    assert isinstance(found, PatientFile)
    assert found.holes == ()


@pytest.mark.parametrize(
    ("data", "message", "remedy"),
    [
        (b"", "empty", "write"),
        (b" \n\t ", "empty", "write"),
        (b"\xef\xbb\xbf", "empty", "write"),
        (b"hello", "not JSON (unexpected character, expected a JSON value; line 1, column 1)", "FHIR JSON"),
        (b'{"resourceType": "Patient", ', "ends inside its JSON (line 1)", "truncated"),
        (b'{"resourceType": "Patient",\n"id": "ann"', "ends inside its JSON (line 2)", "truncated"),
        (b'{"x": NaN}', "not JSON", "FHIR JSON"),
        (b"[" * 3000 + b"]" * 3000, "1,024 levels", "flat"),
        (b"[" * 1000 + b"]" * 1000, "no FHIR", "Bundle"),
        ("{}".encode("utf-16"), "not UTF-8", "UTF-8"),
        (b'{"name": "caf\xe9"}', "not UTF-8", "UTF-8"),
        (b"{}", "no FHIR", "Bundle"),
        (b"[]", "no Patient", "add"),
        (b"null", "no FHIR", "Bundle"),
        (b'"text"', "no FHIR", "Bundle"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "no Patient", "add"),
        (b'{"resourceType": "Condition", "id": "itp"}', "no Patient", "Patient resource"),
        (orjson.dumps(OUTCOME), "OperationOutcome", "fetch"),
    ],
)
def test_what_cannot_be_used_says_why_and_what_helps(data: bytes, message: str, remedy: str) -> None:
    problem = the_problem(list(read_document(data)))
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_broken_line_among_resources_may_be_about_anybody() -> None:
    problem = the_problem(list(read_document(orjson.dumps(ANN) + b'\n{"resourceType": "Cond\n' + orjson.dumps(BOB))))
    assert problem.message == "line 2 is not JSON"


def test_a_broken_line_among_bundles_costs_that_line_only() -> None:
    data = b"\n".join([orjson.dumps(bundle(ANN)), b'{"resourceType": "Bun', orjson.dumps(bundle(BOB))])
    ann, broken, bob = read_document(data)
    assert isinstance(broken, Unusable)
    assert people([ann, bob]) == {"ann": [], "bob": []}


def test_a_byte_order_mark_is_tolerated() -> None:
    data = b'\xef\xbb\xbf{"resourceType": "Patient", "id": "ann"}'
    assert people(list(read_document(data))) == {"ann": []}


def test_a_problem_never_quotes_the_input() -> None:
    problem = the_problem(list(read_document(b'{"family": "Secretname", oops}')))
    assert "Secretname" not in problem.message + problem.remedy


SHAPES = (
    "resourceType", "id", "type", "entry", "resource", "fullUrl", "link", "relation", "other", "reference", "subject",
    "request", "response", "status", "url",
)  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["", "Patient", "Bundle", "next", "Patient/ann", "urn:x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(SHAPES), inner, max_size=4),
    max_leaves=25,
)


@given(JSON)
def test_no_shape_of_json_is_a_traceback(value: Any) -> None:
    found = list(read_document(orjson.dumps([value, bundle(ANN, value if isinstance(value, dict) else {})])))
    assert found
    assert {type(one) for one in found} <= {PatientFile, Unusable}
