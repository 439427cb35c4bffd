"""`panel` (G5, G6): test results and a diagnosis read as the laboratory reads them; the state of each test."""

from __future__ import annotations

from datetime import date

import pytest
from holding import because, held, result_of, stories
from pydantic import ValidationError
from record_of import MEDICATION_LIST, PROBLEM_LIST, Item, ago, drug, hole, problem, result

ONE_TEST = """
panel:
  tests: {antigen: {of: [VS-HBSAG]}}
  rules:
    - met: {antigen: positive}
    - not-met: {antigen: negative}
    - judgement: {antigen: stale}
    - otherwise: unknown
"""
INFECTION = """
panel:
  diagnosis: [VS-HBV-DX]
  contradicted_by: [hbv-antiviral]
  tests: {antigen: {of: [VS-HBSAG]}, core: {of: [VS-HBC]}, dna: {of: [VS-HBV-DNA]}}
  rules:
    - met: {antigen: positive}
    - met: {dna: positive}
    - met: {diagnosis: current}
    - unknown: {diagnosis: suspected}
    - not-met: {antigen: negative, core: [negative, stale, missing], dna: [negative, stale, missing]}
    - not-met: {antigen: negative, core: positive, dna: negative}
    - otherwise: unknown
"""


def antigen(value: str, days: int = 0, **given: object) -> Item:
    return result("VS-HBSAG", value, ago(days), **given)


@stories(
    ("never tested", [], "unknown"),
    ("positive today", [antigen("positive")], "met"),
    ("positive ten years ago", [antigen("positive", 3650)], "met"),
    ("negative today", [antigen("negative")], "not-met"),
    ("negative 90 days ago", [antigen("negative", 90)], "not-met"),
    ("negative 91 days ago: stale", [antigen("negative", 91)], "judgement"),
    ("indeterminate", [antigen("unclear")], "unknown"),
    ("unreadable", [antigen("unreadable")], "unknown"),
    ("a number without a cut-off", [antigen("5 S/CO")], "unknown"),
    ("a later result supersedes a positive one", [antigen("positive", 400), antigen("negative", 3)], "not-met"),
    ("a later unreadable one is the latest", [antigen("positive", 400), antigen("unreadable", 3)], "unknown"),
    ("two of one day that differ", [antigen("positive"), antigen("negative")], "unknown"),
    ("two of one day that agree", [antigen("negative"), antigen("negative")], "not-met"),
    ("of an unknown day", [result("VS-HBSAG", "negative", None)], "unknown"),
    ("of this month", [result("VS-HBSAG", "negative", "2026-11")], "not-met"),
    ("of this year: stale or not", [result("VS-HBSAG", "negative", "2026")], "unknown"),
    ("preliminary", [antigen("negative", preliminary=True)], "unknown"),
    ("negative, but a section was not read", [antigen("negative"), hole("observations", "refused")], "not-met"),
)
def test_the_state_of_one_test(items: list[Item], answer: str) -> None:
    assert held(ONE_TEST, *items) == answer


@stories(
    ("never tested", [], "unknown"),
    ("a kept problem list says nothing", [PROBLEM_LIST], "unknown"),
    ("antigen negative alone", [antigen("negative")], "not-met"),
    (
        "past contact, DNA not detected",
        [antigen("negative"), result("VS-HBC", "positive"), result("VS-HBV-DNA", "negative")],
        "not-met",
    ),
    ("past contact, no DNA", [antigen("negative"), result("VS-HBC", "positive")], "unknown"),
    ("DNA detected", [antigen("negative"), result("VS-HBV-DNA", "positive")], "met"),
    ("DNA by number", [antigen("negative"), result("VS-HBV-DNA", "350 [IU]/mL")], "met"),
    ("DNA above the range", [antigen("negative"), result("VS-HBV-DNA", ">1000 [IU]/mL")], "met"),
    (
        "DNA below the detection limit, without words",
        [antigen("negative"), result("VS-HBV-DNA", "<20 [IU]/mL")],
        "unknown",
    ),
    ("a current diagnosis", [problem("VS-HBV-DX")], "met"),
    ("a suspected diagnosis", [antigen("negative"), problem("VS-HBV-DX", "suspected")], "unknown"),
    ("a past diagnosis", [antigen("negative"), problem("VS-HBV-DX", "past")], "not-met"),
    ("a refuted diagnosis", [antigen("negative"), problem("VS-HBV-DX", "denied")], "not-met"),
    ("suppressed by a drug", [antigen("negative"), drug("VS-HBV-ANTIVIRAL", start="2026")], "unknown"),
    (
        "a drug that was stopped",
        [antigen("negative"), drug("VS-HBV-ANTIVIRAL", "stopped", start="2025", end="2026-01")],
        "not-met",
    ),
    (
        "a drug for another infection",
        [antigen("negative"), drug("VS-HBV-ANTIVIRAL", start="2026"), problem("VS-HIV-DX")],
        "not-met",
    ),
    (
        "core and DNA may lie in a part not read",
        [antigen("negative"), hole("observations", "refused", of="VS-HBC")],
        "unknown",
    ),
    (
        "a part not read about another test",
        [antigen("negative"), hole("observations", "refused", of="VS-PLT")],
        "not-met",
    ),
    ("positive evidence stands", [antigen("positive"), hole("observations", "refused")], "met"),
    ("a medication hole", [antigen("negative"), MEDICATION_LIST, hole("medications")], "not-met"),
)
def test_hepatitis_b(items: list[Item], answer: str) -> None:
    assert held(INFECTION, *items) == answer


