"""Whether what is taken a day keeps the limits, or none is taken (G11)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from eligibility.case import exposure_evidence, observation_evidence
from eligibility.criteria.absence import absence, beside
from eligibility.criteria.criterion import Facts, Need, Rule, finding
from eligibility.criteria.current import ASSUMED, doubt, taken_now, told_by, told_intake
from eligibility.criteria.doses import daily_milligrams, prednisone_factor
from eligibility.criteria.limits import Limits
from eligibility.criteria.measurement_told import side
from eligibility.criteria.results import agreed, latest, window
from eligibility.criteria.words import Keys, TherapyWords
from eligibility.finding import Finding, Resolve
from eligibility.quantity import Amount
from eligibility.record import Exposure, Observation, Section, Source
from eligibility.truth import Truth
from eligibility.units import converted

if TYPE_CHECKING:
    from eligibility.case import Case

WEIGHT = ("VS-WEIGHT",)

_MOST_TOTALS = 1000  # of many drugs on record in many ways; beyond it only the least and the most are looked at


class DailyDoseRule(Rule, TherapyWords, Limits):
    """All concurrent records summed, `as: prednisone` by equivalents; a limit in mg/kg reads the weight.

    Not taking any: true, "not applicable", by `silence`. Dose or weight missing or stale: missing, unless what is
    known already breaks the limit. A drug told by two kinds of record is counted once.
    """

    as_: Literal["prednisone"] | None = Field(default=None, alias="as")
    silence: Keys = ("medication-list",)

    def evaluate(self, case: Case) -> Finding:
        said = [
            (now, m.entry)
            for m in self.matches(case)
            if isinstance(m.entry, Exposure) and (now := taken_now(m.entry, case)) is not None
        ]
        taken = [entry for now, entry in said if now is Truth.TRUE]
        doubtful: list[tuple[Truth, Exposure]] = [
            (now, entry) for now, entry in said if now in (Truth.MISSING, Truth.JUDGEMENT)
        ]
        if not taken and not doubtful:
            past = tuple(exposure_evidence(entry) for _, entry in said)
            none = absence(case, self.silence, self.expanded(case), Section.MEDICATIONS, (), truth=Truth.TRUE)
            return beside(none, past)
        return self._limited(taken, doubtful, case)

    def needs(self, case: Case) -> frozenset[Need]:
        weight = Need(Section.OBSERVATIONS, frozenset(WEIGHT), case.tables.freshness_of(WEIGHT, case.child))
        return frozenset({Need(Section.MEDICATIONS, frozenset(self.expanded(case))), weight})

    @property
    def _per_kg(self) -> bool:
        return self.unit == "mg/kg"

    def _limited(self, taken: list[Exposure], doubtful: list[tuple[Truth, Exposure]], case: Case) -> Finding:
        weight = _weight(case) if self._per_kg else None
        kilograms = _kilograms(weight, case)
        totals, complete = self._totals(taken, kilograms, case)
        said = {self._keep(total, complete) for total in totals}
        truth = said.pop() if len(said) == 1 else Truth.MISSING
        if truth is not self._settled and doubtful:
            truth = Truth.MISSING if any(now is Truth.MISSING for now, _ in doubtful) else Truth.JUDGEMENT
        entries = taken + [entry for _, entry in doubtful]
        evidence = list(dict.fromkeys(one for e in entries for one in told_by(e, case))) + (
            [observation_evidence(weight)] if weight is not None else []
        )
        key, facts = self._told(truth, entries, weight, kilograms, case)
        key = "doses-disagree" if key == "dose-unknown" and complete and len(totals) > 1 else key
        if not truth.open:
            other = any(prednisone_factor(entry, case) != 1 for entry in taken)
            facts |= {"total": self._shown(totals, truth, complete), "equivalent": self.as_ if other else None}
            facts |= self._side(truth)
        resolve = (
            Resolve("record-score", WEIGHT)
            if key in ("no-weight", "weight-unusable")
            else Resolve("reconcile-medication", (entries[0].label,))
        )
        return finding(
            truth, key, *evidence, resolve=resolve, assumed=all(e.source in ASSUMED for e in entries), **facts
        )

    def _told(
        self,
        truth: Truth,
        entries: list[Exposure],
        weight: Observation | None,
        kilograms: Fraction | None,
        case: Case,
    ) -> tuple[str, Facts]:
        """The key of the sentence and its facts; of what is open, the drug that is not clear."""
        held = next((e for e in entries if told_intake(e)), entries[0])
        doubtful = next((e for e in entries if taken_now(e, case) is Truth.MISSING), None)
        key = self._key(truth, weight, kilograms)
        if key == "dose-unknown" and doubtful is not None:
            return doubt(doubtful, case)
        labels = (held.label,) if key == "on-hold" else tuple(dict.fromkeys(e.label for e in entries))[:2]
        return key, {
            "label": labels[0],
            "labels": labels,
            "intake": told_intake(held),
            "limit": self.at_most or self.below or self.at_least or self.above,
            "within": case.tables.freshness_of(WEIGHT, case.child),
            "weight": weight.result.text if weight is not None else None,
        }

    def _side(self, truth: Truth) -> Facts:
        return {"side": side(self.stated[0][0], truth)}

    def _key(self, truth: Truth, weight: Observation | None, kilograms: Fraction | None) -> str:
        if not truth.open:
            return "daily-dose"
        if truth is Truth.JUDGEMENT:
            return "on-hold"
        if self._per_kg and kilograms is None:
            return "no-weight" if weight is None else "weight-unusable"
        return "dose-unknown"

    def _shown(self, totals: list[Fraction], truth: Truth, complete: bool) -> str | None:
        """Rounded to the first of two to six decimals at which it still lies on its side of the limit."""
        if len(totals) != 1 or not complete:
            return None
        for places in range(2, 7):
            rounded = Decimal(round(totals[0] * 10**places)) / 10**places
            if self.keep(Amount.exactly(Fraction(rounded), self.unit)) is truth:
                return f"{rounded.normalize():f} {self.unit}"
        return None

    def _keep(self, total: Fraction, complete: bool) -> Truth:
        truth = self.keep(Amount.exactly(total, self.unit))
        return truth if complete or truth is self._settled else Truth.MISSING

    @property
    def _settled(self) -> Truth:
        """The answer that more of the drug could only confirm."""
        return Truth.FALSE if self.at_most is not None or self.below is not None else Truth.TRUE

    def _totals(self, taken: list[Exposure], kilograms: Fraction | None, case: Case) -> tuple[list[Fraction], bool]:
        """Every total that may be the day's, and whether every record tells its dose."""
        doses = [(entry, self._dose(entry, kilograms, case)) for entry in taken]
        complete = all(dose is not None for _, dose in doses)
        known = [(entry, dose) for entry, dose in doses if dose is not None]
        choices = [_by_source([pair for pair in known if _same(pair[0], entry)]) for entry in _one_per_drug(known)]
        if prod(map(len, choices)) > _MOST_TOTALS:
            return [sum(map(min, choices), Fraction(0)), sum(map(max, choices), Fraction(0))], False
        return [sum(choice, Fraction(0)) for choice in product(*choices)], complete

    def _dose(self, entry: Exposure, kilograms: Fraction | None, case: Case) -> Fraction | None:
        if entry.dose.per_kg and entry.dose.daily is not None:
            factor = prednisone_factor(entry, case) if self.as_ else Fraction(1)
            per_kg = None if factor is None else entry.dose.daily * factor
            return per_kg if self._per_kg or per_kg is None else per_kg * kilograms if kilograms else None
        given = daily_milligrams(entry, case, prednisone=self.as_ == "prednisone")
        if given is None or not self._per_kg:
            return given
        return given / kilograms if kilograms else None


