"""The service and the EHR of one test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from tests.service.calling import Service
from tests.service.ehr import Ehr


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine decides a test."""
    for name in [name for name in os.environ if name.startswith("CDS_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def ehr() -> Ehr:
    return Ehr()


@pytest.fixture
async def service(ehr: Ehr) -> AsyncIterator[Service]:
    """The service in open mode, its FHIR server scripted."""
    service = Service(ehr, open=True, deadline=2.0)
    async with service.http:
        yield service
