"""How a terminology server is asked for an expansion: bounded, page by page, and not believed without a test.

FHIR R4 `POST ValueSet/$expand` with offset and count. Anything but a whole, plausible answer is NotExpanded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import orjson

from cds_service.expansion.rules import Rule
from eligibility.terminology import canonical_system

PAGE = 1_000
MOST_CODES = 20_000  # a whole code system is larger: the server would not have read the filter
LARGEST_PAGE = 16 * 1024 * 1024
SECONDS = 20.0  # for one page
SECONDS_IN_ALL = 120.0
_CONNECT = 5.0
_HEADERS = {
    "Accept": "application/fhir+json, application/json;q=0.9",
    "Content-Type": "application/fhir+json",
    "Accept-Encoding": "gzip",
}


class NotExpanded(Exception):
    """No answer that can be used. `reason` is a word of ours; `over` when there is no sense in asking on."""

    def __init__(self, reason: str, *, over: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.over = reason, over


@dataclass(frozen=True, slots=True)
class Found:
    """One code of an expansion."""

    code: str
    display: str


@dataclass(slots=True)
class TerminologyServer:
    """One server for one start. `http` is closed by whoever opened it."""

    base: str
    http: httpx2.Client
    until: float = field(default_factory=lambda: time.monotonic() + SECONDS_IN_ALL)

    def expand(self, rule: Rule) -> tuple[Found, ...]:
        """Every code of the expansion, in order. Raises NotExpanded."""
        found: dict[str, str] = {}
        taken = 0
        while True:
            page = self._page(rule, taken)
            contained = list(_flat(page.get("contains")))
            known = len(found)
            found.update(_codes(contained, rule.system))
            taken += len(contained)
            if taken > MOST_CODES:
                raise NotExpanded("too-many-codes")
            total = page.get("total")
            if not contained or (taken >= total if isinstance(total, int) else len(contained) < PAGE):
                break
            if len(found) == known:
                raise NotExpanded("pages-repeat")  # the server does not read the offset
        if isinstance(page.get("total"), int) and taken < page["total"]:
            raise NotExpanded("incomplete")
        return _plausible(found, rule)

    def _page(self, rule: Rule, offset: int) -> dict[str, Any]:
        status, body = self._post(_question(rule, offset))
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise NotExpanded("not-json" if status == 200 else "refused") from None
        if status != 200 or not isinstance(answer, dict) or answer.get("resourceType") != "ValueSet":
            raise NotExpanded(_refusal(answer))
        expansion = answer.get("expansion")
        if not isinstance(expansion, dict) or not isinstance(expansion.get("contains", []), list):
            raise NotExpanded("no-expansion")
        if _is_partial(expansion):
            raise NotExpanded("incomplete")
        return expansion

    def _post(self, question: bytes) -> tuple[int, bytes]:
        by_then = min(self.until, time.monotonic() + SECONDS)  # a time-out is for each read: bytes may drip for ever
        try:
            with self.http.stream("POST", f"{self.base}/ValueSet/$expand", content=question) as response:
                return response.status_code, _body(response, by_then)
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError):
            raise NotExpanded("unreachable", over=True) from None


def _body(response: httpx2.Response, by_then: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LARGEST_PAGE:
            raise NotExpanded("too-large")
        if time.monotonic() > by_then:
            raise NotExpanded("out-of-time", over=True)
    return bytes(body)


def connection(transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """Bounded, without redirects and without what the environment says of proxies and passwords."""
    return httpx2.Client(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        headers=_HEADERS,
        timeout=httpx2.Timeout(SECONDS, connect=_CONNECT),
    )


def _question(rule: Rule, offset: int) -> bytes:
    value_set = {"resourceType": "ValueSet", "status": "active", "compose": rule.compose()}
    parameters: list[dict[str, Any]] = [
        {"name": "valueSet", "resource": value_set},
        {"name": "count", "valueInteger": PAGE},
        {"name": "offset", "valueInteger": offset},
        {"name": "activeOnly", "valueBoolean": False},  # records hold retired codes
    ]
    return orjson.dumps({"resourceType": "Parameters", "parameter": parameters})


def _refusal(answer: object) -> str:
    """`too-costly`, where the server says so (FHIR issue type), else `refused`."""
    issues = answer.get("issue") if isinstance(answer, dict) else None
    listed = issues if isinstance(issues, list) else []
    codes = {issue.get("code") for issue in listed if isinstance(issue, dict)}
    return "too-costly" if "too-costly" in codes else "refused"


def _is_partial(expansion: dict[str, Any]) -> bool:
    """Whether the server says of its own answer that it is not all of it (FHIR valueset-toocostly)."""
    extensions = expansion.get("extension")
    listed = extensions if isinstance(extensions, list) else []
    return any(isinstance(one, dict) and str(one.get("url", "")).endswith("valueset-toocostly") for one in listed)


def _flat(contains: object) -> Iterator[dict[str, Any]]:
    """Every entry of an expansion, those inside others too."""
    waiting = [contains]
    while waiting:
        listed = waiting.pop()
        for entry in listed if isinstance(listed, list) else []:
            if isinstance(entry, dict):
                yield entry
                waiting.append(entry.get("contains"))


def _codes(contained: list[dict[str, Any]], system: str) -> Iterator[tuple[str, str]]:
    """Code and name of each entry that may be recorded; one of another system is none of ours."""
    for entry in contained:
        code, uri, display = entry.get("code"), entry.get("system"), entry.get("display")
        if not isinstance(code, str) or not isinstance(uri, str) or entry.get("abstract") is True:
            continue
        if canonical_system(uri) == system and code.strip():
            yield code.strip(), display.strip() if isinstance(display, str) else ""


def _plausible(found: dict[str, str], rule: Rule) -> tuple[Found, ...]:
    """A server that does not evaluate filters is found out: its answer lacks the root, or holds what was excluded."""
    if not found:
        raise NotExpanded("empty")
    if any(code not in found for code in rule.must_hold) or any(code in found for code in rule.excluded):
        raise NotExpanded("wrong-answer")
    return tuple(Found(code, found[code]) for code in sorted(found))
