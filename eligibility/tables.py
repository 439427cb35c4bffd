"""The tables all trials share: which drugs contradict silence, how old a result may be, scales, units, brackets.

They stand in `trials/shared.yaml` and speak of value sets only, never of a criterion or a trial (G6, G7b).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from eligibility.criteria.criterion import Names, Parameters, SpanText
from eligibility.when import Span


def _fraction(value: object) -> object:
    return Fraction(value) if isinstance(value, str | int) and not isinstance(value, bool) else value


def _ages(value: object) -> object:
    """`{"28 days": [sets]}` becomes set → span."""
    if not isinstance(value, dict):
        return value
    return {
        name: Span.parse(span) if isinstance(span, str) else span for span, names in value.items() for name in names
    }


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Listed = BeforeValidator(_listed)
Number = Annotated[Fraction, BeforeValidator(_fraction)]
Ages = Annotated[dict[str, Span], BeforeValidator(_ages)]


class Indication(Parameters):
    """A drug or procedure that implies a disease (G7b). One recorded condition of `settled_by` settles all."""

    of: Names
    when: Literal["current", "ever"]
    or_stopped_within: SpanText | None = None
    suggests: Names
    settled_by: Names
    settled_by_negative: Names = ()

    @cached_property
    def suggested(self) -> frozenset[str]:
        return frozenset(self.suggests)


class Scale(Parameters):
    """An ordinal scale: its observations, its range, look-alikes (named, never converted), coded answers → number."""

    of: Names
    range: Annotated[tuple[int, int], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else v)]
    look_alikes: Names = Field(default=(), alias="not")
    answers: dict[str, int]


class Conversion(Parameters):
    """A conversion that needs to know the analyte: to = from ÷ divide_by, or from × multiply_by + offset."""

    of: Names
    from_unit: str = Field(alias="from")
    to_unit: str = Field(alias="to")
    divide_by: Number | None = None
    multiply_by: Number | None = None
    offset: Number = Fraction(0)

    @property
    def factor(self) -> Fraction:
        if self.divide_by is not None:
            return 1 / self.divide_by
        return self.multiply_by if self.multiply_by is not None else Fraction(1)


class Bracket(Parameters):
    """The limits between which a laboratory's upper limit of normal plausibly lies, when it printed none (G6)."""

    of: Names
    low: Number
    high: Number
    unit: str
    adults_only: bool = False


class AdultRange(Parameters):
    """A printed range without age whose upper end exceeds this is an adult's: not used below `under` years (G6)."""

    of: Names
    under: int
    high_above: Number
    unit: str


class Plausible(Parameters):
    """Values outside [low, high] cannot be: they are refused, not used. Without `unit` the number as it stands.

    A printed upper limit of normal outside [uln_low, uln_high] is in another unit than it says, or a placeholder.
    """

    of: Names
    low: Number | None = None
    high: Number | None = None
    unit: str = ""
    adults_only: bool = False
    uln_low: Number | None = None
    uln_high: Number | None = None


class PrintedUnit(Parameters):
    """How a printed range tells the unit of a count that carries none: its low end lies in [low, high] (G6).

    A count in this unit below `counts_from`, but above none, is in another unit than it says.
    """

    of: Names
    low: Number
    high: Number
    unit: str
    counts_from: Number | None = None


class Tables(Parameters):
    """Everything of `shared.yaml` but its facts."""

    indications: dict[str, Indication] = {}
    freshness: Ages = {}
    freshness_children: Ages = {}
    scales: dict[str, Scale] = {}
    units: Annotated[tuple[Conversion, ...], Listed] = ()
    uln_brackets: Annotated[tuple[Bracket, ...], Listed] = ()
    adult_ranges: Annotated[tuple[AdultRange, ...], Listed] = ()
    plausible: Annotated[tuple[Plausible, ...], Listed] = ()
    printed_units: Annotated[tuple[PrintedUnit, ...], Listed] = ()
    viral_loads: Names = ()  # tests whose bare number means "detected"
    screening: Names = ()  # tests that the study team does, after consent, whatever the trial (G13)
    dosing_intervals: dict[str, SpanText] = {}  # ingredient → how far its doses lie apart, where that is days
    systemic: Names = ()  # sets from which an explicit local route or form takes a drug out (G11)
    prednisone_equivalents: Mapping[str, Number] = {}  # ingredient → mg prednisone per mg

    def freshness_of(self, names: tuple[str, ...], child: bool) -> Span | None:
        for name in names:
            if child and name in self.freshness_children:
                return self.freshness_children[name]
            if name in self.freshness:
                return self.freshness[name]
        return None
