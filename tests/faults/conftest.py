"""One chart, one proxy and one service process for the whole table of faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cds_service.data import fixtures_folder
from cds_service.ehr.chart_file import ChartFile, read_chart_file
from tests.faults.proxy import Certificates, Proxy
from tests.faults.service import Process, serving

DEADLINE, REST = 0.3, 1.0


@pytest.fixture(scope="session")
def chart() -> ChartFile:
    return read_chart_file(str(fixtures_folder() / "patients" / "selma.json"))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def proxy(chart: ChartFile, certificates: Certificates) -> Iterator[Proxy]:
    with Proxy(chart, certificates.contexts()).running() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Process]:
    settings = {"CDS_DEADLINE": str(DEADLINE), "CDS_REST": str(REST), "CDS_CA_FILE": str(certificates.trusted)}
    folder: Path = tmp_path_factory.mktemp("data")
    with serving(folder, **settings) as process:
        yield process
