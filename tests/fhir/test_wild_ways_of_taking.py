"""fhir-in-the-wild, group 6: as needed, by which way, for what reason and with what outcome (rule G5)."""

from __future__ import annotations

import pytest
from fhir_raw import (
    SNOMED,
    by_reference,
    coded,
    condition,
    medication,
    order,
    statement,
    the_exposure,
)

from eligibility.record import Route
from eligibility.terminology import Mark

# --- 6: as needed, route, form ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dosage, needed",
    [
        ({"asNeededBoolean": True}, True),
        ({"asNeededBoolean": True, "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}, True),
        ({"asNeededCodeableConcept": {"text": "headache"}}, True),
        ({"timing": {"code": {"text": "PRN"}}}, True),
        ({"text": "1 tablet as needed"}, True),
        ({"text": "1 tab p.r.n."}, True),
        ({"text": "必要时服用"}, True),
        ({"text": "1 tablet daily"}, False),
        ({"asNeededBoolean": False, "text": "1 tablet daily"}, False),
        ({}, False),
    ],
)
def test_as_needed(dosage, needed):
    assert the_exposure(statement(dosage=[dosage])).as_needed is needed
    assert the_exposure(order(dosageInstruction=[dosage])).as_needed is needed


@pytest.mark.parametrize(
    "drug, dosage, route",
    [
        ({"text": "prednisone"}, {}, Route.UNSTATED),
        ({"text": "prednisone"}, {"route": coded(SNOMED, "26643006", "Oral route")}, Route.ORAL),
        ({"text": "methylprednisolone"}, {"route": coded(SNOMED, "47625008", "Intravenous route")}, Route.PARENTERAL),
        ({"text": "hydrocortisone"}, {"route": coded(SNOMED, "6064005", "Topical route")}, Route.LOCAL),
        ({"text": "prednisolone 1% eye drops"}, {}, Route.LOCAL),
        ({"text": "diclofenac 1% gel"}, {}, Route.LOCAL),
        ({"text": "heparin lock flush 100 UNT/ML"}, {}, Route.LOCAL),
        ({"text": "heparin"}, {"doseAndRate": [{"doseQuantity": {"value": 500, "unit": "units"}}]}, Route.LOCAL),
        ({"text": "heparin"}, {"text": "to flush the port"}, Route.LOCAL),
    ],
)
def test_only_an_explicit_local_route_or_form_takes_a_drug_out(drug, dosage, route):
    assert the_exposure(statement(medicationCodeableConcept=drug, dosage=[dosage])).route is route


@pytest.mark.parametrize(
    "dosage",
    [
        {"doseAndRate": [{"doseQuantity": {"value": 5000, "unit": "units"}}]},
        {"doseAndRate": [{"doseQuantity": {"value": 500, "unit": "U"}, "rateQuantity": {"value": 500, "unit": "U/h"}}]},
        {"doseAndRate": [{"doseQuantity": {"value": 18, "unit": "U/kg/h"}}]},
        {},
    ],
)  # fmt: skip
def test_heparin_in_a_dose_that_treats_or_prevents_is_no_flush(dosage):
    found = the_exposure(statement(medicationCodeableConcept={"text": "heparin"}, dosage=[dosage]))
    assert found.route is not Route.LOCAL


def test_the_form_of_a_medication_counts():
    drops = medication(code={"text": "prednisolone"}, form={"text": "eye drops"})
    assert the_exposure(by_reference(), drops).route is Route.LOCAL


# --- reasons and outcomes -----------------------------------------------------------------------------------------


def test_the_indication_is_classified_by_code_and_by_reference():
    itp = coded("http://hl7.org/fhir/sid/icd-10-cm", "D69.3")
    found = the_exposure(statement(reasonCode=[itp, {"text": "headache"}]))
    assert found.reason_stated
    assert found.reasons[0]["VS-ITP"] is Mark.MEMBER
    linked = statement(reasonReference=[{"reference": "Condition/c1"}])
    assert the_exposure(linked, condition()).reasons[0]["VS-ITP"] is Mark.MEMBER
    named = statement(reasonReference=[{"reference": "Condition/gone", "display": "Immune thrombocytopenia"}])
    assert the_exposure(named).reasons[0]["VS-ITP"] is Mark.MEMBER
    nowhere = the_exposure(statement(reasonReference=[{"reference": "Condition/gone"}]))
    assert (nowhere.reason_stated, nowhere.reasons) == (True, ())
    assert (the_exposure(statement()).reason_stated, the_exposure(statement()).reasons) == (False, ())


@pytest.mark.parametrize(
    "more, outcomes",
    [
        ({"statusReason": [{"text": "Lack of efficacy"}]}, {"no-response"}),
        ({"statusReason": {"text": "Lack of efficacy"}}, {"no-response"}),
        ({"statusReason": [coded(SNOMED, "407563006")]}, {"intolerance"}),
        ({"statusReason": [{"text": "relapsed after 3 months"}]}, {"relapse"}),
        ({"statusReason": [{"text": "refractory; adverse reaction"}]}, {"no-response", "intolerance"}),
        ({"statusReason": [{"text": "无效"}]}, {"no-response"}),
        ({"statusReason": [{"text": "不良反应"}]}, {"intolerance"}),
        ({"note": [{"text": "Loss of response."}]}, {"relapse"}),
        ({"note": [{"text": "Platelets fell; I suspect loss of response."}]}, set()),
        ({"statusReason": [{"text": "no adverse reaction"}]}, set()),
        ({"statusReason": [{"text": "risk of side effects"}]}, set()),
        ({"statusReason": [{"text": "not refractory"}]}, set()),
        ({"statusReason": [{"text": "没有不良反应"}]}, set()),
        ({"statusReason": [{"text": "toxicity?"}]}, set()),
        ({"statusReason": [{"text": "course completed"}]}, set()),
        ({"reasonCode": [{"text": "relapse of ITP"}]}, set()),
        ({}, set()),
    ],
)
def test_only_documented_outcomes_count(more, outcomes):
    """A reason for the drug (relapse of the disease) is no outcome of the drug."""
    assert the_exposure(statement(**more)).outcomes == outcomes
