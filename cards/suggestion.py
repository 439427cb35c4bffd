"""What a clinician can do about a card with one click (CARD-10 to CARD-16): drafts only, each alone, nothing by itself.

Consent comes first: the patient is asked whether the study team may contact them. Orders are for missing items of class
`care` (G13) and worded as usual care; what belongs to screening stays with the study team. No draft names a restricted
fact, or any result at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from cards.card import present
from cards.markdown import clean
from cards.order import LOINC, Order, orders_for
from cards.remedies import default_remedy
from cards.standing import Standings
from cards.wording.wording import Wording, is_restricted
from eligibility.assessment import Assessment, CriterionResult
from eligibility.finding import Who

REGISTRY_IDS = "http://clinicaltrials.gov"
TASK, ORDER, SUBJECT = "Task", "ServiceRequest", "ResearchSubject"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to do: a label, and the FHIR resource that the EHR creates when it is accepted."""

    uuid: str
    label: str
    description: str
    resource: dict[str, object]

    def as_json(self) -> dict[str, object]:
        action = {"type": "create", "description": self.description, "resource": self.resource}
        return {"label": self.label, "uuid": self.uuid, "actions": [action]}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose drafts: the card they stand on, the patient they are about, the types that the client takes."""

    card: str
    patient: str
    accepts: frozenset[str]
    contact: str | None = None


def suggestions(assessment: Assessment, standings: Standings, asked: Asked, wording: Wording) -> tuple[Suggestion, ...]:
    """The drafts of one card. A trial that something recorded blocks gets none: there is nothing to do for it yet."""
    if standings.in_the_way:
        return ()
    plain = replace(wording, quote=clean, own=clean)
    return tuple(_drafts(assessment, standings, asked, plain))


def _drafts(assessment: Assessment, standings: Standings, asked: Asked, plain: Wording) -> Iterator[Suggestion]:
    trial = {"trial": assessment.trial.short_name, "nct": assessment.trial.nct_id}
    if TASK in asked.accepts:
        yield _draft(
            asked, "ask", plain.phrase("suggest-ask", **trial), _task(asked, plain.phrase("task-ask", **trial))
        )
    referral = plain.phrase("task-refer", **trial)
    if ORDER in asked.accepts:
        yield _draft(asked, "refer", plain.phrase("suggest-refer", **trial), _request(asked, referral, asked.contact))
    elif TASK in asked.accepts:
        yield _draft(asked, "refer", plain.phrase("suggest-refer", **trial), _task(asked, referral, asked.contact))
    if ORDER in asked.accepts:
        for order in orders_for(_care(standings, plain)):
            name = plain.phrase(f"order-{order.key}")
            yield _draft(asked, order.key, plain.phrase("suggest-order", order=name), _test(asked, order, name))
    if SUBJECT in asked.accepts:
        yield _draft(asked, "subject", plain.phrase("suggest-subject", **trial), _subject(asked, **trial))


def _care(standings: Standings, wording: Wording) -> Set[str]:
    """The value sets of missing tests that are good care in any case."""
    return {
        name
        for result in standings.missing
        if not is_restricted(result.finding) and wording.settled(result).who is Who.CARE
        for name in _tests_of(result)
    }


def _tests_of(result: CriterionResult) -> Iterator[str]:
    for remedy in result.finding.resolve or (default_remedy(result.criterion),):
        yield from remedy.about


def _draft(asked: Asked, name: str, label: str, resource: dict[str, object]) -> Suggestion:
    """The same call gives the same draft the same id, so that accepting twice is seen as twice the same."""
    return Suggestion(str(uuid5(UUID(asked.card), name)), label, label, resource)


def _about(asked: Asked) -> dict[str, object]:
    return {"reference": asked.patient}


def _task(asked: Asked, text: str, note: str | None = None) -> dict[str, object]:
    return present(
        {
            "resourceType": TASK,
            "status": "requested",
            "intent": "proposal",
            "description": text,
            "for": _about(asked),
            "note": [{"text": note}] if note else None,
        }
    )


def _request(asked: Asked, text: str, note: str | None = None) -> dict[str, object]:
    return present(
        {
            "resourceType": ORDER,
            "status": "draft",
            "intent": "proposal",
            "code": {"text": text},
            "subject": _about(asked),
            "note": [{"text": note}] if note else None,
        }
    )


def _test(asked: Asked, order: Order, name: str) -> dict[str, object]:
    return {
        **_request(asked, name),
        "code": {"coding": [{"system": LOINC, "code": order.coding.code}], "text": name},
    }


def _subject(asked: Asked, *, trial: str, nct: str) -> dict[str, object]:
    """The study is named by its registry number: where it stands on this server is not ours to know."""
    return {
        "resourceType": SUBJECT,
        "status": "potential-candidate",
        "study": {"identifier": {"system": REGISTRY_IDS, "value": nct}, "display": trial},
        "individual": _about(asked),
    }
