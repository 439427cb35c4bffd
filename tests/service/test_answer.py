"""The answer itself: what day it is, who may see it, and that nothing empty goes over the wire."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cds_service.protocol import without_empty
from tests.service.calling import Service, nothing_but
from tests.service.ehr import Ehr


@pytest.mark.rule("RESP-1")
async def test_an_answer_is_an_object_with_cards_that_nobody_keeps(service: Service) -> None:
    answer = await service.call(nothing_but())
    assert answer.status_code == 200
    assert set(answer.json()) == {"cards"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.rule("RESP-2")
async def test_nothing_to_say_is_200_and_an_empty_list(ehr: Ehr) -> None:
    answer = await Service(ehr, judge=lambda *_: []).call(nothing_but())
    assert (answer.status_code, answer.json()) == (200, {"cards": []})


@pytest.mark.rule("CTX-1")
@pytest.mark.parametrize(
    ("user", "told"),
    [
        ("Practitioner/doc", True),
        ("PractitionerRole/role", True),
        ("https://ehr.example/fhir/Practitioner/doc", True),
        ("Patient/p1", False),
        ("RelatedPerson/mother", False),
        ("https://ehr.example/fhir/Patient/p1", False),
        ("Device/robot", False),
    ],
)
async def test_only_professionals_are_told_anything(service: Service, ehr: Ehr, user: str, told: bool) -> None:
    answer = await service.call(nothing_but(), context={"userId": user, "patientId": "p1"})
    assert answer.status_code == 200
    assert bool(answer.json()["cards"]) is told


async def test_nothing_is_read_for_a_viewer_who_is_told_nothing(service: Service, ehr: Ehr) -> None:
    answer = await service.call(access=True, context={"userId": "Patient/p1", "patientId": "p1"})
    assert answer.json() == {"cards": []}
    assert ehr.asked == []


@pytest.mark.parametrize(
    ("settings", "day"),
    [
        ({}, "2026-11-21"),
        ({"timezone": "Pacific/Auckland"}, "2026-11-22"),
        ({"timezone": "America/New_York"}, "2026-11-21"),
        ({"as_of": date(2020, 2, 29)}, "2020-02-29"),
    ],
    ids=str,
)
async def test_the_day_is_that_of_the_time_zone_or_frozen(ehr: Ehr, settings: dict[str, Any], day: str) -> None:
    """The clock stands at noon UTC on 21 November 2026."""
    assert (await Service(ehr, **settings).record(nothing_but()))["day"] == day


@pytest.mark.rule("GEN-4")
@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"a": None, "b": 1}, {"b": 1}),
        ({"a": "", "b": [], "c": {}}, {}),
        ({"a": {"b": {"c": None}}}, {}),
        ({"a": [None, "", {}, 0, False]}, {"a": [0, False]}),
        ({"a": ({"b": "x"},)}, {"a": [{"b": "x"}]}),
    ],
)
def test_members_without_a_value_are_left_out_at_any_depth(given: Any, sent: Any) -> None:
    assert without_empty(given) == sent
