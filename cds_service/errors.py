"""What can go wrong, which HTTP status each mistake has, and the OperationOutcome that says so.

ServiceError
├── CallError                 the call cannot be answered; what is said here is shown to the caller
│   ├── MalformedCall         not JSON, or not a call of this hook
│   ├── NotAdmitted           not signed as by a registered client; which of the reasons is never told
│   ├── UnknownAddress        no such service or page
│   ├── WrongMethod           not with this HTTP method
│   ├── RecordUnavailable     the Patient or the Conditions cannot be had (PREF-11)
│   ├── BodyTooLarge
│   ├── UnsupportedBody       not application/json, or compressed
│   ├── Overloaded            more calls at once than we answer
│   ├── Stopping              the service is being stopped
│   └── StoreUnavailable      what must be kept cannot be: the caller should send it again
├── FhirError                 a FHIR server did not answer as hoped: becomes a hole in the record, never a status
│   ├── Refused               it said no: 4xx, or an OperationOutcome
│   │   ├── NotAuthorised     401: the token does not count there
│   │   └── NotThere          404 or 410: it knows no such thing
│   ├── NotAllowed            it is none that may be read for this client; it was not asked
│   ├── NoToken               its authorization server gave us no token
│   ├── Resting               it answered none of the last calls and is left alone for some seconds
│   ├── Unreachable           no answer, a broken one, or 5xx
│   └── TooMuch               more than we are willing to read
└── BadSetting                a CDS_ variable that cannot be read; the service does not start
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class ServiceError(Exception):
    """Anything this service raises on purpose. Messages never hold patient data, tokens or addresses with either."""


class CallError(ServiceError):
    """The call cannot be answered. `headers` go with the refusal."""

    headers: Mapping[str, str] = MappingProxyType({})


class MalformedCall(CallError):
    """The body is not JSON, or not a call of this hook."""


class NotAdmitted(CallError):
    """Not signed as by a registered client. Every refusal says the same (SEC-12); `why` is for our own log."""

    headers = MappingProxyType({"WWW-Authenticate": "Bearer"})

    def __init__(self, why: str) -> None:
        super().__init__("this service answers signed calls of registered clients only")
        self.why = why


class UnknownAddress(CallError):
    """There is no such service or page."""


class WrongMethod(CallError):
    """The address exists, but not with this method."""


class RecordUnavailable(CallError):
    """Data without which nothing can be said is neither in prefetch nor readable from the FHIR server (PREF-11)."""


class BodyTooLarge(CallError):
    """The body is larger than the service reads."""


class UnsupportedBody(CallError):
    """The body is not plain application/json."""


class Overloaded(CallError):
    """As many calls are being answered as we take at a time."""

    headers = MappingProxyType({"Retry-After": "1"})


class Stopping(CallError):
    """The service is being stopped; another worker, or the next start, answers."""

    headers = MappingProxyType({"Retry-After": "2"})


class StoreUnavailable(CallError):
    """The database cannot be used at this moment. A hook answer never fails for it; feedback does, with 503."""

    headers = MappingProxyType({"Retry-After": "5"})


class FhirError(ServiceError):
    """A FHIR server did not answer as hoped. `reason` is the wording key of the hole it leaves."""

    reason = "unreachable"


class Refused(FhirError):
    """The server said no."""

    reason = "refused"


class NotAuthorised(Refused):
    """401: the token is not, or no longer, good there."""

    reason = "not-authorised"


class NotThere(Refused):
    """404 or 410: the server knows no such resource or search."""

    reason = "not-found"


class NotAllowed(FhirError):
    """The server is none of those in the client's deployment file."""

    reason = "server-not-allowed"


class NoToken(FhirError):
    """We have no token of our own for the server (SMART Backend Services)."""

    reason = "no-token"


class Resting(FhirError):
    """The server answered none of the last calls; it was not asked (`upstream.breaker`)."""

    reason = "resting"


class Unreachable(FhirError):
    """No answer, a broken one, or a failure of the server."""


class TooMuch(FhirError):
    """The answer is larger than we read."""

    reason = "more-pages"


class BadSetting(ServiceError):
    """A setting that cannot be read."""


# The one table: error → status and IssueType of the OperationOutcome (invariant 7, RESP-5).
STATUS: Mapping[type[CallError], tuple[int, str]] = {
    MalformedCall: (400, "invalid"),
    NotAdmitted: (401, "login"),
    UnknownAddress: (404, "not-found"),
    WrongMethod: (405, "not-supported"),
    RecordUnavailable: (412, "required"),
    BodyTooLarge: (413, "too-long"),
    UnsupportedBody: (415, "not-supported"),
    Overloaded: (503, "throttled"),
    Stopping: (503, "transient"),
    StoreUnavailable: (503, "transient"),
}
UNEXPECTED = (500, "exception")

_SAID = {
    404: "there is nothing at this address; GET /cds-services lists the services (DISC-1)",
    405: "this address is used with the methods in Allow: discovery by GET, a service by POST (DISC-1, REQ-1)",
    413: "the body is larger than this service reads",
    500: "the service failed on this call; nothing was assessed",
}


def outcome(code: str, diagnostics: str) -> dict[str, Any]:
    """A FHIR R4 OperationOutcome with one issue."""
    issue = {"severity": "error", "code": code, "diagnostics": diagnostics}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def of_error(error: Exception) -> tuple[int, dict[str, Any]]:
    """Status and body for an error of ours; anything unforeseen is 500 and says nothing of what it met."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            status, code = STATUS[kind]
            return status, outcome(code, str(error))
    return UNEXPECTED[0], outcome(UNEXPECTED[1], _SAID[500])


def of_status(status: int) -> dict[str, Any]:
    """The body for a status the framework chose (404, 405, …)."""
    codes = dict([*STATUS.values(), UNEXPECTED])
    return outcome(codes.get(status, "processing"), _SAID.get(status, "the call was refused"))
