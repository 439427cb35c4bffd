"""What nobody should send: a clear error, or the right verdict and a note; never a crash. By file and by hook."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from cards.wording.wording import Wording
from cds_service.app import create_app
from cds_service.assessing import Question, assess_paths
from cds_service.catalogue import load_catalogue
from cds_service.cli import main
from cds_service.languages import wording_for
from cds_service.settings import Settings
from tests.cards.told import cards
from tests.conformance.answers import client_of
from tests.wild.chart import (
    CHART,
    LOINC,
    PERSON,
    PLATELET_CODE,
    Json,
    bundle,
    deep,
    medication,
    platelets,
    prefetch_of,
    problem,
    referring,
    taking,
    text_of,
)

DAY = date(2026, 11, 21)
SERVICE = "/cds-services/trial-eligibility-patient-view"
HEADERS = {"Content-Type": "application/json"}
LONG = 1_000_000
LOW, NO_ANTIPLATELET = "CM313-I05", "CM313-E34"  # platelets below 30 these days; takes an antiplatelet drug

BUNDLE = b'{"resourceType": "Bundle", "entry": [{"resource": '
ANN = '{"resourceType": "Patient", "id": "ann", "gender": "female"'
REFUSED: list[tuple[str, bytes, str]] = [
    ("empty", b"", "empty"),
    ("blank", b" \r\n\t ", "empty"),
    ("only a byte order mark", b"\xef\xbb\xbf", "empty"),
    ("UTF-16", (ANN + "}").encode("utf-16"), "not UTF-8"),
    ("UTF-16 without its mark", (ANN + "}").encode("utf-16-le"), "not UTF-8"),
    ("Latin-1", (ANN + ', "name": "Zoë"}').encode("latin-1"), "not UTF-8"),
    ("a surrogate in UTF-8", ANN.encode() + b', "x": "\xed\xa0\x80"}', "not UTF-8"),
    ("a lone surrogate", ANN.encode() + rb', "x": "\ud83d"}', "line 1"),
    ("the other half of one", ANN.encode() + rb', "x": "\ude00 "}', "line 1"),
    ("a null character in a text", ANN.encode() + b', "x": "a\0b"}', "line 1"),
    ("a null character at the end", ANN.encode() + b"}\0", "line 1"),
    ("NaN", ANN.encode() + b', "x": NaN}', "line 1"),
    ("Infinity", ANN.encode() + b', "x": Infinity}', "line 1"),
    ("minus infinity", ANN.encode() + b', "x": -Infinity}', "line 1"),
    ("1e999999", ANN.encode() + b', "x": 1e999999}', "line 1"),
    ("10,000 digits", ANN.encode() + b', "x": ' + b"9" * 10_000 + b"}", "line 1"),
    ("10,000 levels", ANN.encode() + b', "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "1,024 levels"),
    ("10,000 objects deep", b'{"x":' * 10_000 + b"1" + b"}" * 10_000, "1,024 levels"),
    ("arrays that never close", b"[" * 5_000, "1,024 levels"),
    ("cut off", ANN.encode(), "ends inside"),
    ("a member twice", ANN.encode() + b',\n "id": "bob"}', "line 2, column 2"),
    ("spelled in two ways", ANN.encode() + rb', "\u0069d": "bob"}', "names a member twice"),
    ("twice, deep inside", ANN.encode() + b', "a": [{"b" : {"c": 1, "d": [], "c": 2}}]}', "names a member twice"),
    ("twice, and a text that hides it", ANN.encode() + rb', "a": "\u0022:", "id" : "bob"}', "names a member twice"),
    ("twice, in a line of its own", (ANN + "}\n" + ANN + ', "id": "bob"}').encode(), "line 2, column 62"),
    ("JSON and more", ANN.encode() + b"} {}", "line 1"),
    ("XML", b"<Bundle/>", "not JSON"),
    ("a number", b"5", "no FHIR"),
    ("a Bundle of nothing", b'{"resourceType": "Bundle"}', "no Patient"),
    ("Bundles all the way", BUNDLE * 40 + b"5" + b"}]}" * 40, "no FHIR"),
]  # fmt: skip
TOLERATED = [
    ("a byte order mark", b"\xef\xbb\xbf" + ANN.encode() + b"}"),
    ("a text that looks like members", ANN.encode() + rb', "x": "\"id\": 1, \"id\" : 2, \u0022id\u0022\u003a 3"}'),
    ("the same names in other objects", ANN.encode() + b', "a": [{"id": 1}, {"id": 2, "a": {"id": 3}}]}'),
    ("blanks before a colon", (ANN + "}").replace(":", " \n :").encode()),
    ("a null character as an escape", ANN.encode() + rb', "x": "a\u0000b"}'),
    ("a number with many decimals", ANN.encode() + b', "x": 0.' + b"1" * 10_000 + b"}"),
]
NAMES = "what, text, told"


@cache
def words() -> Wording:
    return wording_for(load_catalogue())


def assessed(path: Path, data: bytes) -> list[Json]:
    """What `cds-service assess` says of a file."""
    path.write_bytes(data)
    catalogue = load_catalogue()
    return list(assess_paths([str(path)], Question(catalogue.trials, DAY, DAY), catalogue, words()))


@pytest.mark.parametrize(NAMES, REFUSED, ids=[row[0] for row in REFUSED])
def test_a_text_that_cannot_be_read_is_refused_with_place_and_remedy(
    tmp_path: Path, what: str, text: bytes, told: str
) -> None:
    lines = assessed(tmp_path / "x.json", text)
    assert [list(line) for line in lines if "error" in line] == [["source", "error"]]
    error = lines[-1]["error"]
    assert told in error["message"]
    assert error["remedy"]
    assert not {"ann", "bob", "Zo"} & set(error["message"].split())


@pytest.mark.parametrize("what, text", TOLERATED, ids=[row[0] for row in TOLERATED])
def test_what_is_only_unusual_is_read(tmp_path: Path, what: str, text: bytes) -> None:
    assert [line["patient"] for line in assessed(tmp_path / "x.json", text)] == ["Patient/ann"]


def test_the_command_ends_with_a_message_and_no_traceback(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "deep.json"
    path.write_bytes(b"[" * 100_000)
    assert main(["assess", "--format", "json", str(path)]) == 2
    out, err = capfd.readouterr()
    assert "levels deep" in json.loads(out)["error"]["message"]
    assert "Traceback" not in err


# ---- records that can be parsed: the verdicts they must give, and the note they must leave ---------------------------

CODING = PLATELET_CODE["coding"]
CIRCLE = (medication("a", "Medication/b"), medication("b", "Medication/a"))
MARKUP = "<script>alert(1)</script>](javascript:alert(1)) `\"'\\ ![x](//evil.example)"
READS, OPEN = {LOW: "met", NO_ANTIPLATELET: "not-met"}, {LOW: "met", NO_ANTIPLATELET: "unknown"}
UNREADABLE = {LOW: "unknown", NO_ANTIPLATELET: "not-met"}
Row = tuple[str, Callable[[], tuple[Any, ...]], dict[str, str], str]


def newer(**more: Any) -> tuple[Any, ...]:
    return (*CHART, platelets("odd", "2026-11-21", **more))


ODD: list[Row] = [
    ("nothing odd", lambda: CHART, READS, ""),
    (
        "a panel that contains itself",
        lambda: (*CHART, platelets("s", hasMember=[{"reference": "#s"}] * 50, contained=[platelets("s")])),
        READS,
        "",
    ),
    (
        "Medications made of each other",
        lambda: (*CHART, referring("Medication/a", identity="odd"), *CIRCLE),
        OPEN,
        "MedicationStatement/odd",
    ),
    (
        "a Medication made of itself, a thousand times over",
        lambda: (*CHART, referring("Medication/a", identity="odd"), medication("a", *["Medication/a"] * 1000)),
        OPEN,
        "MedicationStatement/odd",
    ),
    (
        "a contained Medication made of itself",
        lambda: (*CHART, referring("#m", identity="odd", contained=[medication("m", "#m")])),
        OPEN,
        "MedicationStatement/odd",
    ),
    (
        "a drug of two hundred ingredients",
        lambda: (*CHART, referring("Medication/a", identity="odd"), medication("a", *["Medication/none"] * 200)),
        OPEN,
        "MedicationStatement/odd",
    ),
    ("500 levels in a note", lambda: (*CHART, problem("odd", "Hay fever", note=deep(500))), READS, ""),
    ("500 levels in a code", lambda: (*CHART, problem("odd", code=deep(500, "coding"))), READS, "Condition/odd"),
    ("500 levels in a value", lambda: newer(valueQuantity=deep(500, "value")), UNREADABLE, "Observation/odd"),
    ("500 levels in an id", lambda: (*CHART, problem(deep(500), "Hay fever")), READS, ""),  # type: ignore[arg-type]
    (
        "two copies, 450 levels deep and different",
        lambda: (*CHART, problem("odd", "Hay fever", note=deep(450)), problem("odd", "Hay fever", note=deep(451))),
        READS,
        "",
    ),
    ("a name of 1 MB", lambda: (*CHART, problem("odd", "itchy " * (LONG // 6))), READS, "itchy itchy"),
    ("a diagnosis written 40,000 times", lambda: (*CHART, problem("odd", "no ITP, " * 40_000)), READS, ""),
    ("a drug of 1 MB", lambda: (*CHART, taking("odd", {"text": "Oddimab " * (LONG // 8)})), OPEN, "Oddimab"),
    ("a value of 1 MB", lambda: newer(valueQuantity=None, valueString="2" * LONG), UNREADABLE, "Observation/odd"),
    ("blanks for 1 MB", lambda: newer(valueQuantity=None, valueString="<" + " " * LONG + "!"), UNREADABLE, "odd"),
    ("an id of 1 MB", lambda: (*CHART, platelets("x" * LONG, "2026-11-21")), READS, ""),
    ("a unit of 1 MB", lambda: newer(valueQuantity={"value": 20, "unit": "x" * LONG}), UNREADABLE, ""),
    ("a value of 10,000 digits", lambda: newer(value="2" * 10_000), UNREADABLE, "Observation/odd"),
    ("a value of 10,000 decimals", lambda: newer(value="20." + "0" * 10_000), UNREADABLE, "Observation/odd"),
    ("a value of 1e999999 in quotes", lambda: newer(value="1e999999"), UNREADABLE, "Observation/odd"),
    ("a value of 1e300", lambda: newer(value=1e300), UNREADABLE, "Observation/odd"),
    ("NaN in quotes", lambda: newer(value="NaN"), UNREADABLE, "Observation/odd"),
    ("a date of a million digits", lambda: (*CHART, platelets("odd", "9" * LONG, 200)), READS, "Observation/odd"),
    ("a day with a million digits behind", lambda: (*CHART, platelets("odd", f"2026-11-21{0:01000000}")), READS, "odd"),
    ("a null character in a status", lambda: newer(value=200, status="final\0"), READS, "Observation/odd"),
    ("half a character in quotes", lambda: (*CHART, problem("odd", "Hay\\ud83d fever")), READS, "Hay"),
    ("ids with markup", lambda: (*CHART, problem(MARKUP, MARKUP), taking(MARKUP, {"text": MARKUP})), OPEN, "script"),
    ("10,000 identical results", lambda: (*CHART, *(platelets(str(n)) for n in range(10_000))), READS, ""),
    (
        "100,000 codings, and the right one last",
        lambda: (
            PERSON,
            problem(),
            taking(),
            platelets(code={"coding": [{"system": LOINC, "code": f"{n}-0"} for n in range(100_000)] + CODING}),
        ),
        READS,
        "",
    ),
]  # fmt: skip
ROWS = pytest.mark.parametrize("record, verdicts, noted", [row[1:] for row in ODD], ids=[row[0] for row in ODD])


@ROWS
def test_an_odd_record_is_read_right_or_refused_where_everybody_sees_it(
    tmp_path: Path, record: Callable[[], tuple[Any, ...]], verdicts: dict[str, str], noted: str
) -> None:
    [line] = assessed(tmp_path / "x.json", text_of(*record()))
    assert "error" not in line, line
    found = {c["id"]: c["verdict"] for a in line["assessments"] for c in a["criteria"] if c["id"] in verdicts}
    assert found == verdicts
    assert noted in " ".join(note["text"] for note in line["notes"])


@pytest.fixture(scope="module")
def app() -> Any:
    return create_app(Settings(open=True), clock=lambda: datetime.combine(DAY, datetime.min.time(), UTC))


@pytest.fixture
async def service(app: Any) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(app) as http:
        yield http


@ROWS
async def test_the_hook_says_of_it_what_the_file_says(
    service: httpx2.AsyncClient, record: Callable[[], tuple[Any, ...]], verdicts: dict[str, str], noted: str
) -> None:
    resources = record()
    body = prefetch_of(*resources)
    answer = await service.post(SERVICE, content=body, headers=HEADERS)
    if len(body) > 8 * 1024 * 1024:
        assert answer.status_code == 413
        return
    assert answer.status_code == 200, answer.text
    told = [(card["summary"], card["detail"]) for card in answer.json()["cards"]]
    assert told == [(card.summary, card.detail) for card in cards(text_of(*resources))]
    assert "<script" not in answer.text
    assert "](javascript" not in answer.text


NO_JSON = [row for row in REFUSED if row[0] not in ("a number", "a Bundle of nothing", "Bundles all the way")]


@pytest.mark.parametrize(NAMES, NO_JSON, ids=[row[0] for row in NO_JSON])
async def test_the_hook_refuses_it_with_400(service: httpx2.AsyncClient, what: str, text: bytes, told: str) -> None:
    answer = await service.post(SERVICE, content=text, headers=HEADERS)
    assert answer.status_code == 400
    [issue] = answer.json()["issue"]
    assert "JSON" in issue["diagnostics"] or "twice" in issue["diagnostics"]


def test_twenty_thousand_resources_of_fifty_megabytes(tmp_path: Path) -> None:
    """The largest record that is promised: half of it results, with long notes."""
    note = [{"text": "x" * 2_400}]
    results = [platelets(f"o{n}", f"{1980 + n % 46}-03-{1 + n % 28:02}", note=note) for n in range(10_000)]
    drugs = [taking(f"m{n}", {"text": f"loratadine {n} mg"}, note=note) for n in range(5_000)]
    problems = [problem(f"c{n}", f"Hay fever of {n}", note=note) for n in range(5_000)]
    text = text_of(*CHART, *results, *drugs, *problems)
    assert len(text) > 50_000_000
    [line] = assessed(tmp_path / "x.json", text)
    found = {c["id"]: c["verdict"] for a in line["assessments"] for c in a["criteria"] if c["id"] in READS}
    assert found == READS


def test_a_bundle_in_a_bundle_is_read_and_one_too_deep_closes_silence(tmp_path: Path) -> None:
    inside = bundle(bundle(*CHART))
    assert verdicts_of(assessed(tmp_path / "x.json", orjson.dumps(inside))) == READS
    for _ in range(20):
        inside = bundle(inside)
    assert verdicts_of(assessed(tmp_path / "x.json", orjson.dumps(bundle(*CHART, inside)))) == OPEN
    assert verdicts_of(assessed(tmp_path / "x.json", orjson.dumps(bundle(*CHART, None, 5, "x", [[]])))) == OPEN


def verdicts_of(lines: list[Json]) -> dict[str, str]:
    [line] = lines
    return {c["id"]: c["verdict"] for a in line["assessments"] for c in a["criteria"] if c["id"] in READS}
