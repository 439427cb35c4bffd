"""The benchmark sends what it says: distinct bodies, the same for the same seed, as large as a real chart."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import orjson

from benchmarks.bodies import KEYS, MIX, Body, bodies
from cds_service.catalogue import load_catalogue
from cds_service.fhir.queries import prefetch, queries

COUNT = 20


def _resources(body: Body) -> list[dict[str, Any]]:
    sent = orjson.loads(body.content)["prefetch"]
    return [entry["resource"] for key, bundle in sent.items() if key != "patient" for entry in bundle["entry"]]


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert bodies(COUNT) == bodies(COUNT)
    assert bodies(COUNT)[0].content != bodies(COUNT, seed=1)[0].content


def test_no_two_bodies_share_a_patient_or_a_resource() -> None:
    seen: Counter[str] = Counter()
    for body in bodies(COUNT):
        seen.update({resource["id"] for resource in _resources(body)})
        seen[orjson.loads(body.content)["context"]["patientId"]] += 1
    assert set(seen.values()) == {1}


def test_values_and_dates_differ() -> None:
    written = [orjson.dumps([r.get("valueQuantity") for r in _resources(body)]) for body in bodies(COUNT)]
    dated = [orjson.dumps([r.get("effectiveDateTime") for r in _resources(body)]) for body in bodies(COUNT)]
    assert all(one != other for one, other in pairwise(written))
    assert all(one != other for one, other in pairwise(dated))


def test_each_is_about_245_kilobytes_and_200_resources() -> None:
    for body in bodies(COUNT):
        assert 220_000 < len(body.content) < 275_000
        assert 160 <= body.resources <= 220


def test_the_people_come_in_the_stated_mix() -> None:
    assert Counter(body.kind for body in bodies(3 * len(MIX))) == Counter(3 * MIX)


def test_every_key_that_discovery_asks_for_is_sent() -> None:
    asked = prefetch(queries(load_catalogue().terminology.value_sets))
    assert set(asked) == set(KEYS)
    assert all(set(orjson.loads(body.content)["prefetch"]) == set(asked) for body in bodies(2))
