"""`python -m benchmarks.hook`: what a patient-view call costs, beside a bare endpoint given the same bodies.

CPU time on one core, without sockets; every body is sent once a round, in the same order, to each endpoint in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from time import process_time_ns

import orjson

from benchmarks.bodies import INELIGIBLE, ORDINARY_PERSON, SPEAKING, Body, bodies
from benchmarks.endpoints import Endpoint, bare, collector, service, whole_service
from benchmarks.phases import PHASES, phases
from benchmarks.process import running
from cds_service.catalogue import load_catalogue

KINDS = (ORDINARY_PERSON, SPEAKING, INELIGIBLE)
GOAL = 3.0
Taken = dict[tuple[str, bool], dict[str, list[float]]]  # (endpoint, tuned) → kind of person → milliseconds


async def measured(endpoints: Mapping[str, Endpoint], calls: Sequence[Body], rounds: int) -> Taken:
    taken: Taken = defaultdict(lambda: defaultdict(list))
    for _ in range(rounds):
        for tuned in (True, False):
            for name, endpoint in endpoints.items():
                collector(tuned)
                for body in calls:
                    begun = process_time_ns()
                    await endpoint(body.content)
                    taken[name, tuned][body.kind].append((process_time_ns() - begun) / 1e6)
    return taken


def table(taken: Taken) -> None:
    """Means, medians, 95th percentiles, and the ratio of means to the bare endpoint with the tuned collector."""
    basis = statistics.mean(_all(taken["bare", True]))
    print(f"{'endpoint':<20}{'collector':<11}{'people':<20}{'mean ms':>8}{'p50':>8}{'p95':>8}{'ratio':>8}")
    for (name, tuned), by_kind in sorted(taken.items(), key=lambda item: not item[0][1]):
        groups = {"all": _all(by_kind), **({kind: by_kind[kind] for kind in KINDS} if name != "bare" else {})}
        for people, spent in groups.items():
            mean, cuts = statistics.mean(spent), statistics.quantiles(spent, n=20)
            said = "tuned" if tuned else "untuned"
            print(f"{name:<20}{said:<11}{people:<20}{mean:8.2f}{cuts[9]:8.2f}{cuts[18]:8.2f}{mean / basis:8.2f}")
    ratio = statistics.mean(_all(taken["service", True])) / basis
    whole = statistics.mean(_all(taken["every trial assessed", True])) / basis
    print(f"\ngoal {GOAL:.0f} x the bare tuned endpoint; service {ratio:.2f} x, every trial assessed {whole:.2f} x\n")


def _all(by_kind: Mapping[str, list[float]]) -> list[float]:
    return [one for spent in by_kind.values() for one in spent]


async def main(count: int, rounds: int) -> None:
    calls, warming = bodies(count), bodies(40, seed=7)
    sizes = statistics.mean(len(body.content) for body in calls)
    entries = statistics.mean(body.resources for body in calls)
    mix = ", ".join(f"{sum(body.kind == kind for body in calls)} {kind}" for kind in KINDS)
    print(f"Python {platform.python_version()}; {count} calls of {sizes / 1000:.0f} KB, {entries:.0f} resources")
    print(f"people: {mix}; {rounds} rounds on one core\n")
    catalogue = load_catalogue()
    endpoints = {"bare": bare(), "service": service(catalogue), "every trial assessed": whole_service(catalogue)}
    await check(endpoints["service"], warming)
    await measured(endpoints, warming, 1)
    table(await measured(endpoints, calls, rounds))
    collector(tuned=True)
    where(await phases(catalogue, calls))


async def check(endpoint: Endpoint, calls: Sequence[Body]) -> None:
    """Cards are due for exactly the people they should be due for; else the figures would be of something else."""
    for body in calls:
        cards = len(orjson.loads(await endpoint(body.content))["cards"])
        if (cards > 0) != (body.kind == SPEAKING):
            raise SystemExit(f"{cards} cards for one of the people '{body.kind}'")


def where(taken: Mapping[str, Mapping[str, float]]) -> None:
    print(f"{'ms a call':<20}" + "".join(f"{phase:>9}" for phase in PHASES))
    for kind in KINDS:
        print(f"{kind:<20}" + "".join(f"{taken[kind][phase]:9.2f}" for phase in PHASES))


if __name__ == "__main__":
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--bodies", type=int, default=200)
    read.add_argument("--rounds", type=int, default=3)
    read.add_argument("--in-process-only", action="store_true", help="leave out the start of a real `serve`")
    given = read.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    asyncio.run(main(given.bodies, given.rounds))
    if not given.in_process_only:
        seen = running(body.content for body in bodies(given.bodies))
        print(f"\n`serve --open`: ready after {seen.ready:.2f} s (goal 2 s); resident {seen.idle:.0f} MB when ready,")
        print(f"{seen.after:.0f} MB after {given.bodies} calls, {seen.most:.0f} MB at most (goal 150 MB)")
