"""`cds-service load`: what stops it, what it tries again, what it says. The server is real, small and scripted."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cds_service.ehr.problem import EhrProblem
from cds_service.load import Loading, load
from cds_service.load.plan import plan_files, plan_resources
from cds_service.load.server import Server
from tests.hapi.ways import DAY
from tests.ports import free_port

R4 = {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}
EMPTY = {"resourceType": "Bundle", "type": "searchset"}
PATIENT = {"resourceType": "Patient", "id": "invented"}
CREATED = {"resourceType": "Bundle", "type": "transaction-response", "entry": [{"response": {"status": "201 Created"}}]}


@dataclass
class Scripted:
    """What the server answers: `METHOD path` → answers in their order, the last one again and again."""

    answers: dict[str, list[tuple[int, dict[str, str], Any]]]
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def next(self, asked: str) -> tuple[int, dict[str, str], Any]:
        known = next((answers for start, answers in self.answers.items() if asked.startswith(start)), None)
        if known is None:
            return 404, {}, {"resourceType": "OperationOutcome"}
        return known.pop(0) if len(known) > 1 else known[0]


@contextmanager
def scripted(**answers: Any) -> Iterator[tuple[str, Scripted]]:
    """A server on loopback. Names are written `GET_metadata`, `POST_`, `GET_Patient`."""
    script = Scripted(
        {
            name.replace("_", " /", 1): [_answer(one) for one in (given if isinstance(given, list) else [given])]
            for name, given in answers.items()
        }
    )

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = f"{self.command} {self.path.removeprefix('/fhir') or '/'}"
            script.asked.append(asked)
            script.tokens.append(self.headers.get("Authorization"))
            status, headers, body = script.next(asked)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = _do  # noqa: N815 — the names that the library looks for

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/fhir", script
    finally:
        server.shutdown()
        server.server_close()


def _answer(given: Any) -> tuple[int, dict[str, str], Any]:
    return given if isinstance(given, tuple) else (200, {}, given)


def people(folder: Path, *resources: dict[str, Any]) -> list[str]:
    path = folder / "people.json"
    path.write_text(json.dumps(list(resources)), encoding="utf-8")
    return [str(path)]


def said_of(asked: Loading) -> tuple[int, str]:
    out = io.StringIO()
    return load(asked, DAY, out), out.getvalue()


@pytest.mark.parametrize(
    "answers, said",
    [
        ({"GET_metadata": b"<html>a web page</html>"}, "no CapabilityStatement"),
        ({"GET_metadata": (404, {}, b"")}, "name the FHIR base address"),
        ({"GET_metadata": {**R4, "fhirVersion": "5.0.0"}}, "speaks FHIR 5.0.0: name a FHIR R4 server"),
        ({"GET_metadata": (401, {}, b"")}, "asks for credentials: give an access token with --token"),
        (
            {"GET_metadata": (301, {"Location": "https://new.example/fhir/metadata"}, b"")},
            "to: https://new.example/fhir\n",
        ),
        (
            {"GET_metadata": R4, "GET_Patient": (403, {}, b"")},
            "which Patient resources it holds (HTTP 403): check --token",
        ),
        ({"GET_metadata": R4, "GET_Patient": (404, {}, b"")}, "if it knows no Patient, leave those out of the files"),
        ({"GET_metadata": R4, "GET_Patient": EMPTY, "POST_": (403, {}, b"")}, "does not let us write (HTTP 403)"),
        ({"GET_metadata": R4, "GET_Patient": EMPTY, "POST_": (405, {}, b"")}, "does not let us write (HTTP 405)"),
    ],
)
def test_a_server_that_cannot_be_written_to_is_told_apart(tmp_path: Path, answers: Any, said: str) -> None:
    with scripted(**answers) as (base, _):
        status, told = said_of(Loading(base, people(tmp_path, PATIENT)))
    assert (status, said in told) == (2, True), told
    assert told.startswith("cds-service: "), "nothing was written, so nothing is counted"


def test_nothing_listens_there(tmp_path: Path) -> None:
    waits: list[float] = []
    server = Server(f"http://127.0.0.1:{free_port()}/fhir", wait=waits.append)
    with pytest.raises(Exception, match="No FHIR server answers"):
        server.check()
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("address", ["ftp://x/fhir", "no address", "http://"])
def test_what_is_no_address(tmp_path: Path, address: str) -> None:
    status, told = said_of(Loading(address, people(tmp_path, PATIENT)))
    assert (status, "is not an address" in told) == (2, True), told


def test_a_busy_server_is_asked_again_when_it_says_so() -> None:
    waits: list[float] = []
    busy = (503, {"Retry-After": "7"}, b"")
    with scripted(GET_metadata=[busy, (502, {}, b""), R4]) as (base, script):
        Server(base, wait=waits.append).check()
    assert (waits, len(script.asked)) == ([7.0, 1.0], 3)


def test_a_server_that_stays_busy_is_not_asked_for_each_resource() -> None:
    planned = plan_resources([PATIENT, {**PATIENT, "id": "other"}]).planned
    with scripted(POST_=(503, {}, b"")) as (base, script), pytest.raises(EhrProblem, match="busy or still starting"):
        list(Server(base, wait=lambda _: None).write(planned))
    assert set(script.asked) == {"POST /"}


def bundle(*own: dict[str, Any], more: bool = False) -> dict[str, Any]:
    links = [{"relation": "next", "url": "http://elsewhere.example/page"}] if more else []
    return {**EMPTY, "link": links, "entry": [{"resource": one} for one in own]}


def test_what_a_short_page_leaves_out_is_still_found_to_be_theirs(tmp_path: Path) -> None:
    """A server with small pages names the first of two; the other is not taken for free to write."""
    second = {**PATIENT, "id": "second"}
    answers = {
        "GET_Patient?_id=invented,second": bundle(more=True),
        "GET_Patient?_id=invented&": EMPTY,
        "GET_Patient?_id=second&": bundle(second),
    }
    with scripted(GET_metadata=R4, POST_=CREATED, **answers) as (base, script):
        status, told = said_of(Loading(base, people(tmp_path, PATIENT, second)))
    assert (status, "Patient/second" in told, "Nothing was written" in told) == (2, True, True), told
    assert not [asked for asked in script.asked if asked.startswith("POST")]


class InterruptedAfterOne(io.StringIO):
    """Somebody presses Ctrl-C when the progress bar is drawn first."""

    def flush(self) -> None:
        raise KeyboardInterrupt


def test_interrupted_it_says_what_was_written(tmp_path: Path) -> None:
    paths, out = people(tmp_path, PATIENT, {**PATIENT, "id": "other"}), io.StringIO()
    with scripted(GET_metadata=R4, GET_Patient=EMPTY, POST_=CREATED) as (base, _), pytest.raises(KeyboardInterrupt):
        load(Loading(base, paths, at_once=1), DAY, out, InterruptedAfterOne())
    assert out.getvalue().startswith("1 resources: 1 created, 0 updated, 0 unchanged, 0 refused.\n")
    assert "repeat the command" in out.getvalue()


def test_the_token_is_sent_with_every_request_and_never_printed(tmp_path: Path) -> None:
    with scripted(GET_metadata=R4, GET_Patient=EMPTY, POST_=CREATED) as (base, script):
        asked = Loading(base, people(tmp_path, PATIENT), token="secret-token-1")
        status, told = said_of(asked)
    assert (status, set(script.tokens)) == (0, {"Bearer secret-token-1"})
    assert "secret-token-1" not in told + repr(asked)


def test_resources_without_an_id_get_the_same_one_every_time(tmp_path: Path) -> None:
    nameless = people(tmp_path, {"resourceType": "Patient"}, PATIENT)
    once, again = plan_files(nameless), plan_files(nameless)
    assert [one.reference for one in once.planned] == [one.reference for one in again.planned]
    assert len(once.planned) == 2


def test_what_is_referred_to_comes_first() -> None:
    drug = {"resourceType": "Medication", "id": "m"}
    order = {
        "resourceType": "MedicationRequest",
        "id": "o",
        "subject": {"reference": "Patient/invented"},
        "medicationReference": {"reference": "Medication/m"},
    }
    plan = plan_resources([order, drug, PATIENT])
    assert [one.reference for one in plan.planned] == ["Patient/invented", "Medication/m", "MedicationRequest/o"]


def test_a_circle_of_references_ends() -> None:
    one = {"resourceType": "Observation", "id": "a", "hasMember": [{"reference": "Observation/b"}]}
    other = {"resourceType": "Observation", "id": "b", "derivedFrom": [{"reference": "Observation/a"}]}
    assert [each.reference for each in plan_resources([one, other]).planned] == ["Observation/b", "Observation/a"]


@pytest.mark.parametrize(
    "second, refused",
    [
        (PATIENT, []),
        ({**PATIENT, "gender": "male"}, [("Patient/invented", "it stands twice in the files, with different content")]),
        ({**PATIENT, "id": "a b"}, [("Patient, entry 2", "its id is none that FHIR allows")]),
        ({**PATIENT, "id": ".."}, [("Patient, entry 2", "its id is none that FHIR allows")]),
        ({**PATIENT, "resourceType": "../Patient"}, [("entry 2", "its type is none that FHIR knows")]),
    ],
)
def test_copies_and_odd_ids_are_said(second: dict[str, Any], refused: list[Any]) -> None:
    plan = plan_resources([PATIENT, second])
    assert ([one.reference for one in plan.planned], plan.refused) == (["Patient/invented"], refused)


def test_a_file_that_cannot_be_read_is_named_and_nothing_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"resourceType": "Pat')
    with scripted(GET_metadata=R4) as (base, script):
        status, told = said_of(Loading(base, [str(path)]))
    assert (status, str(path) in told, script.asked) == (2, True, [])


def test_dates_of_ones_own_files_move_only_when_asked(tmp_path: Path) -> None:
    born = {**PATIENT, "birthDate": "1980-06-15"}
    for told_on, day in ((None, "1980-06-15"), (DAY.replace(day=20), "1980-06-16")):
        from cds_service.load.run import _plan

        asked = Loading("http://x/fhir", people(tmp_path, born), as_of=DAY, told_on=told_on)
        assert [one.resource["birthDate"] for one in _plan(asked, DAY).planned] == [day]
