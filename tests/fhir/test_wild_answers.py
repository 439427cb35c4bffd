"""fhir-in-the-wild, groups 10 and 11: what a test, a scale or a question was answered with (rule G6)."""

from __future__ import annotations

import pytest
from fhir_raw import (
    LOINC,
    SNOMED,
    SUBJECT,
    coded,
    observation,
    read,
    the_result,
)

from eligibility.record import Answer
from eligibility.terminology import Mark

HIV = coded(LOINC, "56888-1", "HIV 1+2 Ab+HIV1 p24 Ag")
ECOG = coded(LOINC, "89247-1", "ECOG performance status")
POSITIVE, NEGATIVE, UNCLEAR, NONE = Answer.POSITIVE, Answer.NEGATIVE, Answer.UNCLEAR, Answer.NONE
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def answer(**changes):
    return the_result(observation(code=HIV, **changes), of="VS-HIV-SCREEN").result.answer


# --- 10: answers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, expected",
    [
        ({"valueString": "not HIV positive"}, NONE),
        ({"valueString": "Reactive"}, POSITIVE),
        ({"valueString": "NON-REACTIVE"}, NEGATIVE),
        ({"valueString": "POS"}, POSITIVE),
        ({"valueString": "."}, NONE),
        ({"valueString": "Reactive, Immune"}, NONE),
        ({"valueString": "阴性"}, NEGATIVE),
        ({"valueBoolean": True}, POSITIVE),
        ({"valueBoolean": False}, NEGATIVE),
        ({"valueCodeableConcept": coded(SNOMED, "260385009")}, NEGATIVE),
        ({"valueCodeableConcept": coded(SNOMED, "10828004")}, POSITIVE),
        ({"valueCodeableConcept": coded(SNOMED, "260415000")}, NEGATIVE),
        ({"valueCodeableConcept": coded(SNOMED, "260373001")}, POSITIVE),
        ({"valueCodeableConcept": coded(SNOMED, "82334004")}, UNCLEAR),
        ({"valueCodeableConcept": {"text": "Not detected"}}, NEGATIVE),
        ({"valueCodeableConcept": {"text": "Positive"}}, POSITIVE),
        ({"valueString": "Reactive", "interpretation": [coded(INTERPRETATION, "N")]}, POSITIVE),
        ({"valueQuantity": None, "interpretation": [coded(INTERPRETATION, "NEG")]}, NEGATIVE),
        ({"valueQuantity": None, "interpretation": coded(INTERPRETATION, "POS")}, POSITIVE),
        ({"valueQuantity": None, "interpretation": [{"text": "Negative"}]}, NEGATIVE),
        ({"valueQuantity": None, "interpretation": "Negative"}, NEGATIVE),
    ],
)
def test_answers_of_a_qualitative_test(value, expected):
    assert answer(**value) is expected


def test_the_interpretation_normal_alone_is_no_readable_result():
    result = the_result(observation(valueQuantity=None, interpretation=[coded(INTERPRETATION, "N", "Normal")])).result
    assert (result.readable, result.answer, result.text) == (False, NONE, "Normal")


def test_codes_of_value_and_interpretation_serve_scales():
    told = observation(code=ECOG, valueInteger=1, interpretation=[coded(LOINC, "LA9623-5")])
    assert the_result(told, of="VS-ECOG").result.codes == frozenset({"loinc|LA9623-5"})
    only = observation(code=ECOG, valueCodeableConcept=coded(LOINC, "LA9624-3"))
    assert the_result(only, of="VS-ECOG").result.codes == frozenset({"loinc|LA9624-3"})
    said = observation(code=ECOG, valueQuantity=None, interpretation=[coded(LOINC, "LA9624-3")])
    assert the_result(said, of="VS-ECOG").result.readable


def test_a_procedure_that_says_a_test_was_done_is_no_result():
    done = {"resourceType": "Procedure", "id": "t", "status": "completed", "subject": SUBJECT, "code": HIV}
    assert read(done).observations == {}


# --- 11: pregnancy ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, mark",
    [
        (coded(SNOMED, "77386006"), Mark.MEMBER),
        (coded(SNOMED, "60001007"), Mark.NEGATIVE),
        (coded(SNOMED, "146799005"), Mark.UNKNOWN),
        (coded(LOINC, "LA15173-0"), Mark.MEMBER),
        (coded(LOINC, "LA26683-5"), Mark.NEGATIVE),
    ],
)
def test_the_status_of_a_pregnancy_is_a_coded_answer(value, mark):
    found = the_result(observation(code=coded(LOINC, "82810-3"), valueCodeableConcept=value), of="VS-PREG-STATUS")
    assert found.result.hits["VS-PREG"] is mark


@pytest.mark.parametrize("code", ["86645-9", "11996-6", "11778-8"])
def test_intention_and_number_of_pregnancies_are_something_else(code):
    asked = observation(code=coded(LOINC, code), valueCodeableConcept=coded(SNOMED, "77386006"))
    assert "VS-PREG-STATUS" not in read(asked).observations
