"""`python -m benchmarks.load`: what rate is sustained, what happens at ten times that, and with an EHR that hangs.

One process of the service, one of this program, on the same machine: the figures are ratios of one run.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass

from benchmarks.bodies import SPEAKING, bodies
from benchmarks.process import memory
from benchmarks.traffic import BROKEN, Ended, at_a_rate, at_once, hanging, serving, to_be_read

HANDS, BODIES, HUNG = 4, 60, 12
DEADLINE, OVER = 4.0, 10


@dataclass(frozen=True)
class Run:
    """One run: the sustained phase, the one at ten times its rate, the one with a hung EHR, memory before and after."""

    sustained: Ended
    flooded: Ended
    after: Ended
    hung: Ended
    megabytes: tuple[float, float]

    def __str__(self) -> str:
        rate, flood = self.sustained.rate, self.flooded
        return "\n".join(
            (
                f"sustained            {rate:.1f} calls a second with {HANDS} at once; {_spread(self.sustained)}",
                f"at {OVER} times the rate  {flood.rate / rate:.2f} of the sustained rate answered; {_spread(flood)}",
                f"                     statuses {flood.statuses} ({BROKEN}: no answer);"
                f" 503 without Retry-After: {flood.without_retry}; a 503 took p99 {flood.quantile(0.99, 503):.2f} s",
                f"right after          {self.after.rate / rate:.2f} of the sustained rate; {_spread(self.after)}",
                f"hung EHR             statuses {self.hung.statuses}; slowest answer {self.hung.quantile(1.0):.2f} s"
                f" (deadline {DEADLINE} s)",
                f"memory               {self.megabytes[0]:.0f} MB warm, {self.megabytes[1]:.0f} MB at the end",
            )
        )


def _spread(ended: Ended) -> str:
    p50, p95, p99 = (1000 * ended.quantile(part) for part in (0.5, 0.95, 0.99))
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms ({p95 / p50:.1f} times), p99 {p99:.0f} ms ({p99 / p50:.1f} times)"


async def measured(port: int, pid: int, seconds: float) -> Run:
    calls = bodies(BODIES)
    await at_once(port, calls, HANDS, seconds / 4)  # warm
    warm = memory(pid, "VmRSS")
    sustained = await at_once(port, calls, HANDS, seconds)
    flooded = await at_a_rate(port, calls, sustained.rate * OVER, seconds)
    after = await at_once(port, calls, HANDS, seconds / 2)
    async with hanging() as server:
        due = [to_be_read(one, server) for one in calls if one.kind == SPEAKING]
        hung = await at_a_rate(port, due, HUNG, 1.0)
    return Run(sustained, flooded, after, hung, (warm, memory(pid, "VmRSS")))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument(
        "--seconds", type=float, default=10.0, help="of the sustained phase and of the flood (default: 10)"
    )
    given = asked.parse_args()
    with serving() as service:
        print(asyncio.run(measured(service.port, service.pid, given.seconds)))


if __name__ == "__main__":
    main()
