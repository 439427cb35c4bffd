"""What of SMART App Launch a process has: nothing, where nobody can be registered and no EHR stands beside us."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime, tzinfo

from starlette.routing import BaseRoute

from cards.wording.wording import Wording
from cds_service.audit.ledger import Ledger
from cds_service.errors import StoreUnavailable
from cds_service.fhir.client import FhirClient
from cds_service.in_force import InForce
from cds_service.obtaining import Obtaining
from cds_service.report.sealed import OwnShelf, Shelf
from cds_service.settings import Settings
from cds_service.smart.launch import Launches
from cds_service.smart.routes import smart_routes
from cds_service.smart.session import Sessions
from cds_service.smart.visit import Visits
from cds_service.store.store import Store
from cds_service.trust.gate import Gate


class Smart:
    """The launches of one process; with a store, those of all its workers."""

    def __init__(
        self,
        settings: Settings,
        trials: InForce,
        fhir: FhirClient,
        gate: Gate,
        store: Store | None,
        clock: Callable[[], datetime],
        today: Callable[[tzinfo], date],
    ) -> None:
        self._settings = settings
        self._gate = gate
        self._clock = clock
        # Anybody may begin a launch: in a process of its own, that must not push out the reports of others.
        self._launches: Shelf = store.reports if store else OwnShelf()
        self._sessions: Shelf = store.reports if store else OwnShelf()
        sessions = Sessions(self._sessions, clock, trials, store.key if store else None)
        launches, obtaining = Launches(self._launches, clock), Obtaining(settings, trials, fhir)
        self.visits = Visits(lambda: gate.callers, fhir, launches, sessions, obtaining, trials.judged, clock, today)

    @property
    def offered(self) -> bool:
        """A deployment file may gain its `smart` at any time; open mode has what it was started with."""
        return self._gate.door is not None or any(one.app is not None for one in self._gate.callers)

    def routes(self, ledger: Ledger, wording: Callable[[str], Wording]) -> list[BaseRoute]:
        return smart_routes(self.visits, ledger, wording, self._settings.locale) if self.offered else []

    async def tidy(self) -> None:
        """Removes launches and sessions that have closed."""
        with contextlib.suppress(StoreUnavailable):
            await self._launches.forget(self._clock())
            await self._sessions.forget(self._clock())
