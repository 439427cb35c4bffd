"""Therapies: value sets narrowed to how a drug was given (the language's §4, §6); what a filter cannot read is open."""

from __future__ import annotations

import pytest
from holding import held, stories
from record_of import Item, drug, order, procedure

from eligibility.record import Dose


def given(therapy: str, *items: Item, word: str = "of") -> str:
    header = f"therapies: {{narrowed: [{therapy}]}}"
    return held(f"treatment: {{{word}: [narrowed], silence: means-no}}", *items, header=header)


def steroid(**said: object) -> Item:
    return drug("VS-STEROID", **{"start": "2026-01-01", "ingredients": "prednisone", **said})


@pytest.mark.parametrize(
    "route, parenteral, oral",
    [
        ("parenteral", "met", "not-met"),
        ("oral", "not-met", "met"),
        ("local", "not-met", "not-met"),
        ("unstated", "unknown", "unknown"),
    ],
)
def test_by_route(route: str, parenteral: str, oral: str) -> None:
    assert given("{of: [VS-STEROID], route: parenteral}", steroid(route=route)) == parenteral
    assert given("{of: [VS-STEROID], route: oral}", steroid(route=route)) == oral


@pytest.mark.parametrize(
    "unclear, answer", [("unknown", "unknown"), ("judgement", "judgement"), ("counts", "met"), ("ignored", "not-met")]
)
def test_what_a_record_that_may_or_may_not_fit_is_worth(unclear: str, answer: str) -> None:
    """CM313-I08: methylprednisolone of unknown dose or route goes to a person."""
    assert given(f"{{of: [VS-STEROID], route: parenteral, unclear: {unclear}}}", steroid()) == answer
    assert given(f"{{of: [VS-STEROID], daily_dose_from: '20 mg', unclear: {unclear}}}", steroid()) == answer
    assert given(f"{{of: [VS-STEROID], route: parenteral, unclear: {unclear}}}", steroid(route="oral")) == "not-met"


@stories(
    ("20 mg", steroid(dose=20), "met"),
    ("19 mg", steroid(dose=19), "not-met"),
    ("no dose", steroid(), "unknown"),
    ("a taper", steroid(dose=Dose(stated=True, varies=True)), "unknown"),
    (
        "a single dose of 20 mg",
        drug("VS-STEROID", "completed", "administration", start="2026-01-01", dose=Dose(single=20, stated=True)),
        "met",
    ),
    ("an order of 20 mg", order("VS-STEROID", start="2026-01-01", ingredients="prednisone", dose=20), "met assumed"),
    names="item, answer",
)
def test_by_daily_dose(item: Item, answer: str) -> None:
    assert given("{of: [VS-STEROID], daily_dose_from: '20 mg'}", item) == answer


@pytest.mark.parametrize(
    "name, dose, answer",
    [
        ("prednisone", 250, "met"),
        ("methylprednisolone", 200, "met"),
        ("methylprednisolone", 199, "not-met"),
        ("dexamethasone", 37, "not-met"),
        ("dexamethasone", 38, "met"),
    ],
)
def test_by_prednisone_equivalents(name: str, dose: int, answer: str) -> None:
    assert (
        given("{of: [VS-STEROID], daily_dose_from: '250 mg', as: prednisone}", steroid(dose=dose, ingredients=name))
        == answer
    )


@stories(
    ("twenty days", drug("VS-STEROID", "completed", start="2026-09-01", end="2026-09-20"), "met"),
    ("fifteen days", drug("VS-STEROID", "completed", start="2026-09-01", end="2026-09-15"), "met"),
    ("fourteen days", drug("VS-STEROID", "completed", start="2026-09-01", end="2026-09-14"), "not-met"),
    ("from some day in September", drug("VS-STEROID", "completed", start="2026-09", end="2026-09-20"), "unknown"),
    ("to some day in September", drug("VS-STEROID", "completed", start="2026-09-01", end="2026-09"), "unknown"),
    ("from August to September", drug("VS-STEROID", "completed", start="2026-08", end="2026-09-20"), "met"),
    ("no dates", drug("VS-STEROID", "completed"), "unknown"),
    ("going on since January", steroid(), "met"),
    ("going on since last week", steroid(start="2026-11-14"), "not-met"),
    names="item, answer",
)
def test_by_length(item: Item, answer: str) -> None:
    """More than 14 days are at least 15, counted inclusively (G3); both ends of a partial date are tried (G4)."""
    assert given("{of: [VS-STEROID], longer_than: 14 days}", item) == answer


