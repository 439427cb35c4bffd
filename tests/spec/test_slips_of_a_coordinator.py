"""What people write who know trials and not our words: each slip is refused, and the message leads to the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_definition_mistakes import ADULT, HEAD, mistakes, written

SLIPS = [
    # --- the right thing by another name -------------------------------------------------------------------------
    ('measurement: {of: [VS-PLT], less_than: "30 10*9/L"}', "no 'less_than' here; did you mean 'below'?"),
    ("age: {min: 18}", "no 'min' here; did you mean 'at_least'?"),
    ("age: {max: 80}", "no 'max' here; did you mean 'at_most'?"),
    ("diagnosis: {of: [VS-HF]}", "no 'diagnosis' here; did you mean 'condition'?"),
    ("lab: {of: [VS-ALT]}", "no 'lab' here; did you mean 'measurement'?"),
    ("medication: {of: [VS-RTX]}", "no 'medication' here; did you mean 'taking'?"),
    ("or: [heart_failure, itp]", "no 'or' here; did you mean 'any_of'?"),
    ("gender: {among: [female]}", "no 'gender' here; did you mean 'sex'?"),
    ("sex: {among: [women]}", "expected one of male, female, other, unknown; did you mean 'female'?"),
    ("Condition: {of: [VS-HF]}", "no 'Condition' here; did you mean 'condition'?"),
    ("condition: {of: [vs-hf]}", "found 'vs-hf', expected a known value set; did you mean 'VS-HF'?"),
    ("condition: {codes: [VS-HF]}", "no 'codes' here; did you mean 'of'?"),
    ("condition: {of: [I50.9]}", "expected a known value set; codes stand in value sets, never in a trial"),
    ("condition: {of: [84114007]}", "expected a text; a number needs quotes"),
    ("score: {scale: ECOG, at_most: 2}", "found 'ECOG', expected a known scale; did you mean 'ecog'?"),
    ("treatment: {of: [VS-RTX], outcome: [failed]}", "did you mean 'no-response'?"),
    # --- the right word in the wrong place -----------------------------------------------------------------------
    ("washout: {of: [VS-RTX], within: 3 months}", "no 'within' here; washout has at_least, before, "),
    ("score: {scale: ecog, below: 2}", "no 'below' here; score has at_least, at_most, "),
    ("heart_failure", "no 'heart_failure' here; a fact is written `fact: heart_failure`"),
    ("optional: true, fact: itp", "no 'optional' here"),
    ("condition: {of: [VS-MI], ongoing: judgement}", "condition.ongoing: says nothing without `began_within`"),
    ("condition: {of: [VS-MI], began_within: 6 months, status: ever}",
     "condition.status: says nothing beside `began_within`; leave one of them out"),
    ("condition: {of: [VS-MI], began_within: 6 months, ended_within: 3 months}",
     "found both `began_within` and `ended_within`, expected one of them"),
    # --- the right word with the wrong value ---------------------------------------------------------------------
    ("age: 18", "found 18, expected its parameters by name, such as {at_least: 18}"),
    ("age: {at_least: 18 years}", 'found "18 years", expected a whole number, without quotes or unit'),
    ("age: {at_least: -1}", "found -1, expected completed years, 0 to 150"),
    ("always: judgement", "such as {verdict: judgement}"),
    ('always: {verdict: met, since: "10.04.2023"}', '`since`: a day such as "2023-04-10"'),
    ("criterion: X-I01", "such as {id: X-I01}"),
    ("all_of: heart_failure", "expected a list in brackets, such as [heart_failure, {age: {at_least: 18}}]"),
    ("decide: [{met: [heart_failure, itp]}]", 'exclusion[0].decide[0]: found ["heart_failure", "itp"]'),
    ('measurement: {of: [VS-ALT], above: "3ULN"}', 'expected a number and a unit in quotes, such as "30 10*9/L"'),
    ('measurement: {of: [VS-ALT], above: "1,5 ULN"}', 'expected a number and a unit in quotes, such as "30 10*9/L"'),
    ('measurement: {of: [VS-PLT], below: "30 10*9/L", within: 48 hours}', "a whole number and day(s), week(s)"),
    ('panel: {tests: {t: {of: [VS-HBC], positive_from: "25"}}, rules: [{met: {t: positive}}, {otherwise: unknown}]}',
     'panel.tests.t.positive_from: found "25", expected a number and a unit in quotes'),
    # --- nothing is asked ----------------------------------------------------------------------------------------
    ("all_of: []", "exclusion[0].all_of: found an empty list, expected at least one test"),
    ("decide: [{otherwise: unknown}]", "exclusion[0].decide: no row has a test"),
    ("sex: {among: []}", "sex.among: found an empty list, expected at least one name"),
    ('measurement: {of: [], below: "30 10*9/L", within: 2 days}', "measurement.of: found an empty list"),
    ("panel: {rules: [{otherwise: unknown}]}", "panel: neither `tests` nor `diagnosis`, so there is nothing to read"),
    ("count_of: {at_least: 3, among: [heart_failure, itp]}", "found 3, expected a number from 1 to 2"),
    ("count_of: {at_least: 0, among: [heart_failure, itp]}", "found 0, expected a number from 1 to 2"),
    ("condition: {of: [VS-HF, VS-HF]}", "condition.of: 'VS-HF' is written twice"),
    ("criterion: {id: X-E01}", "exclusion[0]: speaks of itself, by way of what it names"),
]  # fmt: skip


@pytest.mark.parametrize("test, told", SLIPS, ids=[test for test, _ in SLIPS])
def test_a_slip_in_a_test_leads_to_its_remedy(tmp_path: Path, test: str, told: str) -> None:
    found = mistakes(tmp_path, written(test))
    assert any(told in line for line in found), found
    assert all(line.startswith("mine.yaml: exclusion[0]") for line in found)


@pytest.mark.parametrize(
    "text, told",
    [
        ("", "mine.yaml: found nothing, expected names with values"),
        (HEAD.replace("active", "recruiting"), "did you mean 'active'?"),
        (
            HEAD.replace("{en: A trial}", "A trial"),
            'found "A trial", expected names with values, such as {en: A trial}',
        ),
        (HEAD + "phase: 2\n", "phase: no 'phase' here"),
        (HEAD + f"inclusion: [{ADULT}]\nexclusions: []\n", "no 'exclusions' here; did you mean 'exclusion'?"),
        (HEAD + "sites: Berlin\n", "such as [{en: A hospital}]"),
        (HEAD + "therapies: {pulse: {of: [VS-STEROID]}}\n", "therapies.pulse: found"),
        (HEAD + "\tinclusion: []\n", "indent with blanks, not with tabs"),
        (HEAD + "title: {en: A: B}\n", "a text with ': ' in it needs quotes"),
        (HEAD + "inclusion:\n- id: X-I01\n  class: C\n   text: bad\n", "line 12: mapping values are not allowed here;"),
        (HEAD + "inclusion: nothing\n", "inclusion: expected a list of criteria"),
    ],
)
def test_a_slip_in_the_file_leads_to_its_remedy(tmp_path: Path, text: str, told: str) -> None:
    found = mistakes(tmp_path, text)
    assert any(told in line for line in found), found


def test_a_circle_of_criteria_is_refused(tmp_path: Path) -> None:
    """The engine follows names; a circle would never end."""
    others = [
        f"  - {{id: X-E0{n}, class: C, text: T., source: s, criterion: {{id: X-E0{m}}}}}\n" for n, m in ((2, 3), (3, 2))
    ]
    found = mistakes(tmp_path, written("fact: itp") + "".join(others))
    assert found == [f"mine.yaml: exclusion[{n}]: speaks of itself, by way of what it names" for n in (1, 2)]
