"""How one entry of a record reads on the chart of the demo: visible characters only, dates as a clinician writes.

Whatever shape an entry has, it costs no chart: what cannot be read is a dash.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cards.markdown import clean
from cards.wording.amounts import read
from cds_service.demo.store import FhirStore
from cds_service.demo.words import Words
from cds_service.fhir.elements import entries, part, parts, text_of

Json = dict[str, Any]
_LONGEST = 300
_DATES = ("effectiveDateTime", "onsetDateTime", "performedDateTime", "authoredOn", "recordedDate", "dateAsserted")
_PERIODS = ("effectivePeriod", "onsetPeriod", "performedPeriod")


def shown(text: object) -> str:
    """Text of a record as the characters it is, without those that are unseen or turn the line round."""
    return clean(str(text) if isinstance(text, float | bool) else text_of(text), _LONGEST)


def words_of(resource: object, element: str) -> str:
    """What a coded element says, in words: its text, else a display, else a code."""
    concept = part(resource, element)
    codings = (coding.get(name) for coding in parts(concept, "coding") for name in ("display", "code"))
    return _first(concept.get("text"), *codings)


def _first(*texts: object) -> str:
    return next((words for words in map(shown, texts) if words), "–")


def name_of(patient: Json) -> str:
    """The first name given: its text, or given names and family name."""
    name = part(patient, "name")
    said = " ".join(text for text in map(shown, (*entries(name.get("given")), name.get("family"))) if text)
    return _first(name.get("text"), said, f"Patient/{patient['id']}")


def drug_of(resource: Json, store: FhirStore) -> str:
    kind, _, own_id = text_of(part(resource, "medicationReference").get("reference")).rpartition("/")
    medication = store.get(kind, own_id)
    return words_of(medication, "code") if medication else words_of(resource, "medicationCodeableConcept")


def status_of(resource: Json) -> str:
    said = [words_of(resource, name) for name in ("clinicalStatus", "verificationStatus") if resource.get(name)]
    return ", ".join(said) or shown(resource.get("status"))


def when_of(resource: Json, said: Words) -> str:
    for name in _PERIODS:
        if name in resource:
            return _period(part(resource, name), said)
    return next((day_of(resource[name], said) for name in _DATES if name in resource), said("undated"))


def _period(period: Mapping[str, Any], said: Words) -> str:
    start, end = (day_of(period[one], said) if period.get(one) else "" for one in ("start", "end"))
    if not end:
        return said("since", day=start) if start else said("undated")
    return said("until", day=end) if not start else start if start == end else said("period", start=start, end=end)


def begun_of(resource: Json) -> str:
    """What it is sorted by: the day as it was written, empty where there is none."""
    starts = (part(resource, name).get("start") for name in _PERIODS)
    return next((day for day in map(text_of, (*starts, *map(resource.get, _DATES))) if day), "")[:10]


def day_of(text: object, said: Words) -> str:
    """A whole day in words; a month or a year as it was written."""
    written = shown(text)[:10]
    try:
        return said.day(date.fromisoformat(written)) if len(written) == 10 else written or said("undated")
    except ValueError:
        return written


def dose_of(resource: Json) -> str:
    doses = parts(resource, "dosage") or parts(resource, "dosageInstruction")
    return "; ".join(one for one in (*(shown(dose.get("text")) for dose in doses), note_of(resource)) if one)


def note_of(resource: Json) -> str:
    return "; ".join(one for one in (shown(note.get("text")) for note in parts(resource, "note")) if one)


def value_of(resource: Mapping[str, Any]) -> str:
    quantity = part(resource, "valueQuantity")
    if quantity:
        unit = quantity.get("unit", quantity.get("code"))
        said = map(shown, (quantity.get("comparator"), quantity.get("value"), unit))
        return read(" ".join(word for word in said if word)) or "–"
    if "valueCodeableConcept" in resource:
        return words_of(resource, "valueCodeableConcept")
    plain = [shown(resource[name]) for name in ("valueString", "valueInteger", "valueBoolean") if name in resource]
    within = [f"{words_of(one, 'code')}: {value_of(one)}" for one in parts(resource, "component")]
    return "; ".join([*plain, *within]) or "–"
