"""Where the record of one call comes from: prefetch first, then the FHIR server, within one deadline.

Each key in its state (PREF-5 to PREF-10): what is absent is fetched with the same template, pages are followed, what
could not be had is a hole with its reason. Without the Patient or the Conditions nothing can be said (PREF-11).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

from cds_service.errors import RecordUnavailable
from cds_service.fhir.bundle import Json
from cds_service.fhir.client import FhirServer
from cds_service.fhir.dates import elsewhere
from cds_service.fhir.fetching import Fetching, Limits
from cds_service.fhir.patient import Person
from cds_service.fhir.prefetch import Sent, State, check_patient, sent
from cds_service.fhir.queries import Query
from cds_service.fhir.reading import (
    NO_TOKEN,
    NOT_ALLOWED,
    NOT_AUTHORISED,
    NOT_FHIR,
    NOT_FOUND,
    NOT_IN_SCOPE,
    NOT_SENT,
    OUT_OF_TIME,
    REFUSED,
    RESTING,
    Reading,
)
from cds_service.fhir.shelf import Shelf
from eligibility.record import Hole

_WHY = {
    None: "there is none",
    NOT_SENT: "it was not sent, and there is no FHIR server that may be read",
    REFUSED: "it was refused",
    NOT_AUTHORISED: "the FHIR server did not accept the token",
    NOT_FOUND: "the FHIR server has none of this id",
    NOT_IN_SCOPE: "the token's scopes do not cover it",
    NOT_ALLOWED: "it was not sent, and fhirServer is none that is registered for this client",
    NO_TOKEN: "it was not sent, and the authorization server gave us no token",
    RESTING: "the FHIR server answered none of the last calls and was not asked; try again in a few seconds",
    OUT_OF_TIME: "the FHIR server did not answer in time",
    NOT_FHIR: "what came is no FHIR resource",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything obtained of one patient, and what was not. `addressed` finds entries by fullUrl."""

    patient: Json
    resources: list[Json]
    addressed: Mapping[str, Json] = field(default_factory=dict)
    base: str | None = None
    holes: tuple[Hole, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    fetched: int = 0

    @property
    def hole_counts(self) -> dict[str, int]:
        return dict(sorted(Counter(hole.reason for hole in self.holes).items()))


async def gather(
    queries: Sequence[Query],
    prefetch: Mapping[str, Any],
    patient_id: str,
    as_of: date,
    server: FhirServer | None = None,
    limits: Limits | None = None,
    unread: str = NOT_SENT,
    zone: tzinfo | None = None,
) -> Gathered:
    """The record of `patient_id`; `unread` says why there is no server. Raises RecordUnavailable without Patient or
    Conditions."""
    check_patient(prefetch, patient_id)
    shelf = Shelf()
    readings = [_begin(query, sent(prefetch, query.key), shelf, unread, elsewhere(zone)) for query in queries]
    if server is not None:
        await Fetching(server, shelf, patient_id, as_of, limits or Limits()).complete(readings)
    addressed: dict[str, Json] = {}
    for reading in readings:
        addressed |= reading.addressed
    patient = _required(readings, shelf, patient_id)
    person = Person.of(patient, f"Patient/{patient_id}", frozenset())
    for reading in readings:
        if reading.query.section is not None:
            reading.check_whose(person)
    return Gathered(
        patient=patient,
        resources=shelf.all(),
        addressed=addressed,
        base=server.base.url if server else None,
        holes=tuple(hole for reading in readings for hole in reading.holes()),
        keys={reading.query.key: reading.state for reading in readings},
        fetched=server.requests if server else 0,
    )


def _begin(query: Query, came: Sent, shelf: Shelf, unread: str, zone: tzinfo | None) -> Reading:
    """What prefetch alone gives of a key (the four states)."""
    if came.state is State.NOTHING:
        return Reading(query, "nothing", zone=zone)
    if came.state is State.REFUSED:
        return Reading(query, "sent", gap=REFUSED, zone=zone)
    if came.page is None:
        return Reading(query, "absent", gap=unread if came.state is State.ABSENT else NOT_FHIR, zone=zone)
    reading = Reading(query, "sent", zone=zone)
    reading.take(came.page)
    shelf.add_all(reading.resources)
    return reading


def _required(readings: Sequence[Reading], shelf: Shelf, patient_id: str) -> Json:
    """The Patient. For conditions, "searched, nothing there" is an answer; no first page at all is none (design §4)."""
    patient = shelf.get("Patient", patient_id)
    for reading in readings:
        key = reading.query.key
        if key == "conditions" and reading.gap and not reading.pages and not shelf.any_of("Condition"):
            raise _unavailable(reading)
        if key == "patient" and patient is None:
            raise _unavailable(reading)
    if patient is None:
        raise RecordUnavailable("Patient is required: send prefetch key 'patient' (PREF-11)")
    return patient


def _unavailable(reading: Reading) -> RecordUnavailable:
    query = reading.query
    return RecordUnavailable(
        f"{query.resource} is required: {_WHY.get(reading.gap, 'the FHIR server could not be read')}. "
        f"Send prefetch key '{query.key}', or fhirServer with a token of scope {query.scope} (PREF-11)"
    )
