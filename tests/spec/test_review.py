"""What a careful colleague asks of a definition: each question is raised by a bad definition, and by no good one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from holding import shared

from cds_service.catalogue import Catalogue, load_catalogue, read_catalogue, read_trial
from cds_service.data import trials_folder
from eligibility.review import QUESTIONS, Reviewed, review, unused_value_sets
from eligibility.terminology import Mark, Row, Terminology, ValueSet
from eligibility.trial import Trial

OTHER = Path(__file__).parents[1] / "trials" / "other"
GOOD = """
id: X
nct_id: NCT99999999
short_name: X
anchor: X-I01
protocol: none
title: {en: A trial in heart failure, zh: 心力衰竭}
status: active
sites: []
treatment_history: [VS-HF-DRUG]
inclusion:
  - {id: X-I01, class: C, text: Has heart failure., source: inclusion 1, index_disease: true, condition: {of: [VS-HF]}}
  - {id: X-I02, class: C, text: 18 to 80 years old., source: inclusion 2, age: {at_least: 18, at_most: 80}}
"""
EXCLUSION = "exclusion:\n"


def row(test: str, *, text: str = "A sentence.", cls: str = "C", name: str = "X-E01") -> str:
    return f"  - {{id: {name}, class: {cls}, text: {text!r}, source: exclusion 1, {test}}}\n"


def out(*tests: str, **said: str) -> str:
    """The good definition with these exclusions."""
    rows = [row(test, name=f"X-E{n:02}", **said) for n, test in enumerate(tests, start=1)]
    return GOOD + EXCLUSION + "".join(rows)


def into(*tests: str, **said: str) -> str:
    """The good definition with these inclusions besides its own."""
    return GOOD + "".join(row(test, name=f"X-I{n:02}", **said) for n, test in enumerate(tests, start=3))


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


@cache
def terminology() -> Terminology:
    """The shipped sets and three bad ones."""
    alike = Row("icd-10-cm", "Z99", "exact", Mark.NON_MEMBER, "a look-alike")
    tests = [
        Row("loinc", "1742-6", "exact", Mark.MEMBER, "Alanine aminotransferase [Enzymatic activity/volume] in Serum"),
        Row("loinc", "1920-8", "exact", Mark.MEMBER, "Aspartate aminotransferase [Enzymatic activity/volume] in Serum"),
    ]
    bad = (
        ValueSet("VS-EMPTY", "empty"),
        ValueSet("VS-ALIKE", "alike", (alike,)),
        ValueSet("VS-LIVER", "liver", tuple(tests)),
    )
    return Terminology([*load_catalogue().terminology.value_sets.values(), *bad])


def read(text: str) -> Trial:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "mine.yaml"
        file.write_text(text, encoding="utf-8")
        return read_trial(file, *shared(), terminology())


def asked(text: str) -> set[str]:
    reviewed = Reviewed(read(text), terminology())
    return {ask.__name__ for ask in QUESTIONS if list(ask(reviewed))}


BAD = [
    # --- who the trial is ---------------------------------------------------------------------------------------
    ("index_disease_missing_or_several", changed(" index_disease: true,", "")),
    ("index_disease_missing_or_several", changed("source: inclusion 2,", "source: inclusion 2, index_disease: true,")),
    ("index_disease_missing_or_several", changed("anchor: X-I01", "anchor: X-I02")),
    ("sites_not_spoken_of", changed("sites: []\n", "")),
    ("registry_number_of_another_shape", changed("NCT99999999", "NCT-9999")),
    ("ids_out_of_order_or_with_gaps", changed("id: X-I02", "id: X-I03")),
    ("ids_out_of_order_or_with_gaps", changed("id: X-I02", "id: Y-I02")),
    # --- sentences ----------------------------------------------------------------------------------------------
    ("criterion_without_source", changed("source: inclusion 2", "source: TBD")),
    ("criterion_without_source", changed("source: inclusion 2", "source: '?'")),
    ("same_sentence_twice", out("condition: {of: [VS-MI]}", text="Has  heart failure")),
    ("role_and_sentence_disagree", into("condition: {of: [VS-DM]}", text="Must not have had a stroke.")),
    ("role_and_sentence_disagree", out("condition: {of: [VS-DM]}", text="Must be free of diabetes.")),
    ("role_and_sentence_disagree", out("condition: {of: [VS-DM]}", text="No diabetes.")),
    ("counted_from_another_day", into("washout: {of: [VS-RTX], at_least: 3 months, silence: never}",
                                      text="Rituximab ended at least 3 months before the first dose.")),
    ("counted_from_another_day", into("washout: {of: [VS-RTX], at_least: 3 months, before: first-dose, silence: never}",
                                      text="Rituximab ended at least 3 months before screening.")),
    ("translation_missing", GOOD + "translations: {zh: {X-I01: 患有心力衰竭。}}\n"),
    ("translation_missing", GOOD.replace(", zh: 心力衰竭", "") + "translations: {zh: {X-I01: 有。, X-I02: 无。}}\n"),
    ("translation_missing", changed("sites: []", "sites: [{zh: 医院}]")),
    ("translation_with_other_numbers", GOOD + "translations: {zh: {X-I01: 有。, X-I02: 16至80岁。}}\n"),
    # --- numbers ------------------------------------------------------------------------------------------------
    ("sentence_and_test_disagree_on_a_number",
     out('measurement: {of: [VS-PLT], below: "50 10*9/L", within: 2 days}', text="Platelets below 30 ×10⁹/L.")),
    ("sentence_and_test_disagree_on_a_number", out("score: {scale: nyha, at_least: 2}", text="NYHA class III or IV.")),
    ("sentence_and_test_disagree_on_a_time", out("condition: {of: [VS-MI], began_within: 3 months}",
                                                 text="Heart attack in the last 6 months.")),
    ("sentence_and_test_disagree_on_a_time", out("condition: {of: [VS-MI]}", text="Heart attack in the last year.")),
    ("sentence_and_test_disagree_on_a_time", changed("18 to 80 years old", "16 years or older")),
    ("months_counted_as_days", out("condition: {of: [VS-MI], began_within: 90 days}",
                                   text="Heart attack in the last 3 months.")),
    ("boundary_day_or_value_read_otherwise", into("duration: {of: [VS-HF], at_least: 3 months}",
                                                  text="Known for more than 3 months.")),
    ("boundary_day_or_value_read_otherwise", out('measurement: {of: [VS-ALT], at_least: "3 ULN"}',
                                                 text="ALT above 3 times the upper limit.")),
    ("boundary_day_or_value_read_otherwise", into('measurement: {of: [VS-PLT], below: "30 10*9/L", within: 2 days}',
                                                  text="Platelets of at most 30 ×10⁹/L.")),
    ("boundary_day_or_value_read_otherwise", into("age: {at_least: 18}", text="Older than 18.")),
    ("threshold_without_unit", out('measurement: {of: [VS-PLT], below: "30 10*9/L", within: 2 days}',
                                   text="Platelets below 30.")),
    # --- what a test can say ------------------------------------------------------------------------------------
    ("class_does_not_fit_the_test", out("always: {verdict: judgement}")),
    ("class_does_not_fit_the_test", out("condition: {judgement: [VS-MI]}")),
    ("class_does_not_fit_the_test",
     out("decide: [{judgement: {condition: {of: [VS-MI]}}}, {otherwise: unknown}]", cls="P")),
    ("class_does_not_fit_the_test", out("condition: {of: [VS-MI]}", cls="J")),
    ("same_test_twice", GOOD + EXCLUSION + row("condition: {of: [VS-MI]}") +
     row("condition: {of: [VS-MI]}", text="Another sentence.", name="X-E02")),
    ("row_that_is_never_reached", out("decide: [{met: nyha_3_or_4}, {judgement: nyha_3_or_4}]")),
    ("row_that_is_never_reached", out("panel: {tests: {core: {of: [VS-HBC]}}, rules: "
                                      "[{met: {core: [positive, unclear]}}, {unknown: {core: unclear}}, "
                                      "{not-met: {core: negative}}, {otherwise: unknown}]}")),
    # --- against each other -------------------------------------------------------------------------------------
    ("inclusion_and_exclusion_contradict", out("condition: {of: [VS-HF, VS-MI]}")),
    ("inclusion_and_exclusion_contradict", out("any_of: [{condition: {of: [VS-MI]}}, heart_failure]")),
    ("inclusion_and_exclusion_contradict", out("age: {at_least: 18}", text="Adult.")),
    ("inclusion_and_exclusion_contradict", into('measurement: {of: [VS-EGFR], below: "30 mL/min/{1.73_m2}"}') +
     EXCLUSION + row('measurement: {of: [VS-EGFR], at_most: "45 mL/min/{1.73_m2}"}', text="Another sentence.")),
    ("inclusion_and_exclusion_contradict", into("sex: {among: [female]}") + EXCLUSION +
     row("sex: {among: [female, other]}", text="Another sentence.")),
    ("nobody_fits", into("all_of: [{age: {at_least: 85}}, heart_failure]")),
    ("nobody_fits", into("sex: {among: [female]}", ) + row("sex: {among: [male]}", text="Another.", name="X-I04")),
    ("nobody_fits", into('measurement: {of: [VS-EGFR], above: "60 mL/min/{1.73_m2}"}') +
     row('measurement: {of: [VS-EGFR], at_most: "60 mL/min/{1.73_m2}"}', text="Another.", name="X-I04")),
    ("taken_and_washed_out", into("taking: {of: [VS-RTX]}") +
     row("washout: {of: [VS-RTX, VS-TPORA], at_least: 4 weeks}", text="Another.", name="X-I04")),
    # --- times and limits that nothing keeps --------------------------------------------------------------------
    ("window_that_can_never_be_satisfied", out("treatment: {of: [VS-RTX], ended_at_least: 3 months, within: 4 weeks}")),
    ("window_that_can_never_be_satisfied", into("duration: {of: [VS-MI], at_least: 1 year}") +
     row("condition: {of: [VS-MI], began_within: 6 months}", text="Another.", name="X-I04")),
    ("limit_that_no_result_can_keep", out("score: {scale: ecog, at_least: 6}")),
    ("limit_that_no_result_can_keep", out("score: {scale: nyha, at_most: 4}")),
    ("limit_that_no_result_can_keep", out('measurement: {of: [VS-PLT], above: "30 10*12/L", within: 2 days}')),
    ("negative_trusted_longer_than_positive", out(
        "panel: {tests: {dna: {of: [VS-HBV-DNA], positive_within: 7 days}}, rules: "
        "[{met: {dna: positive}}, {not-met: {dna: negative}}, {otherwise: unknown}]}")),
    # --- value sets ---------------------------------------------------------------------------------------------
    ("empty_or_look_alikes_only", out("condition: {of: [VS-EMPTY]}")),
    ("empty_or_look_alikes_only", out("condition: {of: [VS-ALIKE]}")),
    ("set_of_another_kind", into("washout: {of: [VS-HF], at_least: 4 weeks}")),
    ("set_of_another_kind", out("taking: {of: [VS-DM]}")),
    ("set_of_another_kind", out("condition: {of: [VS-PLT-CLUMP, VS-RTX, VS-CD20]}")),
    ("set_of_another_kind", out('measurement: {of: [VS-RENAL-FAIL], below: "9 U/L", within: 2 days}')),
    ("several_analytes_in_one_measurement", out('measurement: {of: [VS-ALT, VS-AST], above: "3 ULN"}')),
    ("several_analytes_in_one_measurement", out('measurement: {of: [VS-LIVER], above: "3 ULN", within: 28 days}')),
    # --- silence ------------------------------------------------------------------------------------------------
    ("silence_counts_as_no_before_anything_is_kept", out("condition: {of: [VS-MI], silence: means-no}")),
    ("silence_counts_as_no_before_anything_is_kept", out(
        "panel: {tests: {dna: {of: [VS-HBV-DNA]}}, rules: [{met: {dna: positive}}, {otherwise: not-met}]}")),
    ("silence_answers_what_only_a_test_can", out("condition: {of: [VS-HIV-DX]}")),
    ("silence_answers_what_only_a_test_can", out("condition: {judgement: [VS-PREG]}", cls="P")),
    ("treatment_history_that_never_opens",
     GOOD.replace("treatment_history: [VS-HF-DRUG]\n", "") + EXCLUSION + row("treatment: {of: [VS-HF-DRUG]}")),
    ("treatment_history_lacks_a_drug", into("treatment: {of: [VS-RTX]}")),
]  # fmt: skip


@pytest.mark.parametrize("name, text", BAD, ids=[f"{n}-{name}" for n, (name, _) in enumerate(BAD)])
def test_a_bad_definition_raises_this_question(name: str, text: str) -> None:
    assert name in asked(text)


@pytest.mark.parametrize("name, text", BAD, ids=[f"{n}-{name}" for n, (name, _) in enumerate(BAD)])
def test_and_few_others(name: str, text: str) -> None:
    """One mistake is one question, or two where it is two: an empty set is of no kind, what silence answers …"""
    assert len(asked(text)) <= 2


def test_a_limit_is_proposed_in_a_word_that_its_kind_has() -> None:
    questions = [str(each) for each in review(read(into("age: {at_least: 18}", text="Older than 18.")), terminology())]
    (asked_of_age,) = [each for each in questions if "the test `at_least`" in each]
    assert "write `at_least: 19`" in asked_of_age


def test_every_question_has_a_bad_definition() -> None:
    assert {name for name, _ in BAD} == {ask.__name__ for ask in QUESTIONS}
    assert len(QUESTIONS) >= 15


def test_a_good_definition_raises_none() -> None:
    assert review(read(GOOD), terminology()) == []
    assert (
        asked(out("condition: {of: [VS-MI], began_within: 6 months}", text="Heart attack in the last 6 months."))
        == set()
    )


GOOD_ONES = [
    into("duration: {of: [VS-HF], more_than: 12 months}", text="Known for more than 12 months."),
    into("duration: {of: [VS-HF], at_least: 1 year}", text="Known for at least 12 months."),
    into('measurement: {of: [VS-EGFR], at_least: "30 mL/min/{1.73_m2}", within: 4 weeks}',
         text="Kidney function of at least 30 mL/min/1.73 m², measured in the last 28 days."),
    into("score: {scale: nyha, at_most: 3}", text="NYHA class I, II or III."),
    out('measurement: {of: [VS-PLT], below: "1.5 10*9/L", within: 2 days}', text="Platelets below 1.5 ×10⁹/L."),
    out("taking: {of: [VS-APT]}", text="Takes two or more drugs a day against clots."),
    out('measurement: {of: [VS-EGFR], below: "30 mL/min/{1.73_m2}"}', text="Kidney function below 30 mL/min/1.73 m²."),
    out("condition: {of: [VS-HF, VS-MI], except: [VS-HF]}"),
    out("condition: {of: [VS-HF], began_within: 3 months}", text="Heart failure that began in the last 3 months."),
    out("sex: {among: [unknown]}", text="Sex not known."),
    GOOD + "translations: {zh: {X-I02: 18至80岁。, X-I01: 患有心力衰竭。}}\n",
    changed("18 to 80 years old", "18 to 80 years old in April 2023")
    + "translations: {zh: {X-I02: 2023年4月时18至80岁。, X-I01: 患有心力衰竭。}}\n",
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD_ONES)
def test_what_is_right_raises_none(text: str) -> None:
    assert [str(question) for question in review(read(text), terminology())] == []


@pytest.mark.parametrize("trial", load_catalogue().trials, ids=lambda trial: trial.nct_id)
def test_the_shipped_trials_raise_none(trial: Trial) -> None:
    assert [str(question) for question in review(trial, load_catalogue().terminology)] == []


@cache
def brought(name: str) -> Catalogue:
    return read_catalogue(trials_folder(), [OTHER / name])


@pytest.mark.parametrize(
    "name", sorted(file.name for file in OTHER.glob("*.yaml") if not file.name.startswith("shared-"))
)
def test_the_trials_from_elsewhere_raise_none(name: str) -> None:
    shipped = {trial.nct_id for trial in load_catalogue().trials}
    (trial,) = [trial for trial in brought(name).trials if trial.nct_id not in shipped]
    assert [str(question) for question in review(trial, brought(name).terminology)] == []


def test_every_shipped_value_set_is_used() -> None:
    catalogue = load_catalogue()
    assert unused_value_sets(catalogue.trials, catalogue.tables, catalogue.terminology) == []


def test_a_value_set_that_nobody_uses_is_asked_about() -> None:
    catalogue = load_catalogue()
    (question, *_) = unused_value_sets(catalogue.trials, catalogue.tables, terminology())
    assert str(question) == "value_sets/VS-ALIKE.json: no trial and no shared table uses it; use it, or take it away"


def test_a_question_names_place_trouble_and_remedy() -> None:
    trial = read(
        out('measurement: {of: [VS-PLT], below: "50 10*9/L", within: 2 days}', text="Platelets below 30 ×10⁹/L.")
    )
    (question,) = review(trial, terminology())
    assert str(question) == (
        "exclusion[0].text: the sentence speaks of 30, the test of 50 10*9/L; make both say the same"
    )


def test_the_same_definition_gives_the_same_questions_in_the_same_order() -> None:
    text = changed("source: inclusion 2", "source: TBD").replace("sites: []\n", "")
    first = review(read(text), terminology())
    again = review(replace(read(text), definition="another"), terminology())
    assert first == again
    assert [question.path for question in first] == ["sites", "inclusion[1].source"]
