"""fhir-in-the-wild, groups 1 to 6: which drug, whether it is taken, from when to when, by which way (rules G5, G7)."""

from __future__ import annotations

import pytest
from fhir_raw import (
    ATC,
    LOINC,
    PREDNISONE,
    RXNORM,
    SNOMED,
    SUBJECT,
    administration,
    between,
    coded,
    condition,
    day,
    holes,
    notes,
    on,
    order,
    quantity,
    read,
    statement,
    the_exposure,
)

from cds_service.fhir.reader import ResourceIndex
from eligibility.record import Intake, Route, Source
from eligibility.terminology import Mark
from eligibility.when import EARLIEST, LATEST, When

ASPIRIN = coded(ATC, "B01AC06", "acetylsalicylic acid")
ACTIVE, COMPLETED, STOPPED, HELD = Intake.ACTIVE, Intake.COMPLETED, Intake.STOPPED, Intake.ON_HOLD


def medication(name="m1", **more):
    return {"resourceType": "Medication", "id": name, **more}


def by_reference(reference="Medication/m1", make=statement, **more):
    return make(medicationReference={"reference": reference}, **more)


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


def test_a_name_that_no_table_knows_is_a_drug_that_is_told():
    taken = statement(medicationCodeableConcept={"text": "Quuxolol 12 mg"})
    record = read(taken)
    assert (the_exposure(taken).hits, record.holes) == ({}, ())
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


# --- 4: times -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more, start, end, single",
    [
        ({"effectivePeriod": {"start": "2026-10-01", "end": "2026-10-14"}}, on("2026-10-01"), on("2026-10-14"), False),
        ({"effectivePeriod": {"start": "2026-10-01"}}, on("2026-10-01"), None, False),
        ({"effectivePeriod": {"end": "2026-10"}}, None, between("2026-10-01", "2026-10-31"), False),
        ({"effectivePeriod": {"start": "2024", "end": "2027-01-01"}},
         between("2024-01-01", "2024-12-31"), on("2027-01-01"), False),
        ({"effectiveDateTime": "2026-10-01"}, on("2026-10-01"), None, False),
        ({"effectiveDateTime": "2026-10", "status": "completed"},
         between("2026-10-01", "2026-10-31"), between("2026-10-01", "2026-10-31"), True),
        ({"status": "stopped"}, None, None, False),
        ({"dateAsserted": "2026-11-01"}, None, None, False),
    ],
)  # fmt: skip
def test_from_when_to_when_by_a_statement(more, start, end, single):
    """An active statement's effectiveDateTime is its start; another one's is the day itself."""
    found = the_exposure(statement(**more))
    assert (found.start, found.end, found.single) == (start, end, single)


def test_an_end_that_cannot_be_read_is_some_day_and_not_no_end():
    told = statement(effectivePeriod={"start": "2026-10-01", "end": "2026-10-32"})
    assert the_exposure(told).end == When(day("2026-10-01"), LATEST)
    assert notes(told) == ["unreadable-date"]


def test_a_period_that_ends_before_it_starts_says_only_that_it_ends():
    told = statement(effectivePeriod={"start": "2026-10-10", "end": "2026-10-01"})
    assert (the_exposure(told).start, the_exposure(told).end) == (None, When(EARLIEST, LATEST))


BOUNDS = {"start": "2026-09-01", "end": "2026-09-30"}
VALID = {"start": "2026-08-01", "end": "2026-10-31"}


def dosed(**repeat):
    return {"dosageInstruction": [{"timing": {"repeat": repeat}}]}


@pytest.mark.parametrize(
    "more, start, end",
    [
        ({"authoredOn": "2026-11-01"}, on("2026-11-01"), None),
        ({"authoredOn": "2026-11-01", "dispenseRequest": {"validityPeriod": VALID}}, on("2026-08-01"), None),
        ({"authoredOn": "2026-11-01", "dispenseRequest": {"validityPeriod": VALID}, "status": "completed"},
         on("2026-08-01"), on("2026-10-31")),
        ({"dispenseRequest": {"validityPeriod": VALID}, **dosed(boundsPeriod=BOUNDS)},
         on("2026-09-01"), on("2026-09-30")),
        ({"authoredOn": "2026-11-01", **dosed(boundsDuration={"value": 5, "code": "d"})},
         on("2026-11-01"), on("2026-11-05")),
        ({"authoredOn": "2026-11-01", **dosed(boundsDuration={"value": 2, "code": "wk"})},
         on("2026-11-01"), on("2026-11-14")),
        ({}, None, None),
    ],
)  # fmt: skip
def test_from_when_to_when_by_an_order(more, start, end):
    found = the_exposure(order(**more))
    assert (found.start, found.end) == (start, end)


