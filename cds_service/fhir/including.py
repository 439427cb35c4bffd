"""Many Medications that orders refer to, read by one search where the FHIR server knows `_include`.

Only ever in our own follow-up reads, never in a template (PREF-3). Nothing but Medications is taken from such an answer
and no failure of it is a hole: whatever is missing afterwards is read one by one, as on a server without `_include`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from urllib.parse import quote

from cds_service.errors import FhirError
from cds_service.fhir.bundle import read_page
from cds_service.fhir.client import FhirServer
from cds_service.fhir.references import USES, medications_of
from cds_service.fhir.scopes import READ, SEARCH
from cds_service.fhir.shelf import Shelf

# As many as are read side by side in any case: up to here one search more would save nothing.
FEW = 8
_COUNT = 200
_MOST_BASES = 1_000


class Including:
    """The Medications of one patient's orders. `unable` remembers, for all calls, which bases have no `_include`."""

    def __init__(self, server: FhirServer, shelf: Shelf, patient_id: str) -> None:
        self._server = server
        self._shelf = shelf
        self._patient = quote(patient_id, safe="")

    async def read(self, within: float) -> None:
        """Ask once for each kind of entry that refers to Medications not in hand, for at most `within` seconds."""
        missing = set(medications_of(self._shelf, self._server.base))
        if len(missing) <= FEW or self._server.base.url in self._unable or not self._permitted("Medication"):
            return
        kinds = [kind for kind in USES if self._permitted(kind) and missing & set(self._of(kind))]
        searches = asyncio.gather(*(self._search(kind) for kind in kinds))
        try:
            await asyncio.wait_for(searches, within)
        except TimeoutError:
            return
        if kinds and missing <= set(medications_of(self._shelf, self._server.base)):
            self._remember()

    @property
    def _unable(self) -> set[str]:
        return self._server.client.without_include

    def _remember(self) -> None:
        if len(self._unable) < _MOST_BASES:
            self._unable.add(self._server.base.url)

    def _permitted(self, kind: str) -> bool:
        return self._server.scopes.permit(kind, READ if kind == "Medication" else SEARCH)

    def _of(self, kind: str) -> Iterable[str]:
        return medications_of(self._shelf, self._server.base, (kind,))

    async def _search(self, kind: str) -> None:
        address = f"{self._server.base.url}/{kind}?patient={self._patient}&_include={kind}:medication&_count={_COUNT}"
        try:
            page = read_page(await self._server.get(address))
        except FhirError:
            return
        if page is not None:
            self._shelf.add_all(one for one in page.resources if one.get("resourceType") == "Medication")
