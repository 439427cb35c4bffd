"""Whatever stands in a record is shown as the characters it is, and never becomes markup."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cards.markdown import LONGEST, clean, escape

MARKDOWN = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"])


def shown(text: str) -> str:
    """What a reader of the rendered Markdown sees, or the markup itself if any was made."""
    tokens = MARKDOWN.parseInline(escape(text))[0].children or []
    return "".join(t.content if t.type in ("text", "text_special") else f"[{t.type}]" for t in tokens)


@pytest.mark.rule("CARD-3")
@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "![x](https://attacker.example/pixel.png)",
        "**bold** _it_ ~~gone~~ `code`",
        "www.attacker.example and https://attacker.example/?q=1",
        "&lt;b&gt; &#x3c;b>",
        "a | b | c",
        "<https://attacker.example>",
        "\\<b>",
    ],
)
def test_hostile_text_is_shown_as_it_is(hostile: str) -> None:
    assert shown(hostile) == hostile


@pytest.mark.rule("CARD-3")
@given(st.text(max_size=60))
def test_any_text_is_shown_as_its_visible_characters(text: str) -> None:
    assert shown(text) == clean(text)


@pytest.mark.parametrize("block", ["# x", "- x", "1. x", "> x", "```", "---", "    x", "| a |\n|---|"])
def test_no_block_is_begun(block: str) -> None:
    assert [t.type for t in MARKDOWN.parse(escape(block))] == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("pla\u200btelets", "platelets"),
        ("\u202egnissim\u202c", "gnissim"),
        ("\ufeffaspirin\u00ad", "aspirin"),
        ("two\nlines\tand\u00a0blanks\u2028here", "two lines and blanks here"),
        ("bell\x07 null\x00", "bell null"),
        ("\u3164\u2800x", "x"),
        ("plåtelets µ × ≥ 血小板", "plåtelets µ × ≥ 血小板"),
    ],
)
def test_what_cannot_be_seen_is_dropped(written: str, seen: str) -> None:
    assert clean(written) == seen


@given(st.text())
def test_a_line_is_short_and_visible(text: str) -> None:
    line = clean(text)
    assert len(line) <= LONGEST
    assert line == line.strip()
    assert not {unicodedata.category(c) for c in line} & {"Cc", "Cf", "Zl", "Zp", "Co", "Cs"}


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("a" * 500) == "a" * (LONGEST - 1) + "…"