@pytest.mark.parametrize(
    "reasons, answer",
    [
        (["VS-ITP"], "met"),
        (["VS-ITP:history"], "met"),
        (["VS-HTN"], "not-met"),
        (["VS-HTN", "VS-ITP"], "met"),
        (["VS-ITP-UNSPEC"], "unknown"),
        ([], "unknown"),  # a reason that nobody could read
        (None, "met"),  # none stated: counts, unless it is written otherwise
    ],
)
def test_by_reason(reasons: list[str] | None, answer: str) -> None:
    stated = {"reasons": reasons} if reasons is not None else {}
    assert given("{of: [VS-STEROID], for: [VS-ITP], unsure_for: [VS-ITP-UNSPEC]}", steroid(**stated)) == answer


def test_records_without_a_reason_may_be_ignored_or_meant_alone() -> None:
    assert given("{of: [VS-STEROID], for: [VS-ITP], reason_unstated: ignored}", steroid()) == "not-met"
    assert given("{of: [VS-STEROID], for: [VS-ITP], reason_unstated: judgement}", steroid()) == "judgement"
    assert given("{of: [VS-STEROID], for: []}", steroid()) == "met"
    assert given("{of: [VS-STEROID], for: []}", steroid(reasons=["VS-ITP"])) == "not-met"


def test_a_qualifier_of_the_reason() -> None:
    """CART-E02: a splenectomy whose reason says that it was preventive."""
    therapy = "{of: [VS-SPLENECTOMY], mentions: [VS-PROPHYLAXIS], reason_unstated: ignored}"
    assert given(therapy, procedure("VS-SPLENECTOMY", "2019", reasons=["VS-PROPHYLAXIS"])) == "met"
    assert given(therapy, procedure("VS-SPLENECTOMY", "2019", reasons=["VS-HTN"])) == "not-met"
    assert given(therapy, procedure("VS-SPLENECTOMY", "2019")) == "not-met"


def test_a_list_of_alternatives_is_an_or() -> None:
    header = "therapies: {pulse: [{of: [VS-STEROID], route: parenteral}, {of: [VS-STEROID], daily_dose_from: '20 mg'}]}"
    written = "treatment: {of: [pulse], silence: means-no}"
    assert held(written, steroid(route="oral", dose=40), header=header) == "met"
    assert held(written, steroid(route="parenteral", dose=1), header=header) == "met"
    assert held(written, steroid(route="oral", dose=1), header=header) == "not-met"


def test_a_therapy_may_be_taken_out_and_hold_another() -> None:
    header = "therapies: {pulse: [{of: [VS-STEROID], route: parenteral}], early: [{of: [pulse], longer_than: 14 days}]}"
    except_pulse = "treatment: {of: [VS-STEROID], except: [pulse], silence: means-no}"
    assert held(except_pulse, steroid(route="parenteral"), header=header) == "not-met"
    assert held(except_pulse, steroid(route="oral"), header=header) == "met"
    nested = "treatment: {of: [early], silence: means-no}"
    assert held(nested, steroid(route="parenteral"), header=header) == "met"
    assert held(nested, steroid(route="parenteral", start="2026-11-20"), header=header) == "not-met"


def test_a_judged_therapy_never_makes_a_yes_by_machine() -> None:
    assert given("{of: [VS-STEROID], route: parenteral}", steroid(route="parenteral"), word="judgement") == "judgement"
    assert given("{of: [VS-STEROID], route: parenteral}", steroid(), word="judgement") in ("unknown", "judgement")
