"""The words of feedback: what a card told, what came back about it, and the two of them together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

Outcome = Literal["accepted", "overridden"]
UNKNOWN = "unknown"
SEXES = ("female", "male", "other")
OLDEST = 90
BANDS = (*(f"{years}-{years + 9}" for years in range(0, OLDEST, 10)), f"{OLDEST}+")
"""Ten years a band; from ninety on there is one."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of feedback as it came. `system` and `code` are the reason's; a bare override has neither (FB-5)."""

    card: str
    outcome: Outcome
    happened: datetime
    accepted: tuple[str, ...] = ()
    system: str = ""
    code: str = ""
    comment: str = ""

    def digest(self, client: str) -> str:
        """The same item of the same client twice is one row (FB-7)."""
        happened = self.happened.isoformat()
        parts = (client, self.card, self.outcome, happened, self.accepted, self.system, self.code, self.comment)
        return hashlib.sha256(orjson.dumps(parts)).hexdigest()


@dataclass(frozen=True, slots=True)
class CardSent:
    """What a card told, as far as feedback needs it. `patient` and `user` are pseudonyms, `open` criterion ids."""

    card: str
    client: str
    patient: str
    user: str
    trial: str
    definition: str
    status: str
    open: tuple[str, ...]
    sent: datetime
    sex: str = UNKNOWN
    age_band: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Heard:
    """One item of feedback beside the card that it is about."""

    number: int
    card: CardSent
    outcome: str
    system: str
    code: str
    received: datetime
    lifted: bool = False
