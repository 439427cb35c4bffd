"""Attacks by what is written into a record: markup, links, directions and control characters in whatever is shown."""

from __future__ import annotations

import asyncio
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from html import unescape
from html.parser import HTMLParser
from typing import Any

import orjson
from markdown_it import MarkdownIt

from cds_service.cli import main
from tests.attacks.attack import Attack, Must, Who
from tests.attacks.evidence import Evidence
from tests.attacks.stage import Hospital, call
from tests.trust.test_each_client import WHO, chart

MARKDOWN = "cards/markdown.py"
SHOWN_KEYS = frozenset(("display", "text", "title", "comment", "description", "unit", "family", "name", "div"))
_READ_AS_HTML = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_CARELESS = "a client that renders HTML in Markdown"

MARKUP = (
    "<script>alert(7)</script>", "<img src=x onerror=alert(7)>", "</li></ul><iframe src=https://evil.example>",
    "&lt;script&gt;alert(7)&lt;/script&gt;", "<svg/onload=alert(7)>", "\"><b onmouseover=alert(7)>", "<!-- ",
    "<style>*{}",
)  # fmt: skip
LINKS = (
    "[click](javascript:alert(7))", "![x](https://evil.example/pixel.png)", "<https://evil.example/x>",
    "[x]: https://evil.example", "https://evil.example/?q=1 www.evil.example", "[a](<https://evil.example>)",
)  # fmt: skip
BLOCKS = (
    "\n# Eligible\n",
    "\n\n- [x] enrolled",
    "\n```\n",
    "\n| a |\n|---|\n",
    "\n> x",
    "\n---\n",
    "**bold** `code` ~~x~~",
)
UNSEEN = ("\u202egnissim\u202c", "\u2066x\u2069", "pla\u200btelets", "\ufeffx", "\U000e0041\U000e0042",
    "\x1b[2J\x1b]0;x\x07",
          "\x00", "\x9b31m", "\u2028x", "x\ry")  # fmt: skip
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", "-2+3", '=HYPERLINK("http://evil.example")')


def hostile(value: Any, more: str, key: str = "") -> Any:
    """The record with this after every text that may be shown."""
    if isinstance(value, dict):
        return {name: hostile(inner, more, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [hostile(inner, more, key) for inner in value]
    return f"{value} {more}" if isinstance(value, str) and key in SHOWN_KEYS else value


class Elements(HTMLParser):
    """What a browser would make elements of: names with their attributes' names, and where links lead."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: Counter[str] = Counter()
        self.links: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"{tag} {' '.join(sorted(name for name, _ in attrs))}"] += 1
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action")}

    def handle_comment(self, data: str) -> None:
        self.found["comment"] += 1


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


async def cards(stage: Hospital, more: str) -> list[dict[str, Any]]:
    body = call({"patient": chart()["patient"], **hostile({k: v for k, v in chart().items() if k != "patient"}, more)})
    answer = await stage.send(stage.token(), body)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["cards"]
    assert found
    return found


def same_kinds(page: Elements, plain: Elements) -> bool:
    """No kind of element that the page has not without the attack, and no link that leads elsewhere."""
    return set(page.found) <= set(plain.found) and page.links <= plain.links


def unseen(text: str) -> list[str]:
    return [hex(ord(c)) for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Co") and c != "\n"]


async def _cards(stage: Hospital) -> None:
    plain = [Elements(_READ_AS_HTML.render(card["detail"])) for card in await cards(stage, "x")]
    for more in (*MARKUP, *LINKS, *BLOCKS):
        told = await cards(stage, more)
        assert "evil" in str(told) or "7" in str(told)
        for card, before in zip(told, plain, strict=True):
            assert same_kinds(Elements(_READ_AS_HTML.render(card["detail"])), before), more
            others = [
                card["summary"],
                *(link["label"] for link in card["links"]),
                *(s["label"] for s in card.get("suggestions", [])),
            ]
            assert not any(Elements(text).found for text in others), more
            assert {link["url"].partition("#")[0].rpartition("/")[0] for link in card["links"]} == {
                "https://cds.example.org/report", "https://clinicaltrials.gov/study"}  # fmt: skip


async def _unseen(stage: Hospital) -> None:
    for more in UNSEEN:
        told = await cards(stage, more)
        assert [mark for text in texts(told) for mark in unseen(text)] == [], ascii(more)
        page = await report(stage, told)
        assert unseen(page.replace("\r\n", "\n")) == [], ascii(more)


async def report(stage: Hospital, told: list[dict[str, Any]]) -> str:
    """The page of the first card's report, in the clinician's browser."""
    address, _, key = told[0]["links"][0]["url"].partition("#")
    async with stage.client(follow_redirects=True) as browser:
        shown = await browser.post(address, data={"key": stage.known(key)})
    assert shown.status_code == 200
    return shown.text


async def _pages(stage: Hospital) -> None:
    plain = Elements(await report(stage, await cards(stage, "x")))
    for more in (*MARKUP, *LINKS):
        page = await report(stage, await cards(stage, more))
        assert more[:4].strip() in unescape(page), more  # it is shown, as text
        assert same_kinds(Elements(page), plain), more


async def _terminal(stage: Hospital) -> None:
    """`assess` prints what a record says into a terminal, or into a file that a spreadsheet opens."""
    for more in (*UNSEEN, *FORMULAS):
        people = stage.folder / "people.json"
        resources = [one["resource"] for bundle in chart().values() if "entry" in bundle for one in bundle["entry"]]
        entries = [{"resource": one} for one in (chart()["patient"], *hostile(resources, more))]
        people.write_bytes(orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
        said = await asyncio.to_thread(_printed, "assess", str(people), "--as-of", "2026-11-21")
        assert WHO in said
        assert unseen(said) == [], ascii(more)
        assert not [line for line in said.splitlines() if line.startswith(("=", "+", "@"))], more
        counted = await asyncio.to_thread(_printed, "check", "--unmapped", str(people))
        assert unseen(counted) == [], ascii(more)
        assert not [line for line in counted.splitlines() if line.startswith(("=", "+", "@"))], more


def _printed(*arguments: str) -> str:
    said = io.StringIO()
    with redirect_stdout(said):
        main(list(arguments))
    return said.getvalue()


def row(name: str, how: str, must: Must, attempt: Any, at: str = MARKDOWN) -> Attack:
    return Attack(name, Who.AUTHOR, how, must, (), at, attempt)


def shown_as_text(evidence: Evidence) -> bool:
    return all(one.status == 200 for one in evidence.answers)


ATTACKS: tuple[Attack, ...] = (
    row("markup in a record, on a card", "writes scripts, links, headings and tables into names, units and comments",
        Must(f"it is shown as the characters it is, also by {_CARELESS}", shown_as_text), _cards),
    row("markup in a record, on the report page", "the same, where the whole assessment is opened",
        Must("the page has the elements it has without it", shown_as_text), _pages, "cds_service/pages/__init__.py"),
    row("directions and marks that are not seen", "writes bidi overrides, zero-width and control characters, tags",
        Must("none of them is on a card or page", shown_as_text), _unseen),
    row("a record on a terminal or in a spreadsheet",
        "writes escape sequences and formulas; somebody runs assess, check",
        Must("no control character is printed, no line begins like a formula", lambda _: True), _terminal,
        "cds_service/text_report.py"),
)  # fmt: skip
