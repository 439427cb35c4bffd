"""What the benchmark sends: distinct hook calls with full prefetch, generated from a seed, in a stated mix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import orjson

from benchmarks.chart import Chart
from benchmarks.codes import (
    ASPIRIN,
    DIABETES,
    ELTROMBOPAG,
    EVERYDAY,
    HYPERTENSION,
    ITP,
    METFORMIN,
    ORDINARY,
    OTHER_TESTS,
    PLATELETS,
    PREDNISONE,
    PROCEDURES,
    READ_TESTS,
    RITUXIMAB,
    SEROLOGY,
    Json,
)  # fmt: skip

ORDINARY_PERSON, SPEAKING, INELIGIBLE = "no ITP", "ITP, a card is due", "ITP, ineligible"
# Of every twenty charts that are opened: a haematology clinic; anywhere else nearly everybody has no ITP.
MIX = (ORDINARY_PERSON,) * 14 + (SPEAKING,) * 3 + (INELIGIBLE,) * 3
KEYS = (
    "patient", "conditions", "statements", "requests", "administrations", "procedures", "allergies", "studies", "lists",
    "laboratory", "counts", "infections-1", "infections-2", "status",
)  # fmt: skip
_OBSERVATIONS = 120


@dataclass(frozen=True)
class Body:
    """One call as it goes over the wire, and what kind of person it is about."""

    kind: str
    content: bytes
    resources: int


def bodies(count: int, seed: int = 20261121) -> list[Body]:
    """`count` distinct calls in the proportions of MIX; the same for the same seed, in any process."""
    return [body(MIX[n * 7 % len(MIX)], Random(seed * 1_000_003 + n)) for n in range(count)]


def body(kind: str, rng: Random) -> Body:
    chart = Chart(rng, f"{rng.getrandbits(64):016x}")
    chart.keep("patient", chart.person(rng.choice(("male", "female")), chart.day(rng.randint(26, 60) * 365)))
    _WRITERS[kind](chart)
    _observations(chart)
    _drugs(chart)
    _rest(chart)
    prefetch = {key: _bundle(key, chart) for key in KEYS}
    call = {
        "hook": "patient-view",
        "hookInstance": "-".join(chart.identity()[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))),
        "context": {"userId": f"Practitioner/{chart.identity()}", "patientId": chart.patient},
        "prefetch": prefetch,
    }
    distinct = {one["id"] for group in chart.resources.values() for one in group}
    return Body(kind, orjson.dumps(call), len(distinct))


def _bundle(key: str, chart: Chart) -> Json:
    found = chart.resources.get(key, [])
    if key == "patient":
        return found[0]
    if key == "laboratory":
        found = sorted(found, key=lambda one: str(one["effectiveDateTime"]), reverse=True)
    base = "https://ehr.example/fhir"
    entries = [
        {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in found
    ]
    link = [{"relation": "self", "url": f"{base}/{key}?patient={chart.patient}"}]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(found), "link": link, "entry": entries}


def _problems(chart: Chart, *leading: Json) -> None:
    """15 to 25 problems and encounter diagnoses; half of the ordinary ones are over."""
    rng = chart.rng
    chosen = rng.sample(ORDINARY, rng.randint(15, 22) - len(leading))
    ordinary = [
        chart.problem(one, rng.randint(40, 4000), over=rng.random() < 0.5, listed=rng.random() < 0.7) for one in chosen
    ]
    chart.resources["conditions"] = [*leading, *ordinary]


def _without_itp(chart: Chart) -> None:
    rng = chart.rng
    leading = [chart.problem(HYPERTENSION, rng.randint(100, 3000))]
    if rng.random() < 0.3:
        leading.append(chart.problem(DIABETES, rng.randint(100, 3000)))
        chart.keep("statements", chart.statement(METFORMIN, 400))
    _problems(chart, *leading)
    _counts(chart, 5, 160, 390)


def _with_itp(chart: Chart) -> None:
    """Refractory ITP: steroids, rituximab long ago, eltrombopag now, counts below 30."""
    rng = chart.rng
    _problems(chart, chart.problem(ITP, rng.randint(500, 1500)))
    chart.keep("statements", chart.statement(PREDNISONE, 480, 380, ITP))
    chart.keep("statements", chart.statement(RITUXIMAB, 350, 329, ITP))
    chart.keep("statements", chart.statement(ELTROMBOPAG, rng.randint(120, 200), None, ITP))
    _counts(chart, 18, 9, 28)


def _excluded(chart: Chart) -> None:
    """The same, with daily aspirin, for which neither trial is; half of them have diabetes, too."""
    _with_itp(chart)
    chart.keep("statements", chart.statement(ASPIRIN, 800))
    if chart.rng.random() < 0.5:
        chart.resources["conditions"].append(chart.problem(DIABETES, 900))


_WRITERS: dict[str, Callable[[Chart], None]] = {
    ORDINARY_PERSON: _without_itp,
    SPEAKING: _with_itp,
    INELIGIBLE: _excluded,
}


def _counts(chart: Chart, n: int, low: int, high: int) -> None:
    """Platelets, the newest one yesterday: sent by code and in the category, as servers do."""
    for back in (1, *sorted(chart.rng.sample(range(5, 700), n - 1))):
        count = chart.result("counts", PLATELETS, back, chart.rng.randint(low, high))
        chart.keep("counts", count)
        if back < 120:
            chart.keep("laboratory", count)


def _observations(chart: Chart) -> None:
    """Up to 120 results: serology once, liver and kidney a few times, and the many tests that no criterion asks."""
    rng = chart.rng
    for code, name, key in SEROLOGY:
        chart.keep(key, chart.answer(key, code, name, rng.randint(1, 6) if "DNA" in name else rng.randint(10, 28)))
    for back in (rng.randint(1, 5), rng.randint(20, 90), rng.randint(91, 300)):
        for test in READ_TESTS:
            chart.keep("laboratory", chart.result("laboratory", test, back))
    for back in (2, rng.randint(30, 200)):
        chart.keep("status", chart.result("status", ("29463-7", "Body weight", 50, 110, "kg"), back))
        chart.keep(
            "status", chart.result("status", ("89247-1", "ECOG Performance Status score", 0, 2, "{score}"), back, 1)
        )
        chart.keep("status", chart.result("status", ("8480-6", "Systolic blood pressure", 100, 135, "mm[Hg]"), back))
        chart.keep("status", chart.result("status", ("8462-4", "Diastolic blood pressure", 60, 85, "mm[Hg]"), back))
    for test, back in _visits(chart):
        chart.keep("laboratory", chart.result("laboratory", test, back))


def _visits(chart: Chart) -> Iterator[tuple[tuple[str, str, float, float, str], int]]:
    """Whole panels of other tests, visit by visit, until the chart has its number of observations."""
    observed = ("laboratory", "counts", "infections-1", "infections-2", "status")
    here = {one["id"] for key in observed for one in chart.resources.get(key, ())}
    left, back = _OBSERVATIONS - len(here), 3
    while left > 0:
        for test in OTHER_TESTS[:left]:
            yield test, back
        left, back = left - len(OTHER_TESTS), back + chart.rng.randint(20, 90)


def _drugs(chart: Chart) -> None:
    """30 to 40 records of everyday drugs, beside those of the story: half statements, half orders, some doses."""
    rng = chart.rng
    for drug in rng.sample(EVERYDAY, 12):
        first = rng.randint(60, 900)
        chart.keep("statements", chart.statement(drug, first, None if rng.random() < 0.5 else first - 30))
    for _ in range(rng.randint(14, 18)):
        chart.keep("requests", chart.order(rng.choice(EVERYDAY), rng.randint(40, 1500)))
    for _ in range(4):
        chart.keep("administrations", chart.given(rng.choice(EVERYDAY), rng.randint(40, 1500)))


def _rest(chart: Chart) -> None:
    rng = chart.rng
    for code, name in rng.sample(PROCEDURES, 7):
        chart.keep("procedures", chart.procedure(code, name, rng.randint(20, 2000)))
    chart.keep("allergies", chart.no_allergy(rng.randint(100, 2000)))
    chart.keep("studies", chart.no_more_studies(rng.randint(500, 2000)))
    chart.keep("lists", chart.listed_problems(chart.resources["conditions"]))
