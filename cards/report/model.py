"""What the report page of one trial says, as plain texts: the same model is drawn as a page, printed, and copied."""

from __future__ import annotations

from dataclasses import dataclass

BLOCKS, MISSING, PERSON, FITS, ASSUMED, SIGN_OFF = "blocks", "missing", "person", "fits", "assumed", "sign-off"
STANDINGS = (BLOCKS, MISSING, PERSON, FITS, ASSUMED, SIGN_OFF)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many criteria stand so."""

    standing: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Cited:
    """One entry: what it says, when, and what kind of entry it is."""

    says: str
    when: str
    where: str


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion. `number` is its place in the protocol's list, empty where it is not named."""

    role: str
    number: str
    standing: str
    text: str
    verdict: str
    because: str
    evidence: tuple[Cited, ...] = ()
    lifts: str = ""
    settles: str = ""
    part: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What can be done, under a heading of the card."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One of the tables beside the picture."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture at two widths, what it shows in words, what its signs mean, and the same as tables."""

    wide: str
    narrow: str
    told: str
    legend: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class ReadingOf:
    """How an ambiguous sentence of the protocol is read."""

    text: str
    reading: str


@dataclass(frozen=True, slots=True)
class Report:
    """One trial held against one record on one day."""

    language: str
    trial: str
    title: str
    registry: str
    as_of: str
    headline: str
    closing: str
    contact: str
    made: str
    tallies: tuple[Tally, ...]
    criteria: int
    chart: Chart | None
    rows: tuple[Row, ...]
    steps: tuple[Step, ...]
    unread: tuple[str, ...]
    readings: tuple[ReadingOf, ...]
    caution: str = ""
