"""Decides how a FHIR server is written to: asked what it is, tried again where that may help, believed entry by entry.

Everything written is a PUT under our own id, so a request may be repeated after a broken connection.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import requests

from cds_service.ehr.plain import plain_line
from cds_service.ehr.prefetch import next_link
from cds_service.ehr.problem import EhrProblem
from cds_service.load.plan import TAG, Planned

Json = dict[str, Any]

_TIMEOUT = (5, 120)
_BUSY = frozenset((408, 429, 502, 503, 504))
_AGAIN = _BUSY | {500}
_MOVED = frozenset((301, 302, 307, 308))
_TRIES = 6
_LONGEST_WAIT = 30.0
_ASKED_AT_ONCE = 50
_FHIR_JSON = "application/fhir+json"


@dataclass(frozen=True, slots=True)
class Told:
    """What the server said to one resource: `created`, `updated`, `unchanged` or `refused`, and why."""

    reference: str
    what: str
    why: str = ""


@dataclass(slots=True)
class Server:
    """One FHIR R4 base. `wait` is how time passes between two tries."""

    base: str
    token: str | None = field(default=None, repr=False)
    session: requests.Session = field(default_factory=requests.Session)
    wait: Callable[[float], None] = time.sleep
    tries: int = _TRIES

    def check(self) -> None:
        """Whether this is a FHIR R4 server at all. Raises `EhrProblem` that says what to do."""
        response = self._asked("GET", "metadata")
        body = _json(response)
        if response.status_code in (401, 403):
            raise EhrProblem(f"{self.base} asks for credentials", "give an access token with --token")
        if response.status_code in _MOVED:
            raise EhrProblem(f"{self.base} has moved", f"name the address it moved to: {_moved_to(response)}")
        if response.status_code != 200 or body.get("resourceType") != "CapabilityStatement":
            what = f"{self.base.rstrip('/')}/metadata answered HTTP {response.status_code}, and no CapabilityStatement"
            raise EhrProblem(what, "name the FHIR base address, such as http://127.0.0.1:8080/fhir")
        version = str(body.get("fhirVersion", ""))
        if not version.startswith("4.0"):
            raise EhrProblem(f"{self.base} speaks FHIR {version or 'of no stated version'}", "name a FHIR R4 server")

    def there(self, references: Iterable[str]) -> dict[str, bool]:
        """Which of these the server holds already, and whether they are ours (carry our tag)."""
        by_kind: dict[str, list[str]] = {}
        for reference in references:
            kind, _, own_id = reference.partition("/")
            by_kind.setdefault(kind, []).append(own_id)
        return {
            name: ours
            for kind, ids in by_kind.items()
            for start in range(0, len(ids), _ASKED_AT_ONCE)
            for name, ours in self._found(kind, ids[start : start + _ASKED_AT_ONCE])
        }

    def write(self, planned: Sequence[Planned]) -> Iterator[Told]:
        """All of them in one transaction; one by one where that is refused, so that only the bad ones stay out."""
        entries = [{"resource": one.resource, "request": {"method": "PUT", "url": one.reference}} for one in planned]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        response = self._asked("POST", "", bundle)
        answers = _json(response).get("entry")
        if response.status_code == 200 and isinstance(answers, list) and len(answers) == len(planned):
            yield from (_told(one, answer) for one, answer in zip(planned, answers, strict=True))
            return
        if response.status_code in (401, 403, 404, 405):
            raise EhrProblem(
                f"{self.base} does not let us write (HTTP {response.status_code})",
                "check the address and --token, and that the server takes transactions",
            )
        yield from (self._put(one) for one in planned)

    def _put(self, one: Planned) -> Told:
        response = self._asked("PUT", one.reference, one.resource)
        if response.status_code in (200, 201):
            return Told(one.reference, "created" if response.status_code == 201 else "updated")
        return Told(one.reference, "refused", f"HTTP {response.status_code}: {_why(_json(response))}")

    def _found(self, kind: str, ids: Sequence[str]) -> Iterable[tuple[str, bool]]:
        """Asked for in halves where one page does not hold them all: the rest must not pass for free to write."""
        query = f"{kind}?_id={','.join(ids)}&_elements=meta&_count={len(ids)}"
        response = self._asked("GET", query)
        body = _json(response)
        if response.status_code != 200 or body.get("resourceType") != "Bundle":
            what = f"{self.base} would not say which {kind} resources it holds (HTTP {response.status_code})"
            denied = response.status_code in (401, 403)
            raise EhrProblem(
                what, "check --token" if denied else f"if it knows no {kind}, leave those out of the files"
            )
        if next_link(body) and len(ids) > 1:
            middle = len(ids) // 2
            return [*self._found(kind, ids[:middle]), *self._found(kind, ids[middle:])]
        resources = [entry.get("resource", {}) for entry in body.get("entry", [])]
        return [(f"{kind}/{own.get('id')}", _is_ours(own)) for own in resources if own.get("resourceType") == kind]

    def _asked(self, method: str, path: str, body: Json | None = None) -> requests.Response:
        """The answer; a busy or unreachable server is asked again, later each time (Retry-After is kept to)."""
        url = f"{self.base.rstrip('/')}/{path}".rstrip("/")
        for tried in range(1, self.tries + 1):
            response, trouble = self._once(method, url, body)
            if response is not None and response.status_code not in _AGAIN:
                return response
            if tried < self.tries:
                self.wait(_pause(response, tried))
        if response is not None and response.status_code in _BUSY:
            what = f"{self.base} is busy or still starting (HTTP {response.status_code})"
            raise EhrProblem(what, "wait a little and repeat the command")
        if response is not None:
            return response
        raise EhrProblem(f"No FHIR server answers at {self.base} ({trouble})", "is it running? Repeat the command then")

    def _once(self, method: str, url: str, body: Json | None) -> tuple[requests.Response | None, str]:
        headers = {"Accept": _FHIR_JSON, "Cache-Control": "no-cache"}
        headers |= {"Content-Type": _FHIR_JSON} if body is not None else {}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = None if body is None else orjson.dumps(body)
        try:
            return self.session.request(
                method, url, data=data, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ), ""
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
            raise EhrProblem(f"{self.base} is not an address", "write it like http://127.0.0.1:8080/fhir") from None
        except requests.RequestException as error:
            return None, type(error).__name__


def _pause(response: requests.Response | None, tried: int) -> float:
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    return min(float(asked) if asked.isdigit() else 0.5 * 2 ** (tried - 1), _LONGEST_WAIT)


def _moved_to(response: requests.Response) -> str:
    return plain_line(response.headers.get("Location", "it does not say where")).removesuffix("/metadata")


def _told(one: Planned, answer: Any) -> Told:
    response = answer.get("response", {}) if isinstance(answer, dict) else {}
    status = str(response.get("status", ""))
    if status.startswith("201"):
        return Told(one.reference, "created")
    if status.startswith("2"):
        return Told(one.reference, "unchanged" if _is_unchanged(response.get("outcome")) else "updated")
    return Told(one.reference, "refused", f"HTTP {status[:3]}: {_why(response.get('outcome'))}")


def _is_unchanged(outcome: Any) -> bool:
    """HAPI says in the outcome's code that nothing changed; other servers leave it open."""
    return "NO_CHANGE" in " ".join(_codes(outcome))


def _codes(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name == "code" and isinstance(one, str):
                yield one
            else:
                yield from _codes(one)
    elif isinstance(value, list):
        for one in value:
            yield from _codes(one)


def _why(outcome: Any) -> str:
    issues = outcome.get("issue") if isinstance(outcome, dict) else None
    told = [str(issue.get("diagnostics", "")) for issue in issues or [] if isinstance(issue, dict)]
    return "; ".join(text[:200] for text in told if text) or "no reason given"


def _is_ours(resource: Mapping[str, Any]) -> bool:
    tags = (resource.get("meta") or {}).get("tag") or []
    return any(tag.get("system") == TAG["system"] and tag.get("code") == TAG["code"] for tag in tags)


def _json(response: requests.Response) -> Json:
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}
