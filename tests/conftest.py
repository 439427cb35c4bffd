"""Generated examples are the same in every run, no test fails because a machine is slow, servers are not started twice.

The profile `fuzz` (`make fuzz`) draws many more of them, and others each time.
"""

from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.canary.cast import named

SHARING = (
    "attacks",
    "audit",
    "browser",
    "canary",
    "conformance",
    "demo",
    "faults",
    "feedback",
    "load",
    "report",
    "service",
    "smart",
    "store",
    "trust",
)

settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, max_examples=20_000, print_blob=True)
settings.load_profile("house")


class Rooms(LoadScopeScheduling):
    """On several processors (`pytest -n`), tests that share a server or a database stay together on one of them.

    Every other test goes where there is room: a table of a thousand rows is spread.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        room = path.split("/")[1]
        if room == "hapi":  # one server for all its files
            return room
        return path if room in SHARING else nodeid


@pytest.hookimpl(optionalhook=True)  # the mutants' tests run without plugins
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Rooms:
    return Rooms(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test in whose log or standard error somebody of the cast is named has shown a leak."""
    report = yield
    if report.passed and (who := named(report.sections)):
        report.outcome, report.longrepr = "failed", f"patients are named in the log: {', '.join(who)}"
    return report
