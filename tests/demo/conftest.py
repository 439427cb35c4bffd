"""A demo over two small records and a small CDS service, served on a real socket of loopback."""

from collections.abc import Iterator
from datetime import date

import pytest
from fastapi import FastAPI

from cds_service.demo.serving import address_of, listening, mount_demo, serving
from cds_service.demo.store import FhirStore
from tests.demo.people import ana, ben
from tests.demo.small_service import small_service


@pytest.fixture
def service() -> FastAPI:
    return small_service()


@pytest.fixture
def base(service: FastAPI) -> Iterator[str]:
    """The address of the demo; `service.state.calls` holds the hook calls it got."""
    with listening(0) as listener:
        address = address_of(listener)
        mount_demo(service, FhirStore([*ana(), *ben()]), address, date(2026, 11, 21))
        with serving(service, listener):
            yield address
