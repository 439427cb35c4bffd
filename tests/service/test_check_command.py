"""`cds-service check`: definitions are reviewed, their worked examples told, and the shell learns what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_service.checking import check
from cds_service.cli import main
from cds_service.data import trials_folder
from cds_service.examples.places import example_files, files_beside

TRIAL = """
id: EX
short_name: Example
nct_id: NCT00000001
protocol: none
title: {en: An example in heart failure}
status: active
sites: []
anchor: EX-I01
inclusion:
  - {id: EX-I01, class: C, text: Has heart failure., source: inclusion 1, index_disease: true, condition: {of: [VS-HF]}}
  - {id: EX-I02, class: C, text: Between 18 and 80 years old., source: inclusion 2, age: {at_least: 18, at_most: 80}}
exclusion:
  - {id: EX-E01, class: C, text: Has diabetes., source: exclusion 1, condition: {of: [VS-DM]}}
"""
STORIES = """
trial: NCT00000001
as_of: 2026-11-21
fragments:
  heart_failure:
    resourceType: Condition
    category: [{coding: [{system: http://terminology.hl7.org/CodeSystem/condition-category, code: problem-list-item}]}]
    clinicalStatus: {coding: [{system: http://terminology.hl7.org/CodeSystem/condition-clinical, code: active}]}
    code: {coding: [{system: http://hl7.org/fhir/sid/icd-10-cm, code: I50.9}]}
examples:
  - name: heart failure, and no diabetes on the problem list
    record: [heart_failure]
    expect: {EX-I01: met, EX-I02: met, EX-E01: not-met}
    assurance: {EX-E01: assumed}
    status: eligible
    speaks: true
    notes: []
  - name: at ${age}
    patient: {birthDate: "${born}"}
    each:
      - {age: 17, born: 2009-11-22, expect: {EX-I02: not-met}, eligible_from: {EX-I02: 2027-11-22}}
      - {age: 80, born: 1946-11-21, expect: {EX-I02: [met, unknown]}}
  - name: of the dead nothing is said
    patient: {deceasedBoolean: true}
    record: [heart_failure]
    speaks: false
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(TRIAL, encoding="utf-8")
    return file


def told(trial: Path, stories: str, *arguments: str) -> int:
    (trial.parent / "mine.examples.yaml").write_text(stories, encoding="utf-8")
    return main(["check", str(trial), *arguments])


def test_the_examples_beside_a_trial_are_told(trial: Path, capfd: Captured) -> None:
    assert told(trial, STORIES) == 0
    assert "4 worked examples: all hold" in capfd.readouterr().out


def test_an_example_that_does_not_hold_is_named_with_what_was_found_and_why(trial: Path, capfd: Captured) -> None:
    assert (
        told(trial, STORIES.replace("EX-E01: not-met", "EX-E01: met").replace("status: eligible", "status: ineligible"))
        == 1
    )
    out = capfd.readouterr().out
    assert "4 worked examples: 1 do not hold" in out
    name = "mine.examples::heart failure, and no diabetes on the problem list"
    assert f"does not hold: {name}: EX-E01: expected met, found not-met; because: " in out
    assert f"does not hold: {name}: status: expected ineligible, found eligible" in out
    assert "CM313" not in out


@pytest.mark.parametrize(
    "said, instead, difference",
    [
        (
            "EX-I02: [met, unknown]",
            "EX-I02: [not-met, unknown]",
            "EX-I02: expected not-met or unknown, found met; because",
        ),
        ("EX-E01: assumed", "EX-E01: explicit", "EX-E01 is: expected explicit, found assumed"),
        ("2027-11-22", "2027-11-21", "EX-I02 eligible from: expected 2027-11-21, found 2027-11-22"),
        ("speaks: true", "speaks: false", "speaks: expected false, found true"),
        ("notes: []", "notes: [Condition/r7]", "notes: expected one with 'Condition/r7', found none"),
        ("speaks: false", "status: eligible", "speaks: expected an answer, found nothing is said of a deceased person"),
    ],
)
def test_every_expectation_can_fail(trial: Path, capfd: Captured, said: str, instead: str, difference: str) -> None:
    assert told(trial, STORIES.replace(said, instead)) == 1
    assert difference in capfd.readouterr().out


@pytest.mark.parametrize(
    "said, instead, mistake",
    [
        ("EX-E01: not-met", "EX-E09: not-met", "no criterion 'EX-E09' in NCT00000001"),
        ("EX-E01: not-met", "EX-E01: absent", "found 'absent', expected one of met, not-met, unknown, judgement"),
        ("EX-E01: assumed", "EX-E01: sure", "found 'sure', expected one of explicit, assumed"),
        ("status: eligible", "status: fits", "found 'fits', expected one of eligible, potential-candidate, ineligible"),
        ("record: [heart_failure]", "record: [hart_failure]", "nothing is called 'hart_failure'"),
        ("record: [heart_failure]", "record: heart_failure", "`record` is a list"),
        ("speaks: true", "speaks: maybe", "`speaks` is true or false"),
        ("status: eligible", "state: eligible", "no field called ['state']"),
        (
            "expect: {EX-I01: met, EX-I02: met, EX-E01: not-met}",
            "expect: [EX-I01]",
            "`expect` is criteria with what is",
        ),
        ("as_of: 2026-11-21", "as_of: 2026-11-31", "'2026-11-31' is no day of the calendar"),
        ("name: of the dead nothing is said", "nam: x", "a story without a name"),
        ("  - name: at ${age}", "  - name: at ${height}", "nothing is called 'height'"),
        ("trial: NCT00000001", "", "`trial` is missing"),
        ("examples:", "stories:", "no field called 'stories'"),
        ("trial: NCT00000001", "trial: [", "line "),
    ],
)
def test_a_mistake_in_an_example_is_refused(
    trial: Path, capfd: Captured, said: str, instead: str, mistake: str
) -> None:
    assert told(trial, STORIES.replace(said, instead)) == 2
    err = capfd.readouterr().err
    assert mistake in err
    assert "mine.examples" in err


def test_examples_may_lie_elsewhere(trial: Path, tmp_path: Path, capfd: Captured) -> None:
    elsewhere = tmp_path / "stories"
    elsewhere.mkdir()
    (elsewhere / "one.yaml").write_text(STORIES, encoding="utf-8")
    assert main(["check", str(trial), "--examples", str(elsewhere)]) == 0
    assert "4 worked examples: all hold" in capfd.readouterr().out
    assert main(["check", str(trial), "--examples", str(elsewhere / "one.yaml")]) == 0
    assert main(["check", str(trial), "--examples", str(tmp_path / "nowhere")]) == 2
    assert "no worked examples here" in capfd.readouterr().err


def test_a_folder_of_examples_beside_a_trial_is_read_and_others_stories_are_passed_over(
    trial: Path, capfd: Captured
) -> None:
    folder = trial.parent / "examples"
    folder.mkdir()
    (folder / "mine.yaml").write_text(STORIES, encoding="utf-8")
    (folder / "other.yaml").write_text(STORIES.replace("NCT00000001", "NCT00000002"), encoding="utf-8")
    assert main(["check", str(trial)]) == 0
    assert "4 worked examples: all hold" in capfd.readouterr().out


def test_without_examples_it_says_where_to_write_them(trial: Path, capfd: Captured) -> None:
    assert main(["check", str(trial)]) == 0
    assert "no worked examples; write some beside the trial, in <trial>.examples.yaml" in capfd.readouterr().out
    assert told(trial, STORIES, "--no-examples") == 0
    assert "worked example" not in capfd.readouterr().out


def test_a_question_is_printed_and_only_strict_fails(trial: Path, capfd: Captured) -> None:
    trial.write_text(TRIAL.replace("sites: []\n", ""), encoding="utf-8")
    assert main(["check", str(trial)]) == 0
    asked = "question: sites: the trial is active and nothing is said of its sites; name them, or write `sites: []`"
    assert asked in capfd.readouterr().out
    assert main(["check", str(trial), "--strict"]) == 1
    trial.write_text(TRIAL, encoding="utf-8")
    assert main(["check", str(trial), "--strict"]) == 0
    assert "question" not in capfd.readouterr().out.split(asked)[-1]


def test_a_mistake_comes_before_questions_and_examples(trial: Path, capfd: Captured) -> None:
    trial.write_text(TRIAL.replace("age: {at_least: 18", "age: {at_leest: 18"), encoding="utf-8")
    assert told(trial, STORIES) == 2
    out = capfd.readouterr()
    assert out.out == ""
    assert "did you mean 'at_least'?" in out.err


def test_the_shipped_trials_have_their_examples_in_the_tests_of_a_checkout() -> None:
    files = files_beside(trials_folder())
    assert files == example_files(Path(__file__).parents[1] / "trials")
    assert files_beside(trials_folder() / "cart.yaml") == files


def test_a_shipped_trial_holds_its_examples() -> None:
    [story] = [file for file in files_beside(trials_folder()) if file.stem == "CM313-antiplatelet"]
    report = check(None, [story])
    assert {checked.trial.nct_id: bool(checked.stories) for checked in report.trials} == {
        "NCT06352281": False,
        "NCT05694767": True,
    }
    assert report.status(strict=True) == 0
