"""No word of a patient gets out: the service as a process, called well and badly, then everything it left is searched.

Logs on the most talkative level, figures, answers that are errors, the database with its journal, the folder of data,
the folder of temporary files. The comment of a clinician is kept in the database, and nowhere else (FB, SEC).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
import requests

from tests.canary.people import BIRD, Canary, found, searchset, written
from tests.faults.service import PATH, Process, serving

PEOPLE = tuple(Canary(number) for number in range(1, 4))
SECRETS = tuple(dict.fromkeys((*(one for person in PEOPLE for one in person.secrets), BIRD)))
COMMENTS = tuple(person.comment for person in PEOPLE)
PAGES = "http://127.0.0.1:1"  # where the pages of reports are said to be
OK, FAILS, NO_JSON, REFUSES = "ok", "fails", "no-json", "refuses"


class Ehr(BaseHTTPRequestHandler):
    """A FHIR server: the first part of the path says how it behaves; its own errors name the patient."""

    def do_GET(self) -> None:
        how, asked = urlsplit(self.path).path.strip("/").split("/", 1)
        person = next(one for one in PEOPLE if one.patient in self.path)
        kind = asked.split("/")[0]
        diagnostics = f"{person.given} {person.family} {person.record_number}: {person.note}"
        outcome = {"resourceType": "OperationOutcome", "issue": [{"diagnostics": diagnostics}]}
        if how == OK or kind == "Patient" or (kind == "Condition" and how != FAILS):
            everything = person.resources()
            patient = next(one for one in everything if one["resourceType"] == "Patient")
            self.answer(200, patient if kind == "Patient" else searchset(everything, kind))
        elif how == NO_JSON:
            self.answer(200, diagnostics)
        else:
            self.answer(403 if how == REFUSES else 500, outcome)

    def answer(self, status: int, content: Any) -> None:
        body = content.encode() if isinstance(content, str) else orjson.dumps(content)
        self.send_response(status)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """It says nothing of its own."""


@contextmanager
def ehr() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ehr)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Left:
    """What the service left behind, by where it was found."""

    places: dict[str, bytes] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    cards: int = 0
    pages: int = 0

    def take(self, answer: requests.Response) -> requests.Response:
        """An error must hold nothing of anybody; so must the headers of any answer."""
        self.statuses.append(answer.status_code)
        name = f"answer {len(self.statuses)}"
        self.places[f"{name}: headers"] = str(answer.headers).encode()
        if answer.status_code != 200:
            self.places[name] = answer.content
        return answer

    def search(self, secrets: tuple[str, ...]) -> dict[str, list[str]]:
        return {name: hits for name, content in self.places.items() if (hits := found(content, secrets))}


def bad_calls(service: Process, person: Canary) -> Iterator[requests.Response]:
    """Each is refused or fails, and each is full of the person's words."""
    whole = person.call()
    address, context = service.base + PATH, whole["context"]
    bodies: list[dict[str, Any]] = [
        {**whole, "hook": person.family},
        {**whole, "hookInstance": person.note},
        {**whole, "context": {**context, "patientId": [person.family]}},
        {**whole, "context": {**context, "userId": f"Person/{person.family}"}},
        {**whole, "prefetch": {"patient": person.note}},
        {**whole, "prefetch": {**whole["prefetch"], "patient": {"resourceType": person.family}}},
        {**whole, "prefetch": {}},
        {**whole, "fhirServer": f"file:///{person.family}"},
        {**whole, "fhirAuthorization": person.token},
        {"feedback": [{"card": person.family}]},
    ]
    for body in bodies:
        yield requests.post(address, json=body, timeout=60)
    torn = orjson.dumps(whole)[:-9]
    headers = {"Content-Type": "application/json", "X-Request-ID": f"{person.family} {person.note}"}
    yield requests.post(address, data=torn, headers=headers, timeout=60)
    yield requests.post(address, data=torn, headers={"Content-Type": f"text/{person.family}"}, timeout=60)
    yield requests.post(f"{service.base}/cds-services/{person.family}", json=whole, timeout=60)
    yield requests.get(f"{service.base}/{person.family}?patient={person.patient}", timeout=60)
    yield requests.put(address, json=whole, headers={"Authorization": f"Bearer {person.token}"}, timeout=60)
    yield requests.post(f"{address}/feedback", json={"feedback": person.note}, timeout=60)
    yield requests.post(f"{service.base}/report/{person.family}", data={"key": person.token}, timeout=60)


