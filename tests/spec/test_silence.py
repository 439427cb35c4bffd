"""When an empty record may be read as "no" (G7): what opens each key, what does not, and what closes it again."""

from __future__ import annotations

import pytest
from holding import because, held, result_of, stories
from record_of import (
    ALLERGY_LIST,
    MEDICATION_LIST,
    PROBLEM_LIST,
    PROCEDURES,
    STUDIES_KEPT,
    Item,
    ago,
    dose_given,
    drug,
    hole,
    on,
    order,
    patient,
    problem,
    procedure,
    study,
)

EMPTY = "recorded: {list: %s}"
HEADER = "treatment_history: [VS-STEROID, VS-RTX]"


def opens(key: str, *items: Item) -> bool:
    return held(EMPTY % key, *items, header=HEADER) == "met"


def said(day: str) -> Item:
    """A MedicationStatement, of whatever drug, asserted on that day."""
    return patient(statements=(on(day),))


@stories(
    ("an empty record", [], False),
    ("a problem list is kept", [PROBLEM_LIST], True),
    ("encounter diagnoses alone", [problem("VS-HTN")], False),
    ("medication alone", [MEDICATION_LIST], False),
    ("a condition that was not understood", [PROBLEM_LIST, hole("conditions")], False),
    ("a part of the conditions that was not read", [PROBLEM_LIST, hole("conditions", "more-pages")], False),
    ("a procedure that was not understood", [PROBLEM_LIST, hole("procedures")], True),
    ("an unreadable drug", [PROBLEM_LIST, hole("medications")], True),
    names="items, open_",
)
def test_the_problem_list(items: list[Item], open_: bool) -> None:
    assert opens("problem-list", *items) is open_


@stories(
    ("an empty record", [], False),
    ("no known medications, or a current medication list", [MEDICATION_LIST], True),
    ("a statement asserted today", [said(ago(0))], True),
    ("a statement asserted 30 days ago", [said(ago(30))], True),
    ("a statement asserted 31 days ago", [said(ago(31))], False),
    ("a statement of some day this month", [said("2026-11-01..2026-11-21")], True),
    ("a statement that may be older than 30 days", [said("2026-10")], False),
    ("a statement of some day in an open year", [said("2026")], False),
    ("orders alone never open it", [order("VS-STEROID", start=ago(3), asserted=ago(3))], False),
    ("doses given alone", [dose_given("VS-RTX", ago(3))], False),
    ("no medication information, today", [MEDICATION_LIST, patient(no_medication_information=(on(ago(0)),))], False),
    (
        "no medication information, 30 days ago",
        [MEDICATION_LIST, patient(no_medication_information=(on(ago(30)),))],
        False,
    ),
    (
        "no medication information, 31 days ago",
        [MEDICATION_LIST, patient(no_medication_information=(on(ago(31)),))],
        True,
    ),
    ("no medication information, undated", [MEDICATION_LIST, patient(no_medication_information=(None,))], False),
    (
        "no medication information this autumn",
        [MEDICATION_LIST, patient(no_medication_information=(on("2026-10"),))],
        False,
    ),
    ("an unreadable drug", [MEDICATION_LIST, hole("medications", "unresolved-drug")], False),
    ("a condition that was not understood", [MEDICATION_LIST, hole("conditions")], True),
    names="items, open_",
)
def test_the_medication_list(items: list[Item], open_: bool) -> None:
    assert opens("medication-list", *items) is open_


@stories(
    ("an empty record", [], False),
    ("a drug of this disease, now", [drug("VS-STEROID", start="2020")], True),
    ("a drug of this disease, long ago", [drug("VS-RTX", "completed", start="2015", end="2015")], True),
    ("a dose given", [dose_given("VS-RTX", "2015-03-01")], True),
    ("an order", [order("VS-STEROID", start=ago(9), asserted=ago(9))], True),
    ("a drug on hold, as stated", [drug("VS-STEROID", "on-hold", start="2026")], True),
    ("an order on hold", [order("VS-STEROID", intake="on-hold", start=ago(9))], False),
    ("a drug of another disease", [drug("VS-APT", start="2020")], False),
    ("a drug never taken", [drug("VS-STEROID", "not-taken")], False),
    ("a drug that is intended", [drug("VS-STEROID", "intended")], False),
    ("a plan", [drug("VS-STEROID", source="plan", start=ago(9))], False),
    ("a drug of the future", [drug("VS-STEROID", start="2026-12-01")], False),
    ("a medication list", [MEDICATION_LIST], False),
    ("an unreadable drug beside it", [drug("VS-STEROID", start="2020"), hole("medications")], False),
    names="items, open_",
)
def test_the_treatment_history(items: list[Item], open_: bool) -> None:
    assert opens("treatment-history", *items) is open_


