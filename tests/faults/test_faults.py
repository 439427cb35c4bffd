"""Each way a FHIR server can fail, with the service as a process: what the card says then, and that all is well after.

One row is one fault. Patient and Conditions are sent, or nothing is; all else is read through the fault proxy, plain
and over TLS. Asserted of each: the status; the reasons for what was not read, in the log and on the card; that no card
claims what the whole record does not bear out; an answer within the deadline; no connection or file left open; and the
full answer within five seconds after the fault has ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from cds_service.ehr.chart_file import ChartFile
from tests.faults import faults
from tests.faults.conftest import DEADLINE
from tests.faults.faults import body, once, only, paging, raw, status
from tests.faults.proxy import Fault, Proxy, honest
from tests.faults.service import Json, Process, eventually

GENEROUS = 3.0  # seconds beyond the deadline, for a machine that does much else; a fault left to itself hangs for 60
RECOVERY = 5.0
SAID = {
    "unreachable": "the server could not be reached",
    "out-of-time": "the server did not answer in time",
    "refused": "the server refused them",
    "not-authorised": "the server did not accept our token",
    "not-found": "the server does not have them",
    "more-pages": "there is more than was read",
    "other-patient": "the server answered with another patient's entries",
}
UNREACHABLE, LATE, REFUSED = {"unreachable"}, {"out-of-time"}, {"refused"}
MORE = {"more-pages"}
CUT = {"more-pages", "out-of-time"}  # whichever comes first: the limit or the deadline


@dataclass(frozen=True)
class Row:
    """A fault, and the reasons that what was not read may have. `reasons` empty: nothing is lost."""

    name: str
    fault: Fault
    reasons: frozenset[str]
    status: int = 200
    sent: bool = True


def row(name: str, fault: Fault, reasons: set[str] | None = None, status: int = 200, *, sent: bool = True) -> Row:
    return Row(name, fault, frozenset(reasons or ()), status, sent)


ROWS = [
    row("silence", faults.silence, LATE),
    row("silence, and nothing was sent", faults.silence, status=412, sent=False),
    row("the head drips", faults.dripping_head, LATE | UNREACHABLE),
    row("the body drips", faults.dripping, LATE),
    row("closed without a word", faults.close_at_once, UNREACHABLE),
    row("reset without a word", faults.reset, UNREACHABLE),
    row("reset in the body", faults.reset_in_the_body, UNREACHABLE),
    row("no HTTP at all", raw(b"220 mail.example ESMTP\r\n"), UNREACHABLE),
    row("a head without end", raw(b"HTTP/1.1 200 OK\r\n" + b"X-Much: of it\r\n" * 20_000), UNREACHABLE | LATE),
    row("chunks that are none", raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), UNREACHABLE),
    row("401", status(401), {"not-authorised"}),
    row("401, and nothing was sent", status(401), status=412, sent=False),
    row("403", status(403), REFUSED),
    row("403 for one section", only("Procedure", status(403)), REFUSED),
    row("404", status(404), {"not-found"}),
    row("404 for the Patient, and nothing was sent", only("Patient", status(404)), status=412, sent=False),
    row("410", status(410), {"not-found"}),
    row("429, come back in half a minute", status(429, retry_after="30"), UNREACHABLE),
    row("429, come back at a moment", faults.retry_at(30), UNREACHABLE),
    row("429 once, come back at once", only("Procedure", once(status(429, retry_after="0")))),
    row("500", status(500), UNREACHABLE),
    row("502", status(502), UNREACHABLE),
    row("503", status(503), UNREACHABLE),
    row("503 once", only("Procedure", once(status(503)))),
    row("504", status(504), UNREACHABLE),
    row("204 and nothing", status(204), UNREACHABLE),
    row("a redirect to where a cloud keeps its secrets", status(302, location=faults.METADATA), UNREACHABLE),
    row("a page of HTML", body(faults.HTML, content_type="text/html"), UNREACHABLE),
    row("nothing in the body", body(b""), UNREACHABLE),
    row("an OperationOutcome with 200", status(200), REFUSED),
    row("a body cut short", faults.truncated, UNREACHABLE),
    row("a length that is too short", faults.too_short_a_length, UNREACHABLE),
    row("1 GiB in gzip", body(faults.bomb(), content_encoding="gzip"), CUT),
    row("gzip cut short", body(faults.BROKEN_GZIP, content_encoding="gzip"), UNREACHABLE),
    row("50 MB", body(b" " * 50_000_000), CUT),
    row("JSON of great depth", body(faults.DEEP), UNREACHABLE),
    row("NaN", body(faults.NOT_A_NUMBER), UNREACHABLE),
    row("not UTF-8", body(faults.LATIN), UNREACHABLE),
    row("every entry twice", faults.twice_the_same),
    row("pages in a circle", paging("{base}/{kind}?_page=0"), CUT),
    row("pages without end", paging("{base}/{kind}?_page={page}"), CUT),
    row("the second page fails", paging("{base}/{kind}?_page={page}", status(500)), MORE),
    row("the second page never comes", paging("{base}/{kind}?_page={page}", faults.silence), CUT),
    row("another patient's page", faults.somebody_elses, {"other-patient"}),
    row("another Patient, and nothing was sent", only("Patient", faults.somebody_else), status=412, sent=False),
    row("connections that were promised to stay", faults.stale, UNREACHABLE | {""}),
]
WAYS = ("plain", "tls")


@pytest.mark.rule("FHIR-6")
@pytest.mark.parametrize("case", ROWS, ids=[one.name for one in ROWS])
@pytest.mark.parametrize("way", WAYS)
def test_a_fault_costs_what_was_not_read_and_passes(bedside: Bedside, case: Row, way: str) -> None:
    bedside.begin(way)
    answer = bedside.under(case, way)
    bedside.judge(answer, case)
    bedside.well(way)


Trouble = Callable[[Proxy], AbstractContextManager[None]]
AWAY: list[tuple[str, str, Trouble, set[str]]] = [
    ("plain: nobody listens", "plain", lambda proxy: proxy.away("plain"), UNREACHABLE),
    ("tls: nobody listens", "tls", lambda proxy: proxy.away("tls"), UNREACHABLE),
    ("plain: connections neither come about nor fail", "plain", lambda proxy: proxy.swallowing("plain"), LATE),
    ("tls: connections neither come about nor fail", "tls", lambda proxy: proxy.swallowing("tls"), LATE),
]


@pytest.mark.parametrize(("way", "trouble", "reasons"), [one[1:] for one in AWAY], ids=[one[0] for one in AWAY])
def test_a_server_that_is_not_there_comes_back(bedside: Bedside, way: str, trouble: Trouble, reasons: set[str]) -> None:
    bedside.begin(way)
    with trouble(bedside.proxy):
        answer = bedside.call(way)
    bedside.judge(answer, Row("", faults.silence, frozenset(reasons)))
    bedside.well(way)


WRONG = [
    ("a certificate that has expired", "expired", "https://localhost:{expired}/fhir"),
    ("a certificate of another host", "wrong-host", "https://localhost:{wrong-host}/fhir"),
    ("a certificate nobody here vouches for", "unknown-authority", "https://localhost:{unknown-authority}/fhir"),
    ("TLS 1.1", "old-version", "https://localhost:{old-version}/fhir"),
    ("TLS to a port that speaks none", "plain", "https://localhost:{plain}/fhir"),
    ("HTTP to a port that speaks TLS", "tls", "http://localhost:{tls}/fhir"),
    ("a name that is not known", "", "https://nowhere.invalid/fhir"),
    ("where a cloud keeps its secrets", "", "http://169.254.169.254/fhir"),
]


@pytest.mark.parametrize(("way", "address"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
def test_a_server_that_cannot_be_trusted_or_found_is_sent_nothing(bedside: Bedside, way: str, address: str) -> None:
    bedside.begin("tls")
    with bedside.proxy.doing(honest):
        answer = bedside.call("tls", address=re.sub(r"\{(.+)\}", lambda m: str(bedside.proxy.ports[m[1]]), address))
        assert not bedside.proxy.asked, way
    bedside.judge(answer, Row("", faults.silence, frozenset(UNREACHABLE | LATE)))
    bedside.well("tls")


def test_pages_on_another_host_are_not_read(bedside: Bedside) -> None:
    """The next link leads to the same server under another address: nothing of it is asked for."""
    bedside.begin("tls")
    elsewhere = bedside.proxy.address("plain")
    with bedside.proxy.doing(paging(f"{elsewhere}/{{kind}}?_page=1")):
        answer = bedside.call("tls")
        assert not [one for one in bedside.proxy.asked if "_page" in one]
    bedside.judge(answer, Row("", faults.silence, frozenset(MORE)))
    bedside.well("tls")


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_answers_nothing_is_left_alone_and_then_asked_again(bedside: Bedside, way: str) -> None:
    bedside.begin(way)
    with bedside.proxy.doing(faults.silence):
        for _ in range(3):
            assert set(bedside.holes(bedside.call(way))) == LATE
        asked = bedside.proxy.asked.total()
        rested = bedside.call(way)
        assert bedside.proxy.asked.total() == asked
    assert set(bedside.holes(rested)) == {"resting"}
    assert "the server answered none of the last calls and was not asked" in told(rested)
    assert "not on record" not in told(rested)  # G5: what was not read may be on record
    bedside.well(way)


@dataclass
class Bedside:
    """The service, a chart, and what is said of the whole of it."""

    service: Process
    proxy: Proxy
    chart: ChartFile
    complete: list[Json] | None = None
    files: int = 0
    is_well: str = ""  # the way by which the row before has seen it so

    def call(self, way: str, *, sent: bool = True, address: str | None = None) -> requests.Response:
        [patient] = self.chart.patients()
        searches = {"patient": f"Patient/{patient}", "conditions": f"Condition?patient={patient}"}
        body: Json = {
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": {"userId": "Practitioner/doc", "patientId": patient},
            "fhirServer": address or self.proxy.address(way),
            "prefetch": {key: self.chart.fetch(query).body for key, query in searches.items()} if sent else {},
        }
        return self.service.call(body)

    def under(self, case: Row, way: str) -> requests.Response:
        """The answer while the fault lasts. One that costs nothing is tried until a slow machine lets it, too."""
        for _ in range(20):
            with self.proxy.doing(case.fault):
                answer = self.call(way, sent=case.sent)
            if case.reasons or case.status != 200 or not self.holes(answer):
                break
        return answer

    def holes(self, answer: requests.Response) -> Json:
        found = self.service.logged(answer)["holes"]
        assert isinstance(found, dict)
        return found

    def begin(self, way: str) -> None:
        """All is well, as the row before has seen or is seen now."""
        if self.is_well != way:
            self.well(way)
        self.is_well = ""

    def well(self, way: str) -> None:
        """What every row ends in: the answer to the whole record, and no more open than at first."""
        eventually(lambda: self._whole(way), within=RECOVERY)
        self.files = self.files or self.service.files
        eventually(self._closed, within=RECOVERY)
        self.is_well = way

    def _whole(self, way: str) -> None:
        answer = self.call(way)
        assert self.holes(answer) == {}
        cards = answer.json()["cards"]
        assert len(cards) == 2
        assert self.complete in (None, cards)
        self.complete = cards

    def _closed(self) -> None:
        """A connection or two may still be on their way out; more would add up from row to row."""
        assert self.service.files <= self.files + 2

    def judge(self, answer: requests.Response, case: Row) -> None:
        assert answer.elapsed.total_seconds() < DEADLINE + GENEROUS
        assert answer.status_code == case.status
        if answer.status_code != 200:
            assert answer.json()["issue"][0]["diagnostics"].startswith(("Patient is required", "Condition is required"))
            return
        holes = set(self.holes(answer))
        assert holes <= (case.reasons | LATE if case.reasons else set())  # a slow machine is late with any of them
        if not holes:
            assert not case.reasons or "" in case.reasons
            assert answer.json()["cards"] == self.complete
            return
        assert self.complete is not None
        assert claims(answer.json()["cards"]) < claims(self.complete)
        for reason in holes:
            assert SAID[reason] in told(answer) or "…" in told(answer)
        assert any(SAID[reason] in told(answer) for reason in holes)


def told(answer: requests.Response) -> str:
    return "\n".join(card["detail"] for card in answer.json()["cards"])


HEADINGS = ("#### What fits, criterion by criterion", "#### What is assumed", "#### What stands in the way")


def claims(cards: list[Json]) -> set[tuple[str, str]]:
    """What the cards are certain of, trial by trial: the criteria that fit, that stand in the way, or are assumed."""
    found: set[tuple[str, str]] = set()
    for card in cards:
        trial = card["summary"].partition(":")[0]
        for heading in HEADINGS:
            _, _, after = card["detail"].partition(heading)
            for line in after.partition("\n####")[0].splitlines():
                label, _, rest = line.removeprefix("- ").partition(": ")
                parts: Any = [label] if heading != HEADINGS[1] else re.split(r"; |: ", rest)
                found |= {(trial, part) for part in parts if line.startswith("- ")}
    return found


def test_in_the_end_nothing_is_open_that_was_not_at_first(bedside: Bedside) -> None:
    bedside.begin("plain")

    def closed() -> None:
        assert bedside.service.files <= bedside.files

    eventually(closed)


def test_the_reading_of_claims_finds_some(bedside: Bedside) -> None:
    bedside.begin("plain")
    assert bedside.complete is not None
    found = claims(bedside.complete)
    assert ("CM313", "18 years or older") in found
    assert ("CAR-T", "Has or had a mental illness") in found
    assert len(found) > 50


@pytest.fixture(scope="module")
def bedside(service: Process, proxy: Proxy, chart: ChartFile) -> Bedside:
    return Bedside(service, proxy, chart)
