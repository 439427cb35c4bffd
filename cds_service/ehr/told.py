"""Decides what `fire` prints: the state of each prefetch key, and the cards as a clinician would read them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from cds_service.ehr.plain import plain_line, plain_text
from cds_service.ehr.prefetch import Prefetch, next_link

Json = dict[str, Any]


def tell_prefetch(prefetch: Prefetch, width: int) -> list[str]:
    """One line a key: sent (how much, more to come, or that it failed), or not sent and why."""
    room = max((len(key) for key in (*prefetch.sent, *prefetch.left_out)), default=0)
    sent = [f"  {key:<{room}}  {_state(value)}" for key, value in prefetch.sent.items()]
    left_out = [f"  {key:<{room}}  not sent: {reason}" for key, reason in prefetch.left_out.items()]
    hang = " " * (room + 4)
    return [line for text in (*sent, *left_out) for line in textwrap.wrap(text, width, subsequent_indent=hang)]


def _state(value: Json | None) -> str:
    if value is None:
        return "sent: null (nothing found)"
    if value.get("resourceType") == "OperationOutcome":
        return f"sent: the record's refusal ({plain_line(' '.join(issues(value)))})"
    if value.get("resourceType") != "Bundle":
        return f"sent: {plain_line(value.get('resourceType', '?'))}"
    entries = value.get("entry", [])
    total = f" of {value['total']}" if isinstance(value.get("total"), int) else ""
    return f"sent: {len(entries)}{total}" + (", first page with a next link" if next_link(value) else "")


def issues(body: Any) -> list[str]:
    """The sentences of an OperationOutcome; empty when it is none."""
    found = body.get("issue") if isinstance(body, dict) and body.get("resourceType") == "OperationOutcome" else None
    return [_sentence(issue) for issue in found if isinstance(issue, dict)] if isinstance(found, list) else []


def _sentence(issue: Mapping[str, Any]) -> str:
    details = issue.get("details")
    text = details.get("text") if isinstance(details, dict) else None
    return str(issue.get("diagnostics") or text or issue.get("code") or "no reason given")


def tell_card(card: Any, width: int) -> list[str]:
    """One card: how loud, its summary, its detail, where it comes from, its links."""
    if not isinstance(card, dict):
        return ["(not a card)"]
    head = f"[{plain_line(card.get('indicator', '?'))}] {plain_line(card.get('summary', '(no summary)'))}"
    detail = plain_text(card["detail"], width - 4) if isinstance(card.get("detail"), str) else []
    tail = [_source(card.get("source")), *(_link(link) for link in _objects(card.get("links")))]
    suggestions = [f"Suggestion: {plain_line(own.get('label', '?'))}" for own in _objects(card.get("suggestions"))]
    body = [*detail, *([""] if detail else []), *suggestions, *(line for line in tail if line)]
    return [*textwrap.wrap(head, width, subsequent_indent="    "), *(f"    {line}".rstrip() for line in body)]


def _source(source: Any) -> str:
    if not isinstance(source, dict):
        return "Source: (none given)"
    return "Source: " + plain_line(" ".join(str(source[part]) for part in ("label", "url") if source.get(part)))


def _link(link: Json) -> str:
    return "Link: " + plain_line(" ".join(str(link[part]) for part in ("label", "url") if link.get(part)))


def _objects(value: Any) -> list[Json]:
    return [own for own in value if isinstance(own, dict)] if isinstance(value, list) else []
