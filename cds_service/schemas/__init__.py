"""Bodies of CDS Hooks as JSON Schemas of our own (2020-12), written from the rules of docs/conformance.md.

They describe; nothing is refused by them at run time. The OpenAPI document is made of them, and in the tests every
answer is held against them.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson

NAMES = ("common", "discovery", "hook-call", "cards", "feedback-call", "feedback", "outcome")


def schema(name: str) -> dict[str, Any]:
    """The schema of this name, such as `cards`."""
    text = (files(__name__) / f"{name}.json").read_bytes()
    content: dict[str, Any] = orjson.loads(text)
    return content
