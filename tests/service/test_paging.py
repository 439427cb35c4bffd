"""Pages: followed to the end on the server they came from, or else a hole, never a silent end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.calling import Service, nothing_but, without
from tests.service.ehr import BASE, PATIENT, Ehr, Hang, bundle, outcome, resource

SEARCH = "Procedure?patient=p1"


def procedures(*numbers: int, **more: Any) -> dict[str, Any]:
    return bundle(*(resource("Procedure", f"x{number}") for number in numbers), **more)


def names(record: dict[str, Any], kind: str = "Procedure") -> list[str]:
    return [one for one in record["ids"] if one.startswith(f"{kind}/")]


def only_hole(record: dict[str, Any]) -> str:
    [hole] = record["holes"]
    return str(hole["reason"])


@pytest.mark.rule("PREF-9")
@pytest.mark.parametrize(
    "next_page", [f"{BASE}?_getpages=9&_getpagesoffset=2", f"{BASE}/Procedure?page=2", "?_getpages=9", "/fhir?page=2"]
)
async def test_fetched_pages_are_followed_to_the_end(service: Service, ehr: Ehr, next_page: str) -> None:
    ehr.answers[SEARCH] = procedures(1, 2, next=next_page)
    ehr.every = lambda asked: procedures(3) if "page" in asked else None
    record = await service.record(without(nothing_but(), "procedures"), access=True)
    assert names(record) == ["Procedure/x1", "Procedure/x2", "Procedure/x3"]
    assert record["holes"] == []
    assert len(ehr.asked) == 2


@pytest.mark.rule("PREF-9")
async def test_the_pages_after_a_prefetched_one_are_read_with_the_token(service: Service, ehr: Ehr) -> None:
    ehr.answers["Procedure?page=2"] = procedures(2)
    record = await service.record(nothing_but(procedures=procedures(1, next=f"{BASE}/Procedure?page=2")), access=True)
    assert names(record) == ["Procedure/x1", "Procedure/x2"]
    assert record["holes"] == []
    assert ehr.asked == ["Procedure?page=2"]
    assert ehr.requests[0].headers["Authorization"] == "Bearer secret-token"


@pytest.mark.rule("PREF-9")
async def test_a_prefetched_page_without_access_to_the_next_is_incomplete(service: Service) -> None:
    record = await service.record(nothing_but(procedures=procedures(1, next=f"{BASE}/Procedure?page=2")))
    assert names(record) == ["Procedure/x1"]
    assert only_hole(record) == "more-pages"


@pytest.mark.rule("FHIR-8")
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/fhir/Procedure?page=2",
        "http://ehr.example/fhir/Procedure?page=2",
        "https://ehr.example:8443/fhir/Procedure?page=2",
        "https://ehr.example/fhirX/Procedure?page=2",
        "https://ehr.example/fhir/../admin",
        "https://ehr.example/fhir/%2e%2e/admin",
        "https://ehr.example@evil.example/fhir/Procedure",
        "https://ehr.example\\@evil.example/fhir",
        "//evil.example/fhir",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[::1/fhir",
        "",
    ],
)
@pytest.mark.parametrize("sent", [True, False], ids=["sent", "fetched"])
async def test_a_next_link_to_anywhere_else_is_not_followed(
    service: Service, ehr: Ehr, elsewhere: str, sent: bool
) -> None:
    page = procedures(1)
    page["link"].append({"relation": "next", "url": elsewhere})
    ehr.answers[SEARCH] = page
    prefetch = nothing_but(procedures=page) if sent else without(nothing_but(), "procedures")
    record = await service.record(prefetch, access=True)
    assert names(record) == ["Procedure/x1"]
    assert only_hole(record) == "more-pages"
    assert ehr.asked == ([] if sent else [SEARCH])


async def test_pages_in_a_circle_end_as_incomplete(service: Service, ehr: Ehr) -> None:
    ehr.answers[SEARCH] = procedures(1, next=f"{BASE}/Procedure?page=2")
    ehr.answers["Procedure?page=2"] = procedures(2, next=f"{BASE}/Procedure?page=3")
    ehr.answers["Procedure?page=3"] = procedures(3, next=f"{BASE}/Procedure?page=2")
    record = await service.record(without(nothing_but(), "procedures"), access=True)
    assert len(names(record)) == 3
    assert only_hole(record) == "more-pages"
    assert len(ehr.asked) == 3


def endless(asked: str) -> dict[str, Any] | None:
    number = int(asked.partition("page=")[2] or 1) if asked.startswith("Procedure") else None
    return procedures(number, next=f"{BASE}/Procedure?page={number + 1}") if number else None


async def test_no_more_than_twenty_pages_are_read_of_one_search(service: Service, ehr: Ehr) -> None:
    ehr.every = endless
    record = await service.record(without(nothing_but(), "procedures"), access=True)
    assert len(ehr.asked) == len(names(record)) == 20
    assert only_hole(record) == "more-pages"


@pytest.mark.parametrize(("limit", "pages"), [({"max_entries": 3}, 3), ({"max_record": 4}, 3)])
async def test_the_number_of_resources_read_is_bounded(ehr: Ehr, limit: dict[str, int], pages: int) -> None:
    ehr.every = endless
    record = await Service(ehr, open=True, **limit).record(without(nothing_but(), "procedures"), access=True)
    assert len(ehr.asked) == pages
    assert only_hole(record) == "more-pages"


@pytest.mark.parametrize("failure", [403, 410, 500, outcome(), {"no": "resource"}], ids=str)
async def test_a_page_that_fails_leaves_what_was_read_and_a_hole(service: Service, ehr: Ehr, failure: Any) -> None:
    ehr.answers[SEARCH] = procedures(1, next=f"{BASE}/Procedure?page=2")
    ehr.answers["Procedure?page=2"] = failure
    record = await service.record(without(nothing_but(), "procedures"), access=True)
    assert names(record) == ["Procedure/x1"]
    assert only_hole(record) == "more-pages"


async def test_conditions_that_go_on_unread_are_a_hole_and_no_412(service: Service, ehr: Ehr) -> None:
    page = bundle(resource("Condition", "c1"), next=f"{BASE}/Condition?page=2")
    record = await service.record(nothing_but(conditions=page))
    assert names(record, "Condition") == ["Condition/c1"]
    assert [(hole["section"], hole["reason"]) for hole in record["holes"]] == [("conditions", "more-pages")]


def result(number: int, when: str | None, **more: Any) -> dict[str, Any]:
    dated = {"effectiveDateTime": when} if when else {}
    return resource("Observation", f"o{number}", status="final", **dated, **more)


def laboratory(*days: str | None, start: int = 1, next_page: bool = True) -> dict[str, Any]:
    results = (result(start + number, day) for number, day in enumerate(days))
    return bundle(*results, next=f"{BASE}/Observation?page={start + len(days)}" if next_page else None)


@pytest.mark.rule("G5")
@pytest.mark.parametrize(
    ("days", "since"),
    [
        (["2026-11-20", "2026-11-01", "2026-09-03"], "2026-09-04"),
        (["2026-11-20T08:00:00Z", "2026-11-20T07:59:59Z", "2026-09-03T23:00:00+08:00"], "2026-09-04"),
        (["2026-09-03", "2026-09-03"], "2026-09-04"),
        (["2026-11-01", "2026-11-20", "2026-09-03"], None),
        (["2026-11-20T08:00:00Z", "2026-11-20T08:00:01Z"], None),
        (["2026-11-20", None, "2026-09-03"], None),
        (["2026-11-20", "2026-10"], None),
        (["2026-11-20", "soon"], None),
        ([], None),
    ],
)
async def test_a_cut_list_in_descending_order_is_complete_back_to_its_oldest_day(
    service: Service, days: list[str | None], since: str | None
) -> None:
    """The oldest day itself may go on overleaf, so completeness begins the day after."""
    [hole] = (await service.record(nothing_but(laboratory=laboratory(*days))))["holes"]
    assert (hole["reason"], hole.get("since")) == ("more-pages", since)


async def test_a_list_cut_by_a_refusal_inside_is_complete_since_no_day(service: Service) -> None:
    page = laboratory("2026-11-20", "2026-09-03", next_page=False)
    page["entry"].append({"resource": outcome("warning")})
    [hole] = (await service.record(nothing_but(laboratory=page)))["holes"]
    assert (hole["reason"], hole.get("since")) == ("refused", None)


async def test_laboratory_pages_are_not_read_further_than_any_criterion_looks(service: Service, ehr: Ehr) -> None:
    ehr.every = lambda asked: laboratory("2026-08-01", "2026-07-01", start=3) if "page=3" in asked else None
    record = await service.record(nothing_but(laboratory=laboratory("2026-11-20", "2026-10-01")), access=True)
    assert ehr.asked == ["Observation?page=3"]
    [hole] = record["holes"]
    assert (hole["reason"], hole.get("since")) == ("more-pages", "2026-07-02")


async def test_laboratory_pages_in_no_order_are_read_to_the_end(service: Service, ehr: Ehr) -> None:
    ehr.every = lambda asked: laboratory("2026-08-01", start=3, next_page=False) if "page=3" in asked else None
    record = await service.record(nothing_but(laboratory=laboratory("2020-01-01", "2026-10-01")), access=True)
    assert record["holes"] == []


async def test_the_deadline_cuts_paging_and_keeps_what_came(ehr: Ehr) -> None:
    ehr.answers[SEARCH] = procedures(1, next=f"{BASE}/Procedure?page=2")
    ehr.answers["Procedure?page=2"] = Hang()
    service = Service(ehr, open=True, deadline=0.3)
    record = await service.record(without(nothing_but(patient=PATIENT), "procedures"), access=True)
    assert names(record) == ["Procedure/x1"]
    assert only_hole(record) == "out-of-time"
