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

    `refused`: an OperationOutcome lies among the entries, so something was held back; `suppressed` where its code says
    no more than that. `failed`: it says so itself (severity error or fatal). `unreadable` entries hold no resource.
    `total` is what the server claims to have.
    `alone`: a resource without a Bundle, which answers a read but proves nothing about a search.
    """

    resources: list[Json] = field(default_factory=list)
    addressed: dict[str, Json] = field(default_factory=dict)  # fullUrl → resource, for references by urn:uuid
    next: str | None = None
    more: bool = False  # a further page exists, whether or not its address can be read
    refused: bool = False
    suppressed: bool = False
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
    for outcome in _outcomes_beside(entry, resource):
        _hold_back(page, outcome)
    if kind == "OperationOutcome":
        _hold_back(page, resource)
        page.failed = page.failed or _says_failed(resource)
    elif not isinstance(kind, str) or kind == "Bundle":
        page.unreadable += 1
    else:
        page.resources.append(resource)
        if isinstance(entry.get("fullUrl"), str):
            page.addressed.setdefault(entry["fullUrl"], resource)


def _hold_back(page: Page, outcome: Any) -> None:
    if _is_suppression(outcome):
        page.suppressed = True
    else:
        page.refused = True


def _is_suppression(outcome: Any) -> bool:
    """Nothing but `suppressed`: left out on purpose, for privacy or by a rule of the house."""
    issues = outcome.get("issue")
    found = issues if isinstance(issues, list) else ()
    return bool(found) and all(isinstance(issue, dict) and issue.get("code") == "suppressed" for issue in found)


def _outcomes_beside(entry: Any, resource: Any) -> list[Json]:
    """Outcomes that come with an entry: in its response, or suppressions inside its resource."""
    if not isinstance(entry, dict):
        return []
    response = entry.get("response")
    told: list[Any] = [response.get("outcome")] if isinstance(response, dict) else []
    inside = resource.get("contained") if isinstance(resource, dict) else None
    if isinstance(inside, list):
        told += [one for one in inside if _is_outcome(one) and _is_suppression(one)]
    return [one for one in told if _is_outcome(one)]


def _is_outcome(value: Any) -> bool:
    return isinstance(value, dict) and value.get("resourceType") == "OperationOutcome"


def _says_failed(resource: Any) -> bool:
    issues = resource.get("issue")
    found = issues if isinstance(issues, list) else ()
    return not found or any(not isinstance(issue, dict) or issue.get("severity") in _FAILED for issue in found)


def _read_links(page: Page, links: Any) -> None:
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next":
            page.more = True
            page.next = link["url"] if isinstance(link.get("url"), str) and link["url"] else None
