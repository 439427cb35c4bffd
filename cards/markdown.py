"""Text from a record is shown as the characters it is: no markup, no invisible or direction-changing characters."""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

LONGEST = 120
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}  # inert also where a client forgets to read Markdown
_ESCAPES = str.maketrans({mark: _ENTITIES.get(mark, "\\" + mark) for mark in string.punctuation})
_ACTIVE = str.maketrans({mark: _ENTITIES.get(mark, "\\" + mark) for mark in "\\`*_{}[]<>#|~&@$!"})
_ANGLES = str.maketrans("<>", "\u2039\u203a")
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})  # controls, zero-width and bidi marks, private and unassigned
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show as nothing
_VARIANTS = range(0xFE00, 0xFE10)
_UNSEEN = re.compile(f"[{''.join(_BLANK)}\ufe00-\ufe0f]")  # what Python calls printable all the same


def clean(text: str, longest: int = LONGEST) -> str:
    """One line of visible characters, blanks collapsed, cut at `longest`."""
    seen = text[: 8 * longest]
    if not seen.isprintable() or _UNSEEN.search(seen):
        seen = "".join(map(_visible, seen))
    line = " ".join(seen.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _visible(character: str) -> str:
    if character.isspace() or character in _BLANK:
        return " "
    if ord(character) in _VARIANTS or unicodedata.category(character) in _DROPPED:
        return ""
    return character


def untagged(text: str, longest: int = LONGEST) -> str:
    """For plain text (CARD-2), where an escape would be read as such: what opens a tag is shown as ‹ and ›.

    A client that takes a summary for HTML finds none in it.
    """
    return clean(text, longest).translate(_ANGLES)


def escape(text: str, longest: int = LONGEST) -> str:
    """CARD-3: every ASCII punctuation mark is escaped, so that nothing of the record is read as Markdown or HTML."""
    return clean(text, longest).translate(_ESCAPES)


@lru_cache(maxsize=4096)
def inline(text: str, longest: int = LONGEST) -> str:
    """The same for sentences of a definition, never of a record: marks that mean nothing inside a line are kept."""
    return clean(text, longest).translate(_ACTIVE)