@stories(
    ("an empty record", [], False),
    ("a problem list is kept", [PROBLEM_LIST], True),
    ("a procedure is recorded", [PROCEDURES], True),
    ("a procedure that was not understood", [PROCEDURES, hole("procedures")], False),
    ("a problem list, and a procedure that was not understood", [PROBLEM_LIST, hole("procedures")], False),
    ("a problem list, and a condition that was not understood", [PROBLEM_LIST, hole("conditions")], False),
    ("a procedure, and a condition that was not understood", [PROCEDURES, hole("conditions")], True),
    ("an unreadable drug", [PROCEDURES, hole("medications")], True),
    names="items, open_",
)
def test_the_procedure_history(items: list[Item], open_: bool) -> None:
    assert opens("procedure-history", *items) is open_


@stories(
    ("no allergies recorded", "allergy-list", [], False),
    ("an allergy, or none known", "allergy-list", [ALLERGY_LIST], True),
    ("an allergy that was not understood", "allergy-list", [ALLERGY_LIST, hole("allergies")], False),
    ("a problem list says nothing of allergies", "allergy-list", [PROBLEM_LIST], False),
    ("no studies recorded", "research-history", [], False),
    ("a study is recorded", "research-history", [STUDIES_KEPT], True),
    ("a study that was not understood", "research-history", [STUDIES_KEPT, hole("studies")], False),
    ("silence is never an answer", "never", [PROBLEM_LIST, MEDICATION_LIST], False),
    ("only what is recorded counts", "means-no", [hole("conditions")], True),
    names="key, items, open_",
)
def test_the_other_keys(key: str, items: list[Item], open_: bool) -> None:
    assert opens(key, *items) is open_


@pytest.mark.parametrize(
    "written, list_, section, missing",
    [
        ("condition: {of: [VS-DM]}", PROBLEM_LIST, "conditions", "no-problem-list"),
        ("taking: {of: [VS-APT]}", MEDICATION_LIST, "medications", "no-medication-list"),
        (
            "treatment: {of: [VS-ORGAN-TX], silence: procedure-history}",
            PROCEDURES,
            "procedures",
            "no-procedure-history",
        ),
        ("allergy: {}", ALLERGY_LIST, "allergies", "no-allergy-list"),
        ("other_trial: {within: 28 days}", STUDIES_KEPT, "studies", "no-research-history"),
    ],
)
def test_every_no_by_silence_is_assumed_and_a_hole_turns_it_into_unknown(
    written: str, list_: Item, section: str, missing: str
) -> None:
    assert (held(written), because(written)) == ("unknown", missing)
    assert held(written, list_) == "not-met assumed"
    assert (held(written, list_, hole(section)), because(written, list_, hole(section))) == ("unknown", "hole")


def test_either_of_two_keys_suffices() -> None:
    washout = "washout: {of: [VS-IVIG], at_least: 2 weeks, silence: [medication-list, treatment-history]}"
    steroid = drug("VS-STEROID", "stopped", start="2020", end="2021")
    assert held(washout, header=HEADER) == "unknown"
    assert held(washout, MEDICATION_LIST, header=HEADER) == "met assumed"
    assert held(washout, steroid, header=HEADER) == "met assumed"


def test_recorded_evidence_needs_no_key() -> None:
    """G7: a confirmed, active disease is met without a problem list, and beside a hole."""
    assert held("condition: {of: [VS-DM]}", problem("VS-DM"), hole("conditions")) == "met"
    assert held("taking: {of: [VS-APT]}", drug("VS-APT", start="2026"), hole("medications")) == "met"


def test_silence_never_fails_an_inclusion_but_for_the_disease_itself() -> None:
    disease = "condition: {of: [VS-ITP]}"
    assert held(disease, PROBLEM_LIST, role="inclusion") == "unknown"
    assert held(f"{{{disease}, index_disease: true}}", PROBLEM_LIST, role="inclusion") == "not-met assumed"
    assert held(f"{{{disease}, index_disease: true}}", role="inclusion") == "unknown"
    assert held(disease, PROBLEM_LIST, problem("VS-ITP", "denied"), role="inclusion") == "not-met"
    refuted = "condition: {of: [VS-ITP], refuted: means-no}"
    assert held(refuted, problem("VS-ITP", "denied"), role="inclusion") == "not-met"


