"""A mistake in a definition is told with its file, its place, what was found, what is expected and the nearest word."""

from __future__ import annotations

from pathlib import Path

import pytest
from holding import shared

from cds_service.catalogue import DefinitionError, load_catalogue, read_catalogue, read_trial
from cds_service.data import trials_folder
from cds_service.definition_text import read_definition

HEAD = """
id: X
nct_id: NCT99999999
short_name: X
anchor: X-I01
protocol: none
title: {en: A trial}
status: active
"""
ADULT = "{id: X-I01, class: C, text: Adult., source: age, age: {at_least: 18}}"
PANEL = "panel: {tests: {core: {of: [VS-HBC]}}, rules: %s}"


def written(test: str, *, head: str = HEAD, said: str = "id: X-E01, class: C, text: T., source: s") -> str:
    return f"{head}\ninclusion: [{ADULT}]\nexclusion:\n  - {{{said}, {test}}}\n"


def mistakes(folder: Path, text: str) -> list[str]:
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        read_trial(file, *shared(), load_catalogue().terminology)
    return list(error.value.mistakes)


@pytest.mark.parametrize(
    "test, told",
    [
        ("condtion: {of: [VS-HF]}", "exclusion[0].condtion: no 'condtion' here; did you mean 'condition'?"),
        ("condition: {off: [VS-HF]}", "exclusion[0].condition.off: no 'off' here; did you mean 'of'?"),
        (
            "condition: {of: VS-HF}",
            'exclusion[0].condition.of: found "VS-HF", expected a list in brackets, such as [VS-HF]',
        ),
        (
            "condition: [VS-HF]",
            'exclusion[0].condition: found ["VS-HF"], expected its parameters by name, such as {of: [VS-HF]}',
        ),
        (
            "condition: {of: [VS-HFX]}",
            "exclusion[0].condition.of: found 'VS-HFX', expected a known value set; did you mean 'VS-HF'?",
        ),
        ("condition: {}", "exclusion[0].condition: expected at least one value set in `of`, `judgement` or `unknown`"),
        (
            "condition: {of: [VS-HF], past: perhaps}",
            'exclusion[0].condition.past: found "perhaps", expected one of counts, judgement',
        ),
        (
            "condition: {of: [VS-HF], silence: problem list}",
            "found 'problem list', expected one of problem-list, medication-list",
        ),
        (
            "condition: {of: [VS-HF], contradicted_by: [nitrates]}",
            "expected a known indication; did you mean 'nitrate'?",
        ),
        (
            "condition: {of: [VS-MI], began_within: six months}",
            'found "six months", expected a whole number and day(s), week(s)',
        ),
        (
            "washout: {of: [VS-RTX], at_least: 2}",
            'exclusion[0].washout.at_least: found 2, expected a span in words, such as "2 weeks"',
        ),
        ("washout: {of: [VS-RTX]}", "exclusion[0].washout: either at_least or more_than, a span such as 2 weeks"),
        (
            "measurement: {of: [VS-ALT], below: 30}",
            'below: found 30, expected a number and a unit in quotes, such as "30 10*9/L"',
        ),
        ('measurement: {of: [VS-ALT], below: "30"}', 'below: found "30", expected a number and a unit in quotes'),
        (
            'measurement: {of: [VS-ALT], below: "9 U/L", at_most: "9 U/L"}',
            "found both `below` and `at_most`, expected one of them",
        ),
        (
            'measurement: {of: [VS-PLT], below: "30 10*9/L"}',
            "no `within`, and the freshness table has no age for VS-PLT",
        ),
        (
            'measurement: {of: [VS-EGFR], below: "15 mL/min/{1.73_m2}", optional: true}',
            "`optional` is for tests inside a group or row",
        ),
        (
            "score: {scale: ecogg, at_most: 2}",
            "exclusion[0].score.scale: found 'ecogg', expected a known scale; did you mean 'ecog'?",
        ),
        (
            "treatment: {of: [VS-RTX], outcome: [no-respons]}",
            "expected one of no-response, relapse, intolerance; did you mean 'no-response'?",
        ),
        (
            "washout: {of: [VS-RTX], at_least: 2 weeks, before: dose}",
            'found "dose", expected one of screening, first-dose',
        ),
        (
            'measurement: {of: [VS-ALT], below: "30 parsecs"}',
            "found a limit in 'parsecs', expected a unit that results come in",
        ),
        (
            'measurement: {of: [VS-ALT], at_least: "1 U/L", at_most: "3 ULN"}',
            "found limits in ULN and U/L, expected one unit",
        ),
        (
            'measurement: {of: [VS-ALT], above: "9 U/L", below: "5 U/L"}',
            "nothing is above the lower limit and below the upper one",
        ),
        ('measurement: {of: [VS-ALT], at_most: "2 ULN", grey_to: "1.5 ULN"}', "`grey_to` lies inside the limits"),
        ('daily_dose: {of: [VS-STEROID], at_most: "5 g"}', "found a limit in 'g', expected mg or mg/kg"),
        ("age: {at_least: 75, at_most: 18}", "exclusion[0].age: nothing is at least the one and at most the other"),
        ("age: {at_least: eighteen}", 'exclusion[0].age.at_least: found "eighteen", expected a whole number'),
        ("age: {at_least: 18}, sex: {among: [male]}", "exclusion[0]: exactly one test, found age, sex"),
        ("reading: none", "exclusion[0]: exactly one test, found none"),
        (
            "fact: hart_failure",
            "exclusion[0]: found 'hart_failure', expected a known fact; did you mean 'heart_failure'?",
        ),
        ("all_of: [heart_failure, nyha3or4]", "exclusion[0].all_of[1]: found 'nyha3or4', expected a known fact"),
        (
            "criterion: {id: X-I02}",
            "exclusion[0].criterion.id: found 'X-I02', expected a known criterion of this trial; did you mean 'X-I01'?",
        ),
        (
            PANEL % "[{met: {core: reactive}}, {otherwise: unknown}]",
            "exclusion[0].panel: rules[0].core: 'reactive' is no state; one of",
        ),
        (
            PANEL % "[{met: {cor: positive}}, {otherwise: unknown}]",
            "rules[0].cor: neither a test of this panel nor its diagnosis",
        ),
        (
            PANEL % "[{otherwise: unknown}, {met: {core: positive}}]",
            "rules[0]: the last row, and only the last, is `otherwise`",
        ),
        (PANEL % "[{otherwise: unknown}]", "exclusion[0].panel.tests.core: no row reads this test"),
        ("decide: [{otherwise: met}, {met: heart_failure}]", "decide[0]: `otherwise` is the last row"),
        ("decide: [{yes: heart_failure}]", "decide[0]: 'yes' is no verdict; one of met, not-met, unknown, judgement"),
        (
            "resolve: {kind: order-tests, text: Order.}, fact: itp",
            "found 'order-tests', expected a known remedy; did you mean 'order-test'?",
        ),
        (
            "show: [problems], fact: itp",
            "exclusion[0].show: found 'problems', expected a known value set, problem-list or recent-treatment",
        ),
    ],
)
def test_a_mistake_in_a_criterion(tmp_path: Path, test: str, told: str) -> None:
    (found,) = mistakes(tmp_path, written(test))
    assert found.startswith("mine.yaml: exclusion[0]")
    assert told in found


