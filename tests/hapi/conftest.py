"""One real HAPI for the whole session, with the cast on it as of the day of its stories."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from cds_service.load import Loading, load
from tests.hapi.real_hapi import lacking, running_hapi
from tests.hapi.ways import DAY


@pytest.fixture(scope="session")
def hapi() -> Iterator[str]:
    """The base address of a HAPI of its own."""
    if lacking():
        pytest.skip(lacking())
    with running_hapi() as base:
        yield base


@pytest.fixture(scope="session")
def cast_on_hapi(hapi: str) -> str:
    said = io.StringIO()
    assert load(Loading(hapi, as_of=DAY), DAY, said) == 0, said.getvalue()
    return hapi