@stories(
    ("an anticoagulant without indication", [drug("VS-ANTICOAG", start="2026-01")], "unknown"),
    (
        "with atrial fibrillation on record",
        [drug("VS-ANTICOAG", start="2026-01"), problem("VS-ARRHYTHMIA")],
        "not-met assumed",
    ),
    (
        "with a past thrombosis on record",
        [drug("VS-ANTICOAG", start="2026-01"), problem("VS-THROMBOSIS", "past")],
        "not-met assumed",
    ),
    (
        "with a suspected one only",
        [drug("VS-ANTICOAG", start="2026-01"), problem("VS-ARRHYTHMIA", "suspected")],
        "unknown",
    ),
    (
        "its reason names another disease",
        [drug("VS-ANTICOAG", start="2026-01", reasons=["VS-ARRHYTHMIA"])],
        "not-met assumed",
    ),
    ("its reason names this disease", [drug("VS-ANTICOAG", start="2026-01", reasons=["VS-PE"])], "unknown"),
    ("stopped before today", [drug("VS-ANTICOAG", "stopped", start="2026-01", end="2026-06")], "not-met assumed"),
    ("as needed", [drug("VS-ANTICOAG", start="2026-01", as_needed=True)], "unknown"),
    ("on hold", [drug("VS-ANTICOAG", "on-hold", start="2026-01")], "unknown"),
    ("never taken", [drug("VS-ANTICOAG", "not-taken")], "not-met assumed"),
)
def test_treatment_contradicts_silence(items: list[Item], answer: str) -> None:
    """G7b: a drug that implies an unrecorded disease opens what was closed by silence."""
    assert held("condition: {of: [VS-PE]}", PROBLEM_LIST, *items) == answer


@stories(
    (
        "a P2Y12 inhibitor stopped 11 months ago",
        [drug("VS-P2Y12", "stopped", start="2025-06", end="2025-12-20")],
        "unknown",
    ),
    ("stopped exactly 12 months ago", [drug("VS-P2Y12", "stopped", start="2025-06", end="2025-11-21")], "unknown"),
    (
        "stopped more than 12 months ago",
        [drug("VS-P2Y12", "stopped", start="2025-06", end="2025-11-20")],
        "not-met assumed",
    ),
    ("stopped at an unknown day", [drug("VS-P2Y12", "stopped", start="2015")], "unknown"),
    ("a stent without a coronary diagnosis", [procedure("VS-PCI", "2019-05-01")], "unknown"),
    ("a stent that was not done", [procedure("VS-PCI", "2019-05-01", done=False)], "not-met assumed"),
    (
        "a stent with angina on record",
        [procedure("VS-PCI", "2019-05-01"), problem("VS-ANGINA-STABLE")],
        "not-met assumed",
    ),
)
def test_coronary_treatment_contradicts_the_silence_about_atherosclerosis(items: list[Item], answer: str) -> None:
    assert held("condition: {of: [VS-ATHERO]}", PROBLEM_LIST, *items) == answer


@stories(
    ("an unclassified mass", problem("", unclassified=True, alarms=frozenset({"VS-MALIG"})), "unknown"),
    (
        "an unclassified mass that was refuted",
        problem("", "denied", unclassified=True, alarms=frozenset({"VS-MALIG"})),
        "not-met assumed",
    ),
    ("an unclassified problem of another kind", problem("", unclassified=True), "not-met assumed"),
    ("an alarm of another disease", problem("", unclassified=True, alarms=frozenset({"VS-HIV-DX"})), "not-met assumed"),
    names="item, answer",
)
def test_an_unclassified_problem_with_an_alarm_word_opens_its_disease(item: Item, answer: str) -> None:
    """G7c."""
    assert held("condition: {of: [VS-MALIG]}", PROBLEM_LIST, item) == answer


def test_an_assumed_no_tells_how_many_problems_were_not_recognised() -> None:
    found = result_of("condition: {of: [VS-MALIG]}", PROBLEM_LIST, problem("", unclassified=True), problem("VS-HTN"))
    assert found.finding.reason.given["unrecognised"] == 1


def test_a_study_without_any_hit_keeps_the_research_key_as_it_is() -> None:
    assert held("other_trial: {within: 28 days}", study("off-study", end="2020-01-01"), STUDIES_KEPT) == "not-met"
