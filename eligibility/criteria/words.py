"""Words every kind shares (definition-language.md §4): which codes count and what they are worth; therapies.

A value set's marks say what a code is worth (value-sets.md §3.4); `judgement` and `unknown` give every member of
their sets that worth; `except` takes sets out first. A therapy narrows value sets to how a drug was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from eligibility.criteria.criterion import Names, Parameters, SpanText
from eligibility.criteria.drug_history import spoken_for
from eligibility.quantity import quantity_text
from eligibility.record import Condition, Exposure, Procedure, Route, Source
from eligibility.terminology import Hits, Mark
from eligibility.truth import Truth

if TYPE_CHECKING:
    from eligibility.case import Case

Standing = Literal["counts", "judgement", "unknown", "ignored"]
WORTH: dict[str, Truth] = {"counts": Truth.TRUE, "judgement": Truth.JUDGEMENT, "unknown": Truth.MISSING}
_ORDER = (Truth.TRUE, Truth.JUDGEMENT, Truth.MISSING)
Keys = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else tuple(v))]


def strongest(worths: Sequence[Truth]) -> Truth | None:
    """Order inside one fact: true, judgement, missing (G2 "within one branch")."""
    return next((worth for worth in _ORDER if worth in worths), None)


def capped(worths: Sequence[Truth]) -> Truth:
    """What several conditions of one entry leave: judgement before missing where any is open, else true."""
    return next((worth for worth in _ORDER[1:] if worth in worths), Truth.TRUE)


@dataclass(frozen=True, slots=True)
class Worth:
    """What one coded entry is worth. `past` for a history code; `denied` for negative evidence."""

    truth: Truth
    past: bool = False
    denied: bool = False


def _worth(mark: Mark, ceiling: Truth) -> Worth:
    if mark is Mark.NEGATIVE:
        return Worth(Truth.FALSE, denied=True)
    if mark is Mark.UNKNOWN:
        return Worth(Truth.MISSING)
    if mark is Mark.JUDGEMENT:
        return Worth(Truth.JUDGEMENT if ceiling is Truth.TRUE else ceiling)
    return Worth(ceiling, past=mark is Mark.HISTORY)


class CodeWords(Parameters):
    """`of`, `judgement`, `unknown`, `except`: the concepts a rule is about."""

    of: Names = ()
    judgement: Names = ()
    unknown: Names = ()
    except_: Names = Field(default=(), alias="except")

    @property
    def sets(self) -> tuple[str, ...]:
        return (*self.of, *self.judgement, *self.unknown)

    def worth(self, hits: Hits) -> Worth | None:
        """What an entry with these hits is worth, or None when it is not meant at all."""
        if any(hits.get(name, Mark.NON_MEMBER) is not Mark.NON_MEMBER for name in self.except_):
            return None
        found = [
            _worth(hits[name], ceiling)
            for names, ceiling in (
                (self.of, Truth.TRUE),
                (self.judgement, Truth.JUDGEMENT),
                (self.unknown, Truth.MISSING),
            )
            for name in names
            if hits.get(name, Mark.NON_MEMBER) is not Mark.NON_MEMBER
        ]
        if not found:
            return None
        return min(found, key=lambda w: (w.denied, _ORDER.index(w.truth) if w.truth in _ORDER else 9, w.past))


@dataclass(frozen=True, slots=True)
class Match:
    """One record of a therapy, and what it is worth: true, judgement or missing."""

    entry: Exposure | Procedure | Condition
    worth: Truth
    past: bool = False


class Therapy(Parameters):
    """A value set narrowed to how it was given. A filter that cannot be read leaves the record `unclear`.

    `for` names reasons that count (`for: []`: only records that state none), `unsure_for` reasons that may,
    `mentions` qualifiers that count wherever the reason's code or text carries them.
    """

    of: Names
    except_: Names = Field(default=(), alias="except")
    route: Literal["parenteral", "oral"] | None = None
    daily_dose_from: str | None = None
    as_: Literal["prednisone"] | None = Field(default=None, alias="as")
    longer_than: SpanText | None = None
    for_: Names | None = Field(default=None, alias="for")
    unsure_for: Names = ()
    mentions: Names = ()
    reason_unstated: Standing = "counts"
    unclear: Standing = "unknown"

    def fits(self, entry: Exposure | Procedure | Condition, case: Case) -> Truth:
        """TRUE, FALSE, or what an unclear record is worth."""
        parts = [self._reason(entry)]
        if isinstance(entry, Exposure):
            parts += [self._route(entry), self._dose(entry, case), self._length(entry, case)]
        elif self.route or self.daily_dose_from or self.longer_than:
            parts.append(None)
        if Truth.FALSE in parts:
            return Truth.FALSE
        worths = [WORTH.get(self.unclear, Truth.FALSE) if part is None else part for part in parts]
        if Truth.FALSE in worths:
            return Truth.FALSE
        return next((w for w in (Truth.MISSING, Truth.JUDGEMENT) if w in worths), Truth.TRUE)

    def _reason(self, entry: Exposure | Procedure | Condition) -> Truth | None:
        if self.for_ is None and not self.mentions:
            return Truth.TRUE
        if isinstance(entry, Condition) or not entry.reason_stated:
            return WORTH.get(self.reason_unstated, Truth.FALSE)
        if _stand_in(entry.reasons, self.mentions):
            return Truth.TRUE
        marks = [hits.get(name) for hits in entry.reasons for name in self.for_ or ()]
        if any(mark in (Mark.MEMBER, Mark.HISTORY, Mark.JUDGEMENT) for mark in marks):
            return Truth.TRUE
        unreadable = not entry.reasons
        unsure = _stand_in(entry.reasons, self.unsure_for) or Mark.UNKNOWN in marks
        return Truth.MISSING if unsure or unreadable else Truth.FALSE

    def _route(self, entry: Exposure) -> Truth | None:
        if self.route is None:
            return Truth.TRUE
        if entry.route is Route.UNSTATED:
            return None
        return Truth.TRUE if entry.route.value == self.route else Truth.FALSE

    def _dose(self, entry: Exposure, case: Case) -> Truth | None:
        if self.daily_dose_from is None:
            return Truth.TRUE
        from eligibility.criteria.doses import daily_milligrams

        given = daily_milligrams(entry, case, prednisone=self.as_ == "prednisone")
        limit = quantity_text(self.daily_dose_from).number
        if given is None or limit is None:
            return None
        return Truth.TRUE if given >= Fraction(limit) else Truth.FALSE

    def _length(self, entry: Exposure, case: Case) -> Truth | None:
        """Both ends of imprecise dates are tried (G4)."""
        if self.longer_than is None:
            return Truth.TRUE
        if entry.start is None or (entry.end is None and entry.intake.value != "active"):
            return None
        first, last = (entry.end.first, entry.end.last) if entry.end is not None else (case.as_of, case.as_of)
        if self.longer_than.after(entry.start.last) <= first:
            return Truth.TRUE
        return None if self.longer_than.after(entry.start.first) <= last else Truth.FALSE


def _stand_in(reasons: tuple[Hits, ...], names: tuple[str, ...]) -> bool:
    return any(hits.get(name, Mark.NON_MEMBER) is not Mark.NON_MEMBER for hits in reasons for name in names)


class TherapyWords(CodeWords):
    """Code words whose names may also be therapies of the trial."""

    def matches(self, case: Case) -> list[Match]:
        """Every record of these therapies, each once, in the order of its reference."""
        found: dict[str, Match] = {}
        for match in self._matches(case):
            held = found.get(match.entry.reference)
            if held is None or strongest([held.worth, match.worth]) is not held.worth:
                found[match.entry.reference] = match
        return [found[reference] for reference in sorted(found)]

    def expanded(self, case: Case) -> tuple[str, ...]:
        """The value sets behind the names, for needs and for G7b."""
        names: list[str] = []
        for name in self.sets:
            therapies = case.names.therapies.get(name)
            if therapies is None:
                names.append(name)
            else:
                names += TherapyWords(of=tuple(n for therapy in therapies for n in therapy.of)).expanded(case)
        return tuple(dict.fromkeys(names))

    def _matches(self, case: Case) -> Iterator[Match]:
        for names, ceiling in ((self.of, Truth.TRUE), (self.judgement, Truth.JUDGEMENT), (self.unknown, Truth.MISSING)):
            for name in names:
                yield from self._of_name(name, ceiling, case)

    def _of_name(self, name: str, ceiling: Truth, case: Case) -> Iterator[Match]:
        therapies = case.names.therapies.get(name)
        if therapies is None:
            therapies = (_plain(name),)
        for therapy in therapies:
            yield from self._of_therapy(therapy, ceiling, case)

    def _of_therapy(self, therapy: Therapy, ceiling: Truth, case: Case) -> Iterator[Match]:
        nested = [name for name in therapy.of if name in case.names.therapies]
        for name in nested:
            for match in self._of_name(name, ceiling, case):
                if not self._left_out(match.entry, case) and therapy.fits(match.entry, case) is Truth.TRUE:
                    yield match
        of = tuple(n for n in therapy.of if n not in nested) if nested else therapy.of
        entries = _entries(of, case)
        if not entries:
            return
        words = CodeWords.model_construct(of=of, except_=therapy.except_)
        for entry in entries:
            worth = words.worth(_systemic(entry, case))
            if worth is None or worth.denied or self._left_out(entry, case):
                continue
            fit = therapy.fits(entry, case)
            if fit is not Truth.FALSE and _tells(entry, case):
                yield Match(entry, _weighed(entry, [ceiling, worth.truth, fit]), worth.past)

    def _left_out(self, entry: Exposure | Procedure | Condition, case: Case) -> bool:
        for name in self.except_:
            therapies = case.names.therapies.get(name)
            if therapies is None:
                if entry.hits.get(name, Mark.NON_MEMBER) is not Mark.NON_MEMBER:
                    return True
            elif any(
                CodeWords.model_construct(of=t.of, except_=t.except_).worth(entry.hits) is not None
                and t.fits(entry, case) is Truth.TRUE
                for t in therapies
            ):
                return True
        return False

    @staticmethod
    def about(*names: str) -> TherapyWords:
        return TherapyWords.model_construct(of=names)


@lru_cache(maxsize=512)  # names of value sets, from definitions
def _plain(name: str) -> Therapy:
    """A value set as a therapy without conditions."""
    return Therapy(of=(name,))


def _entries(names: tuple[str, ...], case: Case) -> list[Exposure | Procedure | Condition]:
    return [*case.exposures(names), *case.procedures(names), *case.conditions(names)]


def _tells(entry: Exposure | Procedure | Condition, case: Case) -> bool:
    """What was handed over tells something only where no other record of the drug does."""
    return not _is_dispense(entry) or (isinstance(entry, Exposure) and not spoken_for(entry, case))


def _weighed(entry: Exposure | Procedure | Condition, worths: list[Truth]) -> Truth:
    """A drug that was handed over is no proof of intake: it can only leave a question open (G5)."""
    return Truth.MISSING if _is_dispense(entry) else capped(worths)


def _is_dispense(entry: Exposure | Procedure | Condition) -> bool:
    return isinstance(entry, Exposure) and entry.source is Source.DISPENSE


def _systemic(entry: Exposure | Procedure | Condition, case: Case) -> Hits:
    """An explicit local route or form takes a drug out of the sets that mean systemic treatment (G11)."""
    if not isinstance(entry, Exposure) or entry.route is not Route.LOCAL:
        return entry.hits
    return {name: mark for name, mark in entry.hits.items() if name not in case.tables.systemic}
