"""fhir-in-the-wild, groups 17 to 20: who the patient is, whose a resource is, what its references and systems mean."""

from __future__ import annotations

import pytest
from fhir_raw import (
    PATIENT,
    SNOMED,
    administration,
    allergy,
    between,
    coded,
    condition,
    day,
    holes,
    observation,
    on,
    order,
    procedure,
    read,
    statement,
    taking_part,
    the_condition,
)

from cds_service.fhir.reader import ResourceIndex

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def patient(**changes):
    return {key: value for key, value in (PATIENT | changes).items() if value is not None}


# --- 17: the patient ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, born",
    [
        ({}, on("1980-05-17")),
        ({"birthDate": "1980"}, between("1980-01-01", "1980-12-31")),
        ({"birthDate": "1980-05"}, between("1980-05-01", "1980-05-31")),
        ({"birthDate": "1980-05-17T03:00:00+08:00"}, on("1980-05-17")),
        ({"birthDate": "2026"}, between("2026-01-01", "2026-11-21")),
        ({"birthDate": None}, None),
        ({"birthDate": "2126-05-17"}, None),
        ({"birthDate": "17.05.1980"}, None),
        ({"birthDate": "0000-00-00"}, None),
        ({"birthDate": None, "_birthDate": {"extension": [{"url": ABSENT, "valueCode": "masked"}]}}, None),
        ({"birthDate": "1900-01-01", "_birthDate": {"extension": [{"url": ABSENT, "valueCode": "masked"}]}}, None),
        ({"_birthDate": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime"}]}},
         on("1980-05-17")),
    ],
)  # fmt: skip
def test_the_day_of_birth(changes, born):
    assert read(patient=patient(**changes)).born == born


def test_a_birth_date_in_the_future_is_told():
    assert [note.key for note in read(patient=patient(birthDate="2126-05-17")).notes] == ["future-date"]


def test_shifted_data_is_read_on_its_own_day():
    shifted = patient(birthDate="2110-05-17")
    told = read(condition(onsetDateTime="2150-01-01"), patient=shifted, as_of=day("2170-06-01"))
    assert told.conditions[0].onset == on("2150-01-01")
    assert told.born == on("2110-05-17")


@pytest.mark.parametrize(
    "gender, read_as",
    [("female", "female"), ("Male", "male"), ("other", "other"), ("unknown", "unknown"), ("x", None), (None, None)],
)
def test_gender_is_fhirs_code_or_nothing(gender, read_as):
    assert read(patient=patient(gender=gender)).gender == read_as


@pytest.mark.parametrize(
    "changes, dead",
    [
        ({"deceasedBoolean": True}, True),
        ({"deceasedDateTime": "2025-01-01"}, True),
        ({"deceasedDateTime": "some day"}, True),
        ({"deceasedBoolean": False}, False),
        ({}, False),
    ],
)
def test_death_is_true_or_any_date(changes, dead):
    assert read(patient=patient(**changes)).deceased is dead


def link(kind, other="Patient/other"):
    return {"link": [{"type": kind, "other": {"reference": other}}]}


@pytest.mark.parametrize(
    "changes, unused",
    [({"active": False}, True), (link("replaced-by"), True), (link("replaces"), False), ({"active": True}, False)],
)  # fmt: skip
def test_a_record_that_is_not_used_any_more(changes, unused):
    assert read(patient=patient(**changes)).inactive is unused


def test_without_a_patient_the_record_still_says_whose_it_is():
    record = read(condition(), patient=None, reference="Patient/ines")
    assert (record.reference, record.born, len(record.conditions)) == ("Patient/ines", None, 1)


# --- 19: whose a resource is --------------------------------------------------------------------------------------

MRN = {"system": "urn:mrn", "value": "42"}
INES = patient(identifier=[MRN], **link("replaces", "Patient/ines-old"))
OURS = [
    {"reference": "Patient/ines"},
    {"reference": "Patient/ines/_history/2"},
    {"reference": "https://ehr.example/fhir/Patient/ines"},
    {"reference": "urn:uuid:AAAA-1"},
    {"reference": "Patient/ines-old"},
    {"reference": "https://ehr.example/fhir/Patient/ines-old"},
    {"reference": "Patient?identifier=urn:mrn|42"},
    {"identifier": MRN},
    {"reference": " Patient/ines "},
]
THEIRS = [
    {"reference": "Patient/other"},
    {"reference": "https://ehr.example/fhir/Patient/other"},
    {"reference": "Group/ines"},
    {"reference": "Location?identifier=urn:mrn|42"},
]
NOBODYS = [
    None,
    {},
    {"display": "Ines"},
    {"reference": "#nobody"},
    {"reference": "Patient?identifier=urn:mrn|43"},
    {"reference": "Patient?name=ines"},
    {"reference": "Patient/ines?x=1"},
    {"reference": "urn:uuid:bbbb"},
    {"identifier": {"system": "urn:mrn", "value": "43"}},
    {"identifier": {"value": "42"}},
]
KINDS = [
    (condition, "subject"),
    (statement, "subject"),
    (order, "subject"),
    (administration, "subject"),
    (procedure, "subject"),
    (observation, "subject"),
    (allergy, "patient"),
    (taking_part, "individual"),
]


def entries(record):
    return [*record.conditions, *record.exposures, *record.procedures, *record.allergies, *record.studies,
            *(one for results in record.observations.values() for one in results)]  # fmt: skip


