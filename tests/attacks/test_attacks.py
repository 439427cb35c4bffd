"""Every attack of the table is tried on a whole service; what must happen happens, what must not has left no trace."""

from __future__ import annotations

from pathlib import Path

import pytest

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
