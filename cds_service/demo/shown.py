"""Decides what of an opening stands on the page: each card with its buttons, each exchange to the letter."""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import urlencode

import orjson

from cds_service.demo.authorization import OPEN
from cds_service.demo.opening import Exchange, Opening
from cds_service.demo.record import already_there
from cds_service.demo.store import FhirStore
from cds_service.ehr.plain import plain_line
from cds_service.ehr.told import issues

Json = dict[str, Any]
INDICATORS = ("info", "warning", "critical")


def opening_shown(opening: Opening, store: FhirStore) -> Json:
    """All that the page shows of an opening."""
    return {
        "name": opening.name,
        "problem": opening.problem,
        "refusals": [(one.status, " ".join(issues(one.answer))) for one in opening.visits if one.cards is None],
        "cards": [_card(card, opening, store) for _, card in opening.cards()],
        "exchanges": [_exchange(one) for one in opening.exchanges],
    }


def _card(card: Json, opening: Opening, store: FhirStore) -> Json:
    """The parts of a card that are shown; one without a uuid cannot be answered (CARD-1)."""
    uuid = str(card.get("uuid", ""))
    indicator = str(card.get("indicator", "info"))
    return {
        "uuid": uuid,
        "indicator": indicator if indicator in INDICATORS else "info",
        "summary": plain_line(card.get("summary", "")),
        "detail": str(card.get("detail", "")),
        "source": _link(card.get("source") or {}),
        "links": [_link(launched(link, opening.patient)) for link in card.get("links", [])],
        "suggestions": [_suggestion(one, opening, store) for one in card.get("suggestions", [])] if uuid else [],
        "reasons": [plain_line(reason.get("display", "")) for reason in card.get("overrideReasons", [])]
        if uuid
        else [],
        "aside": opening.aside.get(uuid, ""),
        "trouble": opening.trouble.get(uuid, ""),
    }


def _suggestion(suggestion: Json, opening: Opening, store: FhirStore) -> Json:
    uuid = str(suggestion.get("uuid", ""))
    drafts = [one["resource"] for one in suggestion.get("actions", []) if one.get("resource")]
    return {
        "uuid": uuid,
        "label": plain_line(suggestion.get("label", "")),
        "done": opening.done.get(uuid, ""),
        "there": bool(drafts) and all(already_there(store, draft) for draft in drafts),
    }


def launched(link: Json, patient: str) -> Json:
    """A smart link leads to the EHR itself, which launches the app for the patient of this chart (CARD-22)."""
    if link.get("type") != "smart":
        return link
    asked = {"patient": patient, "app": str(link.get("url", "")), "about": str(link.get("appContext", ""))}
    return {**link, "url": f"{OPEN}?{urlencode(asked)}"}


def _link(link: Json) -> Json:
    """An address that is not http is text, not a link."""
    url = str(link.get("url", ""))
    shown = url if url.startswith(("https://", "http://", OPEN)) else ""
    return {"label": plain_line(link.get("label", url)), "href": shown}


def _exchange(exchange: Exchange) -> Json:
    return {
        "method": exchange.method,
        "address": exchange.address,
        "sent": exchange.sent,
        "request": _pretty(exchange.request),
        "status": exchange.status,
        "answer": _pretty(exchange.answer),
    }


def _pretty(value: Any) -> str:
    """The same JSON, with what would not be seen, or would turn a line round, as escapes."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    if text.isascii():
        return text
    return "".join(
        _escaped(letter) if unicodedata.category(letter) in ("Cf", "Co", "Cn", "Zl", "Zp") else letter
        for letter in text
    )


def _escaped(letter: str) -> str:
    units = letter.encode("utf-16-be")
    return "".join(f"\\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))
