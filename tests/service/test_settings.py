"""Settings: read from the environment, refused by name, and all of them documented."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, date

import pytest

from cds_service.errors import BadSetting
from cds_service.settings import TABLE, Settings


def test_without_environment_every_setting_has_its_default() -> None:
    assert Settings.from_environment({}) == Settings()


def test_settings_are_read_from_the_environment() -> None:
    read = Settings.from_environment(
        {"CDS_AS_OF": "2026-11-21", "CDS_TIMEZONE": "Asia/Shanghai", "CDS_OPEN": "yes", "CDS_DEADLINE": "2.5"}
    )
    assert (read.as_of, read.open, read.deadline) == (date(2026, 11, 21), True, 2.5)
    assert str(read.zone) == "Asia/Shanghai"


def test_an_empty_variable_is_not_set() -> None:
    assert Settings.from_environment({"CDS_AS_OF": "", "CDS_PORT": " "}) == Settings()


def test_utc_needs_no_zone_data() -> None:
    assert Settings().zone is UTC


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CDS_AS_OF", "21.11.2026", "a day such as 2026-11-21"),
        ("CDS_AS_OF", "2026-02-30", "a day such as"),
        ("CDS_TIMEZONE", "Mars/Olympus", "a time zone"),
        ("CDS_TIMEZONE", "../../etc/passwd", "a time zone"),
        ("CDS_DEADLINE", "soon", "seconds"),
        ("CDS_DEADLINE", "0", "more than 0"),
        ("CDS_DEADLINE", "nan", "seconds"),
        ("CDS_DEADLINE", "inf", "at most 60"),
        ("CDS_OPEN", "perhaps", "yes or no"),
        ("CDS_MAX_BODY", "8 MiB", "a whole number"),
        ("CDS_MAX_PAGES", "0", "at least 1"),
        ("CDS_PORT", "70000", "a port"),
        ("CDS_LOG_LEVEL", "LOUD", "DEBUG, INFO"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_name(name: str, value: str, expected: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(name)) as refusal:
        Settings.from_environment({name: value})
    assert expected in str(refusal.value)


@pytest.mark.rule("FHIR-1")
@pytest.mark.parametrize(
    ("given", "reads"),
    [({}, False), ({"CDS_OPEN": "1"}, True), ({"CDS_OPEN": "1", "CDS_ALLOW_OPEN_FHIR": "0"}, False)],
)
def test_reading_without_a_token_follows_open_mode_unless_told_otherwise(given: dict[str, str], reads: bool) -> None:
    assert Settings.from_environment(given).reads_without_token is reads


def test_the_table_names_every_setting_with_its_meaning() -> None:
    assert [row.name for row in TABLE] == [f"CDS_{spec.name.upper()}" for spec in fields(Settings)]
    assert all(row.meaning for row in TABLE)
    assert {"CDS_AS_OF", "CDS_TIMEZONE"} <= {row.name for row in TABLE}
