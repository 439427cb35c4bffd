"""No setting of the machine decides a test of conformance; one EHR and its service for each test that asks for them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from tests.conformance.hospital_day import Day


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CDS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
async def day() -> AsyncIterator[Day]:
    made = Day()
    async with made.http:
        yield made
