"""What each test reads (the language's §8): nobody writes a query, and nothing a test reads goes unread."""

from __future__ import annotations

import pytest
from holding import tables
from record_of import TODAY, record_of

from cds_service.definition_text import read_definition
from eligibility.case import Case
from eligibility.criteria.tree import KINDS, Test

SECTIONS = {
    "age: {at_least: 18}": "",
    "sex: {among: [female]}": "",
    "always: {verdict: met}": "",
    "condition: {of: [VS-HF], began_within: 1 year}": "conditions",
    "condition: {of: [VS-HF]}": "conditions medications procedures",  # G7b reads drugs and procedures
    "duration: {of: [VS-ITP], at_least: 3 months}": "conditions",
    'measurement: {of: [VS-PLT], below: "30 10*9/L"}': "observations",
    'measurement: {of: [VS-PLT], below: "30 10*9/L", unreliable_with: [VS-PLT-CLUMP]}': "conditions observations",
    'measurement: {of: [VS-PLT], below: "30 10*9/L", caveat_after: [VS-PLT-TX]}': "observations procedures",
    "score: {scale: ecog, at_most: 2}": "observations",
    "panel: {tests: {a: {of: [VS-HBC]}}, rules: [{otherwise: unknown}]}": "observations",
    "panel: {diagnosis: [VS-HBV-DX], rules: [{otherwise: unknown}]}": "conditions",
    "panel: {contradicted_by: [hbv-antiviral], rules: [{otherwise: unknown}]}": "conditions medications",
    "recorded: {of: [VS-PLT], within: ever}": "observations",
    "recorded: {list: medication-list}": "medications",
    "recorded: {list: problem-list}": "conditions",
    "recorded: {list: procedure-history}": "conditions procedures",
    "recorded: {list: allergy-list}": "allergies",
    "recorded: {list: research-history}": "studies",
    "taking: {of: [VS-APT]}": "medications",
    "treatment: {of: [VS-CD38]}": "conditions medications procedures",
    "treatment: {of: [VS-CD38], also_in: [studies]}": "conditions medications procedures studies",
    "treatment: {of: [VS-RTX], outcome: [intolerance]}": "allergies conditions medications procedures",
    "washout: {of: [VS-RTX], at_least: 2 weeks}": "conditions medications procedures",
    "course: {of: [VS-APT], longer_than: 3 days, within: 2 weeks}": "medications",
    'daily_dose: {of: [VS-STEROID], at_most: "20 mg"}': "medications",
    'daily_dose: {of: [VS-STEROID], at_most: "0.5 mg/kg"}': "medications observations",
    "stable_dose: {of: [VS-TPORA], at_least: 4 weeks}": "medications",
    "allergy: {}": "allergies",
    "other_trial: {within: 28 days}": "studies",
    "all_of: [{taking: {of: [VS-APT]}}, {allergy: {}}]": "allergies medications",
    "decide: [{met: {other_trial: {within: 28 days}}}, {not-met: {allergy: {}}}]": "allergies studies",
}


def _needed(written: str) -> dict[str, set[str]]:
    case = Case(record_of(), TODAY, TODAY, tables())
    needs: dict[str, set[str]] = {}
    for need in Test.model_validate(read_definition(written)).needs(case):
        needs.setdefault(need.section.value, set()).update(need.sets)
    return needs


@pytest.mark.parametrize("written", SECTIONS)
def test_a_test_names_every_section_it_reads(written: str) -> None:
    assert set(SECTIONS[written].split()) <= set(_needed(written))


def test_every_kind_stands_in_the_table() -> None:
    assert {written.partition(":")[0] for written in SECTIONS} >= set(KINDS)


@pytest.mark.parametrize(
    "written, sets",
    [
        (
            'measurement: {of: [VS-PLT], below: "30 10*9/L", unreliable_with: [VS-PLT-CLUMP]}',
            {"VS-PLT", "VS-PLT-CLUMP"},
        ),
        ("score: {scale: ecog, at_most: 2}", {"VS-ECOG", "VS-KARNOFSKY"}),
        (
            "panel: {tests: {a: {of: [VS-HBC]}, b: {of: [VS-HBSAG]}}, rules: [{otherwise: unknown}]}",
            {"VS-HBC", "VS-HBSAG"},
        ),
        ('daily_dose: {of: [VS-STEROID], at_most: "0.5 mg/kg"}', {"VS-WEIGHT"}),
        ("recorded: {of: [VS-NYHA], within: ever}", {"VS-NYHA"}),
    ],
)
def test_observations_are_asked_for_by_value_set(written: str, sets: set[str]) -> None:
    assert _needed(written)["observations"] == sets
