"""When words make a diagnosis, a question, an alarm or nothing (value-sets.md §3.5; G5, G7c)."""

from __future__ import annotations

import pytest

from tests.spec.terms import coded, shipped, told, words

IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"


@pytest.mark.parametrize(
    "text, expected",
    [
        # the whole text is a listed phrase: counts in full
        ("ITP", {"VS-ITP": "member"}),
        ("  immune   Thrombocytopenia. ", {"VS-ITP": "member"}),
        ("Idiopathic thrombocytopenic purpura (disorder)", {"VS-ITP": "member"}),
        ("免疫性血小板减少症", {"VS-ITP": "member"}),
        ("ＩＴＰ", {"VS-ITP": "member"}),
        ("immune thrombo\u200bcytopenia", {"VS-ITP": "member"}),
        # it contains one: a question
        ("chronic immune thrombocytopenia under observation", {"VS-ITP": "unknown"}),
        ("疑似免疫性血小板减少症", {"VS-ITP": "unknown"}),
        ("? ITP", {"VS-ITP": "unknown"}),
        ("history of ITP", {"VS-ITP": "unknown"}),
        # whole words only
        ("footprint", {}),
        ("ITPKB mutation", {}),
        # denied, of the family, screened for
        ("no ITP", {}),
        ("No history of ITP", {}),
        ("not ITP", {}),
        ("ITP ruled out", {}),
        ("family history of ITP", {}),
        ("FH: ITP", {}),
        ("否认免疫性血小板减少症", {}),
        ("tuberculosis screening", {}),
        ("exposure to tuberculosis", {}),
        # the denial of one thing is not that of another
        ("no fever, ITP since May", {"VS-ITP": "unknown"}),
        ("ITP not controlled", {"VS-ITP": "unknown"}),
        ("ITP cannot be ruled out", {"VS-ITP": "unknown"}),
        ("激素无效ITP", {"VS-ITP": "unknown"}),
    ],
)
def test_a_diagnosis_in_words_counts_in_full_only_as_the_whole_text(text: str, expected: dict[str, str]) -> None:
    assert told(shipped().disease(words(text))) == expected


@pytest.mark.parametrize(
    "system, code, display, expected",
    [
        # a display without a code we can read is a text
        ("https://clinic.example/problems", "4711", "Immune thrombocytopenia", "member"),
        ("http://snomed.info/sct", "", "Immune thrombocytopenia", "member"),
        # a code of a known system that no row has: the words can only ask
        ("snomed", "99999999", "Immune thrombocytopenia", "unknown"),
        ("snomed", "99999999", "Chronic immune thrombocytopenia", "unknown"),
    ],
)
def test_words_beside_a_code_that_matched_nothing(system: str, code: str, display: str, expected: str) -> None:
    assert told(shipped().disease(coded(system, code, display))) == {"VS-ITP": expected}


def test_words_beside_a_code_that_matched_are_not_read() -> None:
    assert told(shipped().disease(coded("icd-10-cm", "D69.6", text="immune thrombocytopenia"))) == {
        "VS-ITP-UNSPEC": "member"
    }


@pytest.mark.parametrize(
    "text, sets",
    [
        ("adenocarcinoma of unknown primary", {"VS-MALIG"}),
        ("胃癌", {"VS-MALIG"}),
        ("Non-Hodgkin lymphoma", {"VS-MALIG", "VS-SEC-ITP-STRONG"}),
        ("lymphoma, not otherwise specified", {"VS-MALIG", "VS-SEC-ITP-STRONG"}),
        ("rule out lymphoma", {"VS-MALIG", "VS-SEC-ITP-STRONG"}),
        # an alarm word inside a longer one: it is the longer one that is there, or denied
        ("NSTEMI treated conservatively", {"VS-MI"}),
        ("No NSTEMI", set()),
        ("no evidence of adenocarcinoma", set()),
        ("noncancerous mass", {"VS-MALIG"}),  # in doubt it asks
        ("no fever, carcinoma of the lung", {"VS-MALIG"}),
        ("abnormal screening mammogram with breast cancer", {"VS-MALIG"}),
        ("not well controlled diabetes", {"VS-DM"}),
        ("无症状HIV感染", {"VS-HIV-DX", "VS-ACUTE-INF"}),
        ("HIV screening positive", {"VS-HIV-DX"}),
        ("不能排除肺癌", {"VS-MALIG"}),
        ("肺癌待排", {"VS-MALIG"}),
        # denied or not the patient's
        ("no evidence of malignancy", set()),
        ("denies diabetes", set()),
        ("without cancer", set()),
        ("negative for lymphoma", set()),
        ("lymphoma ruled out", set()),
        ("HIV negative", set()),
        ("family history of breast cancer", set()),
        ("Breast cancer (family history)", set()),
        ("screening for malignant neoplasm of colon", set()),
        ("Contact with and (suspected) exposure to HIV", set()),
        ("history of exposure to influenza", set()),
        ("hepatitis B vaccination", set()),
        ("Encounter for immunization against influenza", set()),
        ("无糖尿病", set()),
        ("否认高血压、糖尿病病史", set()),
        ("已排除肺癌", set()),
        ("乙肝疫苗接种", set()),
        ("糖尿病家族史", set()),
        # and words that alarm nobody
        ("osteoarthritis of the knee", set()),
    ],
)
def test_an_unclassified_problem_raises_the_alarm_of_its_words(text: str, sets: set[str]) -> None:
    assert shipped().alarms(words(text)) == sets


