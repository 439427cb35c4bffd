"""What a chart costs where the service reads a real HAPI for itself: 1,000 generated people, p50 and p95, HAPI's share.

`python -m benchmarks.hapi --people 1000 --calls 200`; needs Java 17 and Maven. Of each generated chart the first 40
resources of every kind's turn are loaded (`--resources`), because loading is HAPI's work and not what is measured.
HAPI's share is what remains of the time when the cost of the same calls with full prefetch is taken away.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from typing import Any

from benchmarks.bodies import bodies
from benchmarks.chart import AS_OF
from benchmarks.endpoints import PATH
from benchmarks.process import environment, free_port, until_ready
from cds_service.load.plan import plan_resources
from cds_service.load.server import Server
from tests.hapi.real_hapi import running_hapi

Json = dict[str, Any]
AT_ONCE = 200


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=1000)
    asked.add_argument("--calls", type=int, default=200)
    asked.add_argument("--resources", type=int, default=40)
    given = asked.parse_args()
    with running_hapi({"JAVA_OPTS": "-XX:+UseSerialGC -Xmx3g"}) as base:
        calls = [smaller(json.loads(body.content), given.resources) for body in bodies(given.people)]
        seconds = loaded(base, calls)
        print(f"{given.people} people loaded in {seconds:.0f} s")
        chosen = calls[:: max(1, len(calls) // given.calls)][: given.calls]
        with_prefetch = timed(chosen)
        reading = timed([{**without_prefetch(call), "fhirServer": base} for call in chosen])
    table(with_prefetch, reading)


def loaded(base: str, calls: Iterable[Json]) -> float:
    """Seconds for putting everybody on the server, by the same code as `cds-service load`."""
    server, begun = Server(base), time.monotonic()
    for number, call in enumerate(calls, start=1):
        planned = plan_resources(resources(call)).planned
        for start in range(0, len(planned), AT_ONCE):
            refused = [told for told in server.write(planned[start : start + AT_ONCE]) if told.what == "refused"]
            if refused:
                raise SystemExit(f"{refused[0].reference}: {refused[0].why}")
        print(f"\r{number} people", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return time.monotonic() - begun


def smaller(call: Json, most: int) -> Json:
    """The same call with at most so many resources, taken from every prefetch key in turn, so that each keeps some."""
    pages = [value["entry"] for value in call["prefetch"].values() if value.get("entry")]
    turns = [(place, number) for number, page in enumerate(pages) for place in range(len(page))]
    kept = set(sorted(turns)[:most])
    for number, page in enumerate(pages):
        page[:] = [entry for place, entry in enumerate(page) if (place, number) in kept]
    for value in call["prefetch"].values():
        if value.get("resourceType") == "Bundle":
            value["total"] = len(value.get("entry", []))
    return call


def resources(call: Json) -> Iterable[Json]:
    """Everything the call's prefetch holds, each once, the Patient first."""
    found: dict[str, Json] = {}
    for value in call["prefetch"].values():
        entries = value.get("entry", []) if value.get("resourceType") == "Bundle" else [{"resource": value}]
        for entry in entries:
            resource = entry["resource"]
            found[f"{resource['resourceType']}/{resource['id']}"] = local(resource)
    return found.values()


def local(resource: Json) -> Json:
    """References to people and places that are not loaded are named only: HAPI refuses a reference to nothing."""

    def named(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {name: named(one) for name, one in value.items()}
            target = str(kept.get("reference", "Patient/"))
            if not target.startswith("Patient/") and not target.startswith("#"):
                kept.pop("reference")
                kept.setdefault("display", "not loaded")
            return kept
        return [named(one) for one in value] if isinstance(value, list) else value

    told: Json = named(resource)
    return told


def without_prefetch(call: Json) -> Json:
    return {name: value for name, value in call.items() if name != "prefetch"}


def timed(calls: Iterable[Json]) -> list[float]:
    """Milliseconds of each call, one after the other, to a `serve --open` of its own."""
    port = free_port()
    command = [sys.executable, "-m", "cds_service", "serve", "--open", "--port", str(port)]
    settings = environment() | {"CDS_DEADLINE": "30"}
    with subprocess.Popen(command, env=settings, stderr=subprocess.DEVNULL) as process:
        try:
            until_ready(port, process)
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            return [one_call(connection, call) for call in calls]
        finally:
            process.terminate()


def one_call(connection: http.client.HTTPConnection, call: Json) -> float:
    content = json.dumps(call).encode()
    begun = time.perf_counter()
    connection.request("POST", PATH, io.BytesIO(content).getvalue(), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"a call was answered with {answer.status}")
    return (time.perf_counter() - begun) * 1000


def table(with_prefetch: list[float], reading: list[float]) -> None:
    for name, taken in (("full prefetch", with_prefetch), ("no prefetch, HAPI read", reading)):
        print(f"{name:24} p50 {statistics.median(taken):7.1f} ms   p95 {sorted(taken)[int(0.95 * len(taken))]:7.1f} ms")
    share = 1 - statistics.mean(with_prefetch) / statistics.mean(reading)
    print(f"HAPI's share of the time: {share:.0%} ({len(reading)} calls each, as of {AS_OF})")


if __name__ == "__main__":
    main()