def test_an_order_with_one_open_instruction_goes_on():
    open_and_bound = [{"timing": {"repeat": {"boundsPeriod": BOUNDS}}}, {"text": "then 5 mg"}]
    assert the_exposure(order(dosageInstruction=open_and_bound)).end is None


@pytest.mark.parametrize(
    "more, start, end, single",
    [
        ({"effectiveDateTime": "2026-10-01T08:00:00Z"}, day("2026-10-01"), day("2026-10-01"), True),
        ({"effectiveDateTime": "2026-11"}, day("2026-11-01"), day("2026-11-21"), True),
        (
            {"effectivePeriod": {"start": "2026-10-01", "end": "2026-10-02"}},
            day("2026-10-01"),
            day("2026-10-02"),
            False,
        ),
    ],
)
def test_when_a_dose_was_given(more, start, end, single):
    found = the_exposure(administration(**more))
    assert found.start is not None
    assert found.end is not None
    assert (found.start.first, found.end.last, found.single) == (start, end, single)


def test_a_dose_of_tomorrow_has_not_been_given():
    told = administration(effectiveDateTime="2026-11-22")
    assert read(told).exposures == ()
    assert notes(told) == ["future-date"]


# --- 5: status and intent -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make, status, intake",
    [
        (statement, "active", ACTIVE),
        (statement, "completed", COMPLETED),
        (statement, "stopped", STOPPED),
        (statement, "on-hold", HELD),
        (statement, "intended", Intake.INTENDED),
        (statement, "not-taken", Intake.NOT_TAKEN),
        (statement, "unknown", Intake.UNKNOWN),
        (statement, "Active ", ACTIVE),
        (order, "active", ACTIVE),
        (order, "completed", COMPLETED),
        (order, "stopped", STOPPED),
        (order, "on-hold", HELD),
        (order, "unknown", Intake.UNKNOWN),
        (administration, "in-progress", ACTIVE),
        (administration, "completed", COMPLETED),
        (administration, "stopped", STOPPED),
        (administration, "not-done", Intake.NOT_TAKEN),
        (administration, "on-hold", HELD),
        (administration, "unknown", Intake.UNKNOWN),
    ],
)
def test_the_status_of_each_kind(make, status, intake):
    assert the_exposure(make(status=status)).intake is intake


@pytest.mark.parametrize(
    "ignored",
    [
        statement(status="entered-in-error"),
        administration(status="entered-in-error "),
        order(status="cancelled"),
        order(status="draft"),
        order(status="entered-in-error"),
        order(intent="proposal"),
        order(intent="option"),
        order(doNotPerform=True),
        order(intent="plan", status="cancelled"),
    ],
)
def test_what_was_understood_and_set_aside_is_no_hole(ignored):
    record = read(ignored)
    assert (record.exposures, record.holes) == ((), ())


@pytest.mark.parametrize("odd", [statement(status=None), statement(status="yes"), administration(status="active")])
def test_a_status_of_another_kind_is_a_hole(odd):
    assert [reason for _, reason, _ in holes(odd)] == ["unreadable-status"]


@pytest.mark.parametrize(
    "more, source",
    [
        ({}, Source.ORDER),
        ({"intent": "original-order"}, Source.ORDER),
        ({"intent": "instance-order"}, Source.ORDER),
        ({"intent": "plan"}, Source.PLAN),
        ({"intent": "directive"}, Source.PLAN),
        ({"intent": "plan", "reportedBoolean": True}, Source.REPORT),
        ({"intent": "plan", "reportedBoolean": False}, Source.PLAN),
        ({"intent": "plan", "reportedReference": {"reference": "Practitioner/x"}}, Source.REPORT),
        ({"intent": "plan", "requester": {"reference": "Patient/ines"}}, Source.REPORT),
        ({"intent": "plan", "requester": {"reference": "https://a.example/fhir/RelatedPerson/x"}}, Source.REPORT),
        ({"intent": "plan", "requester": {"type": "Patient", "display": "Ines"}}, Source.REPORT),
        ({"intent": "plan", "requester": {"reference": "Practitioner/Patient"}}, Source.PLAN),
        ({"intent": "order", "reportedBoolean": True}, Source.ORDER),
    ],
)
def test_an_order_a_plan_and_a_report_of_use(more, source):
    assert the_exposure(order(**more)).source is source


def test_a_report_is_told_on_the_day_it_was_authored_and_starts_on_no_known_day():
    report = order(intent="plan", reportedBoolean=True, authoredOn="2026-11-10")
    found = the_exposure(report)
    assert (found.start, found.asserted) == (None, on("2026-11-10"))
    assert read(report).openers.statements == (on("2026-11-10"),)