@pytest.mark.parametrize(
    "said, told",
    [
        ("id: X-E01, class: C, text: T.", "exclusion[0].source: is missing"),
        ("id: X-E01, class: D, text: T., source: s", 'exclusion[0].class: found "D", expected one of C, P, J, A'),
        (
            "id: X-E01, class: A, text: T., source: s",
            "exclusion[0].class: class A leaves nothing to test, so its test is `always`",
        ),
        (
            "id: X-E01, class: C, text: 7, source: s",
            "exclusion[0].text: found 7, expected a text; a number needs quotes",
        ),
        ("id: X-I01, class: C, text: T., source: s", "X-I01: this id is given twice"),
        (
            "id: X-E01, class: C, text: T., source: s, index_disease: true",
            "index_disease: the index disease is an inclusion",
        ),
    ],
)
def test_a_mistake_in_what_a_criterion_says(tmp_path: Path, said: str, told: str) -> None:
    (found,) = mistakes(tmp_path, written("fact: itp", said=said))
    assert told in found


@pytest.mark.parametrize(
    "head, told",
    [
        (HEAD.replace("nct_id: NCT99999999\n", ""), ["mine.yaml: nct_id: is missing"]),
        (HEAD.replace("active", "activ"), ['status: found "activ", expected one of active, ']),
        (
            HEAD.replace("short_name", "shortname"),
            ["short_name: is missing", "no 'shortname' here; did you mean 'short_name'?"],
        ),
        (
            HEAD.replace("X-I01", "X-I07"),
            ["anchor: found 'X-I07', expected a known criterion of this trial; did you mean 'X-I01'?"],
        ),
        (HEAD.replace("en:", "zh:"), ["title: no title in 'en', the language of this file"]),
        (
            HEAD + "facts: {itp: {age: {at_least: 3}}}",
            ["facts.itp: stands in shared.yaml already; choose another name"],
        ),
        (HEAD + "facts: {old: {age: {at_least: 70}}}", ["facts.old: no criterion uses this fact"]),
        (HEAD + "facts: {a: {fact: b}, b: {fact: a}}", ["facts.a: speaks of itself", "facts.b: speaks of itself"]),
        (
            HEAD + "therapies: {pulse: [{of: [VS-STEROID], rout: oral}]}",
            ["therapies.pulse[0].rout: no 'rout' here; did you mean 'route'?"],
        ),
        (HEAD + "therapies: {pulse: [{of: [VS-STEROID]}]}", ["therapies.pulse: no criterion uses this therapy"]),
        (
            HEAD + "treatment_history: [VS-STEROIDS]",
            ["treatment_history: found 'VS-STEROIDS', expected a known value set or therapy"],
        ),
        (
            HEAD + "translations: {zh: {X-E09: 无}}",
            ["translations.zh: found 'X-E09', expected a known criterion of this trial"],
        ),
        (
            HEAD + "translations: {zh: {X-I01: 有, X-I01.reading: 无}}",
            ["translations.zh: found 'X-I01.reading', expected a known criterion of this trial"],
        ),
    ],
)
def test_a_mistake_in_the_header(tmp_path: Path, head: str, told: list[str]) -> None:
    found = mistakes(tmp_path, written("fact: itp", head=head))
    assert [expected in line for expected, line in zip(told, found, strict=True)] == [True] * len(told)