HIV = "fact: hiv_infection"


@stories(
    ("never tested", [], "unknown"),
    ("screen negative", [result("VS-HIV-SCREEN", "negative")], "not-met"),
    ("screen reactive", [result("VS-HIV-SCREEN", "positive")], "unknown"),
    (
        "reactive, then confirmed",
        [result("VS-HIV-SCREEN", "positive", ago(9)), result("VS-HIV-CONFIRM", "positive", ago(5))],
        "met",
    ),
    (
        "reactive, then not confirmed",
        [result("VS-HIV-SCREEN", "positive", ago(9)), result("VS-HIV-CONFIRM", "negative", ago(5))],
        "not-met",
    ),
    (
        "reactive after a negative confirmation",
        [result("VS-HIV-SCREEN", "positive", ago(5)), result("VS-HIV-CONFIRM", "negative", ago(9))],
        "unknown",
    ),
    (
        "once confirmed, never superseded",
        [result("VS-HIV-CONFIRM", "positive", "2001"), result("VS-HIV-SCREEN", "negative")],
        "met",
    ),
    ("a diagnosis and a negative screen", [problem("VS-HIV-DX"), result("VS-HIV-SCREEN", "negative")], "judgement"),
    ("a diagnosis", [problem("VS-HIV-DX")], "met"),
    ("a resolved diagnosis", [problem("VS-HIV-DX", "past")], "unknown"),
    ("a treatment without a test", [drug("VS-ARV", start="2026")], "unknown"),
)
def test_hiv_in_the_order_of_the_laboratory(items: list[Item], answer: str) -> None:
    """CM313-E07, CART-E24: the shared fact."""
    assert held(HIV, *items) == answer


@pytest.mark.parametrize(
    "value, days, answer",
    [
        ("25 m[IU]/mL", 0, "met"),
        ("24 m[IU]/mL", 0, "unknown"),
        ("4.9 m[IU]/mL", 0, "not-met"),
        ("5 m[IU]/mL", 0, "unknown"),
        ("<5 m[IU]/mL", 0, "not-met"),
        ("<30 m[IU]/mL", 0, "unknown"),
        (">1000 [IU]/L", 0, "met"),
        ("25", 0, "unknown"),
        ("positive", 7, "met"),
        ("positive", 8, "unknown"),
        ("negative", 7, "not-met"),
        ("negative", 8, "unknown"),
    ],
)
def test_a_number_with_a_cut_off_and_positives_that_age(value: str, days: int, answer: str) -> None:
    written = """
panel:
  tests: {hcg: {of: [VS-HCG], positive_within: 7 days, positive_from: "25 m[IU]/mL", negative_below: "5 m[IU]/mL"}}
  rules: [{met: {hcg: positive}}, {not-met: {hcg: negative}}, {otherwise: unknown}]
"""
    assert held(written, result("VS-HCG", value, ago(days))) == answer


