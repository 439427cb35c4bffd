"""fhir-in-the-wild, groups 1 to 3: which drug it is, however it is named, linked and coded (rule G5)."""

from __future__ import annotations

import pytest
from fhir_raw import (
    ATC,
    RXNORM,
    administration,
    by_reference,
    coded,
    holes,
    medication,
    order,
    read,
    statement,
    the_exposure,
)

from cds_service.fhir.reader import ResourceIndex
from eligibility.terminology import Mark

ASPIRIN = coded(ATC, "B01AC06", "acetylsalicylic acid")


# --- 2: the drug behind a reference -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reference", ["Medication/m1", "Medication/m1/_history/3", "https://a.example/fhir/Medication/m1"]
)
@pytest.mark.parametrize("make", [statement, order, administration])
def test_a_drug_by_reference(make, reference):
    assert the_exposure(by_reference(reference, make), medication(code=ASPIRIN)).hits["VS-APT"] is Mark.MEMBER


@pytest.mark.parametrize(
    "address", ["urn:uuid:0C3b2f6e-6f0e", "urn:oid:1.2.3.4", "https://a.example/fhir/Medication/x"]
)
def test_a_drug_by_the_address_of_its_entry(address):
    drug, taken = medication(None, code=ASPIRIN), by_reference(address.replace("0C3", "0c3"))
    found = the_exposure(taken, resolve=ResourceIndex([(address, drug), (None, taken)]))
    assert found.hits["VS-APT"] is Mark.MEMBER


def test_a_contained_drug():
    assert the_exposure(by_reference("#m1", contained=[medication(code=ASPIRIN)])).hits["VS-APT"] is Mark.MEMBER


def test_a_conditional_reference():
    drug = medication(code=ASPIRIN, identifier=[{"system": "urn:pharmacy", "value": "17"}])
    assert "VS-APT" in the_exposure(by_reference("Medication?identifier=urn:pharmacy|17"), drug).hits


def test_a_drug_known_by_its_ingredients_inline_linked_and_contained():
    made_of = [{"itemCodeableConcept": {"text": "paracetamol"}}, {"itemCodeableConcept": ASPIRIN}]
    assert "VS-APT" in the_exposure(by_reference(), medication(ingredient=made_of)).hits
    linked = medication(ingredient=[{"itemReference": {"reference": "Medication/m2"}}])
    assert "VS-APT" in the_exposure(by_reference(), linked, medication("m2", code=ASPIRIN)).hits
    twice = medication("m2", ingredient=[{"itemReference": {"reference": "Medication/m3"}}])
    assert "VS-APT" in the_exposure(by_reference(), linked, twice, medication("m3", code=ASPIRIN)).hits
    inside = medication(ingredient=[{"itemReference": {"reference": "#s"}}], contained=[medication("s", code=ASPIRIN)])
    assert "VS-APT" in the_exposure(by_reference(), inside).hits
    substance = {"resourceType": "Substance", "id": "s", "code": ASPIRIN}
    of_substance = medication(ingredient=[{"itemReference": {"reference": "Substance/s"}}])
    assert "VS-APT" in the_exposure(by_reference(), of_substance, substance).hits


def test_ingredients_beside_a_code_of_the_house_count_too():
    drug = medication(code=coded("urn:local", "IV12", "infusion"), ingredient=[{"itemCodeableConcept": ASPIRIN}])
    found = the_exposure(by_reference(), drug)
    assert "VS-APT" in found.hits
    assert found.label == "infusion"


def test_an_ingredient_that_cannot_be_told_does_not_hide_the_one_that_can():
    drug = medication(ingredient=[{"itemCodeableConcept": ASPIRIN}, {"itemCodeableConcept": {"text": "QUUX 12"}}])
    assert "VS-APT" in the_exposure(by_reference(), drug).hits
    assert holes(by_reference(), drug) == [("medications", "unresolved-drug", "MedicationStatement/s1")]


@pytest.mark.parametrize("to", ["Medication/m1", "Medication/m2"])
def test_drugs_made_of_one_another_come_to_an_end(to):
    circle = medication(ingredient=[{"itemReference": {"reference": to}}])
    back = medication("m2", ingredient=[{"itemReference": {"reference": "Medication/m1"}}])
    assert holes(by_reference(), circle, back) == [("medications", "unresolved-drug", "MedicationStatement/s1")]


