"""Generated examples are the same in every run, no test fails because a machine is slow, servers are not started twice.

The profile `fuzz` (`make fuzz`) draws many more of them, and others each time.
"""

from collections.abc import Generator

import pytest
from hypothesis import settings

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On several processors (`pytest -n`), tests that share a server or a database stay together on one of them.

    Every other test goes where there is room: a table of a thousand rows is spread.
    """
    for item in items:
        room = item.path.relative_to(item.config.rootpath).parts[1]
        if room == "hapi":
            item.add_marker(pytest.mark.xdist_group(room))
        elif room in SHARING:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test in whose log or standard error somebody of the cast is named has shown a leak."""
    report = yield
    if report.passed and (who := named(report.sections)):
        report.outcome, report.longrepr = "failed", f"patients are named in the log: {', '.join(who)}"
    return report
