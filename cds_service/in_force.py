"""Which trials calls are answered by: those read at start, until the folder of definitions holds better ones.

A folder with a mistake is refused as a whole. At start that stops the service; later the last good version stays in
force, because a typing error at noon must not silence the trials.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cds_service import log
from cds_service.catalogue import Catalogue, DefinitionError
from cds_service.expansion.starting import catalogue_for
from cds_service.fhir.gather import Gathered
from cds_service.fhir.local_codes import ConceptMaps
from cds_service.fhir.queries import Query, Searches
from cds_service.judged import Judged, Judging
from cds_service.protocol import HookCall
from cds_service.screening import Screening
from cds_service.settings import Settings
from cds_service.watching import KEY, TRIAL

LOOK_EVERY = 2.0
"""Seconds between two looks at the folder of definitions."""

Stamps = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A catalogue, with what is made of it once: how records are judged, and the searches that discovery publishes."""

    catalogue: Catalogue
    judging: Judging
    searches: Searches


class InForce:
    """The version that calls are answered by. `refused` tells why a change was not taken over.

    `judging` stands in for the screening of the catalogue, for tests and benchmarks.
    """

    def __init__(
        self, settings: Settings, catalogue: Catalogue, maps: ConceptMaps, judging: Judging | None = None
    ) -> None:
        self._judging = judging
        self._settings = settings
        self._maps = maps
        self._seen = _stamps(settings.trials)
        self.version = self._made(catalogue)
        self.refused = ""

    @property
    def catalogue(self) -> Catalogue:
        return self.version.catalogue

    def by(self, maps: ConceptMaps | None) -> tuple[Query, ...]:
        """What is asked of a FHIR server, by these maps."""
        return self.version.searches.by(maps)

    def judged(self, gathered: Gathered, call: HookCall, service: str, as_of: date) -> Judged:
        return self.version.judging(gathered, call, service, as_of)

    def reread(self) -> bool:
        """Whether files changed and were taken over. Why a change was not stands in `refused` until the next one."""
        stamps = _stamps(self._settings.trials)
        if stamps == self._seen:
            return False
        self._seen = stamps
        try:
            self.version, self.refused = self._made(catalogue_for(self._settings, again=True)), ""
        except DefinitionError as error:
            self.refused = str(error)
            return False
        return True

    def _made(self, catalogue: Catalogue) -> Version:
        judging = self._judging or Screening(catalogue, self._settings.locale, self._maps).judged
        searches = Searches(catalogue.terminology.value_sets, self._maps)
        TRIAL.know(trial.nct_id for trial in catalogue.trials)
        KEY.know(query.key for query in searches.by(None))
        return Version(catalogue, judging, searches)


@asynccontextmanager
async def kept_up_to_date(
    trials: InForce, settings: Settings, taken: Callable[[Catalogue], None]
) -> AsyncIterator[None]:
    """While this lasts, changed definitions are taken over, if there is a folder of them that the settings name."""
    if settings.trials is None:
        yield
        return
    watching = asyncio.create_task(_watch(trials, taken))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _watch(trials: InForce, taken: Callable[[Catalogue], None]) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        await _look(trials, taken)


async def _look(trials: InForce, taken: Callable[[Catalogue], None]) -> None:
    """One look; whatever goes wrong, the version in force stays and the next look comes."""
    before = trials.refused
    try:
        changed = await asyncio.to_thread(trials.reread)
        if changed:
            taken(trials.catalogue)
    except Exception as error:
        log.trials("trials-refused", why=type(error).__name__, level=logging.ERROR)
        return
    if changed:
        log.trials("trials-reread", number=len(trials.catalogue.trials), level=logging.INFO)
    elif trials.refused and trials.refused != before:
        log.trials("trials-refused", why=trials.refused, level=logging.ERROR)


def _stamps(folder: Path | None) -> Stamps:
    """What tells that a file changed: its name, size, and time of change."""
    if folder is None:
        return ()
    try:
        files = sorted(one for one in folder.rglob("*") if one.suffix in (".yaml", ".json"))
        return tuple((str(one), one.stat().st_size, one.stat().st_mtime_ns) for one in files)
    except OSError:
        return ()
