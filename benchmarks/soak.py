"""`make soak`: the service under steady load for minutes; fails where memory or open files keep growing.

Two hands send charts, and with every round one call that is refused and some that wait for an EHR that hangs.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from benchmarks.bodies import SPEAKING, Body, bodies
from benchmarks.process import memory
from benchmarks.traffic import Ended, Service, at_once, call, hanging, serving, to_be_read

HANDS, ROUNDS, BODIES, HUNG = 2, 10, 60, 3
GROWTH = 1.10
"""How much more memory at the end than after the first three rounds is no leak."""


async def soaked(service: Service, minutes: float) -> list[str]:
    """What went wrong; a line is printed for every round."""
    calls = bodies(BODIES)
    wrong: list[str] = []
    held: list[tuple[float, int]] = []
    async with hanging() as server:
        due = [to_be_read(one, server) for one in calls if one.kind == SPEAKING][:HUNG]
        for number in range(1, ROUNDS + 1):
            ended = await at_once(service.port, calls, HANDS, minutes * 60 / ROUNDS)
            odd = await _badly(service.port, due)
            held.append((memory(service.pid, "VmRSS"), len(list(Path(f"/proc/{service.pid}/fd").iterdir()))))
            said = f"round {number:2} of {ROUNDS}: {ended.statuses}, others {odd.statuses}"
            grown = f"{held[-1][0]:.0f} MB, {held[-1][1]} open files"
            print(f"{said}, p99 {ended.quantile(0.99):.2f} s, {grown}", flush=True)
            if set(ended.statuses) != {200} or set(odd.statuses) != {200, 400}:
                wrong.append(f"round {number}: an answer that was not due")
    early, late = max(held[:3]), held[-1]
    if late[0] > early[0] * GROWTH:
        wrong.append(f"memory grew from {early[0]:.0f} to {late[0]:.0f} MB")
    if late[1] > max(files for _, files in held[:3]) + 2 * HANDS:
        wrong.append(f"open files grew to {late[1]}")
    return wrong


async def _badly(port: int, due: list[Body]) -> Ended:
    """Calls whose EHR hangs, which are answered without it, and one that is no call."""
    ended = Ended()
    await asyncio.gather(*(call(port, one.content, ended) for one in due), call(port, b'{"hook": 1}', ended))
    return ended


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=10.0, help="how long (default: 10)")
    given = asked.parse_args()
    with serving() as service:
        wrong = asyncio.run(soaked(service, given.minutes))
    print("\n".join(wrong) or "nothing grew, every answer was due")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
