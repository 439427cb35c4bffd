"""What a qualitative result says: its whole text or its codes, never a word inside it (G6, VS-RESULT-*)."""

from __future__ import annotations

import pytest

from eligibility.terminology import Coding, Concept
from tests.spec.terms import coded, shipped, words

INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


@pytest.mark.parametrize(
    "text, answer",
    [
        ("Positive", "positive"),
        ("REACTIVE.", "positive"),
        (" detected ", "positive"),
        ("阳性", "positive"),
        ("（+）", "positive"),
        ("+", "positive"),
        ("Detected (qualifier value)", "positive"),
        ("Negative", "negative"),
        ("Non-Reactive", "negative"),
        ("non  reactive", "negative"),
        ("NONREACTIVE", "negative"),
        ("Not Detected", "negative"),
        ("Target Not Detected IU/mL", "negative"),
        ("阴性。", "negative"),
        ("(-)", "negative"),
        ("非反应性", "negative"),
        ("未检出", "negative"),
        ("Equivocal", "unclear"),
        ("borderline", "unclear"),
        ("grey zone", "unclear"),
        ("弱阳性", "unclear"),
        ("weakly positive", "unclear"),
        # no result at all
        ("not HIV positive", None),
        ("HIV positive", None),
        ("Reactive, Immune", None),
        ("Low Reactive", None),
        ("Reactive non-confirm", None),
        ("negative for now", None),
        ("POSITIVE CONTROL OK", None),
        ("MSK", None),
        (".", None),
        ("A", None),
        ("1a", None),
        ("", None),
    ],
)
def test_only_a_whole_text_is_a_result(text: str, answer: str | None) -> None:
    assert shipped().answer_of_text(text) == answer


@pytest.mark.parametrize(
    "system, code, answer",
    [
        ("snomed", "260373001", "positive"),
        ("snomed", "10828004", "positive"),
        ("snomed", "11214006", "positive"),
        ("snomed", "260385009", "negative"),
        ("snomed", "260415000", "negative"),
        ("snomed", "131194007", "negative"),
        ("snomed", "419984006", "unclear"),
        ("snomed", "262008008", "unclear"),  # not performed
        ("loinc", "LA6576-8", "positive"),
        ("loinc", "LA11883-8", "negative"),
        ("loinc", "LA11885-3", "unclear"),
        (INTERPRETATION, "POS", "positive"),
        (INTERPRETATION, "DET", "positive"),
        (INTERPRETATION, "RR", "positive"),
        (INTERPRETATION, "NEG", "negative"),
        (INTERPRETATION, "ND", "negative"),
        (INTERPRETATION, "NR", "negative"),
        (INTERPRETATION, "IND", "unclear"),
        (INTERPRETATION, "A", None),  # abnormal is not positive
        (INTERPRETATION, "N", None),
        (INTERPRETATION, "H", None),
        ("snomed", "60001007", None),
    ],
)
def test_the_codes_of_a_result(system: str, code: str, answer: str | None) -> None:
    assert shipped().answer_of_concept(coded(system, code)) == answer


@pytest.mark.parametrize(
    "concept, answer",
    [
        (words("Reactive"), "positive"),
        (words("Reactive, Immune"), None),
        (coded("https://lab.example/results", "R1", "Not detected"), "negative"),
        (coded("", "POS"), "positive"),
        (coded("snomed", "260415000", "Not detected", "Not Detected"), "negative"),
        # what contradicts itself is unclear
        (Concept((Coding("snomed", "260385009"), Coding("snomed", "10828004"))), "unclear"),
        (coded("snomed", "260415000", "Detected"), "unclear"),
        (coded("snomed", "260385009", text="Positive"), "unclear"),
    ],
)
def test_codes_and_words_of_one_result_are_read_together(concept: Concept, answer: str | None) -> None:
    assert shipped().answer_of_concept(concept) == answer
