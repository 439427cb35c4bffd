"""Decides what `cds-service load` does: plan, ask the server, write in transactions, say exactly what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TextIO

from cds_service.contents import Unusable
from cds_service.demo.fixtures import load_cast, resources_of, story_files
from cds_service.demo.shift import TOLD_ON, shift_days
from cds_service.ehr.problem import EhrProblem
from cds_service.ehr.wire import new_session
from cds_service.load.plan import Plan, Planned, plan_files, plan_resources
from cds_service.load.server import Server, Told

AT_ONCE = 100
"""Resources in one transaction: large enough to be quick, small enough that a refusal costs little."""

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Loading:
    """What is loaded and how. Without `paths` it is the cast, with its dates moved from the day of its stories.

    `told_on` is the day for which the dates of `paths` are written: given, they are moved to `as_of` too.
    """

    base: str
    paths: Sequence[str] = ()
    as_of: date | None = None
    told_on: date | None = None
    token: str | None = field(default=None, repr=False)
    dry_run: bool = False
    overwrite: bool = False
    at_once: int = AT_ONCE


def load(asked: Loading, today: date, out: TextIO, progress: TextIO | None = None) -> int:
    """0 when all of it is on the server, else 2; what was written until then stays and is said."""
    told: list[Told] = []
    try:
        plan = _plan(asked, today)
        with new_session() as session:
            server = Server(asked.base, asked.token, session)
            server.check()
            there = {} if asked.overwrite and not asked.dry_run else server.there(one.reference for one in plan.planned)
            foreign = sorted(name for name, ours in there.items() if not ours)
            if foreign and not asked.overwrite:
                return _foreign(foreign, out)
            if asked.dry_run:
                return _dry(plan, there, out)
            _write(server, plan.planned, asked.at_once, told, progress)
    except Unusable as unusable:
        print(f"cds-service: {unusable.message}: {unusable.remedy}", file=out)
        return 2
    except EhrProblem as problem:
        if told:
            _report(told, out)
        print(f"cds-service: {problem.what}: {problem.remedy}", file=out)
        return 2
    except KeyboardInterrupt:
        _report(told, out)
        print("cds-service: interrupted; what was being sent may be there too: repeat the command", file=out)
        raise
    refused = [Told(name, "refused", why) for name, why in plan.refused]
    _report([*told, *refused], out)
    return 2 if any(one.what == "refused" for one in (*told, *refused)) else 0


def _plan(asked: Loading, today: date) -> Plan:
    as_of = asked.as_of or today
    if not asked.paths:
        return plan_resources(resources_of(load_cast(as_of)))
    plan = plan_files(asked.paths)
    told_on = asked.told_on or (TOLD_ON if _is_cast(asked.paths) else None)
    if told_on is not None:
        days = (as_of - told_on).days
        plan.planned = [Planned(one.reference, shift_days(one.resource, days)) for one in plan.planned]
    return plan


def _is_cast(paths: Sequence[str]) -> bool:
    """People of the cast named by their files keep their story: it is told for a fixed day."""
    return {Path(path).resolve() for path in paths} <= {path.resolve() for path in story_files()}


def _write(server: Server, planned: Sequence[Planned], at_once: int, told: list[Told], progress: TextIO | None) -> None:
    """Adds to `told` as the server answers, so that it is right whenever this is broken off."""
    for start in range(0, len(planned), at_once):
        for one in server.write(planned[start : start + at_once]):
            told.append(one)
        _advance(progress, min(start + at_once, len(planned)), len(planned))


def _advance(progress: TextIO | None, done: int, whole: int) -> None:
    if progress is not None:
        filled = 30 * done // whole
        end = "\n" if done == whole else ""
        print(
            f"\r[{'█' * filled}{'·' * (30 - filled)}] {done} of {whole} resources", end=end, file=progress, flush=True
        )


def _foreign(foreign: Sequence[str], out: TextIO) -> int:
    print(f"cds-service: the server already holds {len(foreign)} of these, and not from us:", file=out)
    print(*(f"  {name}" for name in foreign[:_SHOWN]), sep="\n", file=out)
    print("Nothing was written. --overwrite replaces them.", file=out)
    return 2


def _dry(plan: Plan, there: dict[str, bool], out: TextIO) -> int:
    kinds = Counter(one.reference.partition("/")[0] for one in plan.planned)
    print(f"Would write {len(plan.planned)} resources, {len(there)} of them in place of what is there:", file=out)
    print(*(f"  {number:6} {kind}" for kind, number in sorted(kinds.items())), sep="\n", file=out)
    for name, why in plan.refused:
        print(f"  left out: {name}: {why}", file=out)
    return 2 if plan.refused else 0


def _report(told: Sequence[Told], out: TextIO) -> None:
    counted = Counter(one.what for one in told)
    said = ", ".join(f"{counted[what]} {what}" for what in ("created", "updated", "unchanged", "refused"))
    print(f"{len(told)} resources: {said}.", file=out)
    failed = [one for one in told if one.what == "refused"]
    for one in failed[:_SHOWN]:
        print(f"  refused: {one.reference}: {one.why}", file=out)
    if len(failed) > _SHOWN:
        print(f"  and {len(failed) - _SHOWN} more", file=out)
