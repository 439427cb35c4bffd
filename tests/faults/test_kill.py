"""SIGKILL in the middle of the work: what was acknowledged is there after the next start, and the audit holds."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest
import requests

from tests.faults.service import Json, Process, eventually, serving
from tests.service.calling import hook_call, nothing_but

HANDS, ENOUGH = 6, 60


def item(card: str) -> Json:
    return {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-21T12:00:00Z"}


def report(service: Process, told: list[str], over: threading.Event) -> None:
    """Feedback after feedback, two items a call and a chart opened between, until the service is gone."""
    while not over.is_set():
        cards = [str(uuid.uuid4()), str(uuid.uuid4())]
        try:
            answer = service.feedback({"feedback": [item(card) for card in cards]})
            service.call(hook_call(nothing_but()))
        except requests.RequestException:
            return
        if answer.status_code == 200:
            told.extend(cards)


def kept(database: Path) -> set[str]:
    with sqlite3.connect(database) as reading:
        return {card for (card,) in reading.execute("SELECT card FROM feedback")}


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cds_service", "audit", "verify"]
    environment = {"CDS_DATA": str(folder), "PATH": ""}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


@pytest.mark.rule("FB-7")
def test_no_acknowledged_feedback_is_lost_and_the_audit_stays_whole(tmp_path: Path) -> None:
    told: list[str] = []
    for _ in range(3):
        with serving(tmp_path) as service:
            over, so_far = threading.Event(), len(told)
            hands = [threading.Thread(target=report, args=(service, told, over)) for _ in range(HANDS)]
            for hand in hands:
                hand.start()

            def enough(so_far: int = so_far) -> None:
                assert len(told) >= so_far + ENOUGH

            eventually(enough)
            assert service.stop(signal.SIGKILL) == -signal.SIGKILL
            over.set()
            for hand in hands:
                hand.join()
        assert set(told) <= kept(tmp_path / "cds-service.db")
    with serving(tmp_path) as service:  # and it goes on where it was
        card = str(uuid.uuid4())
        assert service.feedback({"feedback": [item(card)]}).status_code == 200
        assert service.stop() == 0
    assert {*told, card} <= kept(tmp_path / "cds-service.db")
    assert len(told) >= 3 * ENOUGH
    audit = verified(tmp_path)
    assert (audit.returncode, audit.stderr) == (0, "")
    assert int(re.findall(r"(\d+) rows", audit.stdout)[0]) > 0
