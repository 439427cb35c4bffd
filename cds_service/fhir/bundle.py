"""What one answer holds: resources, whether more pages follow, and what of it was refused or could not be read.

The same reading serves prefetched values and fetched pages, so both close silence in the same way (G5, PREF-7–PREF-9).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
_FAILED = ("error", "fatal")


@dataclass(slots=True)
class Page:
    """One Bundle, or one resource standing alone.

    `refused`: an OperationOutcome lies among the entries, so something was held back. `failed`: it says so itself
    (severity error or fatal). `unreadable` entries hold no resource. `total` is what the server claims to have.
    `alone`: a resource without a Bundle, which answers a read but proves nothing about a search.
    """

    resources: list[Json] = field(default_factory=list)
    addressed: dict[str, Json] = field(default_factory=dict)  # fullUrl → resource, for references by urn:uuid
    next: str | None = None
    more: bool = False  # a further page exists, whether or not its address can be read
    refused: bool = False
    failed: bool = False
    unreadable: int = 0
    total: int | None = None
    alone: bool = False


def read_page(value: Any) -> Page | None:
    """The content of a prefetched value or of an answer; None when it is no FHIR resource at all."""
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        return None
    if value["resourceType"] == "OperationOutcome":
        return Page(refused=True, failed=True)
    return _bundle(value) if value["resourceType"] == "Bundle" else Page(resources=[value], alone=True)


def _bundle(bundle: Json) -> Page:
    page = Page()
    entries = bundle.get("entry")
    if entries is not None and not isinstance(entries, list):
        page.unreadable += 1
        entries = ()
    for entry in entries or ():
        _take(page, entry)
    _read_links(page, bundle.get("link"))
    total = bundle.get("total")
    page.total = total if isinstance(total, int) and not isinstance(total, bool) else None
    return page


def _take(page: Page, entry: Any) -> None:
    resource: Any = entry.get("resource") if isinstance(entry, dict) else None
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if kind == "OperationOutcome":
        page.refused = True
        page.failed = page.failed or _says_failed(resource)
    elif not isinstance(kind, str) or kind == "Bundle":
        page.unreadable += 1
    else:
        page.resources.append(resource)
        if isinstance(entry.get("fullUrl"), str):
            page.addressed.setdefault(entry["fullUrl"], resource)


def _says_failed(resource: Any) -> bool:
    issues = resource.get("issue")
    found = issues if isinstance(issues, list) else ()
    return not found or any(not isinstance(issue, dict) or issue.get("severity") in _FAILED for issue in found)


def _read_links(page: Page, links: Any) -> None:
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next":
            page.more = True
            page.next = link["url"] if isinstance(link.get("url"), str) and link["url"] else None
