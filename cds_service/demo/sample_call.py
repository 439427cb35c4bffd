"""Decides what the sample hook call in `fhir_fixtures/requests/` holds: one person's chart as an EHR would send it.

`python -m cds_service.demo.sample_call` writes it anew after the cast or the prefetch has changed; a test says when.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from cds_service.catalogue import load_catalogue
from cds_service.data import fixtures_folder
from cds_service.demo.chart_page import HOOK, USER
from cds_service.ehr.chart_file import read_chart_file
from cds_service.ehr.prefetch import resolve_prefetch
from cds_service.fhir.queries import prefetch, queries

PERSON = "ines"
_INSTANCE = "5c2f0b1e-9d34-4c57-8a55-0c2d6f1d3a10"


def sample_path() -> Path:
    """Where the sample lies."""
    return fixtures_folder() / "requests" / f"{HOOK}.json"


def sample_call(person: str = PERSON) -> dict[str, Any]:
    """A call with full prefetch and no FHIR server, told for the day of the stories (`shift.TOLD_ON`)."""
    chart = read_chart_file(str(fixtures_folder() / "patients" / f"{person}.json"))
    templates = prefetch(queries(load_catalogue().terminology.value_sets))
    context = {"userId": USER, "patientId": person}
    sent = resolve_prefetch(templates, context, chart.fetch).sent
    return {"hook": HOOK, "hookInstance": _INSTANCE, "context": context, "prefetch": sent}


def as_written(call: dict[str, Any]) -> bytes:
    """The bytes of the file: indented, with a line end."""
    return orjson.dumps(call, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    sample_path().write_bytes(as_written(sample_call()))
    print(f"written: {sample_path()}")
