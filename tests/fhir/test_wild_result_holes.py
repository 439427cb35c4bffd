"""fhir-in-the-wild, group 13: what is neither result nor hole, and for which tests a hole counts (rule G5)."""

from __future__ import annotations

import pytest
from fhir_raw import (
    LOINC,
    PLATELETS,
    between,
    coded,
    observation,
    read,
    the_result,
)

HBSAG = coded(LOINC, "5196-1")


def test_an_observation_of_something_else_is_neither_result_nor_hole():
    other = observation(code=coded(LOINC, "8302-2", "Body height"), status=None, modifierExtension=[{"url": "x"}])
    record = read(other)
    assert (record.observations, record.holes, record.notes) == ({}, (), ())


def test_urine_bilirubin_is_no_bilirubin_of_the_blood():
    assert "VS-BILI" not in read(observation(code=coded(LOINC, "5770-3", "Bilirubin in urine"))).observations


def test_a_result_of_nothing_named_could_be_any():
    [hole] = read(observation(code=None)).holes
    assert (hole.reason, hole.sets) == ("no-code", None)
    assert read(observation(code=None, status="cancelled")).holes == ()


@pytest.mark.parametrize(
    "odd, reason",
    [({"subject": None}, "subject-unknown"), ({"modifierExtension": [{"url": "x"}]}, "unknown-modifier")],
)
def test_a_hole_of_a_known_test_is_limited_to_its_sets(odd, reason):
    [hole] = read(observation(**odd)).holes
    assert (hole.reason, hole.sets) == (reason, frozenset({"VS-PLT"}))


def test_an_observation_under_two_sets_is_indexed_under_both():
    both = {"coding": [*PLATELETS["coding"], *HBSAG["coding"]]}
    assert sorted(read(observation(code=both)).observations) == ["VS-HBSAG", "VS-PLT"]


def test_a_look_alike_is_indexed_nowhere():
    assert read(observation(code=coded(LOINC, "11778-8"), valueString="2026-12-01")).observations == {}


def test_a_partial_date_is_cut_at_today():
    assert the_result(observation(effectiveDateTime="2026")).when == between("2026-01-01", "2026-11-21")
