"""How audit rows hold together: each row's hash covers the row and the hash before it, under a key of ours.

Who changes, removes or moves a row without the key breaks the chain there. What a chain alone cannot tell is that its
last rows are gone: for that, its head is noted elsewhere now and then, and `verify` is asked for it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

GENESIS = "0" * 64
_PURPOSE = b"cds-service audit chain 1"
PURGED = "purged"
"""The member of a row that tells of a purge: `through` is the last number that was removed."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row as it is kept. `content` is canonical JSON."""

    number: int
    at: str
    call: str
    content: str
    hash: str

    @property
    def told(self) -> dict[str, Any]:
        """The content; empty where somebody made it unreadable."""
        try:
            found = orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in the chain by number and hash: where it starts, after the last row that is no longer there."""

    number: int = 0
    hash: str = GENESIS

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as it was written; `number` is the row where it shows."""

    number: int
    what: str


@dataclass(slots=True)
class Check:
    """A walk along the chain, row by row, and what was found on it. `noted` is a head that was written down before."""

    key: bytes
    anchor: Anchor = Anchor()
    noted: Anchor | None = None
    rows: int = 0
    flaws: list[Flaw] = field(default_factory=list)
    number: int = field(init=False)
    head: str = field(init=False)
    _purged: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.number, self.head = self.anchor.number, self.anchor.hash

    @property
    def at(self) -> Anchor:
        """How far the walk has come."""
        return Anchor(self.number, self.head)

    def walk(self, rows: Iterable[AuditRow]) -> None:
        """Further rows, in the order of their numbers."""
        for row in rows:
            self.flaws += self._flaws(row)
            purged = row.told.get(PURGED) if PURGED in row.content else None
            if isinstance(purged, dict):
                self._purged = purged.get("through", 0)
            if self.noted is not None and row.number == self.noted.number and row.hash != self.noted.hash:
                self.flaws.append(Flaw(row.number, "this row is not the one that was noted"))
            self.rows, self.number, self.head = self.rows + 1, row.number, row.hash

    def _flaws(self, row: AuditRow) -> Iterator[Flaw]:
        gap = row.number - self.number - 1
        if gap:
            missing = f"row {self.number + 1} is" if gap == 1 else f"rows {self.number + 1} to {row.number - 1} are"
            yield Flaw(row.number, f"{missing} missing")
        elif row.hash != link(self.key, self.head, row.number, row.at, row.call, row.content):
            yield Flaw(row.number, "this row was changed, moved or put in")

    def end(self) -> None:
        """What only the whole chain tells: its start is where a purge put it, and it reaches as far as was noted."""
        if self.noted is not None and self.number < self.noted.number:
            self.flaws.append(Flaw(self.number, f"the chain ends here; it was noted at {self.noted.number}"))
        if self.anchor.number and self._purged != self.anchor.number:
            self.flaws.append(Flaw(self.anchor.number, "rows up to this one are gone, and no purge tells of it"))


def chain_key(key: bytes) -> bytes:
    """The key of the chain, made from that of the pseudonyms: neither tells the other."""
    return hmac.new(key, _PURPOSE, hashlib.sha256).digest()


def link(key: bytes, before: str, number: int, at: str, call: str, content: str) -> str:
    """The hash of a row; no two different rows are written alike."""
    return hmac.new(key, orjson.dumps([before, number, at, call, content]), hashlib.sha256).hexdigest()


def canonical(content: dict[str, Any]) -> str:
    """The one text of a content."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()
