"""Decides what happens when a chart is opened: resolve what the service asks for, call it, keep both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests

from cds_service.ehr.prefetch import Fetch, Prefetch, resolve_prefetch
from cds_service.ehr.problem import EhrProblem
from cds_service.ehr.wire import call_service, discover, hook_request

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ehr:
    """What an EHR brings to a call: its record, what it sends of it, and the access it passes on."""

    source: Fetch | None = None
    whole: bool = False
    fhir_server: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One hook call: what was sent, and what came back."""

    service: str
    prefetch: Prefetch | None
    request: Json
    status: int
    answer: Any

    @property
    def cards(self) -> list[Any] | None:
        """The cards; None when the service did not answer with any (CDS Hooks RESP-1)."""
        cards = self.answer.get("cards") if self.status == 200 and isinstance(self.answer, dict) else None
        return cards if isinstance(cards, list) else None


def offered(session: requests.Session, base: str, hook: str, wanted: str = "") -> list[Json]:
    """The services for this hook, or the one of them that is wanted."""
    for_hook = [own for own in discover(session, base) if own.get("hook") == hook and own.get("id")]
    called = [own for own in for_hook if wanted in ("", own["id"])]
    if not called:
        names = ", ".join(str(own["id"]) for own in for_hook) or "nothing"
        raise EhrProblem(f"{base} offers no such service for {hook}", f"for this hook it offers: {names}")
    return called


def visit(
    session: requests.Session,
    base: str,
    service: Json,
    hook: str,
    context: Mapping[str, str],
    ehr: Ehr,
    sending: Callable[[str, Prefetch | None], None] = lambda _service, _prefetch: None,
) -> Visit:
    """Calls one service; `sending` is told what goes out before it does."""
    name, templates = str(service["id"]), service.get("prefetch")
    prefetch = None
    if ehr.source is not None and isinstance(templates, dict):
        prefetch = resolve_prefetch(templates, context, ehr.source, whole=ehr.whole)
    sending(name, prefetch)
    sent = prefetch.sent if prefetch else None
    request = hook_request(hook, context, sent, ehr.fhir_server, ehr.token)
    return Visit(name, prefetch, request, *call_service(session, base, name, request))
