"""Decides how our own pages are made: templates that escape by default, one style sheet, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt
from markupsafe import Markup
from starlette.responses import HTMLResponse

STATIC = Path(__file__).parent / "static"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote", "hr", "a", "h4", "h5", "h6"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
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


def _environment() -> Environment:
    templates = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(loader=templates, autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True)
    made.filters["markdown"] = markdown
    return made


_ENVIRONMENT = _environment()


def environment() -> Environment:
    """The templates of all pages; whatever they are given is escaped."""
    return _ENVIRONMENT


def page(template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page of ours, with the headers that keep everything else out of it."""
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(shown), status, HEADERS)