@pytest.mark.parametrize("make, element", KINDS)
@pytest.mark.parametrize("subject", OURS)
def test_every_name_of_the_patient(make, element, subject):
    record = read(make(**{element: subject}), patient=INES, aliases=frozenset({"urn:uuid:aaaa-1"}))
    assert (len(entries(record)), record.holes, record.notes) == (1, (), ())


@pytest.mark.parametrize("make, element", KINDS)
@pytest.mark.parametrize("subject", THEIRS)
def test_somebody_elses_resource_is_ignored_and_told(make, element, subject):
    record = read(make(**{element: subject}), patient=INES, aliases=frozenset({"urn:uuid:aaaa-1"}))
    assert (entries(record), record.holes) == ([], ())
    assert [note.key for note in record.notes] == ["other-subject"]


@pytest.mark.parametrize("make, element", KINDS)
@pytest.mark.parametrize("subject", NOBODYS)
def test_a_resource_of_nobody_in_particular_is_a_hole(make, element, subject):
    record = read(make(**{element: subject}), patient=INES)
    assert entries(record) == []
    assert [hole.reason for hole in record.holes] == ["subject-unknown"]


def test_a_contained_patient_is_told_by_an_identifier():
    inside = {"resourceType": "Patient", "id": "p", "identifier": [MRN]}
    told = condition(subject={"reference": "#p"}, contained=[inside])
    assert the_condition(told, patient=INES).reference == "Condition/c1"
    unknown = condition(subject={"reference": "#p"}, contained=[{"resourceType": "Patient", "id": "p"}])
    assert holes(unknown, patient=INES) == [("conditions", "subject-unknown", "Condition/c1")]


def test_what_was_entered_in_error_needs_no_subject():
    assert holes(condition(subject=None, verificationStatus="entered-in-error")) == []


# --- 20: modifiers and restricted resources -----------------------------------------------------------------------


@pytest.mark.parametrize("make, element", KINDS)
def test_an_unknown_modifier_makes_a_resource_unusable(make, element):
    record = read(make(modifierExtension=[{"url": "urn:not-known", "valueBoolean": True}]))
    assert entries(record) == []
    assert [hole.reason for hole in record.holes] == ["unknown-modifier"]


@pytest.mark.parametrize("make, element", KINDS)
@pytest.mark.parametrize(
    "security, kept_quiet",
    [
        ([{"code": "R"}], True),
        ([{"code": "V"}], True),
        ([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}], True),
        ([{"code": "PSY"}], True),
        ([{"code": "SUD"}], True),
        ([{"code": "N"}], False),
        ([{"code": "HTEST"}], False),
        ([{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}], False),
        ([], False),
    ],
)
def test_restricted_resources_are_marked(make, element, security, kept_quiet):
    [entry] = entries(read(make(meta={"security": security})))
    assert entry.restricted is kept_quiet


@pytest.mark.parametrize(
    "system",
    [SNOMED, "http: //snomed.info/sct", "http://snomed.info/sct/731000124108", "urn:oid:2.16.840.1.113883.6.96"],
)
def test_snomed_under_its_addresses(system):
    assert "VS-ITP" in the_condition(condition(code=coded(system, "32273002 "))).hits


# --- 18: copies, ids, order ---------------------------------------------------------------------------------------


def test_of_two_versions_the_newer_one_counts():
    old = condition(verificationStatus="provisional", meta={"versionId": "9"})
    new = condition(meta={"versionId": "10"})
    by_date = (
        condition(meta={"lastUpdated": "2026-02-01T00:00:00Z"}),
        condition(verificationStatus="refuted", meta={"lastUpdated": "2026-03-01T00:00:00Z"}),
    )
    assert the_condition(old, new) == the_condition(new, old) == the_condition(new)
    assert the_condition(*by_date) == the_condition(*reversed(by_date)) == the_condition(by_date[1])


def test_resources_without_an_id_have_a_name_of_their_own():
    nameless = condition(None), condition(None, onsetDateTime="2020"), condition(None)
    names = [one.reference for one in read(*nameless).conditions]
    assert len(set(names)) == len(names) == 2
    assert all(name.startswith("Condition/?") for name in names)
    assert names == [one.reference for one in read(*reversed(nameless)).conditions]


# --- the index of references --------------------------------------------------------------------------------------


def medication(name, **more):
    return {"resourceType": "Medication", "id": name, **more}


def test_a_relative_reference_is_looked_for_beside_the_one_that_makes_it():
    ours, theirs = medication("m", code={"text": "a"}), medication("m", code={"text": "b"})
    us, them = order("x"), order("y")
    index = ResourceIndex(
        [("https://a.example/Medication/m", ours), ("https://b.example/Medication/m", theirs)],
        {"https://a.example/MedicationRequest/x": us, "https://b.example/MedicationRequest/y": them},
    )
    assert index("Medication/m", us) is ours
    assert index("Medication/m", them) is theirs
    assert index("Medication/m", order("z")) is None
    assert index("https://b.example/Medication/m", us) is theirs


def test_a_bundle_is_an_index_of_its_entries():
    drug = medication("m")
    bundle = {"resourceType": "Bundle", "entry": [{"fullUrl": "urn:uuid:1", "resource": drug}, {"request": {}}, None]}
    index = ResourceIndex.of_bundle(bundle)
    assert index("urn:uuid:1", {}) is drug
    assert index("Medication/m", {}) is drug
    assert index("Medication/n", {}) is None
    assert index("", {}) is None


def test_a_urn_may_name_the_id():
    drug = medication("4f1c-1")
    assert ResourceIndex([drug])("urn:uuid:4F1C-1", {}) is drug
    assert ResourceIndex([drug, condition("4f1c-1")])("urn:uuid:4f1c-1", {}) is None
