"""Which range a laboratory printed beside a result, for whom, and whether it is the normal one (G6, × ULN)."""

from __future__ import annotations

import re
from fractions import Fraction

from cds_service.fhir.ages import years_of
from cds_service.fhir.amounts import printed_range, range_of, reversed_ends
from cds_service.fhir.concepts import concept_of, words_of
from cds_service.fhir.elements import Json, modified, part, parts, text_of
from eligibility.quantity import Amount, ReferenceRange

_GENDERS = {
    "248152002": "female", "female": "female", "f": "female", "women": "female", "woman": "female", "女": "female",
    "248153007": "male", "male": "male", "m": "male", "men": "male", "man": "male", "男": "male",
}  # fmt: skip

_LIMITS = frozenset(("appliesTo", "age", "modifierExtension"))
_WORDS = re.compile(r"[a-z]{2,}|[男女]")
_LEAD = re.compile(r"^(?:(?:normal|reference|ref|range|males?|females?|men|women|男|女)[\s:：.,]*)+", re.IGNORECASE)
_UP_TO = re.compile(r"^up to\b", re.IGNORECASE)
# What the words of a range say that its numbers do not: a goal of treatment or an alarm, or people who are no adults.
_OTHERWISE = re.compile(r"\b(?:therap|treat|target|goal|critical|panic|alert|toxic)|治疗|危急")
_OF_OTHERS = re.compile(r"\b(?:pregnan|trimester|newborn|neonat|infant|child|paediatric|pediatric|cord)|孕|新生儿|儿童")
_NORMAL = frozenset(("", "normal", "normal range", "reference range"))


def ranges_of(element: Json, value: Amount | None) -> tuple[ReferenceRange, ...]:
    """The printed ranges in their order; an end without a unit is in the unit of the value."""
    unit, ucum = (value.unit, value.ucum) if value else ("", False)
    found = (_range(entry, unit, ucum) for entry in parts(element, "referenceRange"))
    return tuple(entry for entry in found if entry)


def _range(element: Json, unit: str, ucum: bool) -> ReferenceRange | None:
    ends, text = range_of(element, unit, ucum), text_of(element.get("text"))
    words = text.casefold()
    if ends == (None, None):
        ends = printed_range(_UP_TO.sub("<=", _LEAD.sub("", text)), unit, ucum)
    if ends is None or ends == (None, None):
        return None
    normal = (_normal(element.get("type")) if "type" in element else True) and not _OTHERWISE.search(words)
    ordered = not reversed_ends(*ends) and not _OF_OTHERS.search(words)
    said = frozenset(_GENDERS[word] for word in _WORDS.findall(words) if word in _GENDERS)
    if not element.keys() & _LIMITS and not said:
        return ReferenceRange(ends[0], ends[1], normal, understood=ordered)
    genders, known = _genders(element)
    youngest, oldest, aged = _ages(part(element, "age"))
    return ReferenceRange(
        low=ends[0],
        high=ends[1],
        normal=normal,
        genders=genders or said,
        age_low=youngest,
        age_high=oldest,
        limited=bool(element.get("appliesTo")) or bool(element.get("age")) or bool(said),
        understood=ordered and known and aged and len(said) < 2 and not modified(element),
    )


def _normal(kind: object) -> bool:
    concept = concept_of(kind)
    codes = {coding.code.lower() for coding in concept.codings}
    return "normal" in codes if codes else words_of(concept).lower() in _NORMAL


def _genders(element: Json) -> tuple[frozenset[str], bool]:
    """The genders of appliesTo, and whether all of it was understood; a race or a trimester is not."""
    found: set[str] = set()
    understood = True
    for population in parts(element, "appliesTo"):
        concept = concept_of(population)
        words = [coding.code.lower() for coding in concept.codings] + [words_of(concept).lower()]
        genders = {_GENDERS[word] for word in words if word in _GENDERS}
        found |= genders
        understood = understood and len(genders) == 1
    return frozenset(found), understood


def _ages(age: Json) -> tuple[Fraction | None, Fraction | None, bool]:
    low, high = part(age, "low"), part(age, "high")
    youngest, oldest = years_of(low), years_of(high)
    readable = (not low or youngest is not None) and (not high or oldest is not None)
    return youngest, oldest, readable and (not age or bool(low or high))
