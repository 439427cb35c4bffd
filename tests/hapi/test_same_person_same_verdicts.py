"""Same person, same verdicts: from file, from prefetch that HAPI answered, and where the service reads HAPI itself."""

from __future__ import annotations

import pytest

from cds_service.demo.fixtures import story_files
from tests.hapi.ways import by_hook, from_files, prefetched, templates

PEOPLE = [path.stem for path in story_files()]


@pytest.mark.parametrize("person", PEOPLE)
async def test_with_full_prefetch(cast_on_hapi: str, person: str) -> None:
    sent = prefetched(cast_on_hapi, person, whole=True)
    assert (await by_hook(cast_on_hapi, person, sent)).decode() == from_files()[person].decode()


@pytest.mark.parametrize("person", PEOPLE)
async def test_with_first_pages_sent_and_the_rest_read(cast_on_hapi: str, person: str) -> None:
    sent = prefetched(cast_on_hapi, person, whole=False)
    assert (await by_hook(cast_on_hapi, person, sent)).decode() == from_files()[person].decode()


@pytest.mark.parametrize("person", PEOPLE)
async def test_with_nothing_sent(cast_on_hapi: str, person: str) -> None:
    assert (await by_hook(cast_on_hapi, person, None)).decode() == from_files()[person].decode()


@pytest.mark.parametrize("person", PEOPLE)
async def test_in_pages_of_five(cast_on_hapi: str, person: str) -> None:
    assert (await by_hook(cast_on_hapi, person, None, pages=5)).decode() == from_files()[person].decode()


@pytest.mark.parametrize("missing", list(templates()))
async def test_with_one_key_missing(cast_on_hapi: str, missing: str) -> None:
    sent = prefetched(cast_on_hapi, "ines", whole=True)
    del sent[missing]
    assert (await by_hook(cast_on_hapi, "ines", sent)).decode() == from_files()["ines"].decode()


@pytest.mark.parametrize("number", range(len(PEOPLE)), ids=PEOPLE)
async def test_with_one_key_missing_for_everybody(cast_on_hapi: str, number: int) -> None:
    """Each person lacks another key, in turn: all keys of all people would be 350 calls."""
    person, keys = PEOPLE[number], list(templates())
    sent = prefetched(cast_on_hapi, person, whole=True)
    del sent[keys[number % len(keys)]]
    assert (await by_hook(cast_on_hapi, person, sent)).decode() == from_files()[person].decode()
