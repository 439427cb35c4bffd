"""How a drawing is written down: SVG elements, every text and attribute escaped, so that a record cannot draw."""

from __future__ import annotations

from cards.markdown import clean

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escaped(text: str, longest: int = 400) -> str:
    return clean(text, longest).translate(_ESCAPES)


def element(name: str, /, *inside: str, **attributes: str | int | float) -> str:
    """`inside` is markup already; `class_` and `stroke_width` are written `class` and `stroke-width`."""
    written = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def text(said: str, x: float, y: float, **attributes: str | int | float) -> str:
    return element("text", escaped(said), x=x, y=y, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def box(x: float, y: float, width: float, height: float, kind: str, **more: str | int | float) -> str:
    return element("rect", x=x, y=y, width=max(width, 1), height=height, class_=kind, **more)


def path(points: str, kind: str) -> str:
    return element("path", d=points, class_=kind)


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: str | int | float) -> str:
    return escaped(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
