"""`python -m benchmarks.assess`: assessments a second over the fixtures, and what a record costs by its size.

CPU time on one core, from the bytes of a file to the JSON of the answer. The least of several rounds counts, because
other work on the machine can only add. The exponent is the slope of a straight line through the logarithms.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Sequence
from math import log
from pathlib import Path
from time import process_time

import orjson

from benchmarks.chart import AS_OF
from benchmarks.records import KINDS, record
from cds_service.app import calm_collector
from cds_service.assessing import record_of
from cds_service.assessment_json import patient_json
from cds_service.catalogue import Catalogue, load_catalogue
from cds_service.contents import Unusable
from cds_service.data import fixtures_folder
from cds_service.documents import read_document
from cds_service.languages import wording_for
from eligibility.assessment import assess

SIZES = (200, 632, 2_000, 6_325, 20_000)
LINEAR = 1.1


class Assessing:
    """What `cds-service assess --format json` does with the bytes of a file, both trials."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._words = wording_for(catalogue)

    def __call__(self, data: bytes) -> int:
        """How many assessments were made."""
        made = 0
        for found in read_document(data):
            if isinstance(found, Unusable):
                raise SystemExit(found.message)
            read = record_of(found, self._catalogue, AS_OF)
            assessments = [assess(trial, read, AS_OF) for trial in self._catalogue.trials]
            orjson.dumps(patient_json("-", read, AS_OF, AS_OF, assessments, self._words))
            made += len(assessments)
        return made


def least(work: Callable[[], object], rounds: int) -> float:
    """Seconds of the quickest round."""
    spent = []
    for _ in range(rounds):
        begun = process_time()
        work()
        spent.append(process_time() - begun)
    return min(spent)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Least squares through the logarithms: 1 is linear, 2 quadratic."""
    xs, ys = [log(x) for x, _ in points], [log(y) for _, y in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return covariance / sum((x - mean_x) ** 2 for x in xs)


def stories() -> list[bytes]:
    return [path.read_bytes() for path in sorted(Path(fixtures_folder() / "patients").glob("*.json"))]


def main(rounds: int, sizes: Sequence[int]) -> None:
    assessing = Assessing(load_catalogue())
    people = stories()
    made = sum(map(assessing, people))
    calm_collector()
    spent = least(lambda: [assessing(person) for person in people], rounds)
    print(f"Python {platform.python_version()}; least of {rounds} rounds, one core\n")
    print(f"fixtures: {len(people)} people, {made} assessments in {spent * 1000:.0f} ms: {made / spent:.0f} a second\n")
    print(f"{'record':<22}" + "".join(f"{size:>10,}" for size in sizes) + f"{'exponent':>10}")
    for kind in KINDS:
        taken = [(size, _cost(assessing, record(kind, size), rounds)) for size in sizes]
        each = "".join(f"{seconds * 1000:>7.0f} ms" for _, seconds in taken)
        print(f"{kind:<22}{each}{slope(taken):>10.2f}" + ("" if slope(taken) <= LINEAR else "  NOT LINEAR"))
        print(f"{'':<22}the larger half alone: {slope(taken[len(taken) // 2 :]):.2f}")


def _cost(assessing: Assessing, data: bytes, rounds: int) -> float:
    calm_collector()
    return least(lambda: assessing(data), rounds)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--largest", type=int, default=SIZES[-1], help="leave out larger records")
    given = asked.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    main(given.rounds, [size for size in SIZES if size <= given.largest])
