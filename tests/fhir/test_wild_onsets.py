"""fhir-in-the-wild, group 15: since when a Condition holds (rules G4, G5)."""

from __future__ import annotations

import pytest
from fhir_raw import between, condition, day, notes, on, the_condition

from eligibility.when import EARLIEST


@pytest.mark.parametrize(
    "onset, expected",
    [
        ({"onsetDateTime": "2024-05-06T23:30:00-08:00"}, (day("2024-05-06"), day("2024-05-06"))),
        ({"onsetDateTime": "2024"}, (day("2024-01-01"), day("2024-12-31"))),
        ({"onsetDateTime": "2024-02"}, (day("2024-02-01"), day("2024-02-29"))),
        ({"onsetPeriod": {"start": "2024-05", "end": "2024-07"}}, (day("2024-05-01"), day("2024-07-31"))),
        ({"onsetPeriod": {"end": "2024-07"}}, (EARLIEST, day("2024-07-31"))),
        ({"onsetAge": {"value": 30, "code": "a"}}, (day("2010-05-17"), day("2011-05-16"))),
        ({"onsetAge": {"value": 30, "unit": "years"}}, (day("2010-05-17"), day("2011-05-16"))),
        ({"onsetAge": {"value": 18, "code": "mo"}}, (day("1981-11-17"), day("1981-12-16"))),
        ({"onsetAge": {"value": 2, "code": "wk"}}, (day("1980-05-31"), day("1980-06-06"))),
        ({"onsetAge": {"value": 10, "code": "d"}}, (day("1980-05-27"), day("1980-05-27"))),
        ({"onsetRange": {"low": {"value": 20, "code": "a"}, "high": {"value": 29, "code": "a"}}},
         (day("2000-05-17"), day("2010-05-16"))),
        ({"onsetRange": {"high": {"value": 9, "unit": "岁"}}}, (day("1980-05-17"), day("1990-05-16"))),
    ],
)  # fmt: skip
def test_onset_in_every_form(onset, expected):
    found = the_condition(condition(**onset)).onset
    assert found is not None
    assert (found.first, found.last) == expected


@pytest.mark.parametrize(
    "onset", [{"onsetString": "2019-01-01"}, {"onsetAge": {"value": 30}}, {"onsetAge": {"value": -1, "code": "a"}}, {}]
)
def test_what_is_no_date_gives_no_onset(onset):
    assert the_condition(condition(**onset)).onset is None


def test_an_age_says_nothing_without_a_birth_date():
    patient = {"resourceType": "Patient", "id": "ines"}
    assert the_condition(condition(onsetAge={"value": 30, "code": "a"}), patient=patient).onset is None


def test_an_age_of_somebody_whose_year_of_birth_is_known():
    patient = {"resourceType": "Patient", "id": "ines", "birthDate": "1980"}
    found = the_condition(condition(onsetAge={"value": 30, "code": "a"}), patient=patient)
    assert found.onset == between("2010-01-01", "2011-12-30")


ASSERTED = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


@pytest.mark.parametrize(
    "more, recorded, onset",
    [
        ({"recordedDate": "2022-01-05"}, on("2022-01-05"), None),
        ({"recordedDate": "2022-01-05", "extension": [{"url": ASSERTED, "valueDateTime": "2021"}]},
         between("2021-01-01", "2021-12-31"), None),
        ({"onsetDateTime": "2022", "recordedDate": "2022-03-05"},
         on("2022-03-05"), between("2022-01-01", "2022-03-05")),
        ({"onsetDateTime": "2021", "recordedDate": "2022-03-05"},
         on("2022-03-05"), between("2021-01-01", "2021-12-31")),
    ],
)  # fmt: skip
def test_the_day_of_recording_is_the_latest_possible_start(more, recorded, onset):
    found = the_condition(condition(**more))
    assert (found.recorded, found.onset) == (recorded, onset)


def test_an_onset_after_the_day_of_recording_stays_and_is_told():
    told = condition(onsetDateTime="2023-01-01", recordedDate="2022-01-01")
    assert the_condition(told).onset == on("2023-01-01")
    assert notes(told) == ["onset-after-recorded"]


def test_an_onset_in_the_future_counts_as_none_and_is_told():
    told = condition(onsetDateTime="2026-12-01")
    assert the_condition(told).onset is None
    assert notes(told) == ["future-date"]


def test_an_onset_of_this_year_ends_today():
    assert the_condition(condition(onsetDateTime="2026")).onset == between("2026-01-01", "2026-11-21")
