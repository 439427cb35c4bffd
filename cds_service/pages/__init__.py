"""Decides how our own pages are made: templates that escape by default, one style sheet, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import HTMLResponse

STATIC = Path(__file__).parent / "static"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote", "hr", "a", "h4", "h5", "h6"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
_AT_HEADING = re.compile("(?=<h4>)")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def markdown(text: str) -> Markup:
    """A card's detail as HTML: raw HTML in it stays text, and what is left passes a second wall."""
    tokens = _MARKDOWN.parse(text)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 4, 6)}"  # the card's own heading is h3
    made = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    clean = nh3.clean(made, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"})
    return Markup(clean)  # noqa: S704 (cleaned by nh3, one line above)


def folded(text: str) -> Markup:
    """A card's detail whose further headings are folded, where something can be read before the first of them."""
    first, *rest = _AT_HEADING.split(markdown(text))
    if not first.strip():
        return markdown(text)
    made = (f"<details><summary>{title}</summary>{body}</details>" for title, body in map(_parted, rest))
    return Markup(first + "".join(made))  # noqa: S704 (parts of what `markdown` cleaned)


def _parted(section: str) -> tuple[str, str]:
    title, _, body = section.removeprefix("<h4>").partition("</h4>")
    return title, body


def _environment() -> Environment:
    templates = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(loader=templates, autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True)
    made.filters["markdown"] = markdown
    made.filters["folded"] = folded
    return made


_ENVIRONMENT = _environment()


def environment() -> Environment:
    """The templates of all pages; whatever they are given is escaped."""
    return _ENVIRONMENT


def page(template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page of ours, with the headers that keep everything else out of it."""
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(shown), status, HEADERS)
