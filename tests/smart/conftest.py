"""One hospital for all tests of a file, as it was for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.smart.ward import Ward, working


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with working(tmp_path_factory.mktemp("clients")) as ward:
        yield ward


@pytest.fixture
def ward(hospital: Ward) -> Ward:
    hospital.reset()
    return hospital
