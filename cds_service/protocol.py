"""The wire of CDS Hooks: what a hook call must hold, what a discovery entry and an answer look like.

Rule ids are those of docs on CDS Hooks 2.0.1 (REQ, CTX, DISC, GEN, FHIR). Unknown members are ignored everywhere
(REQ-8); messages name the member, what is expected and the rule, and never repeat what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cds_service.audit.decided import Decided
from cds_service.errors import MalformedCall
from cds_service.trust.caller import NOBODY_IN_PARTICULAR, Caller

Json = dict[str, Any]

SPECIFICATION = "2.0.1"
"""The version of CDS Hooks that is implemented (DISC-12)."""

# Characters that mean something else in a path or a FHIR search value; an id that holds one is refused, never escaped.
_ID = re.compile(r"[^\s/?#&%\\|,$<>\"'{}\x00-\x1f\x7f]{1,128}")
_USER = re.compile(r"(?:\S*/)?([A-Za-z]+)/([^\s/?#]+)")


@dataclass(frozen=True, slots=True)
class Access:
    """Where the record may be read during this call, and with which token (FHIR-1, FHIR-3: transient, never logged)."""

    server: str
    token: str | None = field(default=None, repr=False)
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class HookCall:
    """A service call whose envelope holds; `context` is for the hook to read."""

    hook: str
    instance: str
    context: Mapping[str, Any]
    prefetch: Mapping[str, Any]
    access: Access | None = None
    authorised_patient: str | None = None
    caller: Caller = NOBODY_IN_PARTICULAR


@dataclass(frozen=True, slots=True)
class PatientContext:
    """CTX-1, CTX-2: who looks, at whom."""

    patient_id: str
    user_type: str
    user_id: str

    @property
    def user(self) -> str:
        return f"{self.user_type}/{self.user_id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The cards, and what the log may say of how they came about.

    `quieted` are the trials that feedback kept silent, each with the number of the report that did; `decided` is for
    the audit.
    """

    cards: list[Json]
    quieted: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    holes: Mapping[str, int] = field(default_factory=dict)
    entries: int = 0
    fetched: int = 0
    decided: Decided | None = None


def read_call(body: Any, hook: str, caller: Caller) -> HookCall:
    """The envelope of a call to a service of `hook` (REQ-2 to REQ-7, A-4: anything else is 400)."""
    if not isinstance(body, dict):
        raise MalformedCall("the body must be a JSON object: a CDS Hooks service call (REQ-1)")
    if _text(body, "hook", "REQ-2") != hook:
        raise MalformedCall(f"hook must be {hook!r}: this service answers no other (REQ-2)")
    access, patient = _access(body)
    return HookCall(
        hook=hook,
        instance=_text(body, "hookInstance", "REQ-3"),
        context=_object(body, "context", "REQ-6", required=True),
        prefetch=_object(body, "prefetch", "REQ-7"),
        access=access,
        authorised_patient=patient,
        caller=caller,
    )


def read_patient_context(call: HookCall) -> PatientContext:
    """The context of patient-view; the token's own patient, where named, must be the same (FHIR-2)."""
    patient_id = _text(call.context, "patientId", "CTX-2", "context.")
    if not is_id(patient_id):
        raise MalformedCall("context.patientId must be the bare id of a Patient, without '/' or '?' (CTX-2)")
    user = _USER.fullmatch(_text(call.context, "userId", "CTX-1", "context."))
    if not user:
        raise MalformedCall("context.userId must be a reference such as Practitioner/123 (CTX-1)")
    if call.authorised_patient not in (None, patient_id):
        raise MalformedCall("fhirAuthorization.patient is not the patient of context.patientId (FHIR-2)")
    return PatientContext(patient_id, user[1], user[2])


def is_id(text: str) -> bool:
    """Whether this can stand in a FHIR path and search value without changing what is asked."""
    return text not in (".", "..") and _ID.fullmatch(text) is not None


def _text(holder: Mapping[str, Any], name: str, rule: str, place: str = "") -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value.strip():
        raise MalformedCall(f"{place}{name} is required and must be a string ({rule})")
    return value


def _object(holder: Mapping[str, Any], name: str, rule: str, *, required: bool = False) -> Json:
    value = holder.get(name)
    if value is None and not required:
        return {}
    if not isinstance(value, dict):
        raise MalformedCall(f"{name} {'is required and ' if required else ''}must be an object ({rule})")
    return value


def _access(body: Json) -> tuple[Access | None, str | None]:
    """FHIR-1, FHIR-2, REQ-4: a token needs its server; a server without token is for the settings to allow."""
    granted = body.get("fhirAuthorization") is not None
    grant = _object(body, "fhirAuthorization", "REQ-5")
    if body.get("fhirServer") is None:
        if granted:
            raise MalformedCall("fhirServer is required when fhirAuthorization is present (REQ-4)")
        return None, None
    server = _text(body, "fhirServer", "REQ-4")
    token = _text(grant, "access_token", "FHIR-2", "fhirAuthorization.") if granted else None
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        raise MalformedCall("fhirAuthorization.access_token is not a bearer token (FHIR-2)")
    for name in ("patient", "scope"):
        if not isinstance(grant.get(name, ""), str | None):
            raise MalformedCall(f"fhirAuthorization.{name} must be a string (FHIR-2)")
    return Access(server, token, grant.get("scope")), grant.get("patient") or None


def without_empty(value: Any) -> Any:
    """GEN-2 to GEN-4: members that are null, "", [] or {} are left out, at any depth."""
    if isinstance(value, dict):
        kept = {key: without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if not _empty(inner)}
    if isinstance(value, list | tuple):
        return [inner for inner in map(without_empty, value) if not _empty(inner)]
    return value


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)
