"""Which number, or interval of numbers, a Quantity, a Range or a quantitative string states, and in which unit (G6)."""

from __future__ import annotations

import re
from fractions import Fraction

from cds_service.fhir.elements import Json, exact, part, text_of
from eligibility.quantity import Amount
from eligibility.units import counts_single_cells

_UCUM = frozenset(("http://unitsofmeasure.org", "https://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"))
_COMPARATORS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "≤": "<=", "≥": ">=", "": ""}
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,2}(?=\s|$))?"
_ONE_COMMA = re.compile(r"[+-]?\d{1,3},\d{3}")  # a thousand, or three decimals where the comma is a decimal one
_LONGEST = 200  # characters of a number or range in words; the patterns below would read a longer text over and over
_UNIT = r"(?:[^\d\s.,:;<>=+*^\-–~].{0,39}|(?<=\s)10[*^].{1,37})"
_QUANTITATIVE = re.compile(
    rf"(?P<comparator>[<>]=?|[≤≥])?\s*=?\s*(?P<number>{_NUMBER})(?P<gap>\s*)(?P<unit>{_UNIT})?", re.ASCII
)
_ANSWER = re.compile(r"\b(?:not?|non|neg|pos|target|undetect|detect|react|nonreact)", re.IGNORECASE)  # no unit
_RANGE = re.compile(
    rf"[\[(]?\s*(?P<low>{_NUMBER})\s*(?:-|–|—|~|\bto\b)\s*(?P<high>{_NUMBER})\s*[\])]?\s*(?P<unit>{_UNIT})?", re.ASCII
)


def unit_of(quantity: Json) -> tuple[str, bool]:
    """The unit and whether it is UCUM: the code where the system is UCUM, else the unit's words, else the code."""
    code, words = text_of(quantity.get("code")), text_of(quantity.get("unit"))
    if code and text_of(quantity.get("system")).rstrip("/").lower() in _UCUM:
        return code, True
    return words or code, False


def amount_of(quantity: Json) -> Amount | None:
    """A Quantity as an interval; None when its value or comparator cannot be read."""
    value, (unit, ucum) = quantity.get("value"), unit_of(quantity)
    comparator = _COMPARATORS.get(text_of(quantity.get("comparator")))
    number = exact(value)
    if comparator is None:
        return None
    if number is None:
        return _in_the_value(value, unit, ucum) if isinstance(value, str) and not comparator else None
    return interval(number, comparator, unit, ucum)


def _in_the_value(value: str, unit: str, ucum: bool) -> Amount | None:
    """A comparator written into the value itself, `"value": "<5"`."""
    written = quantitative(value, unit)
    return (
        None
        if written is None or written.unit
        else Amount(written.low, written.high, unit, written.low_open, written.high_open, ucum)
    )


def interval(number: Fraction, comparator: str, unit: str, ucum: bool = False) -> Amount:
    """`<v` is (0, v), `<=v` is (0, v], `>v` and `>=v` are open above (G6)."""
    if not comparator:
        return Amount(number, number, unit, ucum=ucum)
    if comparator in ("<", "<="):
        floor = Fraction(0) if number > 0 else None
        return Amount(floor, number, unit, low_open=floor is not None, high_open=comparator == "<", ucum=ucum)
    return Amount(number, None, unit, low_open=comparator == ">", ucum=ucum)


def quantitative(text: str, unit: str = "") -> Amount | None:
    """A string that is nothing but a number, with a comparator and a unit if need be; None for any other string.

    `unit` is the unit written elsewhere; it helps to read a comma.
    """
    found = _QUANTITATIVE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    own = (found["unit"] or "").strip() if found else ""
    number = _ungrouped(found["number"], own or unit) if found else None
    if found is None or number is None or _ANSWER.search(own) or (not found["gap"] and len(own) == 1 and own.isalpha()):
        return None  # 20 “Not detected” is an answer of its own, 1a a genotype
    return interval(number, _COMPARATORS[found["comparator"] or ""], own)


def _ungrouped(number: str, unit: str) -> Fraction | None:
    """`1,000` is one thousand or one; only where single cells are counted can it not be one with three decimals."""
    if _ONE_COMMA.fullmatch(number) and not counts_single_cells(unit):
        return None
    return exact(number.replace(",", ""))


def range_of(element: Json, unit: str = "", ucum: bool = False) -> tuple[Amount | None, Amount | None] | None:
    """Both ends of a Range, in their own unit or else in `unit`; None when an end that is written cannot be read."""
    ends: list[Amount | None] = []
    for side in ("low", "high"):
        quantity = part(element, side)
        if quantity.get("value") is None:
            ends.append(None)
            continue
        amount = amount_of(quantity)
        if amount is None or amount.number is None:
            return None
        ends.append(amount if amount.unit else Amount(amount.low, amount.high, unit, ucum=ucum))
    return ends[0], ends[1]


def spanning(element: Json) -> Amount | None:
    """A valueRange as one interval; None unless both ends agree on the unit and on their order."""
    both = range_of(element)
    if both is None or both == (None, None):
        return None
    low, high = both
    if low and high and ((low.unit or high.unit) != (high.unit or low.unit) or reversed_ends(low, high)):
        return None
    unit = next(amount for amount in (low, high) if amount)
    return Amount(low.low if low else None, high.high if high else None, unit.unit, ucum=unit.ucum)


def reversed_ends(low: Amount | None, high: Amount | None) -> bool:
    """Whether the lower end lies above the upper one; ends in two units are not compared."""
    if low is None or high is None or len({low.unit, high.unit} - {""}) > 1:
        return False
    return low.number is not None and high.number is not None and low.number > high.number


def printed_range(text: str, unit: str, ucum: bool) -> tuple[Amount | None, Amount | None] | None:
    """Both ends of a range that is only printed: `150 - 400 10*9/L`, `< 5`, `>= 60`; None for any other text."""
    found = _RANGE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if found:
        own = (found["unit"] or "").strip()
        low, high = (_ungrouped(found[side], own or unit) for side in ("low", "high"))
        if low is None or high is None or low > high:
            return None
        spelled, is_ucum = (own, False) if own else (unit, ucum)
        return Amount(low, low, spelled, ucum=is_ucum), Amount(high, high, spelled, ucum=is_ucum)
    return _one_sided(quantitative(text, unit), unit, ucum)


def _one_sided(bound: Amount | None, unit: str, ucum: bool) -> tuple[Amount | None, Amount | None] | None:
    if bound is None or bound.number is not None:
        return None
    spelled, is_ucum = (bound.unit, False) if bound.unit else (unit, ucum)
    if bound.high is not None:
        return None, Amount(bound.high, bound.high, spelled, ucum=is_ucum)
    return Amount(bound.low, bound.low, spelled, ucum=is_ucum), None
