"""How the record of one call is obtained: prefetch, then the server that may be read, within the caller's time.

The hook and the SMART launch read by the same searches and the same limits.
"""

from __future__ import annotations

import asyncio
from datetime import date

from cds_service.errors import FhirError
from cds_service.fhir.client import FhirClient, FhirServer
from cds_service.fhir.fetching import Limits
from cds_service.fhir.gather import Gathered, gather
from cds_service.fhir.queries import Asking
from cds_service.fhir.reading import NOT_SENT
from cds_service.protocol import HookCall
from cds_service.settings import Settings
from cds_service.trust.whom import Whom

READING = 0.9
"""The part of a call's time in which may be read: the rest is for judging, so that the answer itself is in time."""


class Obtaining:
    """Reads records, one call at a time."""

    def __init__(self, settings: Settings, searches: Asking, fhir: FhirClient) -> None:
        self.settings = settings
        self.searches = searches
        self.whom = Whom(settings, fhir)

    async def gathered(self, call: HookCall, patient_id: str, as_of: date) -> Gathered:
        """The record; getting a token counts as reading. Raises RecordUnavailable."""
        clock = asyncio.get_running_loop().time
        began = clock()
        server, unread = await self._server(call)
        limits = self._limits(call, spent=clock() - began)
        queries = self.searches.by(call.caller.maps)
        try:
            return await gather(queries, call.prefetch, patient_id, as_of, server, limits, unread, call.caller.zone)
        finally:
            self.whom.after(call.caller, server)

    async def _server(self, call: HookCall) -> tuple[FhirServer | None, str]:
        """The server that may be read, if any, and why what was not sent is unread where there is none."""
        try:
            return await self.whom.server(call), NOT_SENT
        except FhirError as trouble:
            return None, trouble.reason

    def _limits(self, call: HookCall, spent: float) -> Limits:
        settings = self.settings
        return Limits(
            deadline=max(call.caller.deadline * READING - spent, 0.0),
            pages=settings.max_pages,
            entries=settings.max_entries,
            record=settings.max_record,
            medications=settings.max_medications,
        )
