"""What the sentence about a result needs: the limit, on which side of it the result lies, and what was not used."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from eligibility.credible import unit_of
from eligibility.criteria.criterion import Facts
from eligibility.criteria.limits import ULN, Limits, printed_limit, upper_limits
from eligibility.criteria.results import newest, surely_later
from eligibility.record import Observation
from eligibility.truth import Truth
from eligibility.units import converted

if TYPE_CHECKING:
    from eligibility.case import Case


def result_facts(result: Observation, sets: tuple[str, ...]) -> Facts:
    return {"label": result.label, "value": result.result.text, "when": result.when, "sets": sets}


def limit_facts(limits: Limits, truth: Truth, result: Observation, case: Case) -> Facts:
    """The limit that is not kept, else the first; in multiples of normal with the upper limit they rest on."""
    name = next((n for n, _ in limits.stated if _broken(limits, n, result, case)), limits.stated[0][0])
    facts: Facts = {"limit": getattr(limits, name), "asked": name.replace("_", "-")}
    if not truth.open:
        facts["side"] = side(name, truth)
    if truth is Truth.JUDGEMENT:
        facts["grey_to"] = limits.grey_to
    return facts | (_normal(result, case) if limits.unit == ULN else {})


def side(name: str, truth: Truth) -> str:
    """On which side of a limit the amount lies: `not-above 15` keeps an `at_most`, `not-below 30` breaks a `below`."""
    strict = name in ("below", "above")
    word = "below" if name in ("below", "at_least") else "above"
    return word if (truth is Truth.TRUE) is strict else f"not-{word}"


def _broken(limits: Limits, name: str, result: Observation, case: Case) -> bool:
    """Whether this one of two limits is the one that is not kept."""
    amount = result.result.amount
    if amount is None or len(limits.stated) == 1 or limits.unit == ULN:
        return False
    same = converted(amount, limits.unit, tuple(result.hits), case.tables.units)
    single = Limits.model_construct(**{name: getattr(limits, name)})
    return same is not None and single.keep(same) is Truth.FALSE


def _normal(result: Observation, case: Case) -> Facts:
    """The upper limit as printed; without one, the bracket in which it is taken to lie (G6)."""
    if result.result.amount is None:
        return {}
    unit = unit_of(result, result.result.amount, case.tables).unit
    limits = upper_limits(result, unit, case)
    printed = printed_limit(result, unit, case)
    if printed is not None and limits:
        return {"uln": _as_printed(result, printed, unit, case)}
    row = next((row for row in case.tables.uln_brackets if any(name in result.hits for name in row.of)), None)
    return {"bracket": f"{plain(row.low)}–{plain(row.high)} {row.unit}"} if row is not None and limits else {}


def _as_printed(result: Observation, limit: Fraction, unit: str, case: Case) -> str:
    """In the unit in which the laboratory printed it."""
    highs = [one.high for one in result.ranges if one.high is not None]
    for high in highs:
        same = converted(high, unit, result.hits, case.tables.units)
        if same is not None and same.high == limit and high.high is not None:
            return f"{plain(high.high)} {high.unit or unit}".strip()
    return f"{plain(limit)} {unit}".strip()


def plain(number: Fraction) -> str:
    """A number in decimals, at most three of them."""
    rounded = Decimal(round(number * 1000)) / 1000
    return f"{rounded.normalize():f}"


def not_used(sets: Iterable[str], than: Observation | None, case: Case) -> Facts:
    """The newest preliminary result, where it is newer than what is shown: it does not count (G5)."""
    early = [one for one in case.preliminary(sets) if than is None or surely_later(one, than)]
    shown = newest(early)
    if shown is None or shown.restricted:
        return {}
    return {"preliminary": f"{shown.label} {shown.result.text}", "preliminary_when": shown.when}
