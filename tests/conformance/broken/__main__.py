"""Breaks each rule in a process of its own and runs its test: `python -m tests.conformance.broken [rule …]`.

Exit status 0 where every test passes on the code as it is and fails on the broken one, else 1.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence

import pytest

from tests.conformance.broken.breaks import BREAKS, Break
from tests.conformance.hospital_day import catalogue, records
from tests.conformance.rules import ROOT, rules

PASSED, FAILED = 0, 1


def main(chosen: Sequence[str]) -> int:
    wanted = [one for one in BREAKS if not chosen or one.rule in chosen]
    warm(wanted)
    untouched = run(lambda: None, [one.address for one in wanted])
    say(f"as it is: {'every test passes' if untouched == PASSED else f'pytest ends with {untouched}'}")
    return max([int(untouched != PASSED), *(told(one) for one in wanted)])


def warm(wanted: Sequence[Break]) -> None:
    """Imports and reads once what every child needs."""
    catalogue()
    records()
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        pytest.main(["-q", "--collect-only", "-p", "no:cacheprovider", *(one.address for one in wanted)])


def told(one: Break) -> int:
    """Says whether the test of a broken rule fails; 0 if so."""
    status = run(one.make, [one.address])
    verdict = "its test fails" if status == FAILED else f"NOT NOTICED (pytest ends with {status})"
    say(f"{one.rule}: {one.make.__name__.replace('_', ' ')}: {verdict}")
    return int(status != FAILED)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(breaking: Callable[[], None], tests: Sequence[str]) -> int:
    """Pytest's exit status over these tests, in a child that holds the broken code."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
                breaking()
                status = int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests]))
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    os.chdir(ROOT)
    assert {one.rule for one in BREAKS} <= set(rules())
    sys.exit(main(sys.argv[1:]))
