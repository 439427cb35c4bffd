"""Records of any size for one person with ITP: as charts grow, or of nothing but what the trials ask about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

import orjson

from benchmarks.chart import Chart
from benchmarks.codes import (
    ELTROMBOPAG,
    EVERYDAY,
    ITP,
    ORDINARY,
    OTHER_TESTS,
    PLATELETS,
    PREDNISONE,
    PROCEDURES,
    READ_TESTS,
    RITUXIMAB,
    Json,
)  # fmt: skip

_YEARS = 30 * 365  # days over which a chart is spread


def _grown(chart: Chart) -> Json:
    """One more resource of a chart, in the proportions of `bodies`: two results of three, then drugs and problems."""
    rng = chart.rng
    back = rng.randint(1, _YEARS)
    kind = rng.random()
    if kind < 0.66:
        asked = rng.random() < 0.35
        return chart.result("laboratory", rng.choice((PLATELETS, *READ_TESTS) if asked else OTHER_TESTS), back)
    if kind < 0.76:
        return chart.problem(rng.choice(ORDINARY), back, over=rng.random() < 0.5, listed=rng.random() < 0.7)
    if kind < 0.96:
        write = rng.choice((chart.statement, chart.order, chart.given))
        return write(rng.choice(EVERYDAY), back)
    return chart.procedure(*rng.choice(PROCEDURES), back)


def _asked(chart: Chart) -> Json:
    """One more resource that a criterion reads: counts, ITP, steroids and other drugs of the disease."""
    rng = chart.rng
    back = rng.randint(1, _YEARS)
    kind = rng.random()
    if kind < 0.4:
        return chart.result("counts", PLATELETS, back, rng.randint(5, 60))
    if kind < 0.5:
        return chart.problem(ITP, back, over=rng.random() < 0.5)
    write = rng.choice((chart.statement, chart.order, chart.given))
    return write(rng.choice((PREDNISONE, ELTROMBOPAG, RITUXIMAB)), back)


KINDS: Mapping[str, Callable[[Chart], Json]] = {"a chart grows": _grown, "all of it asked for": _asked}


def record(kind: str, size: int, seed: int = 20261121) -> bytes:
    """A Bundle of `size` distinct resources; the same for the same seed, and a larger one begins as a smaller one."""
    chart = Chart(Random(seed), "p")
    resources = [chart.person("female", chart.day(45 * 365)), chart.problem(ITP, 900)]
    resources += [KINDS[kind](chart) for _ in range(size - len(resources))]
    entries = [
        {"fullUrl": f"https://ehr.example/fhir/{one['resourceType']}/{one['id']}", "resource": one} for one in resources
    ]
    return orjson.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
