"""The real service, called over HTTP; the judge in it shows the gathered record instead of judging it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from cds_service.app import create_app
from cds_service.data import trials_folder
from cds_service.fhir.gather import Gathered
from cds_service.hooks import Judge
from cds_service.protocol import HookCall
from cds_service.settings import Settings
from cds_service.value_sets import load_value_sets
from eligibility.terminology import Terminology
from tests.conformance.answers import client_of
from tests.service.ehr import BASE, PATIENT, PATIENT_ID, Ehr

Json = dict[str, Any]
SERVICE = "/cds-services/trial-eligibility-patient-view"
GATHERED = "org.example.gathered"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TERMINOLOGY = Terminology(load_value_sets(trials_folder() / "value_sets"))


def shown(gathered: Gathered, call: HookCall, _service: str, as_of: date) -> list[Json]:
    """One card that carries what was gathered: ids, holes, day."""
    holes = [
        {
            "section": hole.section.value,
            "reason": hole.reason,
            "sets": sorted(hole.sets or ()),
            "since": hole.complete_since and hole.complete_since.isoformat(),
        }
        for hole in gathered.holes
    ]
    ids = sorted(f"{one['resourceType']}/{one.get('id')}" for one in gathered.resources)
    said = {"day": as_of.isoformat(), "ids": ids, "holes": holes, "instance": call.instance}
    return [{"summary": "Gathered", "indicator": "info", "source": {"label": "Test"}, "extension": {GATHERED: said}}]


class Service:
    """A client of the service. `call` fills in what a call needs; members given replace or, with None, remove it."""

    def __init__(self, ehr: Ehr, *, judge: Judge | None = None, transport: Any = None, **settings: Any) -> None:
        self.ehr = ehr
        self.app = create_app(
            Settings(**{"open": True, **settings}),
            catalogue=SimpleNamespace(terminology=TERMINOLOGY, trials=()),  # type: ignore[arg-type]
            clock=lambda: NOON,
            judge=judge or shown,
            transport=transport or ehr,
        )
        self.http = client_of(self.app)

    async def call(self, prefetch: Mapping[str, Any] | None = None, *, access: bool = False, **members: Any) -> Any:
        return await self.http.post(SERVICE, json=hook_call(prefetch, access=access, **members))

    async def record(self, prefetch: Mapping[str, Any] | None = None, *, access: bool = False, **members: Any) -> Json:
        """What was gathered: the one card of the judge above."""
        answer = await self.call(prefetch, access=access, **members)
        assert answer.status_code == 200, answer.text
        [card] = answer.json()["cards"]
        return {"holes": [], "ids": [], **card["extension"][GATHERED]}


def hook_call(prefetch: Mapping[str, Any] | None = None, *, access: bool = False, **members: Any) -> Json:
    body: Json = {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/doc", "patientId": PATIENT_ID},
        "prefetch": prefetch,
    }
    if access:
        grant = {"access_token": "secret-token", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read"}
        body |= {"fhirServer": BASE, "fhirAuthorization": {**grant, "subject": "cds"}}
    return {key: value for key, value in {**body, **members}.items() if value is not None}


KEYS = (
    "patient", "conditions", "statements", "requests", "administrations", "procedures", "allergies", "studies",
    "lists", "laboratory", "counts", "infections-1", "infections-2", "status",
)  # fmt: skip


def nothing_but(**keys: Any) -> Json:
    """A full prefetch: the Patient, `null` for everything else, and the keys given. Underscores stand for hyphens."""
    given = {key.replace("_", "-"): value for key, value in keys.items()}
    return dict.fromkeys(KEYS) | {"patient": PATIENT} | given


def without(prefetch: Json, *keys: str) -> Json:
    return {key: value for key, value in prefetch.items() if key not in keys}
