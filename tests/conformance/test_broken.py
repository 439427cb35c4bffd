"""For the rules in `broken/breaks.py` the code is broken on purpose, and the test of the rule fails."""

from __future__ import annotations

import subprocess
import sys

from tests.conformance.broken.breaks import BREAKS
from tests.conformance.rules import ROOT, marked


def test_each_rule_that_is_broken_is_noticed_by_its_test() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.conformance.broken"], cwd=ROOT, capture_output=True, text=True, timeout=500
    )
    said = done.stdout.splitlines()
    assert said[0] == "as it is: every test passes", done.stdout + done.stderr
    assert [line for line in said[1:] if not line.endswith(": its test fails")] == []
    assert len(said) == 1 + len(BREAKS)
    assert done.returncode == 0


def test_the_test_is_one_of_the_rule() -> None:
    """So that the page names the test that was seen to fail."""
    for one in BREAKS:
        assert one.test in {f"{test.file}::{test.name}" for test in marked()[one.rule]}, one.rule


def test_there_are_at_least_ten() -> None:
    assert len({one.rule for one in BREAKS}) >= 10
