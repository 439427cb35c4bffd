"""Decides what a page of a search result is and what its next link says: a token, opaque to the client."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Resource = dict[str, Any]

PAGE = 20
"""No page is larger, whatever `_count` asks for, as servers may: so that even the demo's small records have pages."""

_KEPT_SEARCHES = 500


@dataclass(frozen=True, slots=True)
class Result:
    """A finished search: later pages are cut from it, so a resource written meanwhile does not shift them."""

    self_link: str
    found: Sequence[Resource]


class Pages:
    """The results that still have pages to give, the oldest forgotten first."""

    def __init__(self, largest: int = PAGE) -> None:
        self._largest = largest
        self._results: OrderedDict[str, Result] = OrderedDict()

    def result(self, token: str) -> Result | None:
        return self._results.get(token)

    def keep(self, result: Result) -> str:
        token = secrets.token_urlsafe(16)
        self._results[token] = result
        while len(self._results) > _KEPT_SEARCHES:
            self._results.popitem(last=False)
        return token

    def page(self, base: str, result: Result, count: int | None, *, offset: int = 0, token: str = "") -> Resource:
        """A searchset Bundle; `total` is of the whole search, `next` is there while something is left."""
        size = self._largest if count is None else min(count, self._largest)
        entries = [_entry(base, resource) for resource in result.found[offset : offset + size]]
        links = [{"relation": "self", "url": result.self_link}]
        if size and offset + size < len(result.found):
            token = token or self.keep(result)
            asked = {"_getpages": token, "_getpagesoffset": offset + size, "_count": size, "_bundletype": "searchset"}
            links.append({"relation": "next", "url": f"{base}?{urlencode(asked)}"})
        bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(result.found), "link": links}
        return {**bundle, "entry": entries} if entries else bundle


def _entry(base: str, resource: Resource) -> Resource:
    full_url = f"{base}/{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": full_url, "resource": resource, "search": {"mode": "match"}}
