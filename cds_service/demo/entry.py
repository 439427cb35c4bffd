"""How one entry of a record reads on the chart of the demo: visible characters only, dates as a clinician writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from cards.markdown import clean
from cards.wording.amounts import read
from cds_service.demo.store import FhirStore
from cds_service.demo.words import Words

Json = dict[str, Any]
_LONGEST = 300
_DATES = ("effectiveDateTime", "onsetDateTime", "performedDateTime", "authoredOn", "recordedDate", "dateAsserted")
_PERIODS = ("effectivePeriod", "onsetPeriod", "performedPeriod")


def shown(text: object) -> str:
    """Text of a record as the characters it is, without those that are unseen or turn the line round."""
    return clean(str(text), _LONGEST)


def words_of(resource: Json, element: str) -> str:
    """What a coded element says, in words: its text, else a display, else a code."""
    concept = resource.get(element) or {}
    codings = [part for coding in concept.get("coding", []) for part in (coding.get("display"), coding.get("code"))]
    return shown(concept.get("text") or next((part for part in codings if part), "–"))


def name_of(patient: Json) -> str:
    """The first name given: its text, or given names and family name."""
    name: Json = next(iter(patient.get("name", [])), {})
    parts = [*name.get("given", []), name.get("family", "")]
    return shown(name.get("text") or " ".join(part for part in parts if part) or f"Patient/{patient['id']}")


def drug_of(resource: Json, store: FhirStore) -> str:
    reference = (resource.get("medicationReference") or {}).get("reference", "")
    kind, _, own_id = str(reference).rpartition("/")
    medication = store.get(kind, own_id)
    return words_of(medication, "code") if medication else words_of(resource, "medicationCodeableConcept")


def status_of(resource: Json) -> str:
    parts = [words_of(resource, name) for name in ("clinicalStatus", "verificationStatus") if resource.get(name)]
    return ", ".join(parts) or shown(resource.get("status", ""))


def when_of(resource: Json, said: Words) -> str:
    for name in _PERIODS:
        if name in resource:
            return _period(resource[name], said)
    return next((day_of(resource[name], said) for name in _DATES if name in resource), said("undated"))


def _period(period: Json, said: Words) -> str:
    start, end = (day_of(period[one], said) if period.get(one) else "" for one in ("start", "end"))
    if not end:
        return said("since", day=start) if start else said("undated")
    return said("until", day=end) if not start else start if start == end else said("period", start=start, end=end)


def begun_of(resource: Json) -> str:
    """What it is sorted by: the day as it was written, empty where there is none."""
    starts = [resource[name].get("start", "") for name in _PERIODS if name in resource]
    return str(next((one for one in (*starts, *(resource.get(name) for name in _DATES)) if one), ""))[:10]


def day_of(text: object, said: Words) -> str:
    """A whole day in words; a month or a year as it was written."""
    written = str(text)[:10]
    try:
        return said.day(date.fromisoformat(written)) if len(written) == 10 else shown(written)
    except ValueError:
        return shown(written)


def dose_of(resource: Json) -> str:
    doses: Iterable[Json] = resource.get("dosage") or resource.get("dosageInstruction") or []
    if isinstance(doses, dict):
        doses = [doses]
    return "; ".join(
        one for one in (*(shown(dose["text"]) for dose in doses if dose.get("text")), note_of(resource)) if one
    )


def note_of(resource: Json) -> str:
    return "; ".join(shown(note["text"]) for note in resource.get("note", []) if note.get("text"))


def value_of(resource: Json) -> str:
    if "valueQuantity" in resource:
        quantity = resource["valueQuantity"]
        unit = quantity.get("unit", quantity.get("code", ""))
        said = (quantity.get("comparator", ""), quantity.get("value", ""), unit)
        return read(shown(" ".join(str(part) for part in said if part != "")))
    if "valueCodeableConcept" in resource:
        return words_of(resource, "valueCodeableConcept")
    plain = [shown(resource[name]) for name in ("valueString", "valueInteger", "valueBoolean") if name in resource]
    parts = [f"{words_of(part, 'code')}: {value_of(part)}" for part in resource.get("component", [])]
    return "; ".join([*plain, *parts]) or "–"
