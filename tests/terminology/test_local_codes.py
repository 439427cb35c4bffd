"""Local codes in a record: what a map makes of them, and what it leaves as it was (rule G5)."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from cds_service.assessing import record_of
from cds_service.catalogue import load_catalogue
from cds_service.documents import PatientFile, read_document
from cds_service.fhir.local_codes import NO_MAPS, ConceptMaps
from cds_service.fhir.queries import MAX_TEMPLATE, queries
from eligibility.coding import Coding
from eligibility.record import Answer, PatientRecord, Section
from tests.spec.terms import shipped, told

LAB, DX, RX = "https://hospital.example/lab", "https://hospital.example/dx", "https://hospital.example/drugs"
AS_OF = date(2026, 11, 21)
MAPS = ConceptMaps(
    targets={
        (LAB, "PLT"): (Coding("loinc", "777-3", "Platelets"),),
        (LAB, "HBSAG"): (Coding("loinc", "5196-1"),),
        (LAB, "POS"): (Coding("snomed", "10828004", "Positive"),),
        (DX, "H-17"): (Coding("snomed", "32273002"),),
        (DX, "HTN"): (Coding("icd-10-cm", "I10"),),
        (RX, "4711"): (Coding("rxnorm", "8640", "prednisone"),),
        (RX, "NUT"): (Coding("snomed", "226355009"),),
    },
    untranslated={(DX, "H-18"): "wider", (RX, "0815"): "unmatched"},
)


def coded(system: str | None, code: str, display: str = "", text: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code, "display": display}
    return {"coding": [{key: value for key, value in coding.items() if value}], **({"text": text} if text else {})}


def of_p(kind: str, **content: object) -> dict[str, Any]:
    return {"resourceType": kind, "id": kind.lower(), "subject": {"reference": "Patient/p"}, **content}


def read(*resources: Mapping[str, Any], maps: ConceptMaps = MAPS) -> PatientRecord:
    patient = {"resourceType": "Patient", "id": "p", "birthDate": "1980-06-15"}
    [file] = read_document(json.dumps([patient, *resources]).encode())
    assert isinstance(file, PatientFile)
    return record_of(file, load_catalogue(), AS_OF, forgiven=(), maps=maps)


def condition(code: Mapping[str, Any]) -> dict[str, Any]:
    clinical = coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active")
    return of_p("Condition", clinicalStatus=clinical, code=code)


def result(code: Mapping[str, Any], **value: object) -> dict[str, Any]:
    return of_p("Observation", status="final", code=code, effectiveDateTime="2026-11-20", **value)


def order(**medication: object) -> dict[str, Any]:
    return of_p("MedicationRequest", status="active", intent="order", authoredOn="2026-11-01", **medication)


COUNT = {"value": 12, "unit": "10*9/L"}


def test_a_diagnosis() -> None:
    [itp] = read(condition(coded(DX, "H-17"))).conditions
    assert told(itp.hits) == {"VS-ITP": "member"}
    assert itp.label == "local code H-17 (mapped)"


def test_the_name_of_the_local_code_stays_and_says_that_it_was_mapped() -> None:
    [itp] = read(condition(coded(DX, "H-17", "ITP, chronisch"))).conditions
    assert (itp.label, told(itp.hits)) == ("ITP, chronisch, local code H-17 (mapped)", {"VS-ITP": "member"})


def test_a_result_its_answer_and_a_member_of_a_panel() -> None:
    record = read(
        result(
            {"text": "panel"},
            component=[
                {"code": coded(LAB, "PLT"), "valueQuantity": COUNT},
                {"code": coded(LAB, "HBSAG"), "valueCodeableConcept": coded(LAB, "POS")},
            ],
        )
    )
    [count], [antigen] = record.observations["VS-PLT"], record.observations["VS-HBSAG"]
    assert count.label == "Platelets, local code PLT (mapped)"
    assert count.result.amount is not None
    assert antigen.result.answer is Answer.POSITIVE


@pytest.mark.parametrize(
    "value",
    [
        {"valueCoding": {"system": LAB, "code": "POS"}},
        {"valueCodeableConcept": {"coding": {"system": LAB, "code": "POS"}}},
    ],
)
def test_an_answer_in_an_odd_shape(value: dict[str, Any]) -> None:
    [antigen] = read(result(coded("http://loinc.org", "5196-1"), **value)).observations["VS-HBSAG"]
    assert antigen.result.answer is Answer.POSITIVE


@pytest.mark.parametrize(
    "medication",
    [
        {"medicationCodeableConcept": coded(RX, "4711")},
        {
            "contained": [{"resourceType": "Medication", "id": "m", "code": coded(RX, "4711")}],
            "medicationReference": {"reference": "#m"},
        },
        {
            "contained": [
                {"resourceType": "Medication", "id": "m", "ingredient": [{"itemCodeableConcept": coded(RX, "4711")}]}
            ],
            "medicationReference": {"reference": "#m"},
        },
        {"medicationReference": {"reference": "Medication/m9"}},
    ],
)
def test_a_drug_however_it_is_given(medication: dict[str, Any]) -> None:
    record = read(order(**medication), {"resourceType": "Medication", "id": "m9", "code": coded(RX, "4711")})
    [steroid] = record.exposures
    assert told(steroid.hits)["VS-STEROID"] == "member"
    assert steroid.ingredients == {"prednisone"}
    assert "local code 4711 (mapped)" in steroid.label
    assert not record.holes


def test_a_reference_is_followed_beside_the_resource_that_was_sent() -> None:
    """Two servers use the same id: the translated order still finds the Medication of its own server."""
    here, there = "https://here.example/fhir", "https://there.example/fhir"
    reason = [coded(DX, "H-17")]  # a local code, so that the order itself is translated
    entries = [
        (f"{here}/Patient/p", {"resourceType": "Patient", "id": "p", "birthDate": "1980-06-15"}),
        (f"{here}/MedicationRequest/o", order(medicationReference={"reference": "Medication/m"}, reasonCode=reason)),
        (f"{here}/Medication/m", {"resourceType": "Medication", "id": "m", "code": coded(RX, "4711")}),
        (f"{there}/Medication/m", {"resourceType": "Medication", "id": "m", "code": {"text": "aspirin"}}),
    ]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": address, "resource": resource} for address, resource in entries],
    }
    [file] = read_document(json.dumps(bundle).encode())
    assert isinstance(file, PatientFile)
    [steroid] = record_of(file, load_catalogue(), AS_OF, forgiven=(), maps=MAPS).exposures
    assert steroid.ingredients == {"prednisone"}
    assert [told(reason) for reason in steroid.reasons] == [{"VS-ITP": "member"}]


def test_an_allergy_coded_both_ways_is_one_substance() -> None:
    both = [
        {"resourceType": "AllergyIntolerance", "id": name, "patient": {"reference": "Patient/p"}, "code": code}
        for name, code in [("a", coded(RX, "NUT")), ("b", coded("http://snomed.info/sct", "226355009"))]
    ]
    assert len({allergy.substance for allergy in read(*both).allergies}) == 1


@pytest.mark.parametrize(
    "resource",
    [
        condition(coded(DX, "H-18")),  # only wider
        condition(coded(DX, "H-99")),  # in no map
        condition(coded(None, "H-17")),  # without a system
        condition(coded(f"{DX}/other", "H-17")),  # of another system
        order(medicationCodeableConcept=coded(RX, "0815")),  # without a match in RxNorm: it may be any drug
    ],
)
def test_what_is_not_said_to_be_the_same_stays_as_it_was(resource: dict[str, Any]) -> None:
    """A bare code stays a hole, with a map and without."""
    with_map, without = read(resource), read(resource, maps=NO_MAPS)
    assert with_map == without
    assert [hole.section for hole in with_map.holes] in ([Section.CONDITIONS], [Section.MEDICATIONS])


def test_words_beside_a_code_that_has_no_equivalent_go_on_asking() -> None:
    [asked] = read(condition(coded(DX, "H-18", "Non-Hodgkin lymphoma, local type"))).conditions
    assert asked.unclassified
    assert "VS-MALIG" in asked.alarms


def test_a_code_that_means_something_no_criterion_asks_about_is_no_hole() -> None:
    record = read(condition(coded(DX, "HTN")))
    assert not record.holes
    assert [one.unclassified for one in record.conditions] == [not shipped().by_code("icd-10-cm", "I10")]


def test_a_translation_that_the_record_gives_itself_is_not_told_twice() -> None:
    both = {
        "coding": [{"system": LAB, "code": "PLT"}, {"system": "http://loinc.org", "code": "777-3", "display": "Plt"}]
    }
    [count] = read(result(both, valueQuantity=COUNT)).observations["VS-PLT"]
    assert count.label == "Plt"


def test_a_record_cannot_claim_to_have_been_translated() -> None:
    forged = {"coding": [{"system": "http://loinc.org", "code": "777-3", "display": "Plt", "local": "PLT"}]}
    [count] = read(result(forged, valueQuantity=COUNT)).observations["VS-PLT"]
    assert count.label == "Plt"


def test_neither_a_unit_nor_a_security_label_nor_an_identifier_is_translated() -> None:
    quantity = {**COUNT, "system": DX, "code": "H-17"}
    labelled = {"meta": {"security": [{"system": DX, "code": "H-17"}]}, "identifier": [{"system": DX, "value": "H-17"}]}
    plain = result(coded("http://loinc.org", "777-3"), valueQuantity=quantity, **labelled)
    assert read(plain) == read(plain, maps=NO_MAPS)


@pytest.mark.parametrize("depth", [40, 400])
def test_a_deep_resource_is_read_as_far_as_FHIR_goes(depth: int) -> None:
    nested: dict[str, Any] = coded(DX, "H-17")
    for _ in range(depth):
        nested = {"extension": [nested]}
    deep = {**condition(coded(DX, "H-17")), "extension": [nested]}
    assert [told(one.hits) for one in read(deep).conditions] == [{"VS-ITP": "member"}]


def test_a_record_without_local_codes_is_read_alike_with_a_map_and_without() -> None:
    plain = condition(coded("http://snomed.info/sct", "32273002"))
    assert read(plain) == read(plain, maps=NO_MAPS)


def test_maps_travel_between_processes() -> None:
    for maps in (MAPS, NO_MAPS):
        assert pickle.loads(pickle.dumps(maps)) == maps


def test_a_search_by_code_asks_for_local_codes_too() -> None:
    def asked(maps: ConceptMaps) -> dict[str, list[str]]:
        found = queries(shipped().value_sets, maps)
        return {one.key: one.template.partition("&code=")[2].split(",") for one in found if "&code=" in one.template}

    plain, mapped = asked(NO_MAPS), asked(MAPS)
    assert {key: sorted(set(mapped[key]) - set(codes)) for key, codes in plain.items()} == {
        "counts": ["PLT"],
        "infections-1": ["HBSAG"],
        "infections-2": [],
        "status": [],
    }


def test_a_search_stays_short_and_asks_for_what_it_means() -> None:
    odd = ("A,B", "A|B", "A&code=1", "A B", "ü")
    targets = {(LAB, code): (Coding("loinc", "777-3"),) for code in (*odd, *(f"PLT-{n:05}" for n in range(1_000)))}
    [counts] = [one for one in queries(shipped().value_sets, ConceptMaps(targets)) if one.key == "counts"]
    assert len(counts.template) <= MAX_TEMPLATE
    assert not set(odd) & set(counts.template.partition("&code=")[2].split(","))
