"""Pages with entries of somebody else: one among the patient's own is ignored, nothing but such is no answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.calling import Service, nothing_but
from tests.service.ehr import PATIENT, Ehr, bundle, resource

OURS = resource("Procedure", "ours")
THEIRS = resource("Procedure", "theirs") | {"subject": {"reference": "Patient/somebody-else"}}
NOBODYS = {"resourceType": "Procedure", "id": "nobodys"}
FORMERS = resource("Procedure", "former") | {"subject": {"reference": "Patient/old-number"}}
MERGED = PATIENT | {"link": [{"other": {"reference": "Patient/old-number"}, "type": "replaces"}]}

PAGES: list[tuple[str, list[Any], list[str]]] = [
    ("the patient's own", [OURS], []),
    ("nothing", [], []),
    ("one of somebody else among them", [OURS, THEIRS], []),
    ("nothing but somebody else's", [THEIRS, THEIRS | {"id": "more"}], ["other-patient"]),
    ("whose it is stands nowhere", [NOBODYS, THEIRS], []),
    ("of the number that this record replaces", [FORMERS], []),
    ("of an organisation's group", [THEIRS | {"subject": {"reference": "Group/g"}}], ["other-patient"]),
]


@pytest.mark.rule("FHIR-6")
@pytest.mark.parametrize("way", ["sent", "fetched"])
@pytest.mark.parametrize(("entries", "holes"), [row[1:] for row in PAGES], ids=[row[0] for row in PAGES])
async def test_whose_entries_a_page_holds(
    service: Service, ehr: Ehr, entries: list[Any], holes: list[str], way: str
) -> None:
    sent = nothing_but(patient=MERGED)
    if way == "sent":
        sent["procedures"] = bundle(*entries)
    else:
        del sent["procedures"]
        ehr.answers["Procedure?patient=p1"] = bundle(*entries)
    record = await service.record(sent, access=True)
    assert [hole["reason"] for hole in record["holes"]] == holes
    assert all(hole["section"] == "procedures" for hole in record["holes"])