def _same(one: Exposure, other: Exposure) -> bool:
    return one is other or bool(one.ingredients & other.ingredients)


def _one_per_drug(known: list[tuple[Exposure, Fraction]]) -> list[Exposure]:
    found: list[Exposure] = []
    for entry, _ in known:
        if not any(_same(entry, other) for other in found):
            found.append(entry)
    return found


def _by_source(known: list[tuple[Exposure, Fraction]]) -> list[Fraction]:
    """A drug told by statements and by orders is one intake, and both are tried.

    Statements add up. Orders of one dose are one order, renewed; of orders that differ nobody knows whether the newer
    replaces the older or is taken beside it, so each alone and all together are tried.
    """
    told = [dose for entry, dose in known if entry.source is not Source.ORDER]
    ordered = {dose for entry, dose in known if entry.source is Source.ORDER}
    together = {sum(doses, Fraction(0)) for doses in (told, sorted(ordered)) if doses}
    return sorted(together | ordered)


def _weight(case: Case) -> Observation | None:
    span = case.tables.freshness_of(WEIGHT, case.child)
    deciding, surely = latest(case.observations(WEIGHT), *window(span, case.as_of))
    return deciding[0] if surely and agreed(deciding, lambda r: r.result.text) is not None else None


def _kilograms(weight: Observation | None, case: Case) -> Fraction | None:
    amount = weight.result.amount if weight is not None else None
    if weight is None or amount is None:
        return None
    same = converted(amount, "kg", WEIGHT)
    return same.number if same is not None and same.number else None
