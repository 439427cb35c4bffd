"""patient-view: a chart is opened; which open trials may fit this patient?

Reads the clock once, gathers the record, and lets `judge` turn it into cards. A viewer who is not a professional is
told nothing (design §6, CTX-1).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, tzinfo

from cds_service.fhir.address import Base
from cds_service.fhir.client import FhirClient, FhirServer
from cds_service.fhir.fetching import Limits
from cds_service.fhir.gather import Gathered, gather
from cds_service.fhir.queries import Searches, prefetch
from cds_service.protocol import Access, Answer, HookCall, Json, read_patient_context
from cds_service.settings import Settings
from cds_service.trust.caller import Caller

# The pure part of the answer: record, call, service id, day → cards.
Judge = Callable[[Gathered, HookCall, str, date], list[Json]]


class PatientView:
    """The chart-open service."""

    id = "trial-eligibility-patient-view"
    hook = "patient-view"

    def __init__(
        self,
        settings: Settings,
        searches: Searches,
        judge: Judge,
        today: Callable[[tzinfo], date],
        fhir: FhirClient,
    ) -> None:
        self.settings = settings
        self.searches = searches
        self.judge = judge
        self.today = today
        self.fhir = fhir

    def discovery(self, caller: Caller) -> Json:
        return {
            "id": self.id,
            "hook": self.hook,
            "title": "Clinical trials this patient may fit",
            "description": (
                "Holds the patient's record (FHIR R4) against every eligibility criterion of the open trials and says "
                "which may fit, what stands in the way, until when, and what is missing. The study team decides."
            ),
            "usageRequirements": (
                "FHIR R4. Needs the Patient and the Conditions, from prefetch (keys patient, conditions) or by read "
                "access to the FHIR server; every other key that is left out is fetched where access is given, and "
                "criteria that rest on what could not be read are shown as unknown."
            ),
            "prefetch": prefetch(self.searches.by(caller.maps)),
        }

    async def answer(self, call: HookCall) -> Answer:
        context = read_patient_context(call)
        if context.user_type not in call.caller.viewers:
            return Answer(cards=[])
        as_of = self.today(call.caller.zone)
        server = self._server(call.access)
        queries = self.searches.by(call.caller.maps)
        gathered = await gather(queries, call.prefetch, context.patient_id, as_of, server, self._limits(call))
        return Answer(
            cards=self.judge(gathered, call, self.id, as_of),
            keys=gathered.keys,
            holes=gathered.hole_counts,
            entries=len(gathered.resources),
            fetched=gathered.fetched,
        )

    def _server(self, access: Access | None) -> FhirServer | None:
        """The server we may read, if any.

        FHIR-1: an address without a token is no invitation, unless the settings say so. FHIR-8: an address that
        callers name freely is called in open mode only.
        """
        settings = self.settings
        if access is None or not settings.open or (access.token is None and not settings.reads_without_token):
            return None
        base = Base.of(access.server)
        if base is None:
            return None
        return FhirServer(self.fhir, base, access.token, settings.max_answer, settings.parallel)

    def _limits(self, call: HookCall) -> Limits:
        settings = self.settings
        return Limits(
            deadline=call.caller.deadline,
            pages=settings.max_pages,
            entries=settings.max_entries,
            record=settings.max_record,
            medications=settings.max_medications,
        )