@pytest.mark.parametrize(
    "text, told",
    [
        ("a: [b\n", "line 2: expected ',' or ']'"),
        ("a: 1\na: 2\n", "'a' is written twice (line 2)"),
        ("a: &here {b: c}\n", "line 1: anchors and aliases (&here) are not used here; write it out"),
        ("a: !!int 3\n", "line 1: tags"),
        ("- a\n", "found a list, expected names with values"),
        (HEAD + "inclusion: {a: b}\n", "inclusion: expected a list of criteria"),
    ],
)
def test_a_file_that_is_no_definition(tmp_path: Path, text: str, told: str) -> None:
    (found,) = mistakes(tmp_path, text)
    assert found.startswith("mine.yaml: ")
    assert told in found


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = written("age: {at_least: old}") + "  - {id: X-E02, class: C, text: T., source: s, sex: {amung: [male]}}\n"
    found = mistakes(tmp_path, text)
    assert [line.partition(": ")[2].partition(":")[0] for line in found] == [
        "exclusion[0].age.at_least",
        "exclusion[1].sex.among",
        "exclusion[1].sex.amung",
    ]


def test_two_files_of_one_trial_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(written("fact: itp", head=HEAD.replace("NCT99999999", "NCT05694767")), encoding="utf-8")
    with pytest.raises(DefinitionError, match="NCT05694767: two files define this trial"):
        read_catalogue(trials_folder(), [file])


@pytest.mark.parametrize(
    "text, kept",
    [("no", "no"), ("2023-04-10", "2023-04-10"), ("007", "007"), ("7.0", "7.0"), ("1e3", "1e3"), ("12:30", "12:30")],
)
def test_what_is_typed_stays_what_was_typed(text: str, kept: str) -> None:
    assert read_definition(f"a: {text}") == {"a": kept}
    assert read_definition("a: 7\nb: true") == {"a": 7, "b": True}