def test_a_contained_drug_that_is_made_of_itself():
    circle = medication("x", ingredient=[{"itemReference": {"reference": "#x"}}])
    assert holes(by_reference("#x", contained=[circle])) == [
        ("medications", "unresolved-drug", "MedicationStatement/s1")
    ]


def test_the_display_serves_where_the_reference_leads_nowhere():
    found = the_exposure(statement(medicationReference={"reference": "Medication/gone", "display": "Aspirin 100 mg"}))
    assert (found.label, found.hits["VS-APT"]) == ("Aspirin 100 mg", Mark.MEMBER)


def test_the_display_names_a_drug_that_has_only_a_local_number():
    taken = statement(medicationReference={"reference": "Medication/m1", "display": "Aspirin 100 mg"})
    found = the_exposure(taken, medication(code=coded("urn:local", "4711")))
    assert (found.label, found.hits["VS-APT"]) == ("Aspirin 100 mg", Mark.MEMBER)


def test_a_name_may_hide_in_the_identifier():
    drug = medication(identifier=[{"system": "urn:ndc", "value": "00904198261"}, {"value": "Aspirin"}])
    assert "VS-APT" in the_exposure(by_reference(), drug).hits


@pytest.mark.parametrize(
    "taken",
    [
        statement(medicationReference={"reference": "Medication/gone"}),
        statement(medicationReference={}),
        statement(medicationCodeableConcept=None),
        statement(medicationCodeableConcept=coded(RXNORM, "99999999")),
        statement(medicationCodeableConcept={"text": "12HR BODY 220MG"}),
        statement(medicationCodeableConcept={"text": "Unknown drug"}),
        statement(medicationCodeableConcept={"text": "17"}),
        order("s1", medicationReference={"reference": "Medication/gone"}),
    ],
)
def test_a_drug_that_cannot_be_told_may_be_any_drug(taken):
    [(section, reason, reference)] = holes(taken)
    assert (section, reason, reference) == ("medications", "unresolved-drug", f"{taken['resourceType']}/s1")
    assert read(taken).exposures == ()


def test_a_name_that_no_table_knows_may_be_a_brand_of_any_drug_and_is_told():
    taken = statement(medicationCodeableConcept={"text": "Quuxolol 12 mg"})
    record = read(taken)
    assert the_exposure(taken).hits == {}
    assert holes(taken) == [("medications", "unclassified-drug", "MedicationStatement/s1")]
    assert holes(taken | {"status": "not-taken"}) == []
    assert [(note.key, note.given["label"]) for note in record.notes] == [("unclassified-drug", "Quuxolol 12 mg")]
    secret = read(taken | {"meta": {"security": [{"code": "PSY"}]}})
    assert "Quuxolol" not in repr(secret.notes)


def test_the_label_of_an_unresolved_drug_is_told_unless_it_is_restricted():
    odd = statement(medicationCodeableConcept={"text": "12HR BODY 220MG"})
    assert read(odd).holes[0].label == "12HR BODY 220MG"
    assert read(odd | {"meta": {"security": [{"code": "SUD"}]}}).holes[0].label is None


@pytest.mark.parametrize("status", ["not-taken", "entered-in-error"])
def test_an_unresolved_drug_that_is_not_taken_is_no_hole(status):
    assert holes(statement(status=status, medicationReference={"reference": "Medication/gone"})) == []


def test_a_medication_with_an_unknown_modifier_is_unresolved():
    drug = medication(code=ASPIRIN, modifierExtension=[{"url": "urn:x"}])
    assert holes(by_reference(), drug) == [("medications", "unresolved-drug", "MedicationStatement/s1")]


# --- 3: code systems ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "system", [ATC, "http://fhir.de/CodeSystem/bfarm/atc", "urn:oid:2.16.840.1.113883.6.73", "2.16.840.1.113883.6.73"]
)
def test_atc_under_its_addresses(system):
    assert "VS-APT" in the_exposure(statement(medicationCodeableConcept=coded(system, "B01AC06"))).hits


def test_rxnorm_beside_ndc():
    both = {
        "coding": [{"system": "http://hl7.org/fhir/sid/ndc", "code": "0904-1982"}, {"system": RXNORM, "code": "1191"}]
    }
    assert "VS-APT" in the_exposure(statement(medicationCodeableConcept=both)).hits
