"""The trials as a start of the service reads them: with what a terminology server adds, where one is configured.

Down, slow or wrong, it stops nothing: the last answer on disk serves, else the rows as shipped; one log line says so.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from cds_service import log
from cds_service.catalogue import Catalogue, DefinitionError, load_catalogue, read_catalogue
from cds_service.data import trials_folder
from cds_service.expansion.additions import with_additions
from cds_service.expansion.cache import Cache
from cds_service.expansion.rules import Rule
from cds_service.expansion.server import Found, NotExpanded, TerminologyServer, connection
from cds_service.settings import Settings
from eligibility.terminology import ValueSet


def catalogue_for(
    settings: Settings, transport: httpx2.BaseTransport | None = None, *, again: bool = False
) -> Catalogue:
    """The trials of the settings' folder, or those shipped, their value sets expanded if the settings name a server.

    Raises DefinitionError. `again` reads a folder whose files have changed.
    """
    folder = settings.trials or trials_folder()
    if settings.trials is not None and not folder.is_dir():
        raise DefinitionError([f"CDS_TRIALS: expected a folder of trial definitions, found {str(folder)!r}"])
    catalogue = (
        _read(settings, folder, transport) if again or settings.terminology_url else load_catalogue(settings.trials)
    )
    if not catalogue.trials:
        raise DefinitionError([f"CDS_TRIALS: no trial definition (*.yaml) in {str(folder)!r}"])
    return catalogue


def _read(settings: Settings, folder: Path, transport: httpx2.BaseTransport | None) -> Catalogue:
    if not settings.terminology_url:
        return read_catalogue(folder)
    with connection(transport) as http:
        server = TerminologyServer(settings.terminology_url, http)
        expansion = Expansion(server, Cache(settings.terminology_cache))
        return read_catalogue(folder, expand=expansion.of)


@dataclass(slots=True)
class Expansion:
    """Asks for every rule: the server first, then what it said last time."""

    server: TerminologyServer
    cache: Cache
    trouble: Counter[str] = field(default_factory=Counter)
    from_cache: int = 0
    over: NotExpanded | None = None

    def of(self, value_sets: Sequence[ValueSet], rules: Sequence[Rule]) -> tuple[ValueSet, ...]:
        answers = {rule: found for rule in rules if (found := self._answer(rule)) is not None}
        expanded = with_additions(value_sets, answers)
        self._tell(len(rules), len(answers), _rows(expanded) - _rows(value_sets))
        return expanded

    def _answer(self, rule: Rule) -> tuple[Found, ...] | None:
        key = rule.key(self.server.base)
        try:
            found = self._asked(rule)
        except NotExpanded as trouble:
            self.trouble[trouble.reason] += 1
            kept = self.cache.get(key)
            self.from_cache += kept is not None
            return kept
        if not self.cache.put(key, rule.value_set, found):
            self.trouble["cache-not-writable"] += 1
        return found

    def _asked(self, rule: Rule) -> tuple[Found, ...]:
        if self.over is not None:
            raise self.over
        try:
            return self.server.expand(rule)
        except NotExpanded as trouble:
            self.over = trouble if trouble.over else None
            raise

    def _tell(self, asked: int, answered: int, added: int) -> None:
        log.terminology(
            asked=asked,
            answered=answered - self.from_cache,
            cached=self.from_cache,
            as_shipped=asked - answered,
            added=added,
            trouble=dict(sorted(self.trouble.items())),
            level=logging.WARNING if self.trouble else logging.INFO,
        )


def _rows(value_sets: Sequence[ValueSet]) -> int:
    return sum(len(value_set.rows) for value_set in value_sets)
