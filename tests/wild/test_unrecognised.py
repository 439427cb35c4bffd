"""Unrecognised problems and drugs never disappear: they are named, counted, and may open a silence (G7c)."""

from __future__ import annotations

import pytest

from tests.wild.told import PATIENT, Json, Told, bundle, of_p, person, problem


def _list_with(odd: Json) -> Told:
    """A kept problem list with one more entry; the knee is not recognised either, and alarms nobody."""
    knee = problem("knee", "M17.11", "Unilateral primary osteoarthritis, right knee")
    return person(bundle(PATIENT, knee, odd))


ALARMING = [
    ("Desmoplastic sarcoma, site unclear", "CM313-E02", "CART-E09", "CART-E10"),
    ("B cell lymphoma (details to follow)", "CM313-E02", "CART-E09", "CART-E01"),
    ("肺部占位，考虑肺癌", "CM313-E02", "CART-E09"),
    ("Insulin dependent diabetes of unclear kind", "CM313-E25"),
    ("Low output heart failure picture", "CM313-E04", "CART-E11"),
    ("Sequelae of deep venous thrombosis, unclear side", "CM313-E19", "CART-E16"),
    ("Pulmonary embolism question mark in 2011", "CM313-E18", "CART-E16"),
    ("Bleeding ulcer of stomach, gastric ulcer old", "CM313-E30"),
    ("Schizophrenia-like picture", "CM313-E23", "CART-E32"),
    ("Alcohol abuse per neighbour", "CART-E33"),
    ("Carotid atherosclerosis seen by chance", "CM313-E20"),
    ("Systemic lupus like disease", "CART-E01"),
    ("Haemophilia trait?", "CART-E03"),
    ("Diabète de type 2", "CM313-E25"),
    ("Úlcera gástrica", "CM313-E30"),
    ("Cáncer de mama", "CM313-E02", "CART-E09"),
]  # fmt: skip


@pytest.mark.parametrize("words, criterion", [(words, each) for words, *those in ALARMING for each in those])
def test_an_alarm_word_opens_the_silence_of_its_disease(words: str, criterion: str) -> None:
    told = _list_with(problem("odd", "", code={"text": words}))
    assert told.verdict(criterion) == "unknown"
    assert "Condition/odd" in {evidence.reference for evidence in told.result(criterion).finding.evidence}


@pytest.mark.parametrize("words", ["Zebra syndrome", "Ein seltenes Leiden", "不明原因的斑马病"])
def test_what_no_table_knows_is_named_and_counted(words: str) -> None:
    told = _list_with(problem("odd", "", code={"text": words}))
    assert told.named("unclassified-problem") == sorted(["Unilateral primary osteoarthritis, right knee", words])
    assert told.result("CM313-E25").finding.reason.given["unrecognised"] == 2


@pytest.mark.parametrize("kind", ["MedicationStatement", "MedicationRequest", "MedicationAdministration"])
def test_a_drug_that_no_table_knows_is_named(kind: str) -> None:
    told = _list_with(
        of_p(
            kind,
            "odd",
            status="completed",
            intent="order",
            medicationCodeableConcept={"text": "Zebramycin 40 mg"},
            effectiveDateTime="2026-11-01",
        )
    )
    assert told.named("unclassified-drug") == ["Zebramycin 40 mg"]
