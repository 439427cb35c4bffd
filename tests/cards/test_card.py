"""A card that a CDS client would refuse cannot be built; what has no value is left out of the wire."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from cards.card import Card, Coding, InvalidCard, Link, Source, card_uuid

CALL = ("hospital", "trial-eligibility-patient-view", "4d1f", "Patient/ines", "NCT05694767")
CARD = Card(
    uuid=card_uuid(*CALL),
    summary="CM313: blood count needed",
    source=Source("ClinicalTrials.gov", "https://clinicaltrials.gov/study/NCT05694767"),
)


@pytest.mark.rule("CARD-2")
def test_a_summary_of_139_characters_is_the_longest() -> None:
    assert len(replace(CARD, summary="x" * 139).summary) == 139
    with pytest.raises(InvalidCard, match="CARD-2"):
        replace(CARD, summary="x" * 140)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("CARD-2", {"summary": ""}),
        ("CARD-2", {"summary": "two\nlines"}),
        ("CARD-4", {"indicator": "hard-stop"}),
        ("CARD-4", {"indicator": "success"}),
        ("CARD-19", {"override_reasons": (Coding("urn:example", "later"),)}),
    ],
)
def test_what_the_specification_forbids(rule: str, change: dict[str, object]) -> None:
    with pytest.raises(InvalidCard, match=rule):
        replace(CARD, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("url", ["", "/study/NCT05694767", "javascript:alert(1)", "data:text/html,x"])
def test_a_link_leads_to_an_absolute_web_address(url: str) -> None:
    with pytest.raises(InvalidCard, match="CARD-21"):
        Link("registry", url)


def test_a_source_needs_a_label_and_no_more() -> None:
    assert Source("Protocol").as_json() == {"label": "Protocol"}
    with pytest.raises(InvalidCard, match="CARD-6"):
        Source("")


@pytest.mark.rule("GEN-4")
def test_members_without_a_value_are_left_out() -> None:
    assert set(CARD.as_json()) == {"uuid", "summary", "indicator", "source"}


@pytest.mark.rule("CARD-1")
def test_a_uuid_is_stable_for_a_call_and_differs_in_every_part() -> None:
    assert card_uuid(*CALL) == card_uuid(*CALL)
    assert UUID(card_uuid(*CALL)).version == 5
    others = {card_uuid(*(part + "x" if i == n else part for i, part in enumerate(CALL))) for n in range(len(CALL))}
    assert len(others | {card_uuid(*CALL)}) == len(CALL) + 1


def test_parts_of_a_uuid_do_not_run_together() -> None:
    assert card_uuid("ab", "c", "", "", "") != card_uuid("a", "bc", "", "", "")
