"""Every attack of the table is tried on a whole service; what must happen happens, what must not has left no trace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.attacks import launches, wire
from tests.attacks.attack import LEAKED, Attack
from tests.attacks.evidence import observing
from tests.attacks.stage import hospital, open_hospital
from tests.attacks.table import ATTACKS
from tests.service.conftest import plain_environment  # noqa: F401 — a fixture for all tests here

STAGES = {"hospital": hospital, "open": open_hospital}
INSIDE = [attack for attack in ATTACKS if attack.stage in STAGES]


@pytest.mark.parametrize("attack", INSIDE, ids=[attack.name for attack in INSIDE])
async def test_the_attack_is_refused(attack: Attack, tmp_path: Path) -> None:
    async with STAGES[attack.stage](tmp_path) as stage:
        evidence = stage.evidence
        evidence.unsigned = await stage.refused()
        with observing(evidence):
            stage.from_here()
            await attack.attempt(stage)
            stage.to_here()
        assert attack.must.held(evidence), (attack.must.said, evidence.answers)
        for never in (*attack.never, LEAKED):
            assert never.traces(evidence) == [], never.said
        assert {line["level"] for line in evidence.lines} <= {"debug", "info", "warning", "error"}


LAUNCHED = [attack for attack in ATTACKS if attack.stage == "launch"]


@pytest.mark.parametrize("attack", LAUNCHED, ids=[attack.name for attack in LAUNCHED])
async def test_the_attack_on_a_launch_is_refused(attack: Attack, tmp_path: Path) -> None:
    async with launches.launching(tmp_path) as stage:
        with observing(stage.evidence):
            await attack.attempt(stage)
        assert attack.must.held(stage.evidence), (attack.must.said, stage.evidence.answers)
        for never in (*attack.never, LEAKED):
            assert never.traces(stage.evidence) == [], never.said


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, psutil.Process, Path]]:
    with wire.process(tmp_path_factory.mktemp("wire")) as made:
        yield made


ON_THE_WIRE = [attack for attack in ATTACKS if attack.stage == "wire"]


@pytest.mark.parametrize("attack", ON_THE_WIRE, ids=[attack.name for attack in ON_THE_WIRE])
async def test_the_attack_on_a_process_is_refused(attack: Attack, process: tuple[int, psutil.Process, Path]) -> None:
    stage = wire.wire(*process)
    await attack.attempt(stage)
    assert attack.must.held(stage.evidence), (attack.must.said, stage.evidence.answers)
    for never in attack.never:
        assert never.traces(stage.evidence) == [], never.said
    assert await stage.good() == 200
