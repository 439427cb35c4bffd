"""The hooks this service answers: one hook one file, and the list that discovery publishes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, tzinfo
from typing import Protocol

from cds_service.feedback.memory import Memory
from cds_service.fhir.client import FhirClient
from cds_service.fhir.queries import Asking
from cds_service.hooks.patient_view import PatientView
from cds_service.judged import Judge, Judging
from cds_service.protocol import Answer, HookCall, Json
from cds_service.report.reports import Reports
from cds_service.settings import Settings
from cds_service.traffic import Traffic
from cds_service.trust.caller import Caller

__all__ = ["Hook", "Judge", "Judging", "hooks"]


class Hook(Protocol):
    """One service: `id` is its address, `hook` the event it answers."""

    id: str
    hook: str

    def discovery(self, caller: Caller) -> Json:
        """Its entry in discovery (DISC-4 to DISC-9), for a client and its own codes."""

    async def answer(self, call: HookCall) -> Answer:
        """Its cards for one call."""


def hooks(
    settings: Settings,
    searches: Asking,
    judging: Judging,
    today: Callable[[tzinfo], date],
    fhir: FhirClient,
    memory: Memory,
    reports: Reports,
    traffic: Traffic,
) -> dict[str, Hook]:
    """Service id → hook, in the order of discovery. A new hook is one file and one line here."""
    published: tuple[Hook, ...] = (PatientView(settings, searches, judging, today, fhir, memory, reports, traffic),)
    return {hook.id: hook for hook in published}
