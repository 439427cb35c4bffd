"""What a token may read decides what is asked for; what is outside is unknown, and so is what a server holds back."""

from __future__ import annotations

from typing import Any

import pytest

from cds_service.fhir.scopes import read_scopes
from tests.service.calling import KEYS, Service, nothing_but, without
from tests.service.ehr import BASE, Ehr, bundle, outcome, resource

SUPPRESSED = {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "suppressed"}]}


def grant(scope: Any) -> dict[str, Any]:
    said = {"access_token": "secret-token", "token_type": "Bearer", "expires_in": 300, "scope": scope, "subject": "cds"}
    return {"fhirServer": BASE, "fhirAuthorization": {name: value for name, value in said.items() if value is not None}}


#         scope                                                       asks        all of it
ALLERGY_SCOPES: list[tuple[str | None, bool, bool]] = [
    (None,                                                            True,  True),
    ("",                                                              True,  True),
    ("launch openid fhirUser",                                        True,  True),
    ("patient/AllergyIntolerance.read",                               True,  True),
    ("patient/AllergyIntolerance.*",                                  True,  True),
    ("patient/*.read",                                                True,  True),
    ("patient/*.*",                                                   True,  True),
    ("user/AllergyIntolerance.read",                                  True,  True),
    ("system/*.rs",                                                   True,  True),
    ("patient/AllergyIntolerance.rs",                                 True,  True),
    ("patient/AllergyIntolerance.cruds",                              True,  True),
    ("patient/AllergyIntolerance.s",                                  True,  True),
    ("patient/AllergyIntolerance.r",                                  False, False),
    ("patient/AllergyIntolerance.write",                              False, False),
    ("patient/AllergyIntolerance.cud",                                False, False),
    ("patient/AllergyIntolerance.sr",                                 False, False),
    ("patient/AllergyIntolerance.rs?clinical-status=active",          True,  False),
    ("patient/AllergyIntolerance.rs?a=b patient/*.rs",                True,  True),
    ("patient/*.rs?_security=N",                                      True,  False),
    ("patient/Condition.read",                                        False, False),
    ("patient/allergyIntolerance.read",                               True,  True),
    ("patient/Condition.read launch",                                 False, False),
]  # fmt: skip


@pytest.mark.rule("FHIR-4")
@pytest.mark.parametrize(("scope", "asks", "all_of_it"), ALLERGY_SCOPES, ids=[str(row[0]) for row in ALLERGY_SCOPES])
async def test_what_a_scope_lets_us_ask(
    service: Service, ehr: Ehr, scope: str | None, asks: bool, all_of_it: bool
) -> None:
    record = await service.record(without(nothing_but(), "allergies"), **grant(scope))
    assert ehr.asked == (["AllergyIntolerance?patient=p1"] if asks else [])
    expected = [] if all_of_it else [("allergies", "not-in-scope")]
    assert [(hole["section"], hole["reason"]) for hole in record["holes"]] == expected


@pytest.mark.rule("FHIR-6")
async def test_each_section_outside_the_scope_is_unknown_and_the_others_are_read(service: Service, ehr: Ehr) -> None:
    record = await service.record(**grant("patient/Patient.r patient/Condition.rs patient/Procedure.rs"))
    assert ehr.asked == ["Patient/p1", "Condition?patient=p1", "Procedure?patient=p1"]
    assert {hole["reason"] for hole in record["holes"]} == {"not-in-scope"}
    assert len(record["holes"]) == len(KEYS) - 3


@pytest.mark.rule("PREF-11")
@pytest.mark.parametrize("scope", ["patient/Observation.rs", "patient/Patient.rs", "patient/Condition.rs"])
async def test_without_scope_for_patient_and_conditions_it_is_412(service: Service, ehr: Ehr, scope: str) -> None:
    refusal = await service.call(**grant(scope))
    assert refusal.status_code == 412
    assert "scopes do not cover it" in refusal.json()["issue"][0]["diagnostics"]


async def test_pages_after_a_sent_one_are_not_followed_out_of_scope(service: Service, ehr: Ehr) -> None:
    sent = bundle(resource("Procedure", "a"), next=f"{BASE}?page=2")
    record = await service.record(nothing_but(procedures=sent), **grant("patient/Condition.rs"))
    assert ehr.asked == []
    assert [hole["reason"] for hole in record["holes"]] == ["more-pages"]


async def test_drugs_are_not_looked_up_out_of_scope(service: Service, ehr: Ehr) -> None:
    order = resource("MedicationRequest", "r", medicationReference={"reference": "Medication/a"})
    await service.record(nothing_but(requests=bundle(order)), **grant("patient/MedicationRequest.rs"))
    assert ehr.asked == []


async def test_a_category_in_a_scope_does_not_stand_for_refused_searches(service: Service, ehr: Ehr) -> None:
    """The fallback to the laboratory category proves nothing where the scope hides some of it."""
    ehr.every = lambda asked: 400 if "code=" in asked else None
    scope = "patient/*.rs?_security=N"
    record = await service.record(without(nothing_but(), "laboratory", "counts"), **grant(scope))
    assert sorted(hole["reason"] for hole in record["holes"]) == ["not-in-scope", "not-in-scope", "refused"]


async def test_a_scope_that_is_no_text_is_refused(service: Service) -> None:
    refusal = await service.call(nothing_but(), **grant(["patient/*.read"]))
    assert refusal.status_code == 400
    assert "fhirAuthorization.scope" in refusal.json()["issue"][0]["diagnostics"]


def test_a_long_scope_is_read_in_one_pass() -> None:
    scopes = read_scopes(" ".join(f"patient/Type.rs?x={number}" for number in range(20_000)))
    assert scopes.permit("Type", "s")
    assert not scopes.in_full("Type", "s")


HELD_BACK: list[tuple[str, Any, list[str]]] = [
    ("among the entries", bundle(resource("Procedure", "a"), SUPPRESSED), ["suppressed"]),
    ("nothing else among the entries", bundle(SUPPRESSED), ["suppressed"]),
    ("a refusal among the entries", bundle(resource("Procedure", "a"), outcome("warning")), ["refused"]),
    ("both", bundle(resource("Procedure", "a"), SUPPRESSED, outcome("warning")), ["refused", "suppressed"]),
    (
        "in the response of an entry",
        {
            "resourceType": "Bundle",
            "entry": [{"resource": resource("Procedure", "a"), "response": {"outcome": SUPPRESSED}}],
        },
        ["suppressed"],
    ),
    ("inside a resource", bundle(resource("Procedure", "a", contained=[SUPPRESSED])), ["suppressed"]),
    ("odd shapes", bundle(resource("Procedure", "a", contained={"issue": 1})), []),
    ("the whole answer", SUPPRESSED, ["refused"]),
]


@pytest.mark.rule("FHIR-6")
@pytest.mark.parametrize("way", ["fetched", "sent"])
@pytest.mark.parametrize(("answer", "expected"), [row[1:] for row in HELD_BACK], ids=[row[0] for row in HELD_BACK])
async def test_what_a_server_holds_back_is_unknown(
    service: Service, ehr: Ehr, way: str, answer: Any, expected: list[str]
) -> None:
    ehr.answers["Procedure?patient=p1"] = answer
    prefetch = nothing_but(procedures=answer) if way == "sent" else without(nothing_but(), "procedures")
    record = await service.record(prefetch, **grant("patient/*.read"))
    assert [(hole["section"], hole["reason"]) for hole in record["holes"]] == [
        ("procedures", reason) for reason in expected
    ]
