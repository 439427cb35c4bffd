"""Sees one call from its first byte to its outcome, and has the ledger write what became of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect

from cds_service.audit.chain import Anchor
from cds_service.audit.decided import Decided
from cds_service.audit.entry import Called
from cds_service.audit.ledger import Ledger
from cds_service.errors import MalformedCall, NotAdmitted, of_error
from cds_service.protocol import Answer, HookCall, read_patient_context
from cds_service.trust.caller import Caller

GONE = 499
"""The status of a call whose caller left before its body was here; it is never sent."""


@dataclass(slots=True)
class Witness:
    """One call to one service; `caller` and `call` as soon as they are known."""

    ledger: Ledger
    request: str
    service: str
    caller: Caller | None = None
    call: HookCall | None = None
    started: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.started

    async def answered(self, answer: Answer) -> Anchor | None:
        """The row of an answer; where it stands in the chain, if it could be kept."""
        return await self.ledger.keep(self.request, self._called(200, None, answer.decided, answer))

    async def failed(self, error: Exception, answered: int | None = None) -> None:
        """A call that was refused, or failed: as far as is known, by whom and about whom.

        `answered` is the status of a page; else the table of errors says it.
        """
        why = error.why if isinstance(error, NotAdmitted) else type(error).__name__
        status = GONE if isinstance(error, ClientDisconnect) else answered or of_error(error)[0]
        await self.ledger.keep(self.request, self._called(status, why, self._about(), Answer([])))

    def _called(self, status: int, why: str | None, decided: Decided | None, answer: Answer) -> Called:
        return Called(
            self.service,
            self.caller.name if self.caller else None,
            status,
            round(self.seconds * 1000, 1),
            why,
            decided,
            answer.keys,
            answer.quieted,
        )

    def _about(self) -> Decided | None:
        if self.call is None:
            return None
        try:
            context = read_patient_context(self.call)
        except MalformedCall:
            return None
        return Decided(context.patient_id, context.user)
