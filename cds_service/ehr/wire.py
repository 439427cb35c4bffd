"""Decides how the simulated EHR speaks HTTP: to a FHIR base, and to a CDS service's discovery and hook addresses."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

import orjson
import requests

from cds_service.ehr.prefetch import Answer, NoAnswer
from cds_service.ehr.problem import EhrProblem
from cds_service.ehr.signing import Signing

Json = dict[str, Any]

_TIMEOUT = (5, 30)
_FHIR = {"Accept": "application/fhir+json"}
_DISCOVERY = re.compile(r"(?P<base>.*?)/cds-services(?:/(?P<id>[^/]+))?/?\Z")


def new_session(signing: Signing | None = None) -> requests.Session:
    """A session that signs its calls of CDS services, if it is told how.

    It keeps to the surroundings' proxies and certificates (HTTPS_PROXY, REQUESTS_CA_BUNDLE).

    A `.netrc` is left alone: it would replace our Authorization header, and requests reads none where `auth` is set.
    """
    session = requests.Session()
    session.auth = signing or _as_it_is
    return session


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class FhirBase:
    """A FHIR server, asked with the token the EHR would pass on, if it has one."""

    def __init__(self, session: requests.Session, base: str, token: str | None = None) -> None:
        self._session, self.base = session, base.rstrip("/")
        self._headers = _FHIR | ({"Authorization": f"Bearer {token}"} if token else {})

    def fetch(self, query: str) -> Answer:
        """Asks for a read or search below the base, or for a next link that the server gave."""
        url = query if query.startswith((f"{self.base}/", f"{self.base}?")) else f"{self.base}/{query}"
        try:
            response = self._session.get(url, headers=self._headers, timeout=_TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            raise NoAnswer(f"No FHIR server answers at {self.base} ({_reason(error)})") from None
        return _answer(response)

    def create(self, resource: Json) -> Answer:
        """Posts a new resource (FHIR R4 http, create). Raises EhrProblem where nobody answers."""
        url = f"{self.base}/{resource.get('resourceType', '')}"
        headers = self._headers | {"Content-Type": "application/fhir+json"}
        try:
            response = self._session.post(
                url, data=orjson.dumps(resource), headers=headers, timeout=_TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            what = f"No FHIR server answers at {self.base} ({_reason(error)})"
            raise EhrProblem(what, "is it running, and is this its base address?") from None
        return _answer(response)


def _answer(response: requests.Response) -> Answer:
    body = _json(response)
    is_fhir = isinstance(body, dict) and isinstance(body.get("resourceType"), str)
    return Answer(response.status_code, body if is_fhir else None)


def service_address(url: str) -> tuple[str, str]:
    """The base address of a CDS service and the id of the one service meant (empty: all that it offers)."""
    found = _DISCOVERY.match(url)
    return (found["base"], found["id"] or "") if found else (url.rstrip("/"), "")


def discover(session: requests.Session, base: str) -> list[Json]:
    """The services at `{base}/cds-services` (CDS Hooks DISC-1, DISC-2)."""
    url = f"{base}/cds-services"
    response = _asked(session, "GET", url)
    body = _json(response)
    services = body.get("services") if isinstance(body, dict) else None
    if response.status_code != 200 or not isinstance(services, list):
        what = f"{url} answered HTTP {response.status_code}, not a list of CDS services"
        raise EhrProblem(what, "name the address before /cds-services, e.g. http://127.0.0.1:8080")
    return [service for service in services if isinstance(service, dict)]


def hook_request(
    hook: str,
    context: Mapping[str, str],
    prefetch: Mapping[str, Json | None] | None,
    fhir_server: str | None,
    token: str | None,
) -> Json:
    """The body of a hook call (CDS Hooks REQ-2 to REQ-7, FHIR-2)."""
    body: Json = {"hook": hook, "hookInstance": str(uuid.uuid4()), "context": dict(context)}
    if fhir_server:
        body["fhirServer"] = fhir_server
    if fhir_server and token:
        body["fhirAuthorization"] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "patient/*.read",
            "subject": "cds-service-fire",
            "patient": context["patientId"],
        }
    return body if prefetch is None else {**body, "prefetch": dict(prefetch)}


def call_service(session: requests.Session, base: str, service_id: str, body: Json) -> tuple[int, Any]:
    """Posts the hook call; the HTTP status and the parsed body, None when it is no JSON."""
    response = _asked(session, "POST", f"{base}/cds-services/{service_id}", orjson.dumps(body))
    return response.status_code, _json(response)


def _asked(session: requests.Session, method: str, url: str, data: bytes | None = None) -> requests.Response:
    headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if data else {})
    try:
        return session.request(method, url, data=data, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
    except requests.exceptions.InvalidURL:
        raise EhrProblem(f"{url} is not an address", "write it like http://127.0.0.1:8080") from None
    except (requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
        raise EhrProblem(f"{url} is not an http address", "write it like http://127.0.0.1:8080") from None
    except requests.RequestException as error:
        what = f"No CDS service answers at {url} ({_reason(error)})"
        raise EhrProblem(what, "is it running? `cds-service demo` starts one") from None


def _json(response: requests.Response) -> Any:
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None


def _reason(error: requests.RequestException) -> str:
    """In words: a requests exception carries the whole URL, and with it the patient."""
    if isinstance(error, requests.exceptions.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not accepted"
    if isinstance(error, requests.exceptions.ConnectionError):
        return "no connection"
    return type(error).__name__
