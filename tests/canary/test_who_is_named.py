"""Every test fails in whose log somebody of the cast is named; this shows that it would."""

from __future__ import annotations

import pytest

from tests.canary.cast import named


@pytest.mark.parametrize(
    ("title", "text", "who"),
    [
        ("Captured log call", "INFO cds_service: answered Anton Placeholderov", ["Placeholderov"]),
        ("Captured stderr setup", "Traceback: KeyError: 'Placeholderov'", ["Placeholderov"]),
        ("Captured log teardown", "{'family': 'Mustermann'} and Sampleson", ["Mustermann", "Sampleson"]),
        ("Captured stdout call", "cards for Anton Placeholderov", []),
        ("Captured log call", "INFO cds_service: answered, 2 cards", []),
    ],
)
def test_a_name_in_what_was_logged_is_found(title: str, text: str, who: list[str]) -> None:
    assert named([(title, text)]) == who
