"""What is read from the FHIR server when prefetch leaves it out, in which order, and when reading stops.

The same template as in discovery, pages to their end, then what only the answers tell us to look for; all within one
deadline. Whatever is cut off has already noted that it was (FHIR-5: nothing is read after the answer).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cds_service.errors import FhirError, Refused, Unreachable
from cds_service.fhir.bundle import read_page
from cds_service.fhir.client import FhirServer
from cds_service.fhir.including import Including
from cds_service.fhir.reading import MORE_PAGES, NOT_IN_SCOPE, OUT_OF_TIME, SAID_NO, Reading
from cds_service.fhir.references import ingredients_of, medications_of, studies_of
from cds_service.fhir.scopes import READ, SEARCH
from cds_service.fhir.shelf import Shelf

Work = Coroutine[Any, Any, None]
_MAX_STUDIES = 10
_MAX_INGREDIENTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read for one patient, and how long."""

    deadline: float = 4.0
    pages: int = 20
    entries: int = 5_000
    record: int = 20_000
    medications: int = 50


class Fetching:
    """One call's reading from one server."""

    def __init__(self, server: FhirServer, shelf: Shelf, patient_id: str, as_of: date, limits: Limits) -> None:
        self.server = server
        self.shelf = shelf
        self.patient_id = patient_id
        self.as_of = as_of
        self.limits = limits
        self._ends = asyncio.get_running_loop().time() + limits.deadline

    async def complete(self, readings: Sequence[Reading]) -> None:
        """First what is absent or goes on overleaf; then what the answers themselves refer to."""
        await self._in_time([self._read(reading) for reading in readings if self._wanted(reading)])
        if self._left() > 0:
            including = Including(self.server, self.shelf, self.patient_id)
            await self._in_time([self._read_by_category(readings), including.read(self._left() / 2)])
        if self._left() > 0:
            await self._in_time(self._look_ups())

    def _left(self) -> float:
        return self._ends - asyncio.get_running_loop().time()

    async def _in_time(self, work: list[Work]) -> None:
        """Run side by side until done or the deadline. A mistake of ours must not pass for a hole in the record."""
        if not work:
            return
        tasks = [asyncio.ensure_future(one) for one in work]
        try:
            await asyncio.wait(tasks, timeout=max(self._left(), 0))
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def _wanted(self, reading: Reading) -> bool:
        if reading.how == "absent":
            return True
        return reading.next is not None and not reading.enough(self.as_of)

    async def _read(self, reading: Reading) -> None:
        """The first page by the key's own template, or the pages after the one that was sent."""
        if not self._in_scope(reading):
            return
        if reading.pages:
            await self._follow(reading, self._overleaf(reading))
        else:
            reading.how = "fetched"
            await self._follow(reading, self.server.base.filled(reading.query.template, self.patient_id))

    def _in_scope(self, reading: Reading) -> bool:
        """What the token was not granted is not asked for, and unknown (FHIR-6)."""
        query, scopes = reading.query, self.server.scopes
        letter = READ if query.section is None else SEARCH
        if not scopes.permit(query.resource, letter):
            reading.gap = reading.gap if reading.pages else NOT_IN_SCOPE
            return False
        reading.partial = query.section is not None and not scopes.in_full(query.resource, letter)
        return True

    def _overleaf(self, reading: Reading) -> str | None:
        base = self.server.base
        return base.own(reading.next, f"{base.url}/") if reading.next else None

    async def _follow(self, reading: Reading, address: str | None, *, to_the_end: bool = False) -> None:
        """Read from `address` on, page by page, until the end, a limit, a refusal or a loop."""
        seen: set[str] = set()
        while address is not None and address not in seen and self._room(reading):
            seen.add(address)
            reading.gap = OUT_OF_TIME  # stands if the deadline cuts us off while waiting
            try:
                await self._page(reading, address)
            except FhirError as trouble:
                reading.gap = MORE_PAGES if reading.pages else trouble.reason
                return
            if reading.next is None or (reading.enough(self.as_of) and not to_the_end):
                return
            address = self.server.base.own(reading.next, address)
        reading.gap = MORE_PAGES

    def _room(self, reading: Reading) -> bool:
        limits = self.limits
        return (
            reading.pages < limits.pages and len(reading.resources) < limits.entries and len(self.shelf) < limits.record
        )

    async def _page(self, reading: Reading, address: str) -> None:
        page = read_page(await self.server.get(address, self._ends))
        if page is None:
            raise Unreachable("the FHIR server's answer is no FHIR resource")
        if page.failed and not page.resources:
            raise Refused("the FHIR server answered with an OperationOutcome")
        self.shelf.add_all(page.resources)
        reading.take(page)

    async def _read_by_category(self, readings: Sequence[Reading]) -> None:
        """Where a search by code was refused, the laboratory category, read to its end, serves; or unknown."""
        refused = [one for one in readings if one.query.in_category and one.how == "fetched" and one.gap in SAID_NO]
        category = next((one for one in readings if one.query.recent_days is not None), None)
        if not refused or category is None:
            return
        if category.gap is not None and category.next is not None and self._in_scope(category):
            await self._follow(category, self._overleaf(category), to_the_end=True)
        if category.whole and category.pages:
            for reading in refused:
                reading.gap = None

    def _look_ups(self) -> list[Work]:
        """Medications and studies that entries refer to and nobody sent (in the wild: most orders), newest first."""
        wanted = medications_of(self.shelf, self.server.base)[: self.limits.medications]
        wanted += studies_of(self.shelf, self.server.base)[:_MAX_STUDIES]
        return [self._look_up(reference) for reference in wanted]

    async def _look_up(self, reference: str) -> None:
        """One resource; a Medication may name its substance by a further reference (two hops)."""
        await self._one(reference)
        for ingredient in ingredients_of(reference, self.shelf, self.server.base)[:_MAX_INGREDIENTS]:
            await self._one(ingredient)

    async def _one(self, reference: str) -> None:
        if not self.server.scopes.permit(reference.partition("/")[0], READ):
            return
        try:
            found = await self.server.get(f"{self.server.base.url}/{reference}", self._ends)
        except FhirError:
            return  # the reader says which drug is not resolved
        if isinstance(found, dict) and f"{found.get('resourceType')}/{found.get('id')}" == reference:
            self.shelf.add(found)
