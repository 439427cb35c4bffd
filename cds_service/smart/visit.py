"""What happens between launch and report: the launch checked, the record read with its token, held against the trials.

No I/O with the browser here: addresses in, addresses or a session's handle out, troubles raised.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from cards.render import nearest_first
from cds_service.audit.decided import Decided
from cds_service.audit.witness import Witness
from cds_service.errors import MalformedCall, RecordUnavailable
from cds_service.fhir.client import FhirClient
from cds_service.fhir.discretion import restricted
from cds_service.fhir.gather import Gathered
from cds_service.judged import Judged, Judging
from cds_service.obtaining import Obtaining
from cds_service.protocol import Access, Answer, HookCall, PatientContext, read_patient_context
from cds_service.report.packed import Kept
from cds_service.report.reports import kept_of
from cds_service.smart.app import App
from cds_service.smart.discovery import Endpoints, discovered, scopes_for
from cds_service.smart.exchange import Grant, exchanged
from cds_service.smart.launch import Begun, Launches
from cds_service.smart.session import Sessions
from cds_service.smart.troubles import (
    AuthorizationError,
    Denied,
    Incomplete,
    NotForViewer,
    NothingAssessed,
    NoViewer,
    RecordTrouble,
    StateTrouble,
    UnknownServer,
)
from cds_service.trust.caller import Caller

SERVICE = "smart-report"
"""The name of these reports in the audit and the log."""

_LONGEST = 2_000
_FRESH = 60.0
_MOST = 100


@dataclass(frozen=True, slots=True)
class Returned:
    """What the browser brings back from the authorization server; `issuer` where it names itself (RFC 9207)."""

    state: str
    code: str = ""
    error: str = ""
    issuer: str = ""


class Visits:
    """Launches of all clients. `callers` are those known at this moment."""

    def __init__(
        self,
        callers: Callable[[], Sequence[Caller]],
        fhir: FhirClient,
        launches: Launches,
        sessions: Sessions,
        obtaining: Obtaining,
        judging: Judging,
        clock: Callable[[], datetime],
        today: Callable[[tzinfo], date],
    ) -> None:
        self._callers = callers
        self._fhir = fhir
        self._launches = launches
        self.sessions = sessions
        self._obtaining = obtaining
        self._judging = judging
        self._clock = clock
        self._today = today
        self._endpoints: dict[str, tuple[float, Endpoints]] = {}

    def launched_from(self, iss: str) -> tuple[Caller, App]:
        """The one client whose EHR this is. Raises UnknownServer."""
        found = [(one, one.app) for one in self._callers() if one.app is not None and one.app.launched_from(iss)]
        if len(found) != 1:
            raise UnknownServer
        return found[0]

    def named(self, client: str) -> Caller | None:
        """The client of this name, as long as it launches us."""
        return next((one for one in self._callers() if one.name == client and one.app is not None), None)

    def framed_by(self) -> frozenset[str]:
        """The origins of all clients that launch us."""
        return frozenset(origin for one in self._callers() if one.app is not None for origin in one.app.framed_by)

    async def begin(self, iss: str, launch: str, secret: str) -> tuple[App, str]:
        """Where the browser is sent. Raises Incomplete, UnknownServer, ServerTrouble, StoreUnavailable."""
        if not iss or not launch or max(len(iss), len(launch)) > _LONGEST:
            raise Incomplete
        caller, app = self.launched_from(iss)
        endpoints = await self._endpoints_of(iss, app)
        scope = scopes_for(self._obtaining.searches.by(caller.maps), endpoints.capabilities)
        address = await self._launches.begin(
            caller.name, app, endpoints, iss=iss, launch=launch, scope=scope, secret=secret
        )
        return app, address

    async def _endpoints_of(self, iss: str, app: App) -> Endpoints:
        """Asked for once a minute at most: anybody may start a launch."""
        until, known = self._endpoints.get(iss, (0.0, None))
        if known is not None and time.monotonic() < until:
            return known
        reach = app.reach()
        found = await discovered(self._fhir.http(reach), iss, reach)
        if len(self._endpoints) > _MOST:
            self.forget()
        self._endpoints[iss] = (time.monotonic() + _FRESH, found)
        return found

    def forget(self) -> None:
        """What servers said of themselves is asked again at the next launch."""
        self._endpoints.clear()

    async def finish(self, returned: Returned, secret: str, witness: Witness) -> tuple[App, str, str]:
        """The session's handle, and the trial that the card was about. Raises a LaunchTrouble, StoreUnavailable."""
        if not returned.state or not (returned.code or returned.error):
            raise Incomplete
        begun = await self._launches.take(returned.state, secret)
        caller = self.named(begun.client)
        if caller is None or caller.app is None or not caller.app.launched_from(begun.iss):
            raise StateTrouble("client")
        if returned.issuer and begun.issuer and returned.issuer != begun.issuer:
            raise StateTrouble("issuer")
        witness.caller = caller
        if returned.error:
            raise Denied if returned.error == "access_denied" else AuthorizationError
        http = self._fhir.http(caller.app.reach())
        grant = await exchanged(http, caller.app, begun, returned.code, self._clock().timestamp())
        witness.call = call = _call(caller, begun, grant)
        reports = await self._assessed(call, _viewed(call), witness)
        handle = await self.sessions.keep(caller.name, grant.patient, reports, secret)
        known = {one.assessment.trial.nct_id for one in reports}
        return caller.app, handle, grant.about if grant.about in known else ""

    async def _assessed(self, call: HookCall, context: PatientContext, witness: Witness) -> tuple[Kept, ...]:
        as_of = self._today(call.caller.zone)
        try:
            gathered = await self._obtaining.gathered(call, context.patient_id, as_of)
        except (RecordUnavailable, MalformedCall):
            raise RecordTrouble from None
        judged = self._judging(gathered, call, SERVICE, as_of)
        await witness.answered(_answer(gathered, judged, context, as_of))
        if judged.record is None or not judged.assessments:
            raise NothingAssessed
        return tuple(kept_of(about, judged.record, call.caller) for about in nearest_first(judged.assessments))


def _call(caller: Caller, begun: Begun, grant: Grant) -> HookCall:
    """The launch as a call of patient-view without prefetch: read, judged and audited the same way."""
    return HookCall(
        hook="patient-view",
        instance=str(uuid.uuid4()),
        context={"patientId": grant.patient, "userId": grant.user},
        prefetch={},
        access=Access(begun.iss, grant.token, grant.scope),
        authorised_patient=grant.patient,
        caller=caller,
    )


def _viewed(call: HookCall) -> PatientContext:
    """Who looks, where that may be (design §6). Raises NoViewer, NotForViewer."""
    try:
        context = read_patient_context(call)
    except MalformedCall:
        raise NoViewer("fhirUser") from None
    if context.user_type not in call.caller.viewers:
        raise NotForViewer
    return context


def _answer(gathered: Gathered, judged: Judged, context: PatientContext, as_of: date) -> Answer:
    """What the audit and the log are told."""
    return Answer(
        cards=[],
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
            {},
            restricted(gathered.patient),
            gathered.holes,
        ),
    )
