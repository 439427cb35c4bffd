"""Decides how the Markdown of a card reads on a terminal: words, bullets and addresses, wrapped, without markup."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def plain_line(text: object) -> str:
    """One line without control and direction characters: what comes from a service must not steer the terminal."""
    visible = (" " if letter.isspace() else letter for letter in str(text))
    return "".join(letter for letter in visible if unicodedata.category(letter) not in ("Cc", "Cf", "Cs"))


def plain_text(markdown: str, width: int) -> list[str]:
    """The lines of a card's detail, wrapped to the width."""
    lines: list[str] = []
    depth, marker = 0, ""
    for token in _MARKDOWN.parse(markdown):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open":
            marker = f"{token.info}. " if token.info else "- "
        elif token.type in ("heading_open", "paragraph_open", "table_open", "fence", "code_block") and not token.hidden:
            lines += [""] if lines and lines[-1] and not marker else []
        if token.type in ("inline", "fence", "code_block"):
            lines += _wrapped(_words(token), "  " * max(depth - 1, 0), marker, bool(depth), width)
            marker = ""
    return lines


def _wrapped(text: str, indent: str, marker: str, in_list: bool, width: int) -> list[str]:
    hang = indent + ("  " if in_list else "")
    first = indent + marker if marker else hang
    lines: list[str] = []
    for part in text.split("\n"):
        lines += textwrap.wrap(plain_line(part), width, initial_indent=first, subsequent_indent=hang) or [""]
        first = hang
    return lines


def _words(token: Token) -> str:
    return token.content.rstrip("\n") if token.children is None else "".join(_pieces(token.children))


def _pieces(children: Sequence[Token]) -> Iterable[str]:
    addresses: list[str] = []
    for child in children:
        if child.type == "link_open":
            addresses.append(str(child.attrGet("href") or ""))
        elif child.type == "link_close":
            yield f" <{addresses.pop()}>"
        elif child.type == "softbreak":
            yield " "
        elif child.type == "hardbreak":
            yield "\n"
        else:
            yield child.content
