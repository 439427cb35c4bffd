"""The same on HAPI over PostgreSQL, whose order of unsorted results differs from H2's."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from cds_service.demo.fixtures import story_files
from cds_service.load import Loading, load
from tests.hapi.real_hapi import lacking, running_hapi
from tests.hapi.ways import DAY, by_hook, from_files
from tests.postgres import lacking_postgres, running_postgres


@pytest.fixture(scope="module")
def hapi_on_postgresql() -> Iterator[str]:
    if lacking() or lacking_postgres():
        pytest.skip(lacking() or lacking_postgres())
    with running_postgres() as cluster:
        cluster.create("hapi")
        database = {
            "SPRING_DATASOURCE_URL": f"jdbc:postgresql://127.0.0.1:{cluster.port}/hapi",
            "SPRING_DATASOURCE_USERNAME": cluster.user,
            "SPRING_DATASOURCE_PASSWORD": "none",
        }
        with running_hapi(database) as base:
            said = io.StringIO()
            assert load(Loading(base, as_of=DAY), DAY, said) == 0, said.getvalue()
            yield base


@pytest.mark.parametrize("person", [path.stem for path in story_files()])
async def test_same_verdicts(hapi_on_postgresql: str, person: str) -> None:
    assert (await by_hook(hapi_on_postgresql, person, None, pages=7)).decode() == from_files()[person].decode()
