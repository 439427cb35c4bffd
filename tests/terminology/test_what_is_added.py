"""What an expansion adds to a value set, and what it never adds (value-sets.md §3.3, §3.6)."""

from __future__ import annotations

import httpx
import pytest
import respx

from cds_service.expansion.rules import read_rules
from cds_service.value_sets import ValueSetError
from tests.spec.terms import coded, shipped, told
from tests.terminology.expanding import Start, rule, rules, shipped_sets, start
from tests.terminology.term_server import RXNORM, SNOMED, value_set


@pytest.fixture
def started(httpx2_mock: respx.Router) -> Start:
    return start(httpx2_mock)


def test_each_hierarchy_of_the_matching_rules_is_asked_for() -> None:
    asked = {(one.value_set, one.roots) for one in rules() if one.system == "snomed"}
    assert asked == {
        ("VS-ITP", ("2897005",)),
        ("VS-MALIG", ("363346000",)),
        ("VS-HF", ("84114007",)),
        ("VS-MI", ("22298006",)),
        ("VS-DM", ("73211009",)),
        ("VS-PE", ("59282003",)),
        ("VS-HIV-DX", ("86406008",)),
    }


def test_each_ingredient_that_a_set_has_a_row_for_is_asked_for() -> None:
    asked = rule("VS-STEROID", "rxnorm")
    assert {"8640", "8638", "6902", "3264"} <= set(asked.roots)
    assert {"prednisone", "dexamethasone"} <= set(asked.names)
    assert "1245001" not in rule("VS-TPORA", "rxnorm").roots  # eltrombopag 12.5 MG Oral Tablet contains nothing further


def test_a_question_is_a_FHIR_value_set() -> None:
    compose = rule("VS-DM").compose()
    assert compose["include"] == [
        {"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "73211009"}]}
    ]
    assert {part["filter"][0]["value"] for part in compose["exclude"]} == {"11687002", "714628002"}
    drugs = rule("VS-STEROID", "rxnorm").compose()["include"]
    assert {"system": RXNORM, "filter": [{"property": "has_ingredient", "op": "=", "value": "CUI:8640"}]} in drugs


@pytest.mark.parametrize(
    "name, added",
    [
        # ITP by a drug or due to something is another disease; in remission it is history, of the skin a judgement
        ("VS-ITP", ["99900001", "99900002"]),
        ("VS-MALIG", ["99900010"]),
        ("VS-DM", []),
        ("VS-HF", []),
        # a brand that does not tell its ingredient is left to the words of the record
        ("VS-STEROID", ["99910001", "99910003"]),
        ("VS-APT", ["99910004"]),
        ("VS-NSAID", []),
    ],
)
def test_what_is_added(started: Start, name: str, added: list[str]) -> None:
    assert started.codes_added_to(name) == added


def test_a_code_found_below_counts_like_the_one_above(started: Start) -> None:
    chronic = coded("snomed", "99900001")
    assert told(shipped().disease(chronic)) == {}
    assert told(started.terminology.disease(chronic)) == {"VS-ITP": "member"}


def test_a_drug_known_by_a_code_of_the_expansion_is_named_dosed_and_placed(started: Start) -> None:
    terms = started.terminology
    tablet, drops = coded("rxnorm", "99910001"), coded("rxnorm", "99910003")
    assert told(terms.drug(tablet)) == {"VS-STEROID": "member"}
    assert terms.ingredients(tablet) == {"prednisone"}
    assert terms.strength_mg(tablet) == 7
    assert (terms.is_local_form(tablet), terms.is_local_form(drops)) == (False, True)


def test_a_combination_found_by_one_ingredient_does_not_move_the_other(started: Start) -> None:
    """Atorvastatin alone is no antiplatelet drug because a capsule holds both."""
    assert told(started.terminology.drug(coded("rxnorm", "83367", "atorvastatin"))) == told(
        shipped().drug(coded("rxnorm", "83367", "atorvastatin"))
    )


def test_a_code_that_the_set_has_keeps_what_its_row_says(httpx2_mock: respx.Router) -> None:
    """Immune globulin or not: where a set says non-member or judgement, no server says otherwise."""
    named = [
        (held, row) for held in shipped_sets() for row in held.rows if row.system == "rxnorm" and row.match == "exact"
    ]
    kept = [(held.name, row) for held, row in named if row.mark.value in ("non-member", "judgement")]
    assert kept
    everything = [(RXNORM, row.code) for _, row in named]

    def claims(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=value_set(everything, len(everything)))

    terms = start(httpx2_mock, speaks=claims).terminology
    for name, row in kept:
        assert terms.by_code("rxnorm", row.code)[name] is row.mark


def test_the_order_of_the_answers_does_not_matter(httpx2_mock: respx.Router) -> None:
    forward, backward = start(httpx2_mock, *rules()), start(httpx2_mock, *reversed(rules()))
    assert repr(forward.sets) == repr(backward.sets)


@pytest.mark.parametrize(
    "content, place",
    [
        ({"is_b": {}}, "is_b"),
        ({"is_a": []}, "is_a"),
        ({"is_a": {"VS-ITPX": {"below": ["2897005"]}}}, "is_a.VS-ITPX"),
        ({"is_a": {"VS-ITP": {"under": ["2897005"]}}}, "is_a.VS-ITP"),
        ({"is_a": {"VS-ITP": {"below": []}}}, "is_a.VS-ITP.below"),
        ({"is_a": {"VS-ITP": {"below": [2897005]}}}, "is_a.VS-ITP.below"),
        ({"is_a": {"VS-ITP": {"below": ["73211009"]}}}, r"is_a.VS-ITP.below\[0\]"),
        ({"is_a": {"VS-ITP": {"below": ["2897005"], "except_rows_of": ["VS-X"]}}}, r"is_a.VS-ITP.except_rows_of\[0\]"),
        ({"ingredients": "some"}, "ingredients"),
    ],
)
def test_a_mistake_in_the_rules_is_named_with_its_place(content: dict[str, object], place: str) -> None:
    with pytest.raises(ValueSetError, match=f"expansions.yaml: {place}"):
        read_rules(content, shipped_sets())
