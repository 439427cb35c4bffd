"""Decides what a simulated EHR sends as prefetch: each template filled in, asked, and sent in one of four states."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from cds_service.ehr.problem import EhrProblem
from cds_service.errors import outcome

Json = dict[str, Any]

_TOKEN = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_USERS = {"Practitioner", "PractitionerRole", "Patient", "RelatedPerson"}
_MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a record says to one query: an HTTP status and a FHIR resource, if there was one."""

    status: int
    body: Json | None


class NoAnswer(Exception):
    """The record could not be asked at all: no connection, no time."""


Fetch = Callable[[str], Answer]
"""A FHIR read or search, relative to the base or a whole next link → the answer; may raise `NoAnswer`."""


@dataclass(frozen=True, slots=True)
class Prefetch:
    """What goes into the hook call, and why a key is not in it."""

    sent: dict[str, Json | None] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def resolve_prefetch(
    templates: Mapping[str, str], context: Mapping[str, str], fetch: Fetch, *, whole: bool = False
) -> Prefetch:
    """Answers every template that can be filled from the context (CDS Hooks PREF-2, PREF-5 to PREF-9).

    A found resource or page is sent as the record gave it; a read that finds nothing is `null`; a refusal is an
    OperationOutcome; a template with a token we cannot fill is left out. With `whole`, next links are followed.
    """
    prefetch = Prefetch()
    failed: list[NoAnswer] = []
    for key, template in templates.items():
        query, unknown = fill(template, context)
        if unknown:
            prefetch.left_out[key] = f"nothing to put for {{{{{unknown}}}}}"
            continue
        try:
            prefetch.sent[key] = _value(query, fetch, whole)
        except NoAnswer as error:
            failed.append(error)
            prefetch.sent[key] = outcome("transient", str(error))
    if failed and len(failed) == len(prefetch.sent):
        raise EhrProblem(str(failed[0]), "is it running, and is this its base address?")
    return prefetch


def fill(template: str, context: Mapping[str, str]) -> tuple[str, str]:
    """The template with its tokens replaced, and the first token that could not be (empty when all could)."""
    values = {f"context.{name}": value for name, value in context.items()} | _user_tokens(context.get("userId", ""))
    unknown = next((name for name in _TOKEN.findall(template) if name not in values), "")
    return _TOKEN.sub(lambda found: quote(values.get(found[1], ""), safe="/"), template), unknown


def _user_tokens(user: str) -> dict[str, str]:
    kind, _, own_id = user.partition("/")
    return {f"user{kind}Id": own_id} if kind in _USERS and own_id else {}


def _value(query: str, fetch: Fetch, whole: bool) -> Json | None:
    answer = fetch(query)
    is_read = "?" not in query
    if is_read and answer.status in (404, 410):
        return None
    if answer.status != 200 or answer.body is None:
        return _refusal(answer)
    return _followed(answer.body, fetch) if whole else answer.body


def _followed(first: Json, fetch: Fetch) -> Json:
    """All pages in one Bundle; a page that cannot be had leaves its link in place, so the gap stays visible."""
    entries, link = list(first.get("entry", [])), next_link(first)
    for _ in range(_MOST_PAGES):
        page = fetch(link) if link else None
        if page is None or page.status != 200 or page.body is None:
            break
        entries += page.body.get("entry", [])
        link = next_link(page.body)
    links = [own for own in first.get("link", []) if own.get("relation") != "next"]
    merged = {**first, "link": [*links, *([{"relation": "next", "url": link}] if link else [])], "entry": entries}
    return {name: value for name, value in merged.items() if value or name not in ("link", "entry")}


def next_link(bundle: Json) -> str:
    """The address of the next page, or an empty string."""
    links = bundle.get("link", []) if bundle.get("resourceType") == "Bundle" else []
    return next((str(link.get("url", "")) for link in links if link.get("relation") == "next"), "")


def _refusal(answer: Answer) -> Json:
    if answer.body is not None and answer.body.get("resourceType") == "OperationOutcome":
        return answer.body
    return outcome("processing", f"The FHIR server answered HTTP {answer.status} without a FHIR resource")
