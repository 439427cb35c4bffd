"""The records that are measured are what they claim to be, and the slope is that of a straight line."""

from __future__ import annotations

import orjson
import pytest

from benchmarks.assess import slope
from benchmarks.records import KINDS, record


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_has_its_size_and_a_larger_one_begins_as_a_smaller_one(kind: str) -> None:
    small, large = (orjson.loads(record(kind, size))["entry"] for size in (50, 200))
    assert (len(small), len(large)) == (50, 200)
    assert large[:50] == small
    assert len({entry["resource"]["id"] for entry in large}) == 200


@pytest.mark.parametrize("power", [0.5, 1, 2])
def test_the_exponent_of_a_power_is_that_power(power: float) -> None:
    assert slope([(size, 3 * size**power) for size in (200, 2_000, 20_000)]) == pytest.approx(power)
