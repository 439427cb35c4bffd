"""What a record says where every entry above normal confidentiality is left out (design §6)."""

from __future__ import annotations

from typing import TypeVar

from eligibility.record import Allergy, Condition, Exposure, Observation, PatientRecord, Procedure, Study

_Entry = TypeVar("_Entry", Allergy, Condition, Exposure, Observation, Procedure, Study)


def unrestricted(record: PatientRecord) -> PatientRecord:
    """The entries that anybody who may see the chart may be told of."""
    return record.but(
        conditions=_plain(record.conditions),
        observations={name: _plain(held) for name, held in record.observations.items()},
        unanswered={name: _plain(held) for name, held in record.unanswered.items()},
        exposures=_plain(record.exposures),
        procedures=_plain(record.procedures),
        allergies=_plain(record.allergies),
        studies=_plain(record.studies),
    )


def _plain(entries: tuple[_Entry, ...]) -> tuple[_Entry, ...]:
    return tuple(entry for entry in entries if not entry.restricted)