@pytest.mark.parametrize(
    "text, sets",
    [
        ("s/p PE 2019", {"VS-PE", "VS-THROMBOSIS"}),
        ("Bilateral PEs", {"VS-PE", "VS-THROMBOSIS"}),
        ("PE/DVT", {"VS-PE", "VS-THROMBOSIS"}),
        ("考虑PE", {"VS-PE", "VS-THROMBOSIS"}),
        ("HFrEF, on diuretics", {"VS-HF"}),
        ("HFREF ON DIURETICS", {"VS-HF"}),
        ("h/o mi", {"VS-MI", "VS-HEART-DX"}),
        ("T2DM, ESRD on HD", {"VS-DM", "VS-RENAL-FAIL"}),
        ("CLL watch and wait", {"VS-MALIG", "VS-SEC-ITP-STRONG"}),
        ("Chemo 2018", {"VS-MALIG"}),
        # a part of a longer word, or a word of another language
        ("Periodic limb movements", set()),
        ("Dermatite das mãos, mi fa male", set()),
        ("Ich sehe schlecht", set()),
        ("PERITONEAL DIALYSIS CATHETER", {"VS-RENAL-FAIL"}),
        # denied or not the patient's
        ("No PE", set()),
        ("PE ruled out", set()),
        ("Family history of MI", set()),
        ("No h/o DM/TB/PE", set()),
        ("No TB; DM since 2010", {"VS-DM"}),
    ],
)
def test_an_abbreviation_alarms_as_a_word_of_its_own(text: str, sets: set[str]) -> None:
    assert shipped().alarms(words(text)) == sets


def test_a_code_that_any_row_knows_raises_no_alarm() -> None:
    assert shipped().alarms(coded("icd-10-cm", "R73.03", "Prediabetes", "prediabetes, no diabetes yet")) == frozenset()
    assert shipped().alarms(coded("icd-10-cm", "E66.9", "Obesity due to diabetes drugs")) == {"VS-DM"}


@pytest.mark.parametrize(
    "code, text, sets",
    [
        ("I10", "hypertension and lung cancer", {"VS-MALIG"}),
        ("D69.3", "ITP due to CLL", {"VS-MALIG", "VS-SEC-ITP-STRONG"}),
        ("D69.3", "ITP secondary to SLE", {"VS-SEC-ITP-STRONG"}),
        ("E11.9", "Type 2 diabetes with chronic kidney disease", {"VS-RENAL-FAIL"}),
        ("E11.9", "Type 2 diabetes, no kidney disease", set()),
        # what the code says itself, or what it is called
        ("E11.22", "Type 2 diabetes mellitus with stage 3 chronic kidney disease", set()),
        ("B18.1", "Chronic viral hepatitis B without delta-agent", set()),
        ("D69.3", "Chronic ITP (idiopathic thrombocytopenia) (CMS/HCC)", set()),
        ("D69.6", "Thrombocytopenia", set()),
        ("I21.4", "NSTEMI (non-ST elevated myocardial infarction)", set()),
        ("I11.0", "Hypertensive heart disease with CHF", set()),
        ("E11.621", "Diabetic foot ulcer", set()),
        ("I25.10", "Coronary artery disease", set()),
        ("R73.03", "prediabetes, no diabetes yet", set()),
        ("E11.9", "T2DM", set()),
    ],
)
def test_words_beside_a_code_alarm_only_for_more_than_the_code_is_called(code: str, text: str, sets: set[str]) -> None:
    assert shipped().alarms(coded("icd-10-cm", code, text=text)) == sets


