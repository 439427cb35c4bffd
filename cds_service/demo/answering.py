"""What the demo's EHR does about a card: create what a suggestion drafts, put a card aside, and tell the service.

The drafts are those of the opening, never of the form. Accepting twice creates once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from cds_service.demo.desk import Desk
from cds_service.demo.opening import Exchange, Opening
from cds_service.demo.words import Words
from cds_service.ehr.problem import EhrProblem
from cds_service.ehr.wire import FhirBase, call_service, new_session

Json = dict[str, Any]
CREATED = 201
_LONGEST_REMARK = 1_000


@dataclass(frozen=True, slots=True)
class Answering:
    """`base` is the address of the service; its FHIR server is below it."""

    base: str
    desk: Desk

    def accept(self, opening: Opening, asked: Mapping[str, str]) -> None:
        """CDS Hooks › Suggestions, Actions, Feedback: each action is applied, then the service hears of it."""
        found, wanted = opening.card(asked.get("card", "")), asked.get("suggestion", "")
        drafts = [] if found is None else _with_uuid(found[1], wanted)
        if found is None or not drafts or wanted in opening.done:
            return
        service, card = found
        opening.trouble.pop(card["uuid"], None)
        try:
            with new_session() as session:
                if self._applied(session, opening, card["uuid"], drafts[0]):
                    accepted = {"outcome": "accepted", "acceptedSuggestions": [{"id": wanted}]}
                    self._tell(session, opening, service, card["uuid"], accepted)
        except EhrProblem as problem:
            opening.trouble[card["uuid"]] = problem.what

    def put_aside(self, opening: Opening, asked: Mapping[str, str]) -> None:
        """CDS Hooks › Feedback, overridden guidance: with the reason that was chosen, and a remark if there is one."""
        found = opening.card(asked.get("card", ""))
        if found is None:
            return
        service, card = found
        reason = _reason(card, asked.get("reason", ""))
        remark = asked.get("remark", "").strip()[:_LONGEST_REMARK]
        coding = {name: reason[name] for name in ("code", "system") if reason.get(name)}
        why = {name: value for name, value in (("reason", coding), ("userComment", remark)) if value}
        overridden = {"outcome": "overridden", **({"overrideReason": why} if why else {})}
        try:
            with new_session() as session:
                if self._tell(session, opening, service, card["uuid"], overridden):
                    opening.trouble.pop(card["uuid"], None)
                    opening.aside[card["uuid"]] = str(reason.get("display", "–"))
        except EhrProblem as problem:
            opening.trouble[card["uuid"]] = problem.what

    def _applied(self, session: requests.Session, opening: Opening, card: str, draft: Json) -> bool:
        said, actions = Words(self.desk.locale), draft.get("actions", [])
        if not actions or any(one.get("type") != "create" or not one.get("resource") for one in actions):
            opening.trouble[card] = said("not-possible")
            return False
        fhir = FhirBase(session, f"{self.base}/fhir")
        for action in actions:
            resource = action["resource"]
            answer = fhir.create(resource)
            address = f"/fhir/{resource.get('resourceType')}"
            opening.exchanges.append(Exchange("POST", address, resource, answer.status, answer.body))
            if answer.status != CREATED or answer.body is None:
                opening.trouble[card] = said("not-created", status=answer.status)
                return False
            opening.done[draft["uuid"]] = f"{answer.body['resourceType']}/{answer.body['id']}"
        return True

    def _tell(self, session: requests.Session, opening: Opening, service: str, card: str, item: Json) -> bool:
        at = self.desk.clock().isoformat(timespec="seconds").replace("+00:00", "Z")
        body = {"feedback": [{"card": card, **item, "outcomeTimestamp": at}]}
        name = f"{service}/feedback"
        status, answer = call_service(session, self.base, name, body)
        opening.exchanges.append(Exchange("POST", f"/cds-services/{name}", body, status, answer))
        if status != requests.codes.ok:
            opening.trouble[card] = Words(self.desk.locale)("not-told", status=status)
        return bool(status == requests.codes.ok)


def _with_uuid(card: Json, uuid: str) -> list[Json]:
    return [one for one in card.get("suggestions", []) if uuid and one.get("uuid") == uuid]


def _reason(card: Json, number: str) -> Json:
    """The reason of the card that the form names by its place; none where it names none."""
    reasons = card.get("overrideReasons", [])
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else len(reasons)
    return dict(reasons[chosen]) if chosen < len(reasons) else {}