def good_calls(service: Process, person: Canary, server: str, left: Left) -> None:
    answer = left.take(service.call(person.call()))
    cards = answer.json()["cards"]
    left.cards += len(cards)
    for how in (OK, FAILS, NO_JSON, REFUSES):
        left.take(service.call(person.call(f"{server}/{how}")))
    portal = person.call()
    portal["context"]["userId"] = f"Patient/{person.patient}"
    left.take(service.call(portal))
    left.take(service.feedback(person.feedback(cards[0]["uuid"])))
    left.take(service.feedback(person.feedback("no-card-of-ours")))
    for link in (one["url"] for card in cards for one in card["links"] if one["url"].startswith(PAGES)):
        page, _, key = link.replace(PAGES, service.base).partition("#")
        left.take(requests.post(page, data={"key": key[::-1]}, timeout=60))
        left.pages += person.value in left.take(requests.post(page, data={"key": key}, timeout=60)).text


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """A day in the life of the service, and what is there afterwards."""
    folder, data, temporary = (tmp_path_factory.mktemp(name) for name in ("home", "data", "temporary"))
    left = Left()
    settings = {
        "CDS_LOG_LEVEL": "DEBUG", "CDS_METRICS_PORT": "0", "CDS_DEADLINE": "3.0", "CDS_REPORT_URL": PAGES,
        "TMPDIR": str(temporary), "HOME": str(folder),
    }  # fmt: skip
    with ehr() as server, serving(data, **settings) as service:
        figures = next(said for line in service.said if (said := re.search(r"figures on (\S+)", line)))[1]
        for person in PEOPLE:
            good_calls(service, person, server, left)
            for answer in bad_calls(service, person):
                left.take(answer)
        left.places["figures"] = requests.get(figures, timeout=60).content
        left.places |= {f"running, {name}": content for name, content in files_in(data).items()}
        service.stop()
    left.places["log"] = b"\n".join([*map(orjson.dumps, service.lines), *(said.encode() for said in service.said)])
    for place in (data, temporary, folder):
        left.places |= {f"{place.name}: {name}": content for name, content in files_in(place).items()}
    return left


def test_the_day_was_full_enough(left: Left) -> None:
    assert left.cards >= len(PEOPLE)
    assert left.pages >= len(PEOPLE)  # the page itself shows what there is to know
    assert left.statuses.count(200) >= 6 * len(PEOPLE)
    assert {400, 404, 405, 412, 415} <= set(left.statuses)
    assert len([status for status in left.statuses if status >= 400]) >= 15 * len(PEOPLE)
    events = {orjson.loads(line)["event"] for line in left.places["log"].splitlines() if line.startswith(b"{")}
    assert "answered" in events
    assert b"cds_call_seconds_count" in left.places["figures"]
    assert any(content.startswith(b"SQLite format 3") for content in left.places.values())


def test_no_word_of_a_patient_got_out(left: Left) -> None:
    assert left.search(SECRETS) == {}


def test_a_comment_is_kept_in_the_database_and_stands_nowhere_else(left: Left) -> None:
    told = left.search(COMMENTS)
    assert told
    assert [name for name in told if ".db" not in name] == []


@pytest.mark.parametrize("secret", SECRETS)
def test_every_word_is_one_that_a_call_holds(secret: str) -> None:
    calls = [person.call(server) for person in PEOPLE for server in (None, "https://fhir.example.org")]
    assert secret.encode() in orjson.dumps(calls)


@pytest.mark.parametrize("way", range(8))
@pytest.mark.parametrize("place", ["log", "figures", "answer 3", "temporary: x.tmp"])
def test_the_search_finds_what_is_planted(left: Left, place: str, way: int) -> None:
    secret = SECRETS[3]
    planted = Left({place: left.places.get(place, b"") + b"?" + [*written(secret)][way] + b"!"})
    assert planted.search(SECRETS) == {place: [secret]}


def test_the_search_finds_what_is_planted_in_a_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "kept.db") as kept:
        kept.execute("CREATE TABLE card (patient TEXT, told TEXT)")
        kept.execute("INSERT INTO card VALUES ('x', ?)", (f'{{"label": "{PEOPLE[0].drug}"}}',))
    kept.close()
    assert PEOPLE[0].drug in Left(files_in(tmp_path)).search(SECRETS)["kept.db"]
