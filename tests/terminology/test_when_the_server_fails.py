"""Down, slow, wrong or too costly: what the server said last time serves, else the sets as shipped."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import httpx2
import pytest
import respx

from cds_service.expansion import server as asking
from tests.terminology.expanding import ADDRESS, Speaks, rule, rules, shipped_sets, start
from tests.terminology.term_server import RXNORM, SNOMED, outcome, value_set

ITP = "2897005"


def says(status: int = 200, **content: object) -> Speaks:
    return lambda _: httpx.Response(status, **content)  # type: ignore[arg-type]


def many(count: int) -> list[tuple[str, str]]:
    return [(SNOMED, ITP), *((SNOMED, f"99{n:07}") for n in range(count))]


@pytest.mark.parametrize(
    "speaks, trouble",
    [
        (says(500), "refused"),
        (says(404, json=outcome("not-found")), "refused"),
        (says(422, json=outcome("too-costly")), "too-costly"),
        (says(200, json=outcome("too-costly")), "too-costly"),
        (says(302, headers={"Location": "https://elsewhere.example/"}), "refused"),
        (says(200, text="<html>please log in</html>"), "not-json"),
        (says(200, json=[]), "refused"),
        (says(200, json={"resourceType": "ValueSet"}), "no-expansion"),
        (says(200, json={"resourceType": "ValueSet", "expansion": {"contains": {}}}), "no-expansion"),
        (says(200, json=value_set([], 0)), "empty"),
        (says(200, json=value_set([(SNOMED, "99900001")], 1)), "wrong-answer"),  # without the concept itself
        (says(200, json=value_set([(SNOMED, ITP), (SNOMED, "19307009")], 2)), "wrong-answer"),  # with an excluded one
        (says(200, json=value_set([(RXNORM, ITP)], 1)), "empty"),  # of another system
        (says(200, json=value_set(many(3), 4_000)), "pages-repeat"),
        (says(200, json=value_set(many(999), None)), "pages-repeat"),  # a full page, again and again
        (says(200, json=value_set(many(20_000), 20_001)), "too-many-codes"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_changes_nothing(httpx2_mock: respx.Router, speaks: Speaks, trouble: str) -> None:
    started = start(httpx2_mock, rule("VS-ITP"), speaks=speaks)
    assert started.sets == shipped_sets()
    assert dict(started.trouble) == {trouble: 1}


def test_an_expansion_that_is_said_to_be_cut_is_not_used(httpx2_mock: respx.Router) -> None:
    cut = value_set([(SNOMED, ITP), (SNOMED, "99900001")], 2)
    cut["expansion"]["extension"] = [
        {"url": "http://hl7.org/fhir/StructureDefinition/valueset-toocostly", "valueBoolean": True}
    ]
    assert dict(start(httpx2_mock, rule("VS-ITP"), speaks=says(json=cut)).trouble) == {"incomplete": 1}


@pytest.mark.parametrize("failure", [httpx2.ConnectError("no"), httpx2.ReadTimeout("slow")])
def test_a_server_that_cannot_be_reached_is_asked_once(httpx2_mock: respx.Router, failure: Exception) -> None:
    route = httpx2_mock.post(ADDRESS)

    def fails(_: httpx.Request) -> httpx.Response:
        raise failure

    started = start(httpx2_mock, speaks=fails)
    assert started.sets == shipped_sets()
    assert dict(started.trouble) == {"unreachable": len(rules())}
    assert route.call_count == 1


def test_when_the_time_is_over_nothing_more_is_asked(
    httpx2_mock: respx.Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SECONDS_IN_ALL", -1.0)
    started = start(httpx2_mock)
    assert (started.sets, dict(started.trouble)) == (shipped_sets(), {"out-of-time": len(rules())})


def test_an_answer_larger_than_we_read_is_left(httpx2_mock: respx.Router, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LARGEST_PAGE", 1_000)
    started = start(httpx2_mock, rule("VS-ITP"), speaks=says(json=value_set(many(100), 101)))
    assert dict(started.trouble) == {"too-large": 1}


@pytest.mark.parametrize("told_total", [True, False])
def test_every_page_is_read(httpx2_mock: respx.Router, told_total: bool) -> None:
    everything = many(2_345)
    offsets: list[int] = []

    def pages(request: httpx.Request) -> httpx.Response:
        given = {one["name"]: one.get("valueInteger") for one in json.loads(request.content)["parameter"]}
        offsets.append(given["offset"])
        page = everything[given["offset"] : given["offset"] + given["count"]]
        return httpx.Response(200, json=value_set(page, len(everything) if told_total else None))

    started = start(httpx2_mock, rule("VS-ITP"), speaks=pages)
    assert offsets == [0, 1_000, 2_000]
    assert len(started.codes_added_to("VS-ITP")) == 2_345
    assert not started.trouble


def test_entries_inside_others_count_and_headings_do_not(httpx2_mock: respx.Router) -> None:
    nested = value_set([(SNOMED, ITP)], None)
    [root] = nested["expansion"]["contains"]
    root["contains"] = [
        {"system": SNOMED, "code": "99900001", "display": "Chronic immune thrombocytopenia"},
        {"system": SNOMED, "code": "99900002", "display": "Immune thrombocytopenias", "abstract": True},
        {"display": "without a code"},
        "odd",
    ]
    started = start(httpx2_mock, rule("VS-ITP"), speaks=says(json=nested))
    assert started.codes_added_to("VS-ITP") == ["99900001"]


# ------------------------------------------------------------------ the cache


def down(_: httpx.Request) -> httpx.Response:
    raise httpx2.ConnectError("no")


def test_what_it_said_last_time_serves_when_it_is_down(httpx2_mock: respx.Router, tmp_path: Path) -> None:
    before = start(httpx2_mock, folder=tmp_path / "cache")
    after = start(httpx2_mock, speaks=down, folder=tmp_path / "cache")
    assert after.sets == before.sets != shipped_sets()
    assert after.from_cache == len(rules()) - before.trouble["empty"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"codes": 5}', b'{"codes": [["1"]]}', b'{"codes": [[1, 2]]}'])
def test_a_broken_file_of_the_cache_is_as_good_as_none(
    httpx2_mock: respx.Router, tmp_path: Path, content: bytes
) -> None:
    start(httpx2_mock, rule("VS-ITP"), folder=tmp_path)
    [file] = tmp_path.iterdir()
    file.write_bytes(content)
    assert start(httpx2_mock, rule("VS-ITP"), speaks=down, folder=tmp_path).sets == shipped_sets()


def test_a_cached_answer_is_of_one_question_one_content_and_one_server() -> None:
    asked = rule("VS-ITP")
    others = {rule("VS-MALIG").key("a"), asked.key("b"), asked.key("a")}
    others |= {type(asked)(**{**_members(asked), "content": "changed"}).key("a")}
    assert len(others) == 4
    assert asked.key("a") == rule("VS-ITP").key("a")


def _members(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in type(one).__dataclass_fields__}  # type: ignore[attr-defined]


def test_a_cache_that_cannot_be_written_is_told_and_costs_nothing(httpx2_mock: respx.Router, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    started = start(httpx2_mock, rule("VS-ITP"), folder=tmp_path / "file")
    assert started.codes_added_to("VS-ITP") == ["99900001", "99900002"]
    assert dict(started.trouble) == {"cache-not-writable": 1}
