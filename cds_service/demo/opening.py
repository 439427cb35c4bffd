"""One opening of a chart, as its EHR remembers it: the cards, what was done about each, and all that was sent."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cds_service.ehr.prefetch import Prefetch
from cds_service.ehr.told import tell_prefetch
from cds_service.ehr.visit import Visit

Json = dict[str, Any]
MOST = 100
_WIDE = 10_000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as they were."""

    method: str
    address: str
    request: Json
    status: int
    answer: Any
    sent: tuple[str, ...] = ()


@dataclass(slots=True)
class Opening:
    """`done` is what was created, by suggestion; `aside` the reason in words, by card; `trouble` by card."""

    patient: str
    visits: tuple[Visit, ...] = ()
    problem: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    done: dict[str, str] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)
    name: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    def cards(self) -> Iterator[tuple[str, Json]]:
        """Each card with the service that sent it."""
        for visit in self.visits:
            yield from ((visit.service, card) for card in visit.cards or [] if isinstance(card, dict))

    def card(self, uuid: str) -> tuple[str, Json] | None:
        """The card of this id that is still to be answered."""
        open_now = (one for one in self.cards() if uuid and one[1].get("uuid") == uuid and uuid not in self.aside)
        return next(open_now, None)


def opened(patient: str, visits: tuple[Visit, ...], problem: str) -> Opening:
    """A chart that was opened just now."""
    return Opening(patient, visits, problem, [_hook_call(visit) for visit in visits])


def _hook_call(visit: Visit) -> Exchange:
    sent = tuple(tell_prefetch(visit.prefetch or Prefetch(), _WIDE))
    return Exchange("POST", f"/cds-services/{visit.service}", visit.request, visit.status, visit.answer, sent)


@dataclass(slots=True)
class Openings:
    """The latest openings, by name: the oldest make room."""

    _kept: dict[str, Opening] = field(default_factory=dict)

    def keep(self, opening: Opening) -> Opening:
        self._kept[opening.name] = opening
        for name in list(self._kept)[: max(len(self._kept) - MOST, 0)]:
            del self._kept[name]
        return opening

    def of(self, patient: str, asked: Mapping[str, str]) -> Opening | None:
        """The opening of this chart that a link or a form names."""
        found = self._kept.get(asked.get("opening", ""))
        return found if found is not None and found.patient == patient else None
