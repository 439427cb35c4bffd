"""What an observation found: a number, an answer, a code, or what cannot be read and still is the latest (G5, G6)."""

from __future__ import annotations

from cds_service.fhir.amounts import amount_of, quantitative, spanning
from cds_service.fhir.concepts import EMPTY, codes_of, concept_of, says_nothing, together
from cds_service.fhir.damage import damaged_concept
from cds_service.fhir.elements import Json, concepts_in, exact, text_of
from cds_service.fhir.recall import Recall
from eligibility.quantity import Amount
from eligibility.record import Answer, Result
from eligibility.terminology import Concept, Hits, Mark

_NULLS = ("data-absent-reason", "nullflavor")  # codes that say why there is no value
_UNANSWERED: frozenset[str] = frozenset(("v3-interpretation", ""))


def result_of(element: Json, terminology: Recall) -> Result:
    """The result of an Observation or a component; an absent one when there is no value, with the reason for that."""
    if _is_damaged(element):
        return unreadable("")
    names = [name for name in element if name.startswith("value") and element[name] not in ("", {}, [])]
    interpretation = together(concept_of(one) for one in concepts_in(element.get("interpretation")))
    read = _READERS.get(names[0]) if names else None
    value = element[names[0]] if names else None
    result = read(value, terminology) if read else unreadable(text_of(value)) if names else None
    if result is None:
        told = None if element.get("dataAbsentReason") else _interpreted(interpretation, terminology)
        return told or _absent(element, value)
    if len(names) > 1 or element.get("dataAbsentReason"):
        return Result(result.text, readable=False, refused=True)  # two values, or one beside why there is none
    codes, beside = result.codes | codes_of(interpretation), _answer(interpretation, terminology)
    return Result(result.text, result.amount, result.answer, result.hits, codes, result.readable, interpretation=beside)


def _is_damaged(element: Json) -> bool:
    """A null where the value or what it means belongs: a result was there, and nobody can say which (G5)."""
    quantity = element.get("valueQuantity")
    nulls = any(name.startswith("value") and element[name] is None for name in element)
    nulls = nulls or (isinstance(quantity, dict) and "value" in quantity and quantity["value"] is None)
    return nulls or ("interpretation" in element and damaged_concept(element["interpretation"]))


def _absent(element: Json, value: object) -> Result:
    """Why there is no value, as far as that is written."""
    reason = concept_of(element.get("dataAbsentReason")).label
    return Result(reason or concept_of(value).label, readable=False, absent=True)


def unreadable(text: str) -> Result:
    return Result(text, readable=False)


def _interpreted(concept: Concept, terminology: Recall) -> Result | None:
    """An interpretation stands for the value where there is none; "low" or "normal" alone cannot be computed with."""
    if says_nothing(concept) or _is_null(concept):
        return None
    answer, hits = _answer(concept, terminology), _hits(concept, terminology)
    scale = any(coding.system not in _UNANSWERED for coding in concept.codings)
    readable = answer is not Answer.NONE or bool(hits) or scale
    return Result(concept.label, None, answer, hits, codes_of(concept), readable)


def _quantity(value: object, terminology: Recall) -> Result | None:
    if not isinstance(value, dict):
        return unreadable(text_of(value))
    if value.get("value") in (None, ""):
        return None
    amount = amount_of(value)
    text = _shown(value)
    return unreadable(text) if amount is None else Result(text, amount)


def _shown(quantity: Json) -> str:
    number, unit = quantity.get("value"), text_of(quantity.get("unit")) or text_of(quantity.get("code"))
    written = repr(number) if isinstance(number, float) else text_of(number)
    return f"{text_of(quantity.get('comparator'))}{written} {unit}".strip()


def _concept(value: object, terminology: Recall) -> Result | None:
    concept = concept_of(value)
    if damaged_concept(value):
        return unreadable(concept.label)
    if says_nothing(concept) or _is_null(concept):
        return None
    if not any(coding.code for coding in concept.codings):
        return _string(concept.label, terminology)
    answer, hits = _answer(concept, terminology), _hits(concept, terminology)
    return Result(concept.label, None, answer, hits, codes_of(concept))


def _string(value: object, terminology: Recall) -> Result | None:
    text = text_of(value)
    if not text:
        return None
    amount, said = quantitative(text), terminology.answer_of_text(text)
    answer = Answer(said) if said else Answer.NONE
    hits = {} if amount else _hits(Concept((), text), terminology)
    return Result(text, amount, answer, hits, readable=bool(amount or said or hits))


def _whole(value: object, terminology: Recall) -> Result | None:
    number = exact(value)
    return unreadable(text_of(value)) if number is None else Result(text_of(value), Amount.exactly(number))


def _boolean(value: object, terminology: Recall) -> Result | None:
    if not isinstance(value, bool):
        return unreadable(text_of(value))
    return Result("true" if value else "false", answer=Answer.POSITIVE if value else Answer.NEGATIVE)


def _range(value: object, terminology: Recall) -> Result | None:
    element = value if isinstance(value, dict) else {}
    amount = spanning(element)
    ends = [_shown(element[side]) if isinstance(element.get(side), dict) else "" for side in ("low", "high")]
    text = "–".join(ends)
    return unreadable(text) if amount is None else Result(text, amount)


_READERS = {
    "valueQuantity": _quantity,
    "valueCodeableConcept": _concept,
    "valueCoding": _concept,
    "valueString": _string,
    "valueInteger": _whole,
    "valueDecimal": _whole,
    "valueBoolean": _boolean,
    "valueRange": _range,
}


def _is_null(concept: Concept) -> bool:
    """Only codes that say why there is no value: masked, unknown, not asked."""
    return bool(concept.codings) and all(coding.system.lower().endswith(_NULLS) for coding in concept.codings)


def _answer(concept: Concept, terminology: Recall) -> Answer:
    said = terminology.answer_of_concept(concept)
    return Answer(said) if said else Answer.NONE


def _hits(concept: Concept, terminology: Recall) -> Hits:
    """A coded answer may be a finding (a scale's step) or name a state of the patient (pregnant)."""
    if concept is EMPTY:
        return {}
    hits: dict[str, Mark] = {**terminology.disease(concept), **terminology.finding(concept)}
    return hits
