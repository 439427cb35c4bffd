"""A document about one person, read as `cds-service assess` reads it, except that no mistake of ours is forgiven.

The reader turns what nobody foresaw into a hole, which is safe and would hide its mistakes from every test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, tzinfo

from cds_service.assessing import record_of
from cds_service.catalogue import Catalogue, load_catalogue
from cds_service.documents import PatientFile, read_document
from cds_service.fhir.draft import Forgiven
from eligibility.record import Hole, PatientRecord

NOTHING: Forgiven = ()


def record_in(
    data: bytes,
    as_of: date,
    catalogue: Catalogue | None = None,
    holes: Iterable[Hole] = (),
    *,
    zone: tzinfo | None = None,
) -> PatientRecord:
    """The record of the only person in `data`, by the terminology as shipped or another; `holes` are torn besides."""
    [file] = read_document(data)
    assert isinstance(file, PatientFile), file
    torn = replace(file, holes=(*file.holes, *holes))
    return record_of(torn, catalogue or load_catalogue(), as_of, forgiven=NOTHING, zone=zone)
