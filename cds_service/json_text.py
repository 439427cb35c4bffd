"""JSON as it comes from outside: read strictly, and refused where one object names a member twice.

Parsers keep one of the two and lose the other without a word, and the lost one may be `entered-in-error`. RFC 8259 and
FHIR both forbid it.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

# Escapes that spell a quotation mark, a blank or a colon, and so could upset the count below.
_ESCAPED = re.compile(rb"\\u00(?:2[02]|3[aA])")
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]:]', re.DOTALL)
_OPENING, _CLOSING = (b"{", b"["), (b"}", b"]")


class NotJson(ValueError):
    """A text that is no JSON we read: what is wrong, and where. Never quotes the text."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"{reason}; line {line}, column {column}")
        self.reason, self.line, self.column = reason, line, column


class NamedTwice(NotJson):
    """JSON of which a part would be lost."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__("an object names a member twice", line, column)


def parse_json(data: bytes) -> Any:
    """The value of a JSON text in UTF-8; `NotJson` for anything else."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotJson(error.msg, error.lineno, error.colno) from None
    if _may_lose(data, value):
        place = _named_twice(data)
        if place is not None:
            raise NamedTwice(data.count(b"\n", 0, place) + 1, place - data.rfind(b"\n", 0, place))
    return value


def _may_lose(data: bytes, value: Any) -> bool:
    """Whether the text has more members than what was read of it. Counting is quick; only what differs is read again.

    A quotation mark before a colon is the end of a name, or the same on both sides; escapes and unusual blanks make
    the counts differ for no reason, which costs time only.
    """
    try:
        written = orjson.dumps(value)
    except TypeError:  # nested deeper than orjson writes
        return True
    return _names(data) != _names(written) or _ESCAPED.search(data) is not None


def _names(text: bytes) -> int:
    return text.count(b'":') + text.count(b'" :')


def _named_twice(data: bytes) -> int | None:
    """Where the first member stands that its object has already, in a text that is known to be JSON."""
    within: list[set[bytes]] = []
    last = b""
    place = 0
    for token in _TOKEN.finditer(data):
        text = token[0]
        if text in _OPENING:
            within.append(set())
        elif text in _CLOSING:
            within.pop()
        elif text == b":":
            name = last if b"\\" not in last else orjson.dumps(orjson.loads(last))
            if name in within[-1]:
                return place
            within[-1].add(name)
        else:
            last, place = text, token.start()
    return None
