"""patient-view: a chart is opened; which open trials may fit this patient?

Reads the clock once, gathers the record, has `judging` hold it against the trials, and tells those that feedback has
not quieted. A viewer who is not a professional is told nothing (design §6, CTX-1).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, tzinfo

from cds_service.audit.decided import Decided
from cds_service.feedback.memory import Memory, coarsely
from cds_service.fhir.client import FhirClient
from cds_service.fhir.discretion import restricted
from cds_service.fhir.queries import Asking, prefetch
from cds_service.judged import Judging
from cds_service.obtaining import Obtaining
from cds_service.protocol import SPECIFICATION, Answer, HookCall, Json, read_patient_context
from cds_service.report.reports import Reports
from cds_service.settings import Settings
from cds_service.smart.links import link as launch_link
from cds_service.stations import Stations
from cds_service.traffic import Traffic
from cds_service.trust.caller import Caller


class PatientView:
    """The chart-open service."""

    id = "trial-eligibility-patient-view"
    hook = "patient-view"

    def __init__(
        self,
        settings: Settings,
        searches: Asking,
        judging: Judging,
        today: Callable[[tzinfo], date],
        fhir: FhirClient,
        memory: Memory,
        reports: Reports,
        traffic: Traffic,
    ) -> None:
        self.settings = settings
        self.searches = searches
        self.judging = judging
        self.today = today
        self.obtaining = Obtaining(settings, searches, fhir)
        self.memory = memory
        self.reports = reports
        self.traffic = traffic

    def discovery(self, caller: Caller) -> Json:
        return {
            "id": self.id,
            "hook": self.hook,
            "version": SPECIFICATION,
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
            return Answer(cards=[], decided=Decided(context.patient_id, context.user))
        stations = Stations()
        as_of = self.today(call.caller.zone)
        with stations.at("gather"), self.traffic.elsewhere():
            gathered = await self.obtaining.gathered(call, context.patient_id, as_of)
        with stations.at("judge"):
            judged = self.judging(gathered, call, self.id, as_of)
        who = (call.caller, context.patient_id, context.user)
        with stations.at("recall"):
            quieted = await self.memory.quieted(*who, judged.assessments)
        with stations.at("tell"):
            told = judged.told(quieted.keys())
            await self.reports.link(call.caller, context.patient_id, told, judged.record)
            if call.caller.app is not None:
                launch_link(call.caller.app, told, self.reports.wording(call.caller.locale))
        labelled = restricted(gathered.patient)
        with stations.at("remember"):
            await self.memory.remember(*who, told.about, coarsely(judged.record, as_of, labelled=labelled))
        return Answer(
            cards=told.cards,
            quieted={trial: silence.number for trial, silence in quieted.items()},
            keys=gathered.keys,
            holes=gathered.hole_counts,
            entries=len(gathered.resources),
            fetched=gathered.fetched,
            decided=Decided(
                context.patient_id,
                context.user,
                as_of,
                judged.considered,
                judged.assessments,
                {about.trial.nct_id: uuid for uuid, about in told.about.items()},
                labelled,
                gathered.holes,
                stations.seconds,
            ),
        )
