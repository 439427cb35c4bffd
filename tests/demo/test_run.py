"""`cds-service demo`: one command, no configuration, and the cards of a chart are on the screen."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import requests
from fhir.resources.R4B.bundle import Bundle

from cds_service.app import create_app
from cds_service.demo import run_demo
from cds_service.demo.fixtures import load_cast, load_stories, resources_of
from cds_service.demo.sample_call import as_written, sample_call, sample_path
from cds_service.demo.serving import address_of, listening, mount_demo, serving
from cds_service.demo.shift import TOLD_ON
from cds_service.demo.store import FhirStore
from cds_service.ehr.prefetch import resolve_prefetch
from cds_service.ehr.visit import Ehr, offered, visit
from cds_service.ehr.wire import FhirBase, discover, new_session
from cds_service.settings import Settings


def test_once_prints_the_cards_of_one_chart_and_ends() -> None:
    out = io.StringIO()
    assert run_demo(0, date(2026, 11, 21), once=True, patient="ines", out=out) == 0
    assert "patient-view for Patient/ines" in out.getvalue()
    assert re.search(r"^\[info\] CM313", out.getvalue(), re.MULTILINE)


def test_the_same_story_on_another_day() -> None:
    out = io.StringIO()
    assert run_demo(0, date(2027, 6, 1), once=True, patient="ines", out=out) == 0
    assert re.search(r"^\[info\] CM313", out.getvalue(), re.MULTILINE)


def test_a_taken_port_is_told_and_another_is_used() -> None:
    out = io.StringIO()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run_demo(port, date(2026, 11, 21), once=True, patient="ines", out=out) == 0
    assert out.getvalue().startswith(f"Port {port} is taken; using a free one.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_it_is_stopped(number: int) -> None:
    command = [sys.executable, "-m", "cds_service", "demo", "--port", "0"]
    surroundings = os.environ | {"CDS_AS_OF": "2026-11-21"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings) as demo:
        assert demo.stdout is not None
        told = ""
        while "Stop with Ctrl-C" not in told and (line := demo.stdout.readline()):
            told += line
        charts = re.search(r"^Charts +(\S+)", told, re.MULTILINE)
        assert charts, told
        assert requests.get(charts[1], timeout=20).status_code == 200
        demo.send_signal(number)
        rest, errors = demo.communicate(timeout=30)
    assert demo.returncode == 0
    assert "Stopped." in rest
    assert "Traceback" not in errors


@contextmanager
def served(page: int) -> Iterator[str]:
    """The whole demo on the day of the stories."""
    with listening(0) as listener:
        base = address_of(listener)
        app = create_app(Settings(open=True, as_of=TOLD_ON))
        mount_demo(app, FhirStore(resources_of(load_cast(TOLD_ON))), base, TOLD_ON, page=page)
        with serving(app, listener):
            yield base


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    with served(20) as base:
        yield base


@pytest.fixture(scope="module")
def small_pages() -> Iterator[str]:
    with served(3) as base:
        yield base


def cards(base: str, person: str, *, source: bool = True, whole: bool = False) -> list[dict[str, Any]]:
    """The cards of a chart, without their uuids and their drafts': those differ from call to call."""
    context = {"patientId": person, "userId": "Practitioner/demo"}
    with new_session() as session:
        fhir = f"{base}/fhir"
        ehr = Ehr(FhirBase(session, fhir).fetch if source else None, whole, fhir)
        [service] = offered(session, base, "patient-view")
        visited = visit(session, base, service, "patient-view", context, ehr)
    assert visited.cards is not None, visited.answer
    return [_without_uuids(card) for card in visited.cards]


def _without_uuids(card: dict[str, Any]) -> dict[str, Any]:
    drafts = [{name: value for name, value in one.items() if name != "uuid"} for one in card.get("suggestions", [])]
    return {name: value for name, value in card.items() if name != "uuid"} | {"suggestions": drafts}


PEOPLE = sorted(load_stories())


@pytest.mark.parametrize("person", PEOPLE)
def test_every_search_the_service_asks_for_is_answered(demo: str, person: str) -> None:
    context = {"patientId": person, "userId": "Practitioner/demo"}
    with new_session() as session:
        [service] = discover(session, demo)
        prefetch = resolve_prefetch(service["prefetch"], context, FhirBase(session, f"{demo}/fhir").fetch)
    assert prefetch.left_out == {}
    for value in prefetch.sent.values():
        assert value is not None
        assert value["resourceType"] in ("Patient", "Bundle")
        if value["resourceType"] == "Bundle":
            Bundle.model_validate(value)


@pytest.mark.parametrize("person", PEOPLE)
def test_every_chart_opens(demo: str, person: str) -> None:
    answer = requests.get(f"{demo}/chart/{person}", timeout=30)
    assert answer.status_code == 200
    assert "without cards" not in answer.text
    assert "Response, HTTP 200" in answer.text


@pytest.mark.parametrize("person", PEOPLE)
def test_the_cards_do_not_depend_on_how_the_record_is_sent(demo: str, small_pages: str, person: str) -> None:
    sent = cards(demo, person)
    assert cards(demo, person, whole=True) == sent
    assert cards(demo, person, source=False) == sent
    assert cards(small_pages, person) == sent


def test_the_sample_call_is_what_the_cast_and_the_prefetch_give_today() -> None:
    assert sample_path().read_bytes() == as_written(sample_call()), "run: python -m cds_service.demo.sample_call"


def test_the_service_answers_the_sample_call(demo: str) -> None:
    headers = {"content-type": "application/json"}
    url = f"{demo}/cds-services/trial-eligibility-patient-view"
    answer = requests.post(url, data=sample_path().read_bytes(), headers=headers, timeout=20)
    assert answer.status_code == 200
    assert [card["summary"][:5] for card in answer.json()["cards"]] == ["CM313"]