# --- 5: what opens the medication list (G7) -----------------------------------------------------------------------

IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
NO_DRUGS, NO_INFORMATION = coded(IPS, "no-known-medications"), coded(IPS, "no-medication-info")


@pytest.mark.parametrize(
    "more, when",
    [
        ({"dateAsserted": "2026-11-01", "effectiveDateTime": "2020"}, on("2026-11-01")),
        ({"effectivePeriod": {"start": "2026-10-30"}}, on("2026-10-30")),
        ({"effectiveDateTime": "2026-10", "status": "completed"}, between("2026-10-01", "2026-10-31")),
        ({"dateAsserted": "2026-11-01", "status": "not-taken"}, on("2026-11-01")),
    ],
)
def test_a_statement_of_any_valid_status_shows_when_the_list_was_kept(more, when):
    assert read(statement(**more)).openers.statements == (when,)


@pytest.mark.parametrize(
    "not_kept",
    [statement(), statement(dateAsserted="2026-12-01"), statement(status="entered-in-error", dateAsserted="2026-11-01"),
     order(authoredOn="2026-11-01"), administration(effectiveDateTime="2026-11-01")],
)  # fmt: skip
def test_orders_and_undated_statements_show_nothing(not_kept):
    openers = read(not_kept).openers
    assert (openers.statements, openers.medication_list) == ((), False)


@pytest.mark.parametrize("status", ["active", "completed", "unknown", "not-taken"])
@pytest.mark.parametrize("code", [NO_DRUGS, coded(SNOMED, "787481004"), {"text": "No known medications"}])
def test_no_known_medications_is_an_answer_whatever_the_status(status, code):
    record = read(statement(status=status, medicationCodeableConcept=code))
    assert (record.exposures, record.holes, record.openers.medication_list) == ((), (), True)


def test_no_known_medications_entered_in_error_says_nothing():
    assert not read(statement(status="entered-in-error", medicationCodeableConcept=NO_DRUGS)).openers.medication_list


@pytest.mark.parametrize("more, told", [({}, None), ({"dateAsserted": "2026-11-01"}, on("2026-11-01"))])
def test_no_information_is_told_with_its_day(more, told):
    record = read(statement(medicationCodeableConcept=NO_INFORMATION, **more))
    assert (record.exposures, record.holes) == ((), ())
    assert record.openers.no_medication_information == (told,)


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


# --- lists and duplicates -----------------------------------------------------------------------------------------


def kept_list(code, **more):
    return {"resourceType": "List", "id": "l1", "subject": SUBJECT, "status": "current", "mode": "working",
            "code": code, "entry": [{"item": {"reference": "MedicationStatement/s1"}}], **more}  # fmt: skip


NIL = {"emptyReason": coded("http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown")}


@pytest.mark.parametrize(
    "found, opens",
    [
        (kept_list(coded(LOINC, "10160-0")), True),
        (kept_list(coded(LOINC, "29549-3")), True),
        (kept_list({"text": "Medication list"}), True),
        (kept_list(coded(LOINC, "10160-0"), entry=[], **NIL), True),
        (kept_list(coded(LOINC, "10160-0"), entry=[]), True),
        (kept_list(coded(LOINC, "10160-0"), entry=[], emptyReason={"text": "not asked"}), False),
        (kept_list(coded(LOINC, "10160-0"), status="retired"), False),
        (kept_list(coded(LOINC, "10160-0"), status="entered-in-error"), False),
        (kept_list(coded(LOINC, "10160-0"), mode="changes"), False),
        (kept_list(coded(LOINC, "10160-0"), date="2027-01-01"), False),
        (kept_list(coded(LOINC, "11450-4")), False),
    ],
)
def test_a_current_medication_list_opens_its_key(found, opens):
    assert read(found).openers.medication_list is opens


def test_a_current_problem_list_opens_its_key():
    assert read(kept_list(coded(LOINC, "11450-4"))).openers.problem_list


def test_the_same_statement_twice_is_one_and_another_dose_is_another():
    same = [statement(name, effectiveDateTime="2026-10-01") for name in ("b", "a")]
    assert [one.reference for one in read(*same).exposures] == ["MedicationStatement/a"]
    dose = [{"doseAndRate": [{"doseQuantity": quantity(20, "mg")}]}]
    assert len(read(same[0], statement("a", effectiveDateTime="2026-10-01", dosage=dose)).exposures) == 2


def test_a_dispense_is_no_intake():
    dispense = {"resourceType": "MedicationDispense", "id": "d", "status": "completed", "subject": SUBJECT}
    assert read(dispense | {"medicationCodeableConcept": PREDNISONE}).exposures == ()
