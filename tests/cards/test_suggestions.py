"""CARD-10 to CARD-16: what can be done with one click is a valid draft, worded as usual care, and tells no result."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B import get_fhir_model_class

sys.path.insert(0, str(Path(__file__).parent))

from told import PEOPLE, assessments, changed, occasion, story, words

from cards.card import Card, InvalidCard, Source
from cards.render import render_cards
from cards.standing import Standings
from cards.suggestion import ORDER, SUBJECT, TASK, Asked, Suggestion, suggestions

ALL = frozenset((TASK, ORDER, SUBJECT))
SPEAKING = [(who, a) for who in PEOPLE for a in assessments(story(who)) if a.speaks]
each = pytest.mark.parametrize(("who", "assessment"), SPEAKING, ids=[f"{w}-{a.trial.short_name}" for w, a in SPEAKING])


def wire(who: str, assessment: Any, accepts: frozenset[str] = ALL, **changes: Any) -> dict[str, Any]:
    [card] = render_cards([assessment], occasion(who, accepts=accepts, **changes), words())
    return card.as_json()


def drafts(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [action["resource"] for one in card.get("suggestions", []) for action in one["actions"]]


@pytest.mark.rule("CARD-10")
@pytest.mark.rule("CARD-11")
@pytest.mark.rule("CARD-12")
@pytest.mark.rule("CARD-15")
@pytest.mark.rule("CARD-16")
@each
def test_each_draft_is_a_valid_resource_about_this_patient(who: str, assessment: Any) -> None:
    card = wire(who, assessment)
    assert ("suggestions" in card) == ("selectionBehavior" in card)
    for one in card.get("suggestions", []):
        assert one["label"]
        assert UUID(one["uuid"])
        assert "isRecommended" not in one
        [action] = one["actions"]
        assert (action["type"], bool(action["description"])) == ("create", True)
        draft = action["resource"]
        get_fhir_model_class(draft["resourceType"]).model_validate(draft)
        about = draft.get("for") or draft.get("subject") or draft.get("individual")
        assert about == {"reference": f"Patient/{who}"}


@each
def test_a_draft_proposes_and_tells_nothing_of_the_record(who: str, assessment: Any) -> None:
    for draft in drafts(wire(who, assessment)):
        assert draft.get("intent", "proposal") == "proposal"
        assert draft["status"] in ("requested", "draft", "potential-candidate")
        assert not re.search(r"eligib|match|/µL|×10|positive|reactive", str(draft), re.IGNORECASE)
        assert "…" not in str(draft)


@each
def test_consent_comes_first_and_what_is_blocked_gets_no_draft(who: str, assessment: Any) -> None:
    card = wire(who, assessment)
    if Standings.of(assessment).in_the_way:
        assert "suggestions" not in card
    else:
        labels = [one["label"] for one in card["suggestions"]]
        assert labels[0].startswith("Ask the patient whether")
        assert labels[1].endswith("once the patient agrees")


@pytest.mark.parametrize(
    ("accepts", "made"),
    [
        (frozenset(), []),
        (frozenset((TASK,)), ["Task", "Task"]),
        (frozenset((SUBJECT,)), ["ResearchSubject"]),
    ],
    ids=str,
)
def test_only_what_the_client_takes_is_drafted(accepts: frozenset[str], made: list[str]) -> None:
    [assessment, *_] = [a for who, a in SPEAKING if who == "nora"]
    assert [draft["resourceType"] for draft in drafts(wire("nora", assessment, accepts))] == made


def test_the_same_call_gives_the_same_draft_the_same_id() -> None:
    who, assessment = SPEAKING[0]
    here, again = wire(who, assessment), wire(who, assessment)
    elsewhere = wire("somebody-else", assessment)
    ids = [{one["uuid"] for one in card.get("suggestions", [])} for card in (here, again, elsewhere)]
    assert ids[0] == ids[1]
    assert ids[0].isdisjoint(ids[2])


def test_the_contact_stands_in_the_referral_as_plain_text() -> None:
    who, assessment = next(pair for pair in SPEAKING if pair[0] == "nora")
    card = wire(who, assessment, contacts={assessment.trial.nct_id: "Dr Study, +00"})
    [note] = [draft["note"] for draft in drafts(card) if "note" in draft]
    assert note == [{"text": "Dr Study, +00"}]


def restrict(resource: dict[str, Any]) -> None:
    """Every result is confidential."""
    if resource["resourceType"] == "Observation":
        resource.setdefault("meta", {})["security"] = [{"code": "R"}]


@pytest.mark.parametrize("who", ["nora", "selma", "bruno"])
def test_no_draft_is_made_of_what_is_restricted(who: str) -> None:
    for assessment in assessments(changed(who, restrict)):
        if assessment.speaks:
            asked = Asked("6f4c3d1e-0b52-5c0a-9d57-3e1a8f2b7c60", f"Patient/{who}", frozenset((ORDER,)))
            made = suggestions(assessment, Standings.of(assessment), asked, words())
            open_plainly = [r for r in Standings.of(assessment).missing if not r.finding.evidence]
            assert len(made) <= 1 + len(open_plainly)


@pytest.mark.rule("CARD-11")
def test_a_draft_without_a_label_makes_no_card() -> None:
    nameless = Suggestion("6f4c3d1e-0b52-5c0a-9d57-3e1a8f2b7c60", "", "", {})
    with pytest.raises(InvalidCard, match="CARD-11"):
        Card("6f4c3d1e-0b52-5c0a-9d57-3e1a8f2b7c60", "One sentence", Source("registry"), suggestions=(nameless,))
