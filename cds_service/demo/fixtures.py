"""Decides how the synthetic people come into the demo: read from `fhir_fixtures/`, moved to the day of the demo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from cds_service.data import fixtures_folder
from cds_service.demo.shift import TOLD_ON, shift_days

Json = dict[str, Any]


def load_cast(as_of: date, folder: Path | None = None) -> list[Json]:
    """Every person of the cast as a Bundle of type `collection`, in the order of the file names.

    The stories are told for `TOLD_ON`; all dates are moved by the days between it and `as_of`, so each person's
    status is the same on any day. See `shift` for partial dates and birth dates.
    """
    days = (as_of - TOLD_ON).days
    return [shift_days(orjson.loads(path.read_bytes()), days) for path in story_files(folder)]


def story_files(folder: Path | None = None) -> list[Path]:
    """The files of the cast, one story each."""
    return sorted((folder or fixtures_folder() / "patients").glob("*.json"))


def resources_of(bundles: Iterable[Json]) -> list[Json]:
    """The resources of these Bundles; an entry without a resource has none to give."""
    entries = [entry for bundle in bundles for entry in bundle.get("entry", [])]
    return [entry["resource"] for entry in entries if "resource" in entry]


def load_stories(folder: Path | None = None) -> dict[str, str]:
    """Patient id → the story in one line, from the cast list; empty where there is none."""
    path = (folder or fixtures_folder()) / "cast.json"
    listed = orjson.loads(path.read_bytes()) if path.is_file() else []
    people = listed.get("people", []) if isinstance(listed, dict) else listed
    return {person["id"]: str(person.get("story", "")) for person in people}