def test_the_name_of_a_code_explains_its_words_in_any_system() -> None:
    infarction = coded("snomed", "22298006", "Myocardial infarction", "Acute myocardial infarction")
    assert shipped().alarms(infarction) == frozenset()
    assert shipped().alarms(coded("snomed", "22298006", text="Old myocardial infarction")) == frozenset()
    assert shipped().alarms(coded("snomed", "44054006", text="Type 2 diabetes, ESRD")) == {"VS-RENAL-FAIL"}


def test_a_phrase_of_one_set_still_alarms_another() -> None:
    assert told(shipped().disease(words("stroke"))) == {"VS-STROKE": "member"}
    assert shipped().alarms(words("stroke")) == {"VS-THROMBOSIS"}


@pytest.mark.parametrize(
    "system, code, text, family",
    [
        ("icd-10-cm", "Z80.3", "", True),
        ("icd-10-cm", "Z832", "", True),
        ("icd-10", "Z84.8", "", True),
        ("icd-10-cm", "Z85.3", "Personal history of breast cancer", False),
        ("icd-9-cm", "V16.3", "", True),
        ("snomed", "160303001", "", True),
        ("", "", "Family history: Diabetes mellitus (situation)", True),
        ("", "", "FH: breast cancer", True),
        ("", "", "FHx ITP", True),
        ("", "", "No family history of cancer", True),
        ("", "", "糖尿病家族史", True),
        ("", "", "否认肿瘤家族史", True),
        # the patient's own disease, with a word about the family
        ("", "", "ITP without family history", False),
        ("", "", "ITP，无家族史", False),
        ("", "", "ITP无家族史", False),
        ("", "", "FH - familial hypercholesterolemia", False),
    ],
)
def test_family_history_is_told_from_the_patients_own(system: str, code: str, text: str, family: bool) -> None:
    assert shipped().is_family_history(coded(system, code, text=text)) is family


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Splenectomy", "member"),
        ("Laparoscopic splenectomy 2019", "member"),
        ("脾切除术", "member"),
        ("planned splenectomy", "unknown"),
        ("referred for splenectomy", "unknown"),
        ("拟行脾切除", "unknown"),
        ("Post-splenectomy vaccination", "unknown"),
        ("no splenectomy", None),
        ("未见脾切除", None),
    ],
)
def test_a_procedure_in_words_counts_unless_it_is_planned_or_denied(text: str, expected: str | None) -> None:
    assert told(shipped().procedure(words(text))).get("VS-SPLENECTOMY") == expected


def test_a_drug_given_in_a_procedure_is_an_exposure() -> None:
    assert told(shipped().procedure(words("daratumumab infusion"))) == {"VS-CD38": "member"}


def test_a_procedure_code_that_no_row_has_can_only_ask() -> None:
    robot = coded("snomed", "99999999", "Robot assisted laparoscopic splenectomy")
    assert told(shipped().procedure(robot)) == {"VS-SPLENECTOMY": "unknown"}


@pytest.mark.parametrize(
    "kind, concept, expected",
    [
        ("", coded(IPS, "no-known-medications"), "no-known-medications"),
        ("", coded(IPS, "no-medication-info"), "no-medication-info"),
        ("", coded("absent-unknown", "no-known-problems"), "no-known-problems"),
        ("", coded("snomed", "716186003"), "no-known-allergies"),
        ("", coded("snomed", "160245001"), "no-known-problems"),
        ("", coded("snomed", "787481004"), "no-known-medications"),
        ("", coded("snomed", "429625007", "No known food allergy"), None),
        ("", words("No known medications"), "no-known-medications"),
        ("", words("No current problems or disability (situation)"), "no-known-problems"),
        ("", words("NKDA"), "no-known-allergies"),
        ("", words("无药物过敏史"), "no-known-allergies"),
        ("", words("No information about medications"), "no-medication-info"),
        ("problem", words("None known"), "no-known-problems"),
        ("medication", words("None"), "no-known-medications"),
        ("medication", words("unknown"), "no-medication-info"),
        ("", words("None known"), None),
        ("", words("no known medication reaction to aspirin"), None),
        ("medication", words("aspirin"), None),
    ],
)
def test_none_known_is_not_the_same_as_nothing_known(kind: str, concept: object, expected: str | None) -> None:
    assert shipped().none_known(concept, kind) == expected  # type: ignore[arg-type]


def test_every_code_of_VS_NONE_is_understood() -> None:
    terms = shipped()
    codes = [coded(row.system, row.code) for row in terms.value_sets["VS-NONE"].rows]
    assert [concept for concept in codes if terms.none_known(concept) is None] == []
