"""The body of a feedback call (FB-2 to FB-6): every item holds, or the call is refused with the place and the rule.

Cards, suggestions and reason codes need not be known to us (FB-6, FB-9), and members of ours or theirs that are not of
the specification are ignored. Messages never repeat what was sent: a comment is free text about a patient.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from cds_service.errors import MalformedCall
from cds_service.feedback.words import Item

MOST = 1000
LONGEST_ID, LONGEST_CODE, LONGEST_COMMENT = 64, 255, 10_000
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_FRACTION = re.compile(r"\.(\d{1,6})\d*")


def read_feedback(body: Any) -> tuple[Item, ...]:
    """The items of one call. Raises MalformedCall; then none of them counts."""
    if not isinstance(body, dict):
        raise MalformedCall("the body must be a JSON object with an array `feedback` (FB-2)")
    items = body.get("feedback")
    if not isinstance(items, list):
        raise MalformedCall("feedback is required and must be an array (FB-2)")
    if len(items) > MOST:
        raise MalformedCall(f"feedback: expected at most {MOST} items in one call; send the rest in another (FB-2)")
    return tuple(_item(item, f"feedback[{index}]") for index, item in enumerate(items))


def _item(item: Any, place: str) -> Item:
    if not isinstance(item, dict):
        raise MalformedCall(f"{place} must be an object (FB-2)")
    card = _text(item.get("card"), f"{place}.card", "FB-3", LONGEST_ID)
    happened = _moment(item.get("outcomeTimestamp"), f"{place}.outcomeTimestamp")
    match item.get("outcome"):
        case "accepted":
            taken = tuple(_accepted(item.get("acceptedSuggestions"), f"{place}.acceptedSuggestions"))
            return Item(card.lower(), "accepted", happened, taken)
        case "overridden":
            return Item(card.lower(), "overridden", happened, (), *_reason(item, f"{place}.overrideReason"))
        case _:
            raise MalformedCall(f"{place}.outcome must be 'accepted' or 'overridden' (FB-3)")


def _accepted(suggestions: Any, place: str) -> Iterator[str]:
    """FB-4: which suggestions were accepted."""
    if not isinstance(suggestions, list) or not suggestions:
        raise MalformedCall(f"{place} is required where outcome is 'accepted': an array of objects with `id` (FB-4)")
    for index, suggestion in enumerate(suggestions[: MOST + 1]):
        inner = f"{place}[{index}]"
        if index == MOST or not isinstance(suggestion, dict):
            raise MalformedCall(f"{inner} must be an object with `id`, one of at most {MOST} (FB-4)")
        yield _text(suggestion.get("id"), f"{inner}.id", "FB-4", LONGEST_ID)


def _reason(item: Mapping[str, Any], place: str) -> tuple[str, str, str]:
    """FB-5, FB-6: system, code and comment, each empty where it was not given; a bare override is legal."""
    given = _object(item.get("overrideReason"), place, "FB-5")
    coding = _object(given.get("reason"), f"{place}.reason", "FB-6")
    return (
        _optional(coding.get("system"), f"{place}.reason.system", "FB-6", LONGEST_CODE),
        _optional(coding.get("code"), f"{place}.reason.code", "FB-6", LONGEST_CODE),
        _optional(given.get("userComment"), f"{place}.userComment", "FB-5", LONGEST_COMMENT),
    )


def _object(value: Any, place: str, rule: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedCall(f"{place} must be an object ({rule})")
    return value


def _text(value: Any, place: str, rule: str, longest: int) -> str:
    text = _optional(value, place, rule, longest)
    if not text.strip():
        raise MalformedCall(f"{place} is required ({rule})")
    return text


def _optional(value: Any, place: str, rule: str, longest: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise MalformedCall(f"{place} must be a string of at most {longest} characters ({rule})")
    return value.replace("\0", "\ufffd")  # PostgreSQL holds no NUL


def _moment(value: Any, place: str) -> datetime:
    """FB-3: RFC 3339; any number of digits of a second, any offset."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        shortened = _FRACTION.sub(lambda found: f".{found[1]:0<6}", value.upper())
        try:
            return datetime.fromisoformat(shortened).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise MalformedCall(f"{place} is required: a moment of RFC 3339 such as 2026-11-21T12:00:00Z (FB-3)")
