"""A drug that cannot be classified is named on the card, and "takes no …" is unknown (G5, fhir-in-the-wild 3)."""

from __future__ import annotations

import pytest

from cards.render import Occasion, render_cards
from cds_service.catalogue import load_catalogue
from cds_service.languages import wording_for
from tests.wild.told import PATIENT, Json, Told, bundle, of_p, person, problem

OCCASION = Occasion("client", "itp", "11111111-2222-4333-8444-555555555555", "Patient/p")
TAKES_NO = ("CM313-E34", "CM313-I20", "CART-E04", "CART-E05", "CART-E06", "CART-E07", "CART-I09")
KEPT = of_p("MedicationStatement", "kept", status="active", dateAsserted="2026-11-20",
            medicationCodeableConcept={"text": "folic acid"})  # fmt: skip
ITP = problem("itp", "D69.3", "Immune thrombocytopenic purpura", onsetDateTime="2024-02-10")


def _drug(concept: Json, **elements: object) -> Json:
    taken = {"status": "active", "dateAsserted": "2026-11-20", "medicationCodeableConcept": concept}
    return of_p("MedicationStatement", "odd", **{**taken, **elements})


def _with(*drugs: Json) -> Told:
    return person(bundle(PATIENT, ITP, KEPT, *drugs))


def _cards(told: Told) -> list[str]:
    return [card.detail for card in render_cards(told.assessments, OCCASION, wording_for(load_catalogue()))]


UNCLASSIFIED = [
    {"text": "Zebramycin 40 mg"},
    {"text": "12HR BODY 220MG"},
    {"text": "复方血栓通胶囊"},
    {"coding": [{"system": "http://hl7.org/fhir/sid/ndc", "code": "00280-6010-10"}]},
    {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "9999902", "display": "Quuxanin"}]},
]
NAMES = ["Zebramycin 40 mg", "12HR BODY 220MG", "复方血栓通胶囊", "00280-6010-10", "Quuxanin"]


def test_without_it_nothing_of_the_kind_is_missing() -> None:
    told = _with()
    assert told.verdicts(TAKES_NO) == {
        **dict.fromkeys(TAKES_NO, "not-met"),
        **dict.fromkeys(("CM313-I20", "CART-I09"), "met"),
    }
    assert told.notes == []


@pytest.mark.parametrize(("concept", "name"), zip(UNCLASSIFIED, NAMES, strict=True), ids=NAMES)
def test_it_makes_every_takes_no_unknown_and_is_named_on_every_card(concept: Json, name: str) -> None:
    told = _with(_drug(concept))
    assert told.verdicts(TAKES_NO) == dict.fromkeys(TAKES_NO, "unknown")
    cards = _cards(told)
    assert len(cards) == 2
    assert [name in detail.replace("\\", "") for detail in cards] == [True, True]
    assert any("MedicationStatement/odd" in note and name in note for note in told.notes)


def test_a_restricted_one_asks_the_same_and_is_named_nowhere() -> None:
    told = _with(_drug({"text": "Zebramycin 40 mg"}, meta={"security": [{"code": "PSY"}]}))
    assert told.verdict("CART-E04") == "unknown"
    assert [shown for shown in (*_cards(told), *told.notes) if "Zebramycin" in shown] == []


def test_a_drug_that_is_known_to_be_none_of_these_asks_nothing() -> None:
    assert _with(_drug({"text": "Amlodipine 5 mg"})).verdict("CART-E04") == "not-met"


def test_one_of_long_ago_leaves_what_is_taken_now_alone_and_a_treatment_of_any_time_open() -> None:
    steroid = of_p("MedicationStatement", "steroid", status="completed",
                   medicationCodeableConcept={"text": "prednisolone"},
                   effectivePeriod={"start": "2025-01-10", "end": "2025-03-01"})  # fmt: skip
    over = _drug(
        {"text": "Zebramycin 40 mg"}, status="completed", effectivePeriod={"start": "2020-01-01", "end": "2020-02-01"}
    )
    told = _with(steroid, over)
    assert told.verdicts(("CART-E04", "CM313-E34", "CM313-E01")) == {
        "CART-E04": "not-met",
        "CM313-E34": "not-met",
        "CM313-E01": "unknown",
    }
