"""A hole closes silence, in every section and whatever made it (G5)."""

from __future__ import annotations

import pytest

from eligibility.record import Hole, Section
from tests.wild.told import PATIENT, Json, Told, bundle, of_p, person, problem

LOINC, SNOMED, ATC = "http://loinc.org", "http://snomed.info/sct", "http://www.whocc.no/atc"
MODIFIER = [{"url": "http://hospital.example/negated", "valueBoolean": True}]


def coded(system: str, code: str, display: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def result(identity: str, loinc: str, **value: object) -> Json:
    what = {"code": coded(LOINC, loinc, ""), "effectiveDateTime": "2026-11-20", "status": "final"}
    return of_p("Observation", identity, **{**what, **value})


# Every list is kept and was read in full, and nothing in it matters to any criterion of the table.
KEPT = [
    problem("knee", "M17.11", "Unilateral primary osteoarthritis, right knee"),
    of_p(
        "MedicationStatement",
        "folate",
        status="active",
        medicationCodeableConcept=coded(ATC, "B03BB01", "folic acid"),
        effectivePeriod={"start": "2026-01-05"},
        dateAsserted="2026-11-10",
    ),
    of_p(
        "MedicationStatement",
        "prednisone",
        status="completed",
        medicationCodeableConcept=coded(ATC, "H02AB07", "prednisone"),
        effectivePeriod={"start": "2025-01-10", "end": "2025-04-10"},
        dateAsserted="2025-05-02",
    ),
    of_p("AllergyIntolerance", "nka", code=coded(SNOMED, "716186003", "No known allergy")),
    of_p("ResearchSubject", "elsewhere", status="screening", study={"display": "A study of sleep"}),
    result("platelets", "777-3", valueQuantity={"value": 12, "unit": "10*9/L"}),
    result("hbsag", "5195-3", valueCodeableConcept={"text": "Negative"}),
    result("rpr", "20507-0", valueCodeableConcept={"text": "Non-reactive"}),
]

# Section → the criteria that rest on its silence, and what that silence says of each. Lists: below.
RESTS_ON = {
    Section.CONDITIONS: {
        "CM313-E25": "not-met",
        "CM313-E30": "not-met",
        "CM313-E02": "not-met",
        "CM313-E19": "not-met",
        "CM313-I15": "met",
        "CM313-I22": "met",  # the procedure history is kept by the problem list alone
        "CART-E16": "not-met",
        "CART-E33": "not-met",
    },
    Section.MEDICATIONS: {
        "CM313-E34": "not-met",
        "CM313-E01": "not-met",
        "CM313-I10": "met",
        "CM313-I16": "met",
        "CM313-I20": "met",
        "CM313-I21": "met",
        "CART-E05": "not-met",
        "CART-E07": "not-met",
    },
    Section.PROCEDURES: {
        "CM313-I09": "met",
        "CM313-I22": "met",
        "CM313-E21": "not-met",
        "CM313-E22": "not-met",
        "CART-E02": "not-met",
        "CART-E13": "not-met",
    },
    Section.ALLERGIES: {"CART-E29": "not-met"},
    Section.STUDIES: {"CART-E35": "not-met"},
    Section.OBSERVATIONS: {
        "CM313-E05": "not-met",
        "CM313-E08": "not-met",
        "CM313-E12": "not-met",
        "CM313-E17": "not-met",
        "CM313-I15": "met",
        "CART-E08": "not-met",
        "CART-E11": "not-met",
    },
}
ROWS = [(section, criterion) for section, criteria in RESTS_ON.items() for criterion in criteria]
NOT_OBTAINED = ["refused", "unreachable", "out-of-time", "more-pages", "not-sent", "not-fhir", "unreadable"]

# What was received and not understood: section → a resource that says what nobody can read, and what is odd about it.
NOBODY = {"display": "Somebody"}
ODD_STATUS = {"coding": [{"code": "perhaps"}]}
ASPIRIN = coded(ATC, "B01AC06", "acetylsalicylic acid")


def drug(kind: str, **elements: object) -> Json:
    said: Json = {"status": "active", "medicationCodeableConcept": ASPIRIN}
    said |= {"intent": "order"} if kind == "MedicationRequest" else {}
    said |= {"status": "completed"} if kind == "MedicationAdministration" else {}
    return of_p(kind, "odd", **{**said, **elements})


def diagnosis(**elements: object) -> Json:
    return problem("odd", "E11.9", **elements)


def done(**elements: object) -> Json:
    return of_p("Procedure", "odd", **{"status": "completed", "code": coded(SNOMED, "234319005", "x"), **elements})


def allergy(**elements: object) -> Json:
    return of_p("AllergyIntolerance", "odd", **{"code": {"text": "latex"}, "criticality": "high", **elements})


def taking_part(**elements: object) -> Json:
    return of_p("ResearchSubject", "odd", **{"status": "on-study", "study": {"display": "Sleep"}, **elements})


def measured(**elements: object) -> Json:
    return result("odd", "33914-3", **{"valueQuantity": {"value": 9, "unit": "mL/min"}, "code": None, **elements})


NOT_UNDERSTOOD = [
    (Section.CONDITIONS, "no code", diagnosis(code=None)),
    (Section.CONDITIONS, "an empty code", diagnosis(code={"coding": [{}], "text": " "})),
    (Section.CONDITIONS, "a bare local code", diagnosis(code={"coding": [{"system": "urn:local", "code": "77"}]})),
    (Section.CONDITIONS, "an unknown modifier", diagnosis(modifierExtension=MODIFIER)),
    (Section.CONDITIONS, "an unreadable clinical status", diagnosis(clinicalStatus=ODD_STATUS)),
    (Section.CONDITIONS, "an unreadable verification", diagnosis(verificationStatus=ODD_STATUS)),
    (Section.CONDITIONS, "nobody as subject", diagnosis(subject=NOBODY)),
    (Section.CONDITIONS, "no subject", diagnosis(subject=None)),
    *(
        (Section.MEDICATIONS, f"{what} ({kind})", drug(kind, **elements))
        for kind in ("MedicationStatement", "MedicationRequest", "MedicationAdministration")
        for what, elements in {
            "no drug": {"medicationCodeableConcept": None},
            "a drug that lies elsewhere": {
                "medicationCodeableConcept": None,
                "medicationReference": {"reference": "Medication/gone"},
            },
            "a bare stock number": {
                "medicationCodeableConcept": {"coding": [{"system": "urn:stock", "code": "4711"}]},
            },
            "a stock item in capitals": {"medicationCodeableConcept": {"text": "12HR BODY 220MG"}},
            "an unknown modifier": {"modifierExtension": MODIFIER},
            "an unreadable status": {"status": "perhaps"},
            "no status": {"status": None},
            "nobody as subject": {"subject": NOBODY},
        }.items()
    ),
    (Section.MEDICATIONS, "an unreadable intent", drug("MedicationRequest", intent="perhaps")),
    (Section.PROCEDURES, "no code", done(code=None)),
    (Section.PROCEDURES, "an unknown modifier", done(modifierExtension=MODIFIER)),
    (Section.PROCEDURES, "an unreadable status", done(status="perhaps")),
    (Section.PROCEDURES, "no status", done(status=None)),
    (Section.PROCEDURES, "nobody as subject", done(subject=NOBODY)),
    (Section.ALLERGIES, "no code", allergy(code=None)),
    (Section.ALLERGIES, "an unknown modifier", allergy(modifierExtension=MODIFIER)),
    (Section.ALLERGIES, "a reaction with an unknown modifier", allergy(
        criticality="low", reaction=[{"severity": "severe", "modifierExtension": MODIFIER}])),
    (Section.ALLERGIES, "an unreadable verification", allergy(verificationStatus=ODD_STATUS)),
    (Section.ALLERGIES, "nobody as subject", allergy(patient=NOBODY)),
    (Section.STUDIES, "no study", taking_part(study=None)),
    (Section.STUDIES, "an unknown modifier", taking_part(modifierExtension=MODIFIER)),
    (Section.STUDIES, "an unreadable status", taking_part(status="perhaps")),
    (Section.STUDIES, "nobody as subject", taking_part(individual=NOBODY)),
    (Section.OBSERVATIONS, "no code", measured()),
    (Section.OBSERVATIONS, "an unknown modifier", measured(modifierExtension=MODIFIER)),
    (Section.OBSERVATIONS, "an unreadable status", measured(status="perhaps")),
    (Section.OBSERVATIONS, "nobody as subject", measured(subject=NOBODY)),
]  # fmt: skip
BROKEN = [
    (section, what, resource, criterion)
    for section, what, resource in NOT_UNDERSTOOD
    for criterion in RESTS_ON[section]
]  # fmt: skip


def assessed(*odd: Json, holes: tuple[Hole, ...] = ()) -> Told:
    return person(bundle(PATIENT, *KEPT, *odd), holes=holes)


WHOLE = assessed()


@pytest.mark.parametrize("section, criterion", ROWS)
def test_without_a_hole_the_silence_of_a_kept_list_is_a_no_that_is_assumed(section: Section, criterion: str) -> None:
    assert WHOLE.verdict(criterion) == RESTS_ON[section][criterion]
    read_from_silence = {"CM313-E08", "CM313-E12", "CART-E08", "CART-E29", "CART-E35"}  # these have a result or entry
    assert WHOLE.assumed(criterion) is (criterion not in read_from_silence)


@pytest.mark.parametrize("section, criterion", ROWS)
@pytest.mark.parametrize("reason", NOT_OBTAINED)
def test_what_was_not_obtained_closes_it(section: Section, criterion: str, reason: str) -> None:
    told = assessed(holes=(Hole(section, reason),))
    assert told.verdict(criterion) == "unknown"
    assert [note for note in told.notes if note.startswith("Not everything recorded under")] != []


@pytest.mark.parametrize("section, what, odd, criterion", BROKEN)
def test_what_was_not_understood_closes_it_and_is_named(section: Section, what: str, odd: Json, criterion: str) -> None:
    told = assessed(odd)
    assert told.verdict(criterion) == "unknown"
    assert [note for note in told.notes if f"{odd['resourceType']}/odd" in note] != []


SET_ASIDE = [
    (Section.CONDITIONS, diagnosis(verificationStatus={"coding": [{"code": "entered-in-error"}]}, code=None)),
    (Section.CONDITIONS, diagnosis(verificationStatus={"coding": [{"code": "refuted"}]})),
    (Section.CONDITIONS, diagnosis(subject={"reference": "Patient/other"})),
    (Section.MEDICATIONS, drug("MedicationStatement", status="entered-in-error")),
    (Section.MEDICATIONS, drug("MedicationStatement", status="not-taken")),
    (Section.MEDICATIONS, drug("MedicationRequest", status="cancelled")),
    (Section.MEDICATIONS, drug("MedicationRequest", doNotPerform=True)),
    (Section.PROCEDURES, done(status="not-done")),
    (Section.PROCEDURES, done(status="entered-in-error", code=None)),
    (Section.ALLERGIES, allergy(verificationStatus={"coding": [{"code": "refuted"}]})),
    (Section.STUDIES, taking_part(status="entered-in-error")),
    (Section.OBSERVATIONS, measured(status="entered-in-error")),
]


@pytest.mark.parametrize("section, aside", SET_ASIDE)
def test_what_was_understood_and_set_aside_is_no_hole(section: Section, aside: Json) -> None:
    told = assessed(aside)
    assert told.verdicts(RESTS_ON[section]) == RESTS_ON[section]


@pytest.mark.parametrize("section", list(Section))
def test_a_hole_silences_nothing_that_is_recorded(section: Section) -> None:
    diabetes = problem("dm", "E11.9")
    aspirin = drug("MedicationStatement", dateAsserted="2026-11-10")
    told = assessed(diabetes, aspirin, holes=(Hole(section, "refused"),))
    assert told.verdicts(("CM313-E25", "CM313-E34")) == {"CM313-E25": "met", "CM313-E34": "met"}


# --- lists: they state nothing themselves, they only show that a list is kept ---


def listed(identity: str, loinc: str, **elements: object) -> Json:
    said = {"status": "current", "mode": "working", "code": coded(LOINC, loinc, "")}
    return of_p("List", identity, **{**said, **elements})


KEPT_BY = [("11450-4", "CM313-E25", "not-met"), ("11450-4", "CM313-I22", "met"), ("10160-0", "CM313-E34", "not-met")]
ODD_LISTS = {
    "an unknown modifier": {"modifierExtension": MODIFIER},
    "an unreadable status": {"status": "perhaps"},
    "no status": {"status": None},
    "nobody as subject": {"subject": NOBODY},
}


@pytest.mark.parametrize("loinc, criterion, silent", KEPT_BY)
def test_a_current_list_alone_keeps_what_it_lists(loinc: str, criterion: str, silent: str) -> None:
    told = person(bundle(PATIENT, listed("odd", loinc)))
    assert (told.verdict(criterion), told.assumed(criterion)) == (silent, True)


@pytest.mark.parametrize("loinc, criterion, silent", KEPT_BY)
@pytest.mark.parametrize("what", ODD_LISTS)
def test_a_list_that_was_not_understood_keeps_nothing(loinc: str, criterion: str, silent: str, what: str) -> None:
    told = person(bundle(PATIENT, listed("odd", loinc, **ODD_LISTS[what])))
    assert told.verdict(criterion) == "unknown"
    assert [note for note in told.notes if "List/odd" in note] != []


@pytest.mark.parametrize("loinc, criterion, silent", KEPT_BY)
def test_a_list_whose_entries_are_not_here_keeps_nothing(loinc: str, criterion: str, silent: str) -> None:
    told = person(bundle(PATIENT, listed("odd", loinc, entry=[{"item": {}}])))
    assert told.verdict(criterion) == "unknown"
    assert [note for note in told.notes if "List/odd" in note] != []


@pytest.mark.parametrize("loinc, criterion, silent", KEPT_BY)
@pytest.mark.parametrize("reason", NOT_OBTAINED)
def test_a_list_that_was_not_obtained_keeps_nothing(loinc: str, criterion: str, silent: str, reason: str) -> None:
    assert person(bundle(PATIENT), holes=(Hole(Section.LISTS, reason),)).verdict(criterion) == "unknown"


@pytest.mark.parametrize(
    "aside", [{"status": "entered-in-error"}, {"status": "retired"}, {"mode": "changes"}, {"date": "2027-01-01"}]
)
def test_a_list_that_is_not_in_force_keeps_nothing(aside: Json) -> None:
    assert person(bundle(PATIENT, listed("odd", "11450-4", **aside))).verdict("CM313-E25") == "unknown"
