"""The same resources in any order give the same record, and reading twice gives it again (invariants 5 and 12)."""

from __future__ import annotations

import pickle
import random

from fhir_raw import (
    ITP,
    administration,
    allergy,
    condition,
    observation,
    order,
    procedure,
    quantity,
    read,
    statement,
    taking_part,
)

from cds_service.fhir.reader import ResourceIndex
from eligibility.record import Hole, Section

LIST = [{"coding": [{"code": "problem-list-item"}]}]
RESOURCES = [
    condition("a", category=LIST),
    condition("b", category=LIST),
    condition("c", code={"text": "Ingrown toenail"}, category=LIST),
    condition("a", onsetDateTime="2020", meta={"versionId": "2"}),
    condition("d", code=None),
    condition("e", subject={"reference": "Patient/other"}),
    condition(None, onsetDateTime="2019"),
    condition(None, onsetDateTime="2018"),
    observation("o1"),
    observation("o2", valueQuantity=quantity(25)),
    observation("o3", effectiveDateTime="2026-11-12T08:00:00Z"),
    observation("o1", status="corrected", valueQuantity=quantity(26)),
    observation("o4", status="odd"),
    observation("o5", effectiveDateTime="2027-01-01"),
    statement("s1", dateAsserted="2026-11-01"),
    statement("s2", dateAsserted="2026-11-02", medicationReference={"reference": "Medication/m"}),
    statement("s3", medicationReference={"reference": "Medication/gone"}),
    {"resourceType": "Medication", "id": "m", "code": {"text": "aspirin 100 mg"}},
    order("r1", authoredOn="2026-11-01", reasonCode=[ITP]),
    administration("x", effectiveDateTime="2026-11-01"),
    procedure("p1"),
    procedure("p2", status="not-done"),
    allergy("y"),
    taking_part("z"),
]


def record_of(resources):
    holes = [Hole(Section.LISTS, "refused"), Hole(Section.STUDIES, "more-pages")]
    return read(*resources, resolve=ResourceIndex(resources), holes=holes)


def test_every_order_gives_the_same_record():
    expected = record_of(RESOURCES)
    shuffled = list(RESOURCES)
    for seed in range(60):
        random.Random(seed).shuffle(shuffled)
        assert record_of(shuffled) == expected
    assert len(expected.conditions) == 5
    assert len(expected.holes) == 5


def test_everything_twice_is_everything_once():
    assert record_of(RESOURCES + RESOURCES) == record_of(RESOURCES)


def test_the_order_of_entries_is_that_of_their_references():
    record = record_of(RESOURCES)
    for entries in (record.conditions, record.exposures, record.procedures, *record.observations.values()):
        references = [entry.reference for entry in entries]
        assert references == sorted(references)


def test_a_record_travels_between_processes():
    record = record_of(RESOURCES)
    assert pickle.loads(pickle.dumps(record)) == record


def test_a_resource_more_never_takes_an_entry_away():
    """Except another version of the same resource: knowledge adds, it does not hide."""
    for number in range(len(RESOURCES)):
        fewer = {entry.reference for entry in record_of(RESOURCES[:number]).exposures}
        more = {entry.reference for entry in record_of(RESOURCES[: number + 1]).exposures}
        assert fewer <= more
