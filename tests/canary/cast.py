"""The names of the cast in what a test makes the program say to its log or to standard error: there should be none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import orjson

from cds_service.data import fixtures_folder


@cache
def _names() -> re.Pattern[str]:
    """The family names, which are plainly invented."""
    cast = orjson.loads((fixtures_folder() / "cast.json").read_bytes())
    families = sorted({person["name"].split()[-1] for person in cast})
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, families))})\b")


def named(sections: Iterable[tuple[str, str]]) -> list[str]:
    """Who is named in the captured log or standard error of a test; standard output is where reports are printed."""
    told = (text for title, text in sections if title.startswith(("Captured log", "Captured stderr")))
    return sorted({name for text in told for name in _names().findall(text)})