def test_a_coded_answer_of_its_own() -> None:
    written = """
panel:
  tests: {status: {of: [VS-PREG-STATUS], within: 7 days, positive: [VS-PREG]}}
  rules: [{met: {status: positive}}, {not-met: {status: negative}}, {otherwise: unknown}]
"""
    for means, answer in (("VS-PREG", "met"), ("VS-PREG:negative", "not-met"), ("VS-MI", "unknown")):
        assert held(written, result("VS-PREG-STATUS", "coded", means=means)) == answer


def test_a_negative_counts_only_after_the_diagnosis_it_must_follow() -> None:
    written = """
panel:
  diagnosis: [VS-HCV-DX]
  tests: {rna: {of: [VS-HCV-RNA], after: diagnosis}}
  rules: [{not-met: {rna: negative}}, {met: {diagnosis: current}}, {otherwise: unknown}]
"""
    hepatitis = problem("VS-HCV-DX", onset="2026-10-15")
    assert held(written, hepatitis, result("VS-HCV-RNA", "negative", "2026-10-15")) == "not-met"
    assert held(written, hepatitis, result("VS-HCV-RNA", "negative", "2026-10-14")) == "met"
    assert (
        held(written, problem("VS-HCV-DX", onset="2026-10"), result("VS-HCV-RNA", "negative", "2026-10-14"))
        == "unknown"
    )


def test_with_a_key_an_absent_diagnosis_needs_that_key() -> None:
    rules = "[{met: {diagnosis: current}}, {otherwise: not-met}]"
    written = f"panel: {{diagnosis: [VS-HIV-DX], silence: problem-list, rules: {rules}}}"
    assert held(written) == "unknown"
    assert held(written, PROBLEM_LIST) == "not-met assumed"
    assert held(written, PROBLEM_LIST, hole("conditions")) == "unknown"


def test_the_results_that_decide_are_shown_first_and_the_missing_tests_ordered() -> None:
    found = result_of(INFECTION, result("VS-HBC", "positive"), antigen("negative"), result("VS-HBV-DNA", "positive"))
    assert found.finding.evidence[0].label == "VS-HBV-DNA"
    unknown = result_of(INFECTION).finding
    assert [(resolve.kind, resolve.about) for resolve in unknown.resolve] == [
        ("order-test", ("VS-HBSAG", "VS-HBC", "VS-HBV-DNA"))
    ]
    assert because(INFECTION, antigen("negative"), antigen("positive")) == "panel-undecided"


def test_results_of_tomorrow_are_not_read() -> None:
    assert held(ONE_TEST, result("VS-HBSAG", "positive", "2026-11-22")) == "unknown"
    assert held(ONE_TEST, result("VS-HBSAG", "positive", "2026-11-22"), as_of=date(2026, 11, 22)) == "met"


@pytest.mark.parametrize(
    "rules, place",
    [
        ("[{met: {antigen: positive}}]", "the last row"),
        ("[{otherwise: unknown}, {met: {antigen: positive}}]", "the last row, and only the last"),
        ("[{met: {antibody: positive}}, {otherwise: unknown}]", r"rules\[0\].antibody"),
        ("[{met: {antigen: reactive}}, {otherwise: unknown}]", "'reactive' is no state"),
        ("[{yes: {antigen: positive}}, {otherwise: unknown}]", "'yes' is no verdict"),
        ("[{met: {diagnosis: current}}, {otherwise: unknown}]", r"rules\[0\].diagnosis"),
        ("[{met: {}}, {otherwise: unknown}]", "at least one test"),
    ],
)
def test_a_row_speaks_of_the_panel(rules: str, place: str) -> None:
    with pytest.raises(ValidationError, match=place):
        held(f"panel: {{tests: {{antigen: {{of: [VS-HBSAG]}}}}, rules: {rules}}}")


UNREAD = [
    ("everything was read", [], "never-measured"),
    ("a section was not read", [hole("observations", "out-of-time")], "hole"),
    ("a part of it that may hold the test", [hole("observations", "refused", of="VS-HBSAG")], "hole"),
    ("a part of it that holds other results", [hole("observations", "refused", of="VS-PLT")], "never-measured"),
]


@pytest.mark.rule("G5")
@pytest.mark.parametrize(("record", "told"), [row[1:] for row in UNREAD], ids=[row[0] for row in UNREAD])
def test_what_was_not_read_is_not_told_as_not_on_record(record: list[Item], told: str) -> None:
    [*_, last] = result_of(ONE_TEST, *record).finding.grounds
    assert last.reason.key == told
