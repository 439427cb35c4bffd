"""Bad days of the service itself: its database, its trial files, too many calls, being stopped amid a call."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from cds_service.data import trials_folder
from cds_service.ehr.chart_file import ChartFile
from tests.faults import faults
from tests.faults.proxy import Proxy
from tests.faults.service import Json, Process, eventually, serving

WITHIN = 10.0  # seconds; the looks at files and database are two seconds apart
TRIAL = "cm313.yaml"


@pytest.fixture
def call(chart: ChartFile) -> Json:
    """A call with the whole record in it: nothing is read from anywhere."""
    [patient] = chart.patients()
    kinds = ("Condition", "MedicationStatement", "Observation")
    found = {kind: chart.fetch(f"{kind}?patient={patient}").body for kind in kinds}
    return {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/doc", "patientId": patient},
        "prefetch": {
            "patient": chart.fetch(f"Patient/{patient}").body,
            "conditions": found["Condition"],
            "statements": found["MedicationStatement"],
            "laboratory": found["Observation"],
        },
    }


def feedback() -> Json:
    item = {"card": str(uuid.uuid4()), "outcome": "overridden", "outcomeTimestamp": "2026-11-21T12:00:00Z"}
    return {"feedback": [item]}


def cards(service: Process, body: Json) -> int:
    answer = service.call(body)
    assert answer.status_code == 200
    return len(answer.json()["cards"])


def refused_for_now(answer: requests.Response) -> bool:
    """503 with Retry-After and an OperationOutcome."""
    return (
        answer.status_code == 503
        and int(answer.headers["retry-after"]) > 0
        and answer.json()["resourceType"] == "OperationOutcome"
    )


@contextmanager
def waiting(service: Process, proxy: Proxy, body: Json, number: int) -> Iterator[list[requests.Response]]:
    """So many calls that wait for a server which says nothing; their answers are there when this is left."""
    answers: list[requests.Response] = []
    reading = body | {"fhirServer": proxy.address("plain")}
    threads = [threading.Thread(target=lambda: answers.append(service.call(reading))) for _ in range(number)]
    with proxy.doing(faults.silence):
        for thread in threads:
            thread.start()

        def asked() -> None:
            assert proxy.asked.total() >= 8 * number

        eventually(asked)
        yield answers
        for thread in threads:
            thread.join()


def test_a_locked_database_costs_no_card_and_feedback_is_to_come_again(tmp_path: Path, call: Json) -> None:
    with serving(tmp_path) as service:
        assert service.feedback(feedback()).status_code == 200
        with sqlite3.connect(tmp_path / "cds-service.db") as other:
            other.execute("BEGIN EXCLUSIVE")
            assert cards(service, call) == 2
            assert refused_for_now(service.feedback(feedback()))
        assert eventually(lambda: service.feedback(feedback())).status_code == 200
        assert cards(service, call) == 2


def test_a_database_that_is_gone_costs_no_card_and_is_taken_up_when_it_is_back(tmp_path: Path, call: Json) -> None:
    folder = tmp_path / "volume"
    settings = {
        "CDS_DATABASE_URL": f"sqlite:///{folder}/store.db",
        "CDS_AUDIT_KEY": "a key of thirty-two characters or more",
    }
    with serving(tmp_path, **settings) as service:
        assert cards(service, call) == 2
        assert refused_for_now(service.feedback(feedback()))
        folder.mkdir()

        def kept() -> None:
            assert service.feedback(feedback()).status_code == 200

        eventually(kept, within=WITHIN)
        assert cards(service, call) == 2


def test_a_broken_trial_file_is_told_once_and_the_last_good_one_stays(tmp_path: Path, call: Json) -> None:
    folder = tmp_path / "trials"
    shutil.copytree(trials_folder(), folder)
    whole = (folder / TRIAL).read_text(encoding="utf-8")
    with serving(tmp_path, CDS_TRIALS=str(folder)) as service:
        before = service.call(call).json()["cards"]
        (folder / TRIAL).write_text(whole.replace("inclusion:", "inclusions:", 1), encoding="utf-8")
        refusal = service.told("trials-refused")
        assert refusal["level"] == "error"
        assert refusal["why"].startswith(f"{TRIAL}: ")
        assert "inclusions" in refusal["why"]
        (folder / "note.json").write_text("{}", encoding="utf-8")  # another look, and the same mistake
        time.sleep(2.5)
        assert [line["event"] for line in service.lines].count("trials-refused") == 1
        assert service.call(call).json()["cards"] == before
        (folder / "note.json").unlink()
        (folder / TRIAL).write_text(whole.replace("short_name: CM313", "short_name: Renamed", 1), encoding="utf-8")
        service.told("trials-reread")
        assert "Renamed" in str(service.call(call).json()["cards"])


def test_a_folder_of_trials_with_a_mistake_stops_a_start(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in ("missing", "empty"):
        refused = pytest.raises(AssertionError, match=f"{folder}.* expected a folder|expected a folder .*{folder}")
        with refused, serving(tmp_path, CDS_TRIALS=str(tmp_path / folder)):
            pass


def test_more_calls_than_are_taken_are_shed_at_once(tmp_path: Path, proxy: Proxy, call: Json) -> None:
    del call["prefetch"]["laboratory"]
    with serving(tmp_path, CDS_IN_FLIGHT="2", CDS_DEADLINE="3", CDS_PARALLEL_SERVER="100") as service:
        with waiting(service, proxy, call, 2) as answers:
            for _ in range(5):
                assert refused_for_now(service.call(call))
            assert requests.get(f"{service.base}/healthz", timeout=30).status_code == 200
            assert answers == []
        assert [answer.status_code for answer in answers] == [200, 200]
        assert cards(service, call) == 2
        assert [line["why"] for line in service.lines if line["event"] == "shed"] == ["Overloaded"] * 5


def test_of_many_whole_charts_at_once_those_beyond_the_processor_are_told_so(tmp_path: Path, call: Json) -> None:
    """Each answer is heard, also by who was still sending; none waits unseen behind the others."""
    with serving(tmp_path, CDS_AT_WORK="2") as service, ThreadPoolExecutor(40) as clinicians:
        answers = [clinicians.submit(service.call, call) for _ in range(80)]
        given = Counter(answer.result(timeout=60).status_code for answer in answers)
        assert set(given) == {200, 503}
        assert given[200] >= 2
        assert cards(service, call) == 2


def test_a_stop_answers_what_is_in_hand_refuses_what_comes_and_ends_well(
    tmp_path: Path, proxy: Proxy, call: Json
) -> None:
    del call["prefetch"]["laboratory"]
    with serving(tmp_path, CDS_DEADLINE="3") as service:
        with waiting(service, proxy, call, 1) as answers:
            service.popen.send_signal(signal.SIGTERM)

            def stopping() -> None:
                assert requests.get(f"{service.base}/readyz", timeout=30).status_code == 503

            eventually(stopping)
            assert refused_for_now(service.call(call))
            assert refused_for_now(service.feedback(feedback()))
            assert requests.get(f"{service.base}/healthz", timeout=30).status_code == 200
            assert service.popen.poll() is None
        [answer] = answers
        assert answer.status_code == 200
        assert "the server did not answer in time" in str(answer.json()["cards"])
        assert service.popen.wait(30) == 0


def test_a_stop_with_nothing_in_hand_ends_at_once(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        assert service.stop() == 0
        assert not [line for line in service.lines if line["level"] == "error"]
