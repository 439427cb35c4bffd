"""fhir-in-the-wild, groups 7 to 13: what a result is, in which unit, when, and which look-alikes are none (G5, G6)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from fhir_raw import (
    LOINC,
    PLATELETS,
    SNOMED,
    SUBJECT,
    UCUM,
    between,
    coded,
    day,
    holes,
    notes,
    observation,
    quantity,
    read,
    the_result,
)

from eligibility.quantity import Amount
from eligibility.record import Answer
from eligibility.terminology import Mark

HIV = coded(LOINC, "56888-1", "HIV 1+2 Ab+HIV1 p24 Ag")
HBSAG = coded(LOINC, "5196-1")
ECOG = coded(LOINC, "89247-1", "ECOG performance status")
POSITIVE, NEGATIVE, UNCLEAR, NONE = Answer.POSITIVE, Answer.NEGATIVE, Answer.UNCLEAR, Answer.NONE
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def hiv(**changes):
    value = {} if any(key.startswith(("value", "interpretation")) for key in changes) else {"valueString": "x"}
    return {key: value for key, value in (observation(code=HIV, **value, **changes)).items() if value is not None}


def answer(**changes):
    return the_result(observation(code=HIV, **changes), of="VS-HIV-SCREEN").result.answer


# --- 7: status ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status, rank", [("final", 0), ("corrected", 1), ("amended", 1), (" Final ", 0), ("AMENDED", 1)]
)
def test_good_results(status, rank):
    found = the_result(observation(status=status))
    assert (found.rank, found.preliminary) == (rank, False)


@pytest.mark.parametrize("status", ["entered-in-error", "entered-in-error ", "cancelled", "unknown", "registered"])
def test_results_that_do_not_count_are_no_holes(status):
    record = read(observation(status=status))
    assert (record.observations, record.holes) == ({}, ())


def test_a_preliminary_result_is_kept_apart():
    assert the_result(observation(status="preliminary")).preliminary


@pytest.mark.parametrize("status", [None, "", "done", 5, {"code": "final"}])
def test_a_result_whose_status_cannot_be_read_is_a_hole_for_its_sets_only(status):
    [hole] = read(observation(status=status)).holes
    assert (hole.section.value, hole.reason) == ("observations", "unreadable-status")
    assert hole.sets == frozenset({"VS-PLT"})


# --- 8: values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, amount",
    [
        ({"valueQuantity": quantity(24)}, Amount.exactly(24, "10*9/L", ucum=True)),
        ({"valueQuantity": quantity(24.1)}, Amount.exactly("24.1", "10*9/L", ucum=True)),
        ({"valueQuantity": quantity("24.10")}, Amount.exactly("24.1", "10*9/L", ucum=True)),
        ({"valueQuantity": {"value": 24, "unit": "x10e3/uL"}}, Amount.exactly(24, "x10e3/uL")),
        ({"valueQuantity": {"value": 24, "code": "K/uL"}}, Amount.exactly(24, "K/uL")),
        ({"valueQuantity": {"value": 24, "unit": "K/uL", "code": "10*9/L", "system": UCUM}},
         Amount.exactly(24, "10*9/L", ucum=True)),
        ({"valueQuantity": {"value": 24}}, Amount.exactly(24)),
        ({"valueQuantity": quantity(5, comparator="<")}, Amount(Fraction(0), Fraction(5), "10*9/L", True, True, True)),
        ({"valueQuantity": quantity(5, comparator="<=")},
         Amount(Fraction(0), Fraction(5), "10*9/L", True, False, True)),
        ({"valueQuantity": quantity(900, comparator=">")}, Amount(Fraction(900), None, "10*9/L", True, False, True)),
        ({"valueQuantity": quantity(900, comparator=">=")}, Amount(Fraction(900), None, "10*9/L", False, False, True)),
        ({"valueQuantity": quantity("<5")}, Amount(Fraction(0), Fraction(5), "10*9/L", True, True, True)),
        ({"valueInteger": 24}, Amount.exactly(24)),
        ({"valueString": "24"}, Amount.exactly(24)),
        ({"valueString": "24 x10^9/L"}, Amount.exactly(24, "x10^9/L")),
        ({"valueString": "24万/µL"}, Amount.exactly(24, "万/µL")),
        ({"valueString": "210,000 /uL"}, Amount.exactly(210000, "/uL")),
        ({"valueString": "< 5"}, Amount(Fraction(0), Fraction(5), "", True, True)),
        ({"valueString": "≤5 10*9/L"}, Amount(Fraction(0), Fraction(5), "10*9/L", True, False)),
        ({"valueString": ">=1000"}, Amount(Fraction(1000), None, "", False, False)),
        ({"valueRange": {"low": quantity(20), "high": quantity(30)}},
         Amount(Fraction(20), Fraction(30), "10*9/L", ucum=True)),
        ({"valueRange": {"low": quantity(20)}}, Amount(Fraction(20), None, "10*9/L", ucum=True)),
    ],
)  # fmt: skip
def test_numbers_in_every_form(value, amount):
    result = the_result(observation(**value)).result
    assert result.amount == amount
    assert result.readable


@pytest.mark.parametrize(
    "value",
    [
        {"valueString": "clumped"},
        {"valueString": "24,5"},
        {"valueString": "12 345"},
        {"valueString": "1:8"},
        {"valueString": "20-30"},
        {"valueQuantity": quantity("many")},
        {"valueQuantity": quantity(24, comparator="~")},
        {"valueQuantity": quantity("1e999999999")},
        {"valueRange": {"low": quantity(30), "high": quantity(20)}},
        {"valueRange": {"low": quantity(20), "high": quantity(30, "g/L")}},
        {"valueRatio": {"numerator": quantity(1), "denominator": quantity(8)}},
        {"valueTime": "08:00"},
        {"valueQuantity": quantity(24), "valueString": "24"},
        {"valueQuantity": quantity(24), "dataAbsentReason": {"text": "unknown"}},
    ],
)
def test_a_final_result_that_cannot_be_read_is_still_a_result(value):
    """It is the latest one, and never lets an older one decide."""
    result = the_result(observation(**value)).result
    assert not result.readable
    assert result.amount is None


@pytest.mark.parametrize(
    "nothing",
    [
        {"valueQuantity": None},
        {"valueQuantity": None, "dataAbsentReason": coded("", "unknown")},
        {"valueQuantity": {"unit": "10*9/L"}},
        {"valueString": " "},
        {"valueQuantity": None, "note": [{"text": "platelets 12"}]},
        {"valueCodeableConcept": coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "masked")},
        {"valueCodeableConcept": coded("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "MSK")},
    ],
)
def test_no_value_is_no_result(nothing):
    record = read(observation(**nothing))
    assert (record.observations, record.holes) == ({}, ())


def test_a_value_is_shown_as_written():
    assert (
        the_result(observation(valueQuantity=quantity(24.5, comparator="<", unit="x10⁹/L"))).result.text
        == "<24.5 x10⁹/L"
    )
    assert the_result(observation(valueQuantity={"value": "07", "code": "K/uL"})).result.text == "07 K/uL"


def test_a_binary_fraction_is_read_as_the_decimal_it_was_written_as():
    assert the_result(observation(valueQuantity=quantity(0.1))).result.amount == Amount.exactly("0.1", "10*9/L", True)


def test_a_panel_holds_no_result_itself_but_its_components_do():
    pressure = observation(
        code=coded(LOINC, "85354-9", "Blood pressure"),
        valueQuantity=None,
        component=[
            {"code": coded(LOINC, "8480-6"), "valueQuantity": quantity(151, "mm[Hg]")},
            {"code": coded(LOINC, "8462-4"), "valueQuantity": quantity(88, "mm[Hg]")},
        ],
    )
    record = read(pressure)
    assert sorted(record.observations) == ["VS-BP-DIASTOLIC", "VS-BP-SYSTOLIC"]
    [systolic] = record.observations["VS-BP-SYSTOLIC"]
    assert systolic.result.amount == Amount.exactly(151, "mm[Hg]", ucum=True)
    assert (systolic.reference, systolic.when and systolic.when.first) == ("Observation/o1", day("2026-11-12"))


def test_a_component_with_a_modifier_costs_its_own_sets_only():
    odd = {"code": PLATELETS, "valueQuantity": quantity(5), "modifierExtension": [{"url": "x"}]}
    good = {"code": coded(LOINC, "8480-6"), "valueQuantity": quantity(151, "mm[Hg]")}
    record = read(observation(code={"text": "panel"}, valueQuantity=None, component=[odd, good]))
    assert sorted(record.observations) == ["VS-BP-SYSTOLIC"]
    assert [(hole.reason, hole.sets) for hole in record.holes] == [("unknown-modifier", frozenset({"VS-PLT"}))]


def test_members_inside_a_panel_are_read_and_members_elsewhere_are_their_own():
    inner = {key: value for key, value in observation("m").items() if key not in ("subject", "effectiveDateTime")}
    panel = observation(
        code=coded(LOINC, "58410-2", "CBC panel"),
        valueQuantity=None,
        hasMember=[{"reference": "#m"}, {"reference": "Observation/other"}],
        contained=[inner],
    )
    found = the_result(panel)
    assert (found.reference, found.result.text) == ("Observation/o1#m", "24 10*9/L")
    assert found.when is not None
    assert found.when.first == day("2026-11-12")
    assert read(panel | {"status": "entered-in-error"}).observations == {}


def test_a_member_of_somebody_else_is_a_hole_for_its_sets():
    inner = observation("m", subject={"reference": "Patient/other"})
    panel = observation(code={"text": "panel"}, valueQuantity=None, hasMember=[{"reference": "#m"}], contained=[inner])
    assert holes(panel) == [("observations", "subject-unknown", "Observation/o1#m")]


# --- 9: platelets and their look-alikes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        coded(LOINC, "5894-1", "Prothrombin time, in platelet poor plasma"),
        coded(LOINC, "71693-2", "Immature platelet fraction"),
        coded(LOINC, "12345-0", "Platelet count"),
        {"text": "Platelets"},
    ],
)
def test_the_word_platelet_alone_makes_no_count(code):
    record = read(observation(code=code))
    assert "VS-PLT" not in record.observations
    assert record.holes == ()


def test_a_loinc_address_with_odd_spelling_is_loinc():
    for system in (
        "http://loinc.org",
        "http://loinc",
        "http://loinc.org/",
        "urn:oid:2.16.840.1.113883.6.1",
        " http://loinc.org",
    ):
        assert the_result(observation(code=coded(system, "777-3 "))).hits["VS-PLT"] is Mark.MEMBER


def test_one_local_and_one_known_code():
    code = {"coding": [{"system": "urn:local", "code": "PLT"}, {"system": LOINC, "code": "777-3"}], "text": "PLT"}
    assert the_result(observation(code=code)).label == "PLT"


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


# --- 12: dates and ranges -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "times, first, last",
    [
        ({"effectiveDateTime": "2026-11-12T23:59:59.123+08:00"}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": "2026-11-12T08:00:00"}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": "2026-11-12T24:00:00Z"}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": " 2026-11-12 "}, "2026-11-12", "2026-11-12"),
        ({"effectiveInstant": "2026-11-12T08:00:00Z"}, "2026-11-12", "2026-11-12"),
        ({"effectivePeriod": {"start": "2026-11-10", "end": "2026-11-12"}}, "2026-11-10", "2026-11-12"),
        ({"effectivePeriod": {"start": "2026-11-10"}}, "2026-11-10", "2026-11-10"),
        ({"effectivePeriod": {"end": "2026-11-12"}}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": None, "issued": "2026-11-13T08:00:00Z"}, "2026-11-13", "2026-11-13"),
        ({"effectiveDateTime": "2026-11-12", "issued": "2026-11-13T08:00:00Z"}, "2026-11-12", "2026-11-12"),
        ({"effectiveDateTime": "2026-11"}, "2026-11-01", "2026-11-21"),
    ],
)
def test_when_a_result_was_taken(times, first, last):
    when = the_result(observation(**times)).when
    assert when is not None
    assert (when.first, when.last) == (day(first), day(last))


def test_a_result_without_any_date_is_kept_without_one():
    assert the_result(observation(effectiveDateTime=None)).when is None


def test_an_unreadable_date_is_not_replaced_by_the_date_of_issue():
    told = observation(effectiveDateTime="2026-02-30", issued="2026-11-13T08:00:00Z")
    assert the_result(told).when is None
    assert notes(told) == ["unreadable-date"]


def test_a_result_of_tomorrow_is_ignored_and_told():
    record = read(observation(effectiveDateTime="2026-11-22"))
    assert record.observations == {}
    assert [note.key for note in record.notes] == ["future-date"]


def test_the_time_of_day_and_of_issue_order_results_of_one_day():
    early = the_result(observation(effectiveDateTime="2026-11-12T08:00:00Z", issued="2026-11-12T09:00:00Z"))
    late = the_result(observation(effectiveDateTime="2026-11-12T09:30:00+01:00", issued="2026-11-12T09:00:01Z"))
    assert early.when is not None
    assert late.when is not None
    assert (early.when.instant or 0) < (late.when.instant or 0)
    assert (late.issued or 0) - (early.issued or 0) == 1_000_000


def ranges(*elements, **more):
    return the_result(observation(referenceRange=list(elements), **more)).ranges


def test_an_end_without_a_unit_is_in_the_unit_of_the_value():
    [found] = ranges({"low": {"value": 150}, "high": {"value": 400, "unit": "K/uL"}})
    assert found.low == Amount.exactly(150, "10*9/L", ucum=True)
    assert found.high == Amount.exactly(400, "K/uL")
    assert (found.normal, found.limited, found.understood) == (True, False, True)


@pytest.mark.parametrize(
    "text, low, high",
    [
        ("150 - 400", 150, 400),
        ("150-400 10*9/L", 150, 400),
        ("150–400", 150, 400),
        ("(150 - 400)", 150, 400),
        ("150 to 400", 150, 400),
        ("< 35", None, 35),
        ("<=35", None, 35),
        (">60", 60, None),
        ("0.5-1.0", Fraction(1, 2), 1),
    ],
)
def test_a_range_that_is_only_printed(text, low, high):
    [found] = ranges({"text": text})
    assert (found.low and found.low.number, found.high and found.high.number) == (low, high)


@pytest.mark.parametrize("text", ["negative", "see report", "0,5 - 1,0", "Adult: 150 - 400", "400 - 150", "35"])
def test_a_text_that_is_no_simple_range_is_none(text):
    assert ranges({"text": text}) == ()


def test_ranges_for_women_for_adults_and_for_treatment():
    woman = {"high": quantity(33), "appliesTo": [coded(SNOMED, "248152002", "Female")]}
    adult = {"high": quantity(40), "age": {"low": quantity(18, "a"), "high": quantity(216, "mo")}}
    treated = {"high": quantity(9), "type": coded("", "treatment")}
    strange = {"high": quantity(9), "appliesTo": [{"text": "third trimester"}], "age": {"low": quantity(9, "x")}}
    for_women, for_adults, under_treatment, for_whom = ranges(woman, adult, treated, strange)
    assert (for_women.genders, for_women.limited, for_women.understood) == (frozenset({"female"}), True, True)
    assert (for_adults.age_low, for_adults.age_high, for_adults.understood) == (18, 18, True)
    assert not under_treatment.normal
    assert (for_whom.limited, for_whom.understood) == (True, False)


# --- 13 and holes -------------------------------------------------------------------------------------------------


def test_an_observation_of_something_else_is_neither_result_nor_hole():
    other = observation(code=coded(LOINC, "8302-2", "Body height"), status=None, modifierExtension=[{"url": "x"}])
    record = read(other)
    assert (record.observations, record.holes, record.notes) == ({}, (), ())


def test_urine_bilirubin_is_no_bilirubin_of_the_blood():
    assert "VS-BILI" not in read(observation(code=coded(LOINC, "5770-3", "Bilirubin in urine"))).observations


def test_a_result_of_nothing_named_could_be_any():
    [hole] = read(observation(code=None)).holes
    assert (hole.reason, hole.sets) == ("no-code", None)
    assert read(observation(code=None, status="cancelled")).holes == ()


@pytest.mark.parametrize(
    "odd, reason",
    [({"subject": None}, "subject-unknown"), ({"modifierExtension": [{"url": "x"}]}, "unknown-modifier")],
)
def test_a_hole_of_a_known_test_is_limited_to_its_sets(odd, reason):
    [hole] = read(observation(**odd)).holes
    assert (hole.reason, hole.sets) == (reason, frozenset({"VS-PLT"}))


def test_an_observation_under_two_sets_is_indexed_under_both():
    both = {"coding": [*PLATELETS["coding"], *HBSAG["coding"]]}
    assert sorted(read(observation(code=both)).observations) == ["VS-HBSAG", "VS-PLT"]


def test_a_look_alike_is_indexed_nowhere():
    assert read(observation(code=coded(LOINC, "11778-8"), valueString="2026-12-01")).observations == {}


def test_a_partial_date_is_cut_at_today():
    assert the_result(observation(effectiveDateTime="2026")).when == between("2026-01-01", "2026-11-21")
